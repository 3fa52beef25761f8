//! `slash-missing`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::Span;

rule! {
    /// The scheme is not followed by two slashes
    ///
    /// # What happens
    ///
    /// Only what stands between `//` and the next slash is user, password, host and port to Python's
    /// `urlsplit`. In `postgres:/app:secret@db/shop` there is no such part, and the whole rest
    /// becomes the database's name: `NAME` is `app:secret@db/shop` and `HOST` is empty.
    /// `postgres:db/shop` even loses a letter, since dj-database-url cuts off the first character of
    /// the path: `NAME` is `b/shop`. Nothing is refused. libpq goes to this machine's socket:
    /// `connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or
    /// directory`. psql refuses the URL: `missing "=" after "postgres:/…" in connection info string`.
    ///
    /// # Why it matters
    ///
    /// The error names a socket that nobody configured, and the password ends up in the name of the
    /// database, which the server logs.
    ///
    /// # What to do
    ///
    /// Write `postgres://` before user and host. For a socket and no host it is `postgres:///shop`.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `urlsplit()`, what follows `//`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): the first character of the path is cut off
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `missing "=" after`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres:/app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres:///app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres:///shop
    /// ```
    "slash-missing", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.has_lost_authority() {
        return;
    }
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let behind = url.get(parts.scheme.end..).unwrap_or("");
    let rest = behind.trim_start_matches([':', '/', '\\', ' ', '\t', '\r', '\n']);
    let separator = Span::new(parts.scheme.end, url.len() - rest.len());
    let what = match separator.of(url) {
        ":" => "no slashes follow",
        ":/" => "one slash follows",
        it if it.starts_with(":///") => "more than two slashes follow",
        _ => "something other than two slashes follows",
    };
    let (written, title) = match rest.contains(['@', ':', '/']) {
        true => ("://", "write two slashes before user and host"),
        false => (":///", "write three slashes: a database on this machine"),
    };
    findings
        .report(
            Severity::Error,
            alloc::format!(
                "{what} the scheme: Python finds no host, and the rest becomes the database's name"
            ),
            "write `://` between the scheme and what follows",
        )
        .at([in_url(separator)])
        .fix(
            title,
            core::iter::once(Edit::write(DATABASE_URL, separator, written))
                .chain(case.encode_behind(separator.end)),
        );
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[track_caller]
    fn check(url: &str, what: &str, fixed: &str) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].contains(what), "{url}: {said:?}");
        assert_eq!(fixed_url(&RULE, url), [fixed], "{url}");
    }

    #[test]
    fn any_other_number_of_slashes_is_mended() {
        check("postgres:/u:p@h/db", "one slash", "postgres://u:p@h/db");
        check("postgres:u:p@h/db", "no slashes", "postgres://u:p@h/db");
        check("postgres:h/db", "no slashes", "postgres://h/db");
        check("postgres:///u:p@h/db", "more than two", "postgres://u:p@h/db");
        check("postgres: //u:p@h/db", "something other", "postgres://u:p@h/db");
        check("postgres:/u:p#s@h/db", "one slash", "postgres://u:p%23s@h/db");
        check("postgres:/db", "one slash", "postgres:///db");
    }

    #[test]
    fn a_socket_has_no_host_before_its_third_slash() {
        for url in ["postgres:///db", "postgres://%2Frun/db", "postgres:///me@home", "sqlite:/db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
