//! `sslrootcert-missing`.

use crate::advice::{Case, Findings, rule, shown, written_in};
use crate::clients::libpq::Version;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::machine::MachineFile;
use crate::provider::Roots;
use crate::tls::SslMode;

rule! {
    /// The server is to be verified, and no root certificate is named
    ///
    /// # What happens
    ///
    /// libpq does not look into the operating system's certificates by itself. Without
    /// `sslrootcert` it opens `~/.postgresql/root.crt`, which a container or a service user does not
    /// have: `root certificate file "/root/.postgresql/root.crt" does not exist. Either provide the
    /// file, use the system's trusted roots with sslrootcert=system, or change sslmode to disable
    /// server certificate verification.` (libpq 16 and later; 15 does not name the middle way.) pgjdbc
    /// and asyncpg open the same file, and refuse to connect without it.
    ///
    /// # Why it matters
    ///
    /// The connection fails. The easy way out, a weaker `sslmode`, gives up what was asked for.
    ///
    /// # What to do
    ///
    /// If a public authority signed the server's certificate (Neon, PlanetScale, Azure), write
    /// `sslmode=verify-full&sslrootcert=system`; it takes libpq 16, and `verify-full`. With a root
    /// of the provider's own (RDS, Aiven, DigitalOcean, Supabase), download it and name it:
    /// `sslrootcert=/path/to/ca.crt`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): the error
    /// - [PostgreSQL 15, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_15_0/src/interfaces/libpq/fe-secure-openssl.c): the error of 15
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT): `sslrootcert`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports,client asyncpg
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full&sslrootcert=system
    /// DEBUG=True
    /// ```
    "sslrootcert-missing", [Error] any, check,
    errors [
        "root certificate file \"{}\" does not exist. Either provide the file",
        "could not get home directory to locate root certificate file"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.question.client.ends_in_libpq {
        return check_other(case, findings);
    }
    let Some(tls) = case.resolution.tls.filter(|it| !it.is_socket()) else { return };
    let Some(mode @ (SslMode::VerifyCa | SslMode::VerifyFull)) = tls.sslmode() else { return };
    let Some((_, line)) = case.winner("sslmode") else { return };
    if case.winner("sslrootcert").is_some_and(|(_, it)| it.value.is_truthy()) {
        return;
    }
    let finding = findings
        .report(
            Severity::Error,
            alloc::format!(
                "`sslmode={mode}` ({}) needs a root certificate, and no sslrootcert names one",
                written_in(&line.origin)
            ),
            "name the provider's root certificate: `sslrootcert=/path/to/ca.crt`; for one of a \
             public authority write `sslmode=verify-full&sslrootcert=system`",
        )
        .at(line.origin.input_span());
    let roots = case.endpoint().and_then(|it| it.roots.value());
    if case.recipe.libpq < Version::V16 || matches!(roots, Some(Roots::Own(_) | Roots::Never)) {
        return;
    }
    let written = case.option("sslmode").and_then(|(_, it)| it.origin.input_span());
    let add = match written {
        Some(_) => "sslrootcert=system",
        None => "sslmode=verify-full&sslrootcert=system",
    };
    // The system's roots go with no other mode.
    let full = SslMode::VerifyFull.name();
    let strict = written.map(|it| Edit::write(DATABASE_URL, it.span, full));
    let edits = strict.filter(|_| mode != SslMode::VerifyFull).into_iter();
    finding.fix("trust the system's certificates", edits.chain(case.add_option(add)));
}

/// A client that looks for the file as libpq does, and refuses before it connects.
fn check_other<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(refusal) = &case.resolution.refusal else { return };
    let Some(about) = refusal.spans.first() else { return };
    let mut lines = case.resolution.ledger.lines().map(|(_, line)| line);
    let is_unseen = refusal.unless == Some(MachineFile::RootCertificate);
    let its = lines.find(|it| it.origin.input_span().as_ref() == Some(about) && is_unseen);
    let Some(line) = its else { return };
    let key = line.key.keyword();
    findings
        .report(
            Severity::Error,
            alloc::format!(
                "`{key}={}` ({}) needs a root certificate, and no sslrootcert names one",
                shown(&line.value),
                written_in(&line.origin)
            ),
            "name the provider's root certificate: `sslrootcert=/path/to/ca.crt`",
        )
        .at(line.origin.input_span());
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::fixed;

    #[track_caller]
    fn check(variables: &[(&str, &str)], expected: &str) {
        let debug = variables.iter().copied().chain([("DEBUG", "1")]);
        assert_eq!(fixed(&RULE, &debug.collect::<alloc::vec::Vec<_>>()), [expected]);
    }

    #[test]
    fn the_systems_certificates_go_with_verify_full() {
        check(
            &[("DATABASE_URL", "postgres://u:p@h/db?sslmode=verify-full")],
            "DATABASE_URL=postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system",
        );
        check(
            &[("DATABASE_URL", "postgres://u:p@h/db?sslmode=verify-ca&connect_timeout=5")],
            "DATABASE_URL=postgres://u:p@h/db?sslmode=verify-full&connect_timeout=5&sslrootcert=system",
        );
        check(
            &[("DATABASE_URL", "postgres://u:p@h/db"), ("PGSSLMODE", "verify-ca")],
            "DATABASE_URL=postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system",
        );
    }
}
