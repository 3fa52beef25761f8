//! `cleartext-password-refused`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::Why;

rule! {
    /// The server wants the password over a line that anybody can read
    ///
    /// # What happens
    ///
    /// The connection is without TLS, and the server asks for the password as it is (`password`,
    /// `ldap`, `pam` or `radius` in `pg_hba.conf`). psql and every driver send it. The check does
    /// not, unless `--allow-cleartext` says so.
    ///
    /// # Why it matters
    ///
    /// Whoever listens on the way has the password, and whoever stands in the server's place
    /// is told it.
    ///
    /// # What to do
    ///
    /// Set `sslmode=require` or better `verify-full`; let the server ask for `scram-sha-256`.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, password authentication](https://www.postgresql.org/docs/18/auth-password.html): the method `password`
    /// - [PostgreSQL 18, `fe-auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-auth.c): `pg_password_sendauth()` sends what the server asks for
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// auth: password not-sent
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: password ok
    /// ```
    "cleartext-password-refused", [Error], live check
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::CleartextRefused) = live.why() else { return };
    let place = live.place();
    findings
        .report(
            Severity::Error,
            alloc::format!("{place} wants the password in clear text, without TLS"),
            "ask for TLS with `sslmode=require`; if the way to the server is private, \
             `--allow-cleartext` lets the check send the password",
        )
        .at(case.span_of("sslmode"));
}
