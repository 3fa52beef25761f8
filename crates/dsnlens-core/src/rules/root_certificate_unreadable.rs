//! `root-certificate-unreadable`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Chain, Distrust, Why};

rule! {
    /// The file with root certificates is not there, or holds none
    ///
    /// # What happens
    ///
    /// `verify-ca` and `verify-full` need roots. Without the file libpq says
    /// `root certificate file "…" does not exist`; with one that it cannot use
    /// `could not read root certificate file "…"`, in every mode.
    ///
    /// # Why it matters
    ///
    /// libpq does not use the machine's own roots unless it is told to. A service's account mostly
    /// has no home directory, so `~/.postgresql/root.crt` of a developer is not found there.
    ///
    /// # What to do
    ///
    /// Put the file where `sslrootcert` says, readable for the program's account; or say
    /// `sslrootcert=system` where a public authority signed the certificate (libpq 16 and later).
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): both errors, in `initialize_SSL()`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT): `sslrootcert`
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
    /// tls: no-roots
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 ok
    /// ```
    "root-certificate-unreadable", [Error], live check,
    errors [
        "Could not open SSL root certificate file",
        "root certificate file \"{}\" does not exist",
        "could not load root certificate file \"",
        "could not read root certificate file \"",
        "ENOENT: no such file or directory, open 'system'" =>
            "Take `sslrootcert=system` out: node-postgres opens it as a file",
        "could not load system root certificate paths" =>
            "Install the system's certificates (`ca-certificates`), or name a file as \
             `sslrootcert`"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Certificate(Distrust::Chain(chain))) = live.why() else { return };
    let (roots, mode) = (live.roots(), live.plan.tls.mode.name);
    let message = match chain {
        Chain::NoRoots => alloc::format!("`sslmode={mode}` needs roots, and {roots} is not there"),
        Chain::UnreadableRoots(why) => alloc::format!("{roots} cannot be used: {why}"),
        _ => return,
    };
    let help = match live.would_pass() {
        Some(others) => {
            alloc::format!("{others} would accept the server: name that as `sslrootcert`")
        }
        None => "put the bundle of whoever runs the server there".into(),
    };
    findings
        .report(Severity::Error, message, help)
        .at(case.span_of("sslrootcert").or(case.span_of("sslmode")));
}
