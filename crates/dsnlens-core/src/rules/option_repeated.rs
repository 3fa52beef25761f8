//! `option-repeated`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, brief, in_url, rule, shown, shown_key};
use crate::diagnostic::Severity;
use crate::ledger::{Fate, Line, LineId, Value};
use crate::span::Span;

rule! {
    /// The URL gives an option twice
    ///
    /// # What happens
    ///
    /// dj-database-url 2.1.0 takes the last of the two, as psql does. Since 3.0 it makes a list of
    /// both, which libpq is handed as a text:
    /// `invalid sslmode value: "['require', 'verify-full']"`. Where `ssl_require` writes `sslmode`
    /// over the list, nobody notices.
    ///
    /// # Why it matters
    ///
    /// The reader of the URL sees the first. And `dj-database-url>=2.1.0` in the requirements means
    /// that a fresh installation fails where the old one runs.
    ///
    /// # What to do
    ///
    /// Keep the one that is meant.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): the last value
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_parse_option_values()`, a list
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_storeval()`, and `invalid sslmode value`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require&sslmode=verify-full
    /// ```
    ///
    /// ```env,reports,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require&sslmode=verify-full
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "option-repeated", [Error, Warning], check,
    errors ["invalid sslmode value: \"['"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let mut winners: Vec<LineId> = Vec::new();
    for (_, line) in case.lost_options() {
        if winners.len() == MANY {
            break;
        }
        winners.extend(repeated(case, line).filter(|it| !winners.contains(it)));
    }
    if winners.is_empty() || case.resolution.settings.is_none() || case.is_misread() {
        return;
    }
    let mut severity = Severity::Warning;
    let mut message = String::new();
    let (mut spans, mut earlier, mut later): (Vec<Span>, Vec<Span>, Vec<Span>) = Default::default();
    let mut are_equal = true;
    for id in winners {
        let Some(line) = case.resolution.ledger.line(id) else { continue };
        let its = case.written_spans(id);
        message.push_str(if message.is_empty() { "" } else { "; " });
        message.push_str(&alloc::format!("`{}` is given more than once", shown_key(&line.key)));
        message.push_str(&match &line.value {
            Value::List(_) => {
                // The recipe may write over it, and then nobody is handed the list.
                if !matches!(line.fate, Fate::Overridden { .. }) {
                    severity = Severity::Error;
                }
                let text = brief(&line.value.to_text().to_string());
                alloc::format!(", and dj-database-url makes the list `{text}` of it")
            }
            value => alloc::format!(", and the last, `{}`, counts", shown(value)),
        });
        let text = |it: &Span| it.of(case.url().unwrap_or(""));
        are_equal &= its.windows(2).all(|it| it.first().map(text) == it.last().map(text));
        earlier.extend(its.split_last().map(|(_, rest)| rest).unwrap_or_default());
        later.extend(its.split_first().map(|(_, rest)| rest).unwrap_or_default());
        spans.extend(its);
    }
    let finding = findings
        .report(severity, message, "keep the one that is meant")
        .at(spans.into_iter().map(in_url))
        .fix("keep the last", case.remove_options(&earlier));
    if !are_equal {
        finding.fix("keep the first", case.remove_options(&later));
    }
}

/// The line that a repeated option has come to.
fn repeated(case: &Case<'_, '_>, line: &Line<'_>) -> Option<LineId> {
    let ledger = &case.resolution.ledger;
    match line.fate {
        Fate::Overridden { by } => ledger
            .line(by)
            .is_some_and(|it| it.key == line.key && it.origin.input_span().is_some())
            .then_some(by),
        Fate::Joined { into } => {
            ledger.line(into).is_some_and(|it| matches!(it.value, Value::List(_))).then_some(into)
        }
        Fate::Won | Fate::Ignored { .. } | Fate::Sent => None,
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    const URL: &str =
        "postgres://u:correct-horse@h/db?sslmode=allow&keepalives=1&sslmode=require&sslsni=1";

    #[test]
    fn either_may_be_meant() {
        let last = "postgres://u:correct-horse@h/db?keepalives=1&sslmode=require&sslsni=1";
        let first = "postgres://u:correct-horse@h/db?sslmode=allow&keepalives=1&sslsni=1";
        assert_eq!(fixed_url(&RULE, URL), [last, first]);
        let said = said_of(&RULE, URL);
        let expected = "warning: `sslmode` is given more than once, and the last, `require`, counts \
                        <allow> <require>";
        assert_eq!(said, [expected]);
        let same = fixed_url(&RULE, "postgres://u:correct-horse@h/db?keepalives=1&keepalives=1");
        assert_eq!(same, ["postgres://u:correct-horse@h/db?keepalives=1"]);
    }

    #[test]
    fn a_secret_stays_one() {
        let said = said_of(&RULE, "postgres://h/db?sslpassword=hunter1&sslpassword=hunter2");
        assert!(said.iter().all(|it| it.contains("last, `********`, counts")), "{said:?}");
    }
}
