//! `provider-cannot-verify`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::ledger::Line;
use crate::provider::Roots;
use crate::tls::{SslMode, Verification};

rule! {
    /// `verify-full` cannot succeed at this provider
    ///
    /// # What happens
    ///
    /// `verify-full` wants a certificate for the very host that the URL names. Railway's
    /// PostgreSQL image makes its own: signed by itself and for `localhost`, whatever the host is
    /// called. With any root certificate the connection ends in `SSL error: certificate verify
    /// failed` or `server certificate for "localhost" does not match host name "…"`.
    ///
    /// In production `ssl_require=not DEBUG` writes `require` over `verify-full`: it connects, and
    /// fails on the day that somebody corrects the settings.
    ///
    /// # Why it matters
    ///
    /// No edit of the URL makes it work, so people end at `disable`.
    ///
    /// # What to do
    ///
    /// Write `sslmode=require` and know what it is: encrypted, the server unproved. Within the
    /// same project use the private network, which is encrypted by itself. Who can copy
    /// `root.crt` from the database's volume may verify the chain with `sslmode=verify-ca`.
    ///
    /// # References
    ///
    /// - [Railway's PostgreSQL image, `init-ssl.sh`](https://github.com/railwayapp-templates/postgres-ssl/blob/5bc03ebee251051f20851a1bb0551a7f8bd8c5ba/init-ssl.sh): the certificate for `localhost`
    /// - [PostgreSQL 18, `fe-secure-common.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-common.c): `does not match host name`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shuttle.proxy.rlwy.net:15140/railway?sslmode=verify-full&sslrootcert=system
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shuttle.proxy.rlwy.net:15140/railway?sslmode=verify-full
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@shuttle.proxy.rlwy.net:15140/railway?sslmode=require
    /// ```
    "provider-cannot-verify", [Error, Warning] libpq given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(endpoint), Some(tls)) = (case.endpoint(), case.resolution.tls) else { return };
    if endpoint.roots.value() != Some(Roots::Never) || tls.is_socket() || !case.connects() {
        return;
    }
    let Some((winner, line)) = case.winner("sslmode") else { return };
    let is_effective = tls.verifies() == Verification::ChainAndHost;
    let asks = |it: &Line<'_>| it.value.as_str() == Some(SslMode::VerifyFull.name());
    let loser = || case.resolution.ledger.losers(winner).map(|(_, it)| it).find(|it| asks(it));
    let Some(asked) = (if is_effective { Some(line) } else { loser() }) else { return };
    let severity = match (is_effective, endpoint.roots.sure()) {
        (true, Some(_)) => Severity::Error,
        _ => Severity::Warning,
    };
    let message = alloc::format!(
        "`sslmode=verify-full` {}cannot succeed at {}: its certificate is for another name than \
         the host's",
        endpoint.roots.adverb(),
        endpoint.name
    );
    let mut edits = alloc::vec::Vec::new();
    if let Some((variable, span)) = case.written(asked) {
        edits.push(Edit::write(variable, span, SslMode::Require.name()));
        // libpq takes the system's roots with `verify-full` only.
        let root = case.option("sslrootcert").filter(|(_, it)| it.value.as_str() == Some("system"));
        let span = root.and_then(|(_, it)| case.written(it)).map(|(_, span)| span);
        edits.extend(span.and_then(|it| case.remove_option(it)));
    }
    let finding = findings
        .report(severity, message, "write `sslmode=require`: encrypted, the server unproved")
        .at(asked.origin.input_span());
    if !edits.is_empty() {
        finding.fix("write sslmode=require", edits);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    const RAILWAY: &str = "postgres://u:p@shuttle.proxy.rlwy.net:15140/railway";

    #[test]
    fn it_is_an_error_where_it_is_effective() {
        let url = format!("{RAILWAY}?sslmode=verify-full&sslrootcert=/app/root.crt");
        let message = "`sslmode=verify-full` cannot succeed at Railway's public proxy: its \
                       certificate is for another name than the host's <verify-full>";
        let found = said(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]);
        assert_eq!(found, [format!("error: {message}")]);
        assert_eq!(said_of(&RULE, &url), [format!("warning: {message}")]);
        let url = format!("{RAILWAY}?sslmode=verify-ca&sslrootcert=/app/root.crt");
        assert_eq!(said(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]), [""; 0]);
    }

    #[test]
    fn the_systems_roots_go_with_verify_full() {
        let expected = [format!("{RAILWAY}?sslmode=require&connect_timeout=5")];
        let url = format!("{RAILWAY}?sslmode=verify-full&sslrootcert=system&connect_timeout=5");
        let fixes = fixed(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]);
        assert_eq!(fixes, expected.map(|it| format!("DATABASE_URL={it}")));
        let url = format!("{RAILWAY}?sslmode=verify-full");
        assert_eq!(fixed_url(&RULE, &url), [format!("{RAILWAY}?sslmode=require")]);
    }
}
