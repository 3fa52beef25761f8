//! `sslmode-required-locally`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;
use crate::recipe::SslRequire;
use crate::tls::SslMode;

rule! {
    /// TLS is demanded of a server on this machine
    ///
    /// # What happens
    ///
    /// `ssl_require=not DEBUG` asks for TLS of every host in a URL. The `DB_*` branch of the same
    /// settings module is smarter: it takes `prefer` for `localhost`, `127.0.0.1` and `::1`. A
    /// PostgreSQL out of the box has no TLS, and then the connection fails:
    /// `server does not support SSL, but SSL was required` (libpq).
    ///
    /// # Why it matters
    ///
    /// The same credentials work through `DB_HOST=localhost` and fail through `DATABASE_URL`. `DEBUG`
    /// that is not set counts as production, so a fresh checkout fails as well.
    ///
    /// # What to do
    ///
    /// On a development machine set `DEBUG=True`. In production add `sslmode=prefer` to the URL, and
    /// keep the recipe from writing over it: inside `dj_database_url.config(…)` pass
    /// `ssl_require=not DEBUG and 'sslmode=' not in os.environ['DATABASE_URL']`. Or use the `DB_*`
    /// variables and no `DATABASE_URL`.
    ///
    /// # References
    ///
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`, for every host
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@localhost/shop
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=localhost
    /// DB_NAME=shop
    /// ```
    "sslmode-required-locally", [Warning], check,
    perhaps ["server does not support SSL, but SSL was required"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_url() || case.sslmode() != Some(SslMode::Require) || !case.is_loopback() {
        return;
    }
    let (Some((_, sslmode)), Some((_, host))) = (case.winner("sslmode"), case.winner("host"))
    else {
        return;
    };
    // Who names an sslmode knows the server; where it is another one, that is said elsewhere.
    if !case.is_by_call(sslmode) || case.overruled_sslmode().is_some() {
        return;
    }
    let for_development = match case.recipe.ssl_require {
        SslRequire::NotDebug => "set DEBUG=True for development; otherwise ",
        SslRequire::Always | SslRequire::Never => "",
    };
    findings
        .report(
            Severity::Warning,
            alloc::format!(
                "`{}` demands TLS of `{}`, which a local server mostly does not speak",
                case.ssl_require(),
                shown(&host.value)
            ),
            alloc::format!(
                "{for_development}add `sslmode=prefer` to the URL, and \
                 leave it alone in settings.py: `{}`",
                case.recipe.sparing_statement()
            ),
        )
        .at(host.origin.input_span());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of;

    #[test]
    fn this_machine_in_any_spelling_unless_the_url_speaks_for_itself() {
        for (url, host) in [
            ("postgres://u:p@LOCALHOST/db", "<LOCALHOST>"),
            ("postgres://u:p@[::1]:5432/db", "<::1>"),
            ("postgres://u:p@127.0.0.2/db", "<127.0.0.2>"),
            ("postgres:///db?host=localhost", "<localhost>"),
        ] {
            let said = said_of(&RULE, url);
            assert!(said.len() == 1 && said[0].ends_with(host), "{url}: {said:?}");
        }
        for url in [
            "postgres://u:p@localhost/db?sslmode=require",
            "postgres://u:p@localhost/db?sslmode=disable",
            "postgres://u:p@localhost/db?hostaddr=10.0.0.5",
            "postgres:///db",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
