//! `certificate-expired`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Chain, Distrust, Why};

rule! {
    /// The server's certificate is out of date
    ///
    /// # What happens
    ///
    /// A certificate of the chain is too old, or not valid yet. Whoever verifies refuses it; libpq
    /// says `SSL error: certificate verify failed`, as it does for three other reasons. Whoever
    /// does not verify never notices.
    ///
    /// OpenSSL and Node say `certificate has expired`, Node with the code `CERT_HAS_EXPIRED`.
    ///
    /// # Why it matters
    ///
    /// The renewal has failed, or the server still holds the old file. Where nothing is verified
    /// the connection goes on working, and breaks on the day when somebody turns verification on.
    ///
    /// # What to do
    ///
    /// Renew the certificate and reload the server: `SELECT pg_reload_conf()`. If it is not valid
    /// yet, set this machine's clock.
    ///
    /// # References
    ///
    /// - [OpenSSL, `x509_txt.c`](https://github.com/openssl/openssl/blob/0223dfcf1e4d4d6f0a9a671ce570c6a1c057fe93/crypto/x509/x509_txt.c): `certificate has expired`
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `SSL error: certificate verify failed`
    /// - [PostgreSQL's documentation, secure connections with SSL](https://www.postgresql.org/docs/18/ssl-tcp.html): how a server loads a new certificate
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: expired days=-3
    /// ```
    ///
    /// Nothing is verified here, and so it connects all the same:
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots days=-3
    /// auth: scram-sha-256 ok
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots days=200
    /// auth: scram-sha-256 ok
    /// ```
    "certificate-expired", [Error, Warning], live check,
    errors [
        "certificate has expired",
        "certificate verify failed: certificate has expired",
        "CERT_HAS_EXPIRED",
        "certificate is not yet valid",
        "alert certificate expired",
        "CertExpired"
    ],
    perhaps ["certificate verify failed"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let help = "renew the certificate and reload the server";
    match live.why() {
        Some(Why::Certificate(Distrust::Chain(Chain::Expired(subject)))) => {
            let message = match live.days_left().filter(|it| *it < 0) {
                Some(days) => {
                    alloc::format!("the certificate {subject} expired {} days ago", days.abs())
                }
                None => alloc::format!("the certificate {subject} has expired"),
            };
            findings.report(Severity::Error, message, help).at(case.span_of("sslmode"));
        }
        Some(Why::Certificate(Distrust::Chain(Chain::NotYetValid(subject)))) => {
            let message = alloc::format!("the certificate {subject} is not valid yet");
            let help = "look at the clock of this machine, and at the certificate's dates";
            findings.report(Severity::Error, message, help).at(case.span_of("sslmode"));
        }
        None if live.verdict.is_tls => {
            let Some(days) = live.days_left().filter(|it| *it < 0) else { return };
            let message = alloc::format!(
                "the server's certificate expired {} days ago, and nothing here verifies it",
                days.abs()
            );
            findings.report(Severity::Warning, message, help);
        }
        _ => {}
    }
}
