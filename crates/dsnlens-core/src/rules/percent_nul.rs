//! `percent-nul`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, Marks, in_url, rule};
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Fate;
use crate::span::Span;
use crate::syntax::words;

rule! {
    /// `%00` ends what libpq reads of the settings
    ///
    /// # What happens
    ///
    /// Python decodes `%00` to a NUL character. psycopg 3 writes all settings into one text for
    /// libpq (`dbname`, the options, `client_encoding`, then user, password, host, port), and to C a
    /// text ends at its first NUL. A `%00` in the password cuts the password there and drops host
    /// and port without a word: libpq goes to the socket of this machine. psycopg2 refuses it:
    /// `ValueError: embedded null character`. So does psql:
    /// `forbidden value %00 in percent-encoded value`.
    ///
    /// # Why it matters
    ///
    /// A connection to another server than the URL names, and perhaps one that works.
    ///
    /// # What to do
    ///
    /// PostgreSQL has no NUL in a password or a name, so `%00` is three characters that nobody
    /// encoded, and is written `%2500`; or it should not be there.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): `make_conninfo()`, one text
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`, the order
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `forbidden value %00`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct%00horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports,psycopg2
    /// DATABASE_URL=postgres://app:correct%00horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct%2500horse@db.example.com/shop
    /// ```
    "percent-nul", [Error], check,
    errors ["embedded null character", "forbidden value %00"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    if !case.has(Marks::PERCENT) {
        return;
    }
    let read =
        Span::new(0, if parts.fragment.is_empty() { url.len() } else { parts.fragment.start });
    let find = || words::places(read.of(url), "%00").map(|at| Span::new(at, at + 3));
    if find().next().is_none() || case.is_misread() {
        return;
    }
    let Some(params) = &case.resolution.connect_params else { return };
    let lines = params.lines.iter().filter_map(|&it| case.resolution.ledger.line(it));
    let dropped = lines.filter(|it| matches!(it.fate, Fate::Ignored { .. }));
    let dropped = dropped.filter(|it| it.stage == &stages::RECIPE);
    let dropped: Vec<_> = dropped.map(|it| it.key.keyword()).collect();
    let message = match dropped.is_empty() {
        _ if case.is_refused_by(&stages::PSYCOPG2) => {
            "`%00` becomes a NUL character, which psycopg2 refuses".into()
        }
        true => "`%00` becomes a NUL character, where libpq stops to read".into(),
        false => alloc::format!(
            "`%00` becomes a NUL character, where libpq stops to read: it never sees {}",
            dropped.join(", ")
        ),
    };
    findings
        .report(Severity::Error, message, "write `%00` as `%2500`, or take it out")
        .at(find().map(in_url))
        .fix(
            "take it for three characters: write %2500",
            find().map(|it| Edit::write(DATABASE_URL, it, "%2500")),
        )
        .fix("take %00 out", find().map(|it| Edit::delete(DATABASE_URL, it)));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn what_libpq_never_sees_is_named() {
        let said = said_of(&RULE, "postgres://u:p%00x@h:5432/db");
        assert!(said[0].ends_with("it never sees host, port <%00>"), "{said:?}");
        let fixed = ["postgres://u:p%2500x@h:5432/db", "postgres://u:px@h:5432/db"];
        assert_eq!(fixed_url(&RULE, "postgres://u:p%00x@h:5432/db"), fixed);
    }

    #[test]
    fn only_what_is_decoded_counts() {
        for url in ["postgres://u:p%2500@h/db", "postgres://u:p@h/db#%00", "sqlite:///%00"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
