//! `plaintext-in-use`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::Place;

rule! {
    /// The connection works, and is not encrypted
    ///
    /// # What happens
    ///
    /// The session stands without TLS: the mode is `disable`, or it is `prefer` or `allow` and TLS
    /// did not come about. Neither libpq nor Django say a word.
    ///
    /// # Why it matters
    ///
    /// Queries and rows can be read and changed on the way.
    ///
    /// # What to do
    ///
    /// Set `sslmode=verify-full` with the server's root certificate, or `require` at least; turn TLS
    /// on in the server.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION): what each mode protects
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLMODE): `sslmode`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: N
    /// auth plain: scram-sha-256 ok
    /// ```
    ///
    /// Nothing leaves the machine here:
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@localhost/shop
    /// DEBUG=True
    ///
    /// dns: ok 127.0.0.1
    /// tcp: ok
    /// sslrequest: N
    /// auth plain: scram-sha-256 ok
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 ok
    /// ```
    "plaintext-in-use", [Warning, Info], live check
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let is_network = !live.plan.targets.iter().all(|it| matches!(it.place, Place::Socket { .. }));
    if !live.verdict.is_connected || live.verdict.is_tls || !is_network {
        return;
    }
    let mode = live.plan.tls.mode.name;
    let severity = if case.is_remote() { Severity::Warning } else { Severity::Info };
    let message = match live.has_tried_tls() {
        true => {
            alloc::format!("`sslmode={mode}` asked for TLS, did not get it and went on without")
        }
        false => alloc::format!("`sslmode={mode}` connects without TLS"),
    };
    findings
        .report(severity, message, "ask for it with `sslmode=verify-full`, or `require` at least")
        .at(case.span_of("sslmode"));
}
