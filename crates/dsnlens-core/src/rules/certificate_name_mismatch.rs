//! `certificate-name-mismatch`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Distrust, Why};

rule! {
    /// The server's certificate is for another name
    ///
    /// # What happens
    ///
    /// `verify-full` compares the host of the URL with the names in the certificate, and none fits:
    /// `server certificate for "db.example.com" does not match host name "localhost"`. A common
    /// name counts only where there is no alternative name of its kind, and a `*` for one label.
    ///
    /// Node says `Hostname/IP does not match certificate's altnames`, Python
    /// `Hostname mismatch, certificate is not valid for`.
    ///
    /// # Why it matters
    ///
    /// It is what a man in the middle with a genuine certificate of his own looks like. Mostly it is
    /// an address or a tunnel in the place of the name.
    ///
    /// # What to do
    ///
    /// Write the name that the certificate has; where it cannot be reached by that name, keep the
    /// name and say where it is with `hostaddr`. `verify-ca` leaves the name out.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-common.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-common.c): which names are compared, and the error
    /// - [Node 20.20.2, `errors.js`](https://github.com/nodejs/node/blob/v20.20.2/lib/internal/errors.js): `ERR_TLS_CERT_ALTNAME_INVALID`
    /// - [Python 3.11, `Modules/_ssl.c`](https://github.com/python/cpython/blob/v3.11.2/Modules/_ssl.c): `Hostname mismatch`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@192.0.2.7/shop?sslmode=verify-full&sslrootcert=/ca
    /// DEBUG=True
    ///
    /// tcp: ok
    /// sslrequest: S
    /// tls: trusted names=db.example.com,*.db.example.com
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@192.0.2.7/shop?sslmode=verify-ca&sslrootcert=/ca
    /// DEBUG=True
    ///
    /// tcp: ok
    /// sslrequest: S
    /// tls: trusted names=db.example.com
    /// auth: scram-sha-256 ok
    /// ```
    "certificate-name-mismatch", [Error], live check,
    errors [
        "hostname_check_failed",
        "RemoteCertificateNameMismatch",
        "server certificate for \"{}\" does not match host name \"{host}\"",
        "server certificate for \"{}\" (and {}) does not match host name \"{host}\"",
        "does not match certificate's altnames",
        "ERR_TLS_CERT_ALTNAME_INVALID",
        "Hostname mismatch, certificate is not valid for",
        "certificate verify failed: Hostname mismatch",
        "certificate verify failed: IP address mismatch",
        "x509: certificate is valid for ",
        "x509: cannot validate certificate for",
        "relies on legacy Common Name field",
        "could not be verified by hostnameverifier",
        "could not get server's host name from server certificate",
        "host name must be specified for a verified SSL connection" =>
            "Name the host beside its address: `host=db.example.com hostaddr=192.0.2.7`"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let (message, help) = match live.why() {
        Some(Why::Certificate(Distrust::Host(names))) => {
            let host = case.shown_host();
            let (first, others) =
                names.split_first().map_or(("nobody", 0), |it| (it.0, it.1.len()));
            let more = match others {
                0 => "".into(),
                1 => " and 1 other name".into(),
                count => alloc::format!(" and {count} other names"),
            };
            (
                alloc::format!("the certificate is for `{first}`{more}, and not for `{host}`"),
                "connect to a name that the certificate has, with `hostaddr` for the address if \
                 need be",
            )
        }
        Some(Why::Certificate(Distrust::HostMissing)) => (
            "`verify-full` has no name to compare with the certificate's".into(),
            "name the host beside its address",
        ),
        _ => return,
    };
    findings.report(Severity::Error, message, help).at(case.host_span());
}
