//! `provider-needs-ca`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::provider::Roots;
use crate::tls::{SslMode, Verification};

rule! {
    /// The provider signs its certificates itself, so verifying them takes its root certificate
    ///
    /// # What happens
    ///
    /// `sslmode=require` encrypts and lets any server answer. `verify-full` checks the server's
    /// certificate against a root certificate, and for AWS RDS, Aiven, DigitalOcean, Supabase and
    /// others that is a file of the provider's, not one that comes with the system. Without it:
    ///
    /// - `root certificate file "/root/.postgresql/root.crt" does not exist`;
    /// - with `sslrootcert=system`: `SSL error: certificate verify failed`.
    ///
    /// # Why it matters
    ///
    /// Whoever can redirect the connection reads the password and the data, and encryption alone
    /// does not keep them out.
    ///
    /// # What to do
    ///
    /// Download the file, ship it with the application and name it:
    /// `?sslmode=verify-full&sslrootcert=/app/ca.pem`. In production also pass `ssl_require=False`
    /// in `settings.py`: `ssl_require=not DEBUG` writes `require` over `verify-full`.
    ///
    /// # References
    ///
    /// - [Amazon RDS's documentation, SSL with PostgreSQL](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html): `verify-full` and the certificate bundle
    /// - [Aiven's documentation, `tls-ssl-certificates.md`](https://github.com/aiven/aiven-docs/blob/073a07fc15a5fc1d266df4bf433f9549bf46515d/docs/platform/concepts/tls-ssl-certificates.md): the project CA
    /// - [Supabase's documentation, SSL enforcement](https://supabase.com/docs/guides/platform/ssl-enforcement): the root certificate
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `root certificate file … does not exist`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shop-project.a.aivencloud.com:12345/shop?sslmode=require
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shop-project.a.aivencloud.com:12345/shop?sslmode=verify-full&sslrootcert=system
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@shop-project.a.aivencloud.com:12345/shop?sslmode=verify-full&sslrootcert=/app/ca.pem
    /// DEBUG=True
    /// ```
    "provider-needs-ca", [Error, Info], check,
    perhaps ["root certificate file \"{}\" does not exist"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(endpoint), Some(tls)) = (case.endpoint(), case.resolution.tls) else { return };
    let Some(Roots::Own(file)) = endpoint.roots.value() else { return };
    if tls.is_socket() || !case.connects() {
        return;
    }
    let usually = endpoint.roots.adverb();
    let name = endpoint.name;
    let root = case.winner("sslrootcert").filter(|(_, it)| it.value.as_str() == Some("system"));
    match (tls.sslmode(), tls.verifies(), root) {
        (Some(SslMode::VerifyFull), _, Some((_, root))) => {
            let severity = match endpoint.roots.sure() {
                Some(_) => Severity::Error,
                None => Severity::Info,
            };
            let message = alloc::format!(
                "`sslrootcert=system` {usually}cannot verify {name}, whose certificates are signed \
                 by the provider itself"
            );
            let help = alloc::format!("download {file}, and write its path in `sslrootcert`");
            findings.report(severity, message, help).at(root.origin.input_span());
        }
        (Some(SslMode::Require), Verification::Nothing, _) => {
            let message = alloc::format!(
                "`sslmode=require` does not verify the server, and verifying {name} {usually}takes \
                 the provider's own root certificate"
            );
            let mut help = alloc::format!(
                "download {file}, and write `sslmode=verify-full&sslrootcert=` with its path"
            );
            if case.winner("sslmode").is_some_and(|(_, it)| case.is_by_call(it)) {
                help.push_str("; settings.py has to let that through, by `ssl_require=False`");
            }
            let span = case.winner("host").and_then(|(_, it)| it.origin.input_span());
            findings.report(Severity::Info, message, help).at(span);
        }
        _ => {}
    }
}
