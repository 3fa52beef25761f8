//! `sslmode-upgraded`.

use crate::advice::{Case, Findings, rule, sslmode_of};
use crate::clients::django;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::tls::SslMode;

rule! {
    /// The recipe demands TLS although the URL does not
    ///
    /// # What happens
    ///
    /// `ssl_require=True` sets `OPTIONS["sslmode"] = "require"` whatever the URL says
    /// (`dj_database_url/__init__.py`, 2.1.0 and 3.1.2). A URL with `sslmode=disable`, `allow` or
    /// `prefer` is meant for a server that may not speak TLS, and in production such a server is not
    /// reached: `server does not support SSL, but SSL was required` (libpq).
    ///
    /// # Why it matters
    ///
    /// Some networks encrypt by themselves, and their servers do not: the URLs of Fly.io's
    /// `.flycast` and `.internal` hosts come with `sslmode=disable`. They work with psql and with
    /// `DEBUG=True`, and fail in production.
    ///
    /// # What to do
    ///
    /// If the server has no TLS, demand it only of a URL that does not name an `sslmode`. In
    /// `settings.py`, inside `dj_database_url.config(…)`:
    /// `ssl_require=not DEBUG and 'sslmode=' not in os.environ['DATABASE_URL']`.
    /// If it has TLS, write `sslmode=require`, so that the URL says what happens.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `options["sslmode"] = "require"`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    /// - [Fly.io's documentation, `existing.html.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/django/getting-started/existing.html.md): a URL with `sslmode=disable`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@shop-db.flycast/shop?sslmode=disable
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@shop-db.flycast/shop?sslmode=disable
    /// DEBUG=True
    /// ```
    "sslmode-upgraded", [Warning], check,
    perhaps ["server does not support SSL, but SSL was required"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(line) = case.overruled_sslmode() else { return };
    let Some(asked @ (SslMode::Disable | SslMode::Allow | SslMode::Prefer)) = sslmode_of(line)
    else {
        return;
    };
    let is_refused = case.resolution.refusal.is_some();
    let speaks_libpq = case.resolution.engine().is_some_and(django::speaks_libpq);
    if is_refused || case.is_socket() || case.is_misread() || !speaks_libpq {
        return;
    }
    let span = line.origin.input_span();
    let finding = findings
        .report(
            Severity::Warning,
            alloc::format!(
                "`{}` writes `sslmode=require` over the URL's `{asked}`, and a server without TLS \
                 is not reached",
                case.ssl_require()
            ),
            alloc::format!(
                "leave the URL's `{asked}` alone, in settings.py: `{}`",
                case.recipe.sparing_statement()
            ),
        )
        .at(span);
    // Who wrote `disable` knows of a server without TLS.
    if asked != SslMode::Disable {
        let edit = span.map(|it| Edit::write(DATABASE_URL, it.span, SslMode::Require.name()));
        finding.fix("write sslmode=require, which is what happens", edit);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn only_a_server_that_may_have_tls_is_asked_for_it() {
        let fixed = fixed_url(&RULE, "postgres://u:p@h/db?sslmode=prefer");
        assert_eq!(fixed, ["postgres://u:p@h/db?sslmode=require"]);
        let disabled = "postgres://u:p@h.internal/db?sslmode=disable";
        assert!(fixed_url(&RULE, disabled).is_empty() && said_of(&RULE, disabled).len() == 1);
    }
}
