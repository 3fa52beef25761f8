//! `option-shadowed`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::advice::{Case, Findings, in_url, rule, shown};
use crate::clients::cpython::value_str;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Key, Line, LineId, Setting, Value};
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// The URL says the same thing twice, before and behind the `?`
    ///
    /// # What happens
    ///
    /// Django puts user, password, host and port of the URL's front part over options of the same
    /// name, so `?host=`, `?port=`, `?user=` and `?password=` lose. With the database it is the other
    /// way round: `?dbname=` wins over the path (`get_connection_params()` of Django 5.2,
    /// `db/backends/postgresql/base.py`). psql takes the option in every case.
    ///
    /// # Why it matters
    ///
    /// The same `DATABASE_URL` brings the application to one server or database, and psql, `pg_dump`
    /// or a migration script to another.
    ///
    /// # What to do
    ///
    /// Say each of them once. A host behind the `?`, such as the path of a socket, needs an empty
    /// host before it: `postgres://app:…@/shop?host=/cloudsql/…`.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_uri_parse_params()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?host=replica.example.com
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?dbname=test
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@/shop?host=/cloudsql/shop:europe-west1:db
    /// ```
    "option-shadowed", [Warning], check
}

/// An option and the part of the URL that says the same.
struct Pair<'r, 'a> {
    option: &'r Line<'a>,
    id: LineId,
    part: &'r Line<'a>,
    wins: bool,
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.resolution.connect_params.is_none() {
        return;
    }
    let lost = case.lost_options().filter_map(|(id, option)| match option.fate {
        Fate::Overridden { by } => {
            let part = case.resolution.ledger.line(by)?;
            let is_part = matches!(part.key, Key::Setting(_));
            is_part.then_some(Pair { option, id, part, wins: false })
        }
        _ => None,
    });
    let mut pairs: Vec<_> = lost.chain(dbname(case)).collect();
    pairs.retain(|it| value_str(&it.option.value) != value_str(&it.part.value));
    if pairs.is_empty() || case.is_misread() {
        return;
    }
    let (mut message, mut spans, mut removed) = (String::new(), Vec::new(), Vec::new());
    let mut kept = Vec::new();
    for pair in &pairs {
        message.push_str(if message.is_empty() { "" } else { "; " });
        message.push_str(&said(pair));
        let its = case.written_spans(pair.id);
        removed.extend(&its);
        spans.extend(its.into_iter().map(in_url));
        if pair.wins {
            kept.extend(written_as_part(pair));
        }
    }
    let title = if pairs.iter().any(|it| it.wins) {
        "keep what Django uses"
    } else {
        "take out the option that loses"
    };
    kept.extend(case.remove_options(&removed));
    let finding = findings
        .report(
            Severity::Warning,
            message,
            "write it once: before the `?` Django and psql read the same",
        )
        .at(spans)
        .fix(title, kept);
    if let [pair] = pairs.as_slice() {
        let edits = case.remove_options(&removed).into_iter();
        match pair.wins {
            true => finding.fix("keep the database of the path", edits),
            false => match written_as_part(pair).filter(|_| is_plain(pair)) {
                Some(edit) => finding
                    .fix("write the value that psql uses before the `?`", edits.chain([edit])),
                None => finding,
            },
        };
    }
}

/// `dbname`, which wins over the path.
fn dbname<'r, 'a>(case: &Case<'r, 'a>) -> Option<Pair<'r, 'a>> {
    let (id, option) = case.winner("dbname").filter(|(_, it)| matches!(it.key, Key::Option(_)))?;
    let (_, part) = case.setting(Setting::Name)?;
    matches!(part.fate, Fate::Overridden { .. }).then_some(Pair { option, id, part, wins: true })
}

fn said(pair: &Pair<'_, '_>) -> String {
    let name = pair.part.key.keyword();
    let (option, part) = (shown(&pair.option.value), shown(&pair.part.value));
    match (pair.wins, pair.option.value.is_secret()) {
        (true, _) => alloc::format!("`dbname={option}` wins over the `{part}` of the path"),
        (false, true) => {
            alloc::format!("the `{name}` behind the `?` loses to the one before the `@`")
        }
        (false, false) => {
            alloc::format!("`{name}={option}` loses to the URL's own `{part}`, but not in psql")
        }
    }
}

/// Whether the front part can hold the value: a host with a `%` is not read the same by every
/// release, and not everything is a port.
fn is_plain(pair: &Pair<'_, '_>) -> bool {
    match pair.part.key {
        // Without a port behind it every release reads a socket's directory.
        Key::Setting(Setting::Host)
            if pair.option.value.as_str().is_some_and(|it| it.starts_with('/')) =>
        {
            true
        }
        Key::Setting(Setting::Host) => !quote(&value_str(&pair.option.value)).contains('%'),
        Key::Setting(Setting::Port) => matches!(pair.option.value, Value::Int(1..=65535)),
        _ => true,
    }
}

/// The option's value, written to where the front part has its own.
fn written_as_part(pair: &Pair<'_, '_>) -> Option<Edit> {
    let place: Span = pair.part.origin.input_span()?.span;
    let text = quote(&value_str(&pair.option.value));
    let text = match pair.option.value.is_secret() {
        true => Text::default().and_hidden(text),
        false => Text::plain(text.to_string()),
    };
    Some(Edit::replace(DATABASE_URL, place, text))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn django_keeps_what_it_uses_or_takes_what_psql_does() {
        let fixes = fixed_url(&RULE, "postgres://u:correct-horse@h/db?host=x.example.com");
        let expected =
            ["postgres://u:correct-horse@h/db", "postgres://u:correct-horse@x.example.com/db"];
        assert_eq!(fixes, expected);
        let fixes = fixed_url(&RULE, "postgres://u:correct-horse@h/db?dbname=x&sslmode=require");
        let expected = [
            "postgres://u:correct-horse@h/x?sslmode=require",
            "postgres://u:correct-horse@h/db?sslmode=require",
        ];
        assert_eq!(fixes, expected);
    }

    #[test]
    fn several_are_one_finding() {
        let said = said_of(&RULE, "postgres://u:p@h:5432/db?port=6432&password=hunter2&user=u");
        let expected = "warning: `port=6432` loses to the URL's own `5432`, but not in psql; the \
                        `password` behind the `?` loses to the one before the `@` <6432> <hunter2>";
        assert_eq!(said.len(), 1, "{said:?}");
        assert_eq!(said, [expected]);
    }

    #[test]
    fn what_the_front_part_leaves_open_is_no_second_word() {
        for url in
            ["postgres:///db?host=/tmp", "postgres://h/db?port=6432", "postgres://h/?dbname=x"]
        {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
