//! `port-zero`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::Span;

rule! {
    /// The URL's port is 0
    ///
    /// # What happens
    ///
    /// dj-database-url writes `url.port or ""`, and 0 is no port to that: `PORT` is empty, and libpq
    /// takes `PGPORT` or 5432. psql refuses the same URL, as it does `DB_PORT=0`:
    /// `invalid port number: "0"`.
    ///
    /// # Why it matters
    ///
    /// A port that some script failed to find out goes unnoticed, until another tool reads the URL
    /// or the server is on another port.
    ///
    /// # What to do
    ///
    /// Write the server's port, or none.
    ///
    /// # References
    ///
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `port or ""`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `port or ""`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid port number`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:0/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:5432/shop
    /// ```
    "port-zero", [Warning], check,
    errors ["invalid port number: \"0\""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let port = parts.port.of(url);
    if !port.starts_with('0') || !port.bytes().all(|it| it == b'0') {
        return;
    }
    if case.resolution.connect_params.is_none() || case.is_misread() {
        return;
    }
    let behind_host = Span::new(parts.port.start.saturating_sub(1), parts.port.end);
    findings
        .report(
            Severity::Warning,
            "port 0 is no port to dj-database-url: libpq takes its default, and psql refuses the URL",
            "write the server's port, or none",
        )
        .at([in_url(parts.port)])
        .fix("leave the port out", [Edit::delete(DATABASE_URL, behind_host)]);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn any_number_of_zeros_is_none() {
        for url in ["postgres://u:p@h:0/db", "postgres://u:p@h:000/db"] {
            assert_eq!(fixed_url(&RULE, url), ["postgres://u:p@h/db"]);
        }
        for url in ["postgres://u:p@h:05432/db", "postgres://u:0/x@h/db", "postgres://u:p@h:/db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
