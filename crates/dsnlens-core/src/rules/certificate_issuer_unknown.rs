//! `certificate-issuer-unknown`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Chain, Distrust, Why};

rule! {
    /// An authority signed the server's certificate that is not known here
    ///
    /// # What happens
    ///
    /// The chain of the certificate ends in an authority that the root file does not hold, or holds
    /// something that must not sign. libpq says `SSL error: certificate verify failed`.
    ///
    /// Python says
    /// `unable to get local issuer certificate`, Node `unable to verify the first certificate`.
    ///
    /// # Why it matters
    ///
    /// Providers with an authority of their own (RDS, DigitalOcean, Supabase, Aiven, Cloud SQL) ask
    /// for their bundle as the root file. A root file of another provider, left in
    /// `~/.postgresql/root.crt`, turns even `require` into such a failure.
    ///
    /// # What to do
    ///
    /// Download the provider's bundle and name it as `sslrootcert`. Where the machine's own roots
    /// would do, `sslrootcert=system` takes them with libpq 16 and later.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `SSL error: certificate verify failed`
    /// - [OpenSSL, `x509_txt.c`](https://github.com/openssl/openssl/blob/0223dfcf1e4d4d6f0a9a671ce570c6a1c057fe93/crypto/x509/x509_txt.c): the texts of Python and Node
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
    /// tls: unknown-issuer system=trusted
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=/etc/ssl/ca.crt
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: trusted
    /// auth: scram-sha-256 ok
    /// ```
    "certificate-issuer-unknown", [Error], live check,
    errors [
        "The certificate was not trusted",
        "Fatal - Unknown CA",
        "in the certificate chain: UntrustedRoot",
        "RemoteCertificateChainErrors",
        "certificate verify failed",
        "unable to get local issuer certificate",
        "certificate verify failed: unable to get local issuer certificate",
        "unable to get issuer certificate",
        "unable to verify the first certificate",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
        "UNABLE_TO_GET_ISSUER_CERT",
        "certificate signed by unknown authority",
        "PKIX path building failed",
        "invalid peer certificate: UnknownIssuer",
        "certificate is invalid according to the validation",
        "could not accept SSL connection: {}alert unknown ca" =>
            "Give the client the server's CA as `sslrootcert`: it rejects the server's certificate",
        "could not accept SSL connection: {}alert bad certificate" =>
            "Give the client the server's CA as `sslrootcert`: it rejects the server's certificate",
        "could not accept SSL connection: {}alert certificate unknown" =>
            "Give the client the server's CA as `sslrootcert`: it rejects the server's certificate"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Certificate(Distrust::Chain(chain))) = live.why() else { return };
    let roots = live.roots();
    let message = match chain {
        Chain::IssuerUnknown(issuer) => {
            alloc::format!("`{issuer}` signed the certificate, and {roots} does not hold it")
        }
        Chain::Unsuitable(why) => {
            alloc::format!("the certificate's chain must not be used so: {why}")
        }
        _ => return,
    };
    let help = match live.would_pass() {
        Some(others) => alloc::format!("{others} would accept it: name that as `sslrootcert`"),
        None => {
            "download the bundle of whoever runs the server, and name it as `sslrootcert`".into()
        }
    };
    findings
        .report(Severity::Error, message, help)
        .at(case.span_of("sslrootcert").or(case.span_of("sslmode")));
}
