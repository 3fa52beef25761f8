//! `provider-requires-ssl`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::provider::Tls;
use crate::tls::SslMode;

rule! {
    /// The provider refuses plain text, and `sslmode=disable` offers nothing else
    ///
    /// # What happens
    ///
    /// With `disable` libpq never asks for TLS, and the server ends the attempt. What it says:
    ///
    /// - PostgreSQL: `FATAL:  no pg_hba.conf entry for host "…", user "…", database "…", no
    ///   encryption` (`SSL off` up to 13);
    /// - Neon: `ERROR: connection is insecure (try using sslmode=require)`;
    /// - PgBouncer: `SSL required`.
    ///
    /// `allow` and `prefer` do connect, since one of their two attempts is made with TLS. In
    /// production `ssl_require=not DEBUG` writes `require` over the URL's `disable`, so this
    /// happens with `DEBUG` on, or where `PGSSLMODE` decides.
    ///
    /// # Why it matters
    ///
    /// The error speaks of `pg_hba.conf`, a file that nobody can edit at a provider.
    ///
    /// # What to do
    ///
    /// Write `sslmode=require`, or `verify-full` with the root certificate that fits.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): `no pg_hba.conf entry`
    /// - [Neon's proxy, `src/pglb/mod.rs`](https://github.com/neondatabase/neon/blob/6a35a3e9f149798df1b1761ee64099d8d75fbe90/proxy/src/pglb/mod.rs): `connection is insecure`
    /// - [PgBouncer 1.24.1, `client.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/client.c): `SSL required`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop?sslmode=disable
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shop.abc123def456.us-east-1.rds.amazonaws.com/shop
    /// PGSSLMODE=disable
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop?sslmode=require
    /// DEBUG=True
    /// ```
    "provider-requires-ssl", [Error, Warning] libpq given, check,
    perhaps ["connection is insecure", "SSL required"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(endpoint), Some(tls)) = (case.endpoint(), case.resolution.tls) else { return };
    let is_plain = tls.sslmode() == Some(SslMode::Disable) && !tls.is_socket() && case.connects();
    if !is_plain || endpoint.tls.value() != Some(Tls::Required) {
        return;
    }
    let Some((_, mode)) = case.winner("sslmode") else { return };
    let severity = match endpoint.tls.sure() {
        Some(_) => Severity::Error,
        None => Severity::Warning,
    };
    let message = alloc::format!(
        "{} says `sslmode=disable`, and {} {}refuses a connection without TLS",
        mode.origin,
        endpoint.name,
        endpoint.tls.adverb()
    );
    let edit = match case.written(mode) {
        Some((variable, span)) => Some(Edit::write(variable, span, SslMode::Require.name())),
        None => case.add_option("sslmode=require"),
    };
    findings
        .report(severity, message, "write `sslmode=require` in the URL")
        .at(mode.origin.input_span())
        .fix("write sslmode=require", edit);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed, said};

    const NEON: &str = "postgres://u:p@ep-x-1.us-east-2.aws.neon.tech/db";

    #[test]
    fn only_disable_never_reaches_a_server_that_demands_tls() {
        for mode in ["allow", "prefer", "require"] {
            let url = format!("{NEON}?sslmode={mode}");
            let found = said(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]);
            assert_eq!(found, [""; 0], "{mode}");
        }
        let url = format!("{NEON}?sslmode=disable");
        let message = "error: DATABASE_URL says `sslmode=disable`, and Neon refuses a connection \
                       without TLS <disable>";
        assert_eq!(said(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]), [message]);
        // In production the recipe writes `require` over it.
        assert_eq!(said(&RULE, &[("DATABASE_URL", &url)]), [""; 0]);
    }

    #[test]
    fn the_url_says_require_afterwards_whoever_said_disable() {
        let expected = [format!("DATABASE_URL={NEON}?sslmode=require")];
        let url = format!("{NEON}?sslmode=disable");
        assert_eq!(fixed(&RULE, &[("DATABASE_URL", &url), ("DEBUG", "True")]), expected);
        let variables = [("DATABASE_URL", NEON), ("DEBUG", "True"), ("PGSSLMODE", "disable")];
        assert_eq!(fixed(&RULE, &variables), expected);
    }

    #[test]
    fn what_is_only_usual_is_a_warning() {
        let url = "postgres://u:p@shop.postgres.database.azure.com/db?sslmode=disable";
        let message = "warning: DATABASE_URL says `sslmode=disable`, and Azure Database for \
                       PostgreSQL usually refuses a connection without TLS <disable>";
        assert_eq!(said(&RULE, &[("DATABASE_URL", url), ("DEBUG", "True")]), [message]);
    }
}
