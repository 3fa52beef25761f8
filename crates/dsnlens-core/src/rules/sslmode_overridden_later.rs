//! `sslmode-overridden-later`.

use crate::advice::{Case, Findings, rule, shown_key, sslmode_of};
use crate::diagnostic::Severity;

rule! {
    /// A later option takes the place of `sslmode`
    ///
    /// # What happens
    ///
    /// psycopg joins the options to one text, `sslmode=require requiressl=0 …`, and in it the last
    /// word on a setting counts. Two things can speak after `sslmode`:
    ///
    /// - `requiressl=0`, libpq's ancestor of `sslmode`, is read as `sslmode=prefer`
    ///   (`fe-connect.c`);
    /// - an option whose name holds `=`: psycopg escapes values and not names (`conninfo.py`), so
    ///   `application_name%3Dx%20sslmode=disable` is two options to libpq.
    ///
    /// `ssl_require` does not help: it changes `sslmode` where it stands, before the other.
    ///
    /// # Why it matters
    ///
    /// `DATABASES` shows `'sslmode': 'require'`, and production connects without TLS. There is no
    /// error and no warning.
    ///
    /// # What to do
    ///
    /// Take the later option out. To see what a connection really uses:
    /// `SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_storeval()`, `requiressl`
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): `make_conninfo()`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `ssl_require` changes a value in its place
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require&requiressl=0
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "sslmode-overridden-later", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, winner)) = case.winner("sslmode") else { return };
    if winner.stage != case.recipe.driver.stage() {
        return;
    }
    let Some((_, written)) = case.option("sslmode") else { return };
    let (Some(wins), Some(asked)) = (sslmode_of(winner), sslmode_of(written)) else { return };
    // One that is as strict takes nothing away.
    if wins >= asked {
        return;
    }
    let Some((_, later)) = case.options().find(|(_, it)| it.origin == winner.origin) else {
        return;
    };
    let name = shown_key(&later.key);
    let span = winner.origin.input_span();
    findings
        .report(
            Severity::Error,
            alloc::format!(
                "`{name}` ({}) comes after `sslmode={asked}`: the connection is made with \
                 `sslmode={wins}`",
                winner.origin
            ),
            alloc::format!("take `{name}` out of the URL's options"),
        )
        .at(span)
        .fix(alloc::format!("remove {name}"), span.and_then(|it| case.remove_option(it.span)));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[track_caller]
    fn check(url: &str, piece: &str, fixed: &str) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].ends_with(piece), "{said:?}");
        assert_eq!(fixed_url(&RULE, url), [fixed]);
    }

    #[test]
    fn the_later_option_goes() {
        check(
            "postgres://u:p@h/db?sslmode=require&requiressl=0&connect_timeout=5",
            "`sslmode=prefer` <0>",
            "postgres://u:p@h/db?sslmode=require&connect_timeout=5",
        );
        check(
            "postgres://u:p@h/db?sslmode=require&application_name%3Dx%20sslmode=disable",
            "`sslmode=disable` <disable>",
            "postgres://u:p@h/db?sslmode=require",
        );
    }

    #[test]
    fn what_comes_before_or_is_as_strict_is_harmless() {
        for url in [
            "postgres://u:p@h/db?requiressl=0",
            "postgres://u:p@h/db?requiressl=0&sslmode=require",
            "postgres://u:p@h/db?sslmode=require&requiressl=1",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
