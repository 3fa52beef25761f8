//! `certificate-expires-soon`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

/// A renewal that has not happened by then has failed: Let's Encrypt renews 30 days ahead.
const SOON: i64 = 21;

rule! {
    /// The server's certificate expires within three weeks
    ///
    /// # What happens
    ///
    /// The connection works today, and whoever verifies the certificate is refused when it runs out.
    ///
    /// # Why it matters
    ///
    /// Renewals run weeks ahead. One that has not happened by now has probably failed.
    ///
    /// # What to do
    ///
    /// Look whether the certificate is renewed, and whether the server has loaded the new one.
    ///
    /// # References
    ///
    /// - [RFC 5280, validity](https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5): `notAfter`
    /// - [PostgreSQL's documentation, secure connections with SSL](https://www.postgresql.org/docs/18/ssl-tcp.html): how a server loads a new certificate
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots days=5
    /// auth: scram-sha-256 ok
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots days=60
    /// auth: scram-sha-256 ok
    /// ```
    "certificate-expires-soon", [Warning], live check
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(days) = live.days_left() else { return };
    if !live.verdict.is_tls || !(0..=SOON).contains(&days) {
        return;
    }
    let message = match days {
        0 => "the server's certificate expires today".into(),
        1 => "the server's certificate expires tomorrow".into(),
        days => alloc::format!("the server's certificate expires in {days} days"),
    };
    findings.report(
        Severity::Warning,
        message,
        "look whether it is renewed, and whether the server has loaded the new one",
    );
}
