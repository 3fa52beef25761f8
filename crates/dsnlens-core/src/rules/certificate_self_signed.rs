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
    /// # References
    ///
    /// - [OpenSSL, `x509_txt.c`](https://github.com/openssl/openssl/blob/0223dfcf1e4d4d6f0a9a671ce570c6a1c057fe93/crypto/x509/x509_txt.c): error 18 and `self-signed certificate in certificate chain`
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `SSL error: certificate verify failed`
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html): the root file
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
