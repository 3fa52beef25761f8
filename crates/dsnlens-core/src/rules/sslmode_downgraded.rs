//! `sslmode-downgraded`.

use crate::advice::{Case, Findings, rule, sslmode_of};
use crate::clients::django;
use crate::clients::libpq::Version;
use crate::diagnostic::Severity;
use crate::tls::SslMode;

rule! {
    /// The recipe writes `require` over an `sslmode` that verifies the server
    ///
    /// # What happens
    ///
    /// `ssl_require=True` sets `OPTIONS["sslmode"] = "require"` whatever the URL says
    /// (`dj_database_url/__init__.py`, 2.1.0 and 3.1.2). What is left of `verify-full` in production:
    ///
    /// - without `sslrootcert`, or with one whose file is missing: any certificate is accepted;
    /// - with a root file: its signature is checked, the host's name is not;
    /// - with `sslrootcert=system`: nothing connects.
    ///   `weak sslmode "require" may not be used with sslrootcert=system (use "verify-full")`
    ///   (libpq 16 and later).
    ///
    /// # Why it matters
    ///
    /// Whoever wrote `verify-full` asked for protection against a man in the middle. It holds on the
    /// developer's machine, where `DEBUG` is on, and is gone in production without a word.
    ///
    /// # What to do
    ///
    /// Demand TLS only of a URL that does not name an `sslmode`. In `settings.py`, inside
    /// `dj_database_url.config(…)`:
    /// `ssl_require=not DEBUG and 'sslmode=' not in os.environ['DATABASE_URL']`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `options["sslmode"] = "require"`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`, and the update of `OPTIONS`
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `initialize_SSL()`, what is checked
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `weak sslmode`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// DEBUG=True
    /// ```
    "sslmode-downgraded", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(line) = case.overruled_sslmode() else { return };
    let Some(asked @ (SslMode::VerifyCa | SslMode::VerifyFull)) = sslmode_of(line) else { return };
    // On a Unix socket no mode does anything.
    if case.is_socket() || !case.resolution.engine().is_some_and(django::speaks_libpq) {
        return;
    }
    let root = case.given("sslrootcert").filter(|it| !it.is_empty());
    let knows_system = case.recipe.libpq >= Version::V16;
    let result = match (root, asked) {
        (Some("system"), SslMode::VerifyFull) if knows_system => {
            "and libpq refuses that beside `sslrootcert=system`"
        }
        // It takes `verify-full`, whoever writes the mode.
        (Some("system"), _) if knows_system => return,
        (None | Some("system"), _) => "so any server with any certificate will do",
        (Some(_), SslMode::VerifyFull) => "so a certificate for another host will do",
        // With a root certificate `require` is as strict.
        (Some(_), _) => return,
    };
    let expression = case.ssl_require();
    findings
        .report(
            Severity::Error,
            alloc::format!(
                "`{expression}` writes `sslmode=require` over the URL's `{asked}`, {result}"
            ),
            alloc::format!(
                "leave the URL's `{asked}` alone, in settings.py: `{}`",
                case.recipe.sparing_statement()
            ),
        )
        .at(line.origin.input_span());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of;
    use alloc::format;

    #[track_caller]
    fn check(options: &str, piece: &str) {
        let said = said_of(&RULE, &format!("postgres://u:p@h/db?{options}"));
        assert!(said.len() == 1 && said[0].ends_with(piece), "{said:?}");
    }

    #[test]
    fn it_says_what_is_left() {
        check("sslmode=verify-ca", "any certificate will do <verify-ca>");
        check("sslmode=verify-full&sslrootcert=/ca.crt", "another host will do <verify-full>");
        check("sslmode=verify-full&sslrootcert=system", "`sslrootcert=system` <verify-full>");
    }

    #[test]
    fn cockroach_is_read_by_libpq_and_mysql_is_not() {
        let said = |scheme| said_of(&RULE, &format!("{scheme}://u:p@h/db?sslmode=verify-full"));
        assert_eq!((said("cockroach").len(), said("mysql").len()), (1, 0));
    }

    #[test]
    fn nothing_is_lost_where_require_is_as_strict_or_nothing_counts() {
        for url in [
            "postgres://u:p@h/db?sslmode=verify-ca&sslrootcert=/ca.crt",
            "postgres://u:p@/db?host=/run&sslmode=verify-full",
            "postgres://u:p@h/db?sslmode=verify-full&requiressl=0",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
