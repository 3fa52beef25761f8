//! `certificate-self-signed`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Chain, Distrust, Why};

rule! {
    /// The server's certificate is signed by nobody but itself
    ///
    /// # What happens
    ///
    /// The certificate is its own issuer, and the root file does not hold it. libpq says
    /// `SSL error: certificate verify failed`, OpenSSL calls it error 18.
    ///
    /// Node says
    /// `self-signed certificate in certificate chain`, in older versions `self signed certificate`.
    ///
    /// # Why it matters
    ///
    /// Anybody can make such a certificate for any name. It can be verified all the same, by
    /// holding a copy of it.
    ///
    /// # What to do
    ///
    /// Fetch the certificate over a way that you trust, and name the file: `sslrootcert=server.crt`.
    /// Or let an authority sign one.
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=/etc/ssl/ca.crt
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: self-signed
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=/etc/ssl/ca.crt
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: unknown-issuer
    /// ```
    "certificate-self-signed", [Error], live check,
    errors [
        "self-signed certificate",
        "self signed certificate",
        "certificate verify failed: self-signed certificate",
        "certificate verify failed: self signed certificate",
        "DEPTH_ZERO_SELF_SIGNED_CERT",
        "SELF_SIGNED_CERT_IN_CHAIN"
    ],
    perhaps ["certificate verify failed"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Certificate(Distrust::Chain(Chain::SelfSigned))) = live.why() else { return };
    findings
        .report(
            Severity::Error,
            alloc::format!(
                "the server signed its certificate itself, and {} does not hold it",
                live.roots()
            ),
            "name a copy of the server's certificate as `sslrootcert`, fetched over a way that you \
             trust",
        )
        .at(case.span_of("sslrootcert").or(case.span_of("sslmode")));
}
