//! `option-retyped`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, brief, in_url, rule, shown, shown_key};
use crate::clients::cpython::value_str;
use crate::clients::libpq;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Line, Value};
use crate::syntax::python::unquote_plus;

rule! {
    /// An option that looks like a number or a truth value is written anew
    ///
    /// # What happens
    ///
    /// dj-database-url turns the values of options into Python's types, and psycopg turns them into
    /// text again. On the way the spelling is lost: `application_name=0123` arrives as `123`. 2.1.0
    /// rewrites whatever `int()` takes: `1_000` becomes `1000`, `%2B5` becomes `5`. 3.x rewrites
    /// plain digits, and `true` becomes `True`. User, password, host and database before the `?`
    /// are left alone.
    ///
    /// # Why it matters
    ///
    /// A `sslpassword` of digits with a zero in front no longer opens its key, a role or a tenant
    /// called `007` is not found, and psql, which rewrites nothing, works with the same URL.
    ///
    /// # What to do
    ///
    /// Choose a value that is no number: `application_name=v0123`. Where the number is meant, write
    /// it as it arrives.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `int()`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_parse_value()`
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): `make_conninfo()` writes `str()` of a value
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=0123
    /// ```
    ///
    /// ```env,reports,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=true
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=123
    /// ```
    "option-retyped", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let joined = case.lost_options().filter(|(_, it)| matches!(it.fate, Fate::Joined { .. }));
    let mut its = case.options().chain(joined).filter(|(_, it)| is_retyped(case, it)).peekable();
    if its.peek().is_none() || case.is_misread() {
        return;
    }
    let (mut message, mut spans, mut edits) = (String::new(), Vec::new(), Vec::new());
    for (_, line) in its.take(MANY) {
        let Some(place) = line.origin.input_span() else { continue };
        message.push_str(if message.is_empty() { "" } else { ", " });
        let name = shown_key(&line.key);
        message.push_str(&match line.value.is_secret() {
            true => alloc::format!("`{name}` loses its spelling, being read as a number"),
            false => {
                let typed = brief(&case.quote(DATABASE_URL, place.span).to_string());
                if !matches!(line.value, Value::Bool(_)) {
                    edits.push(Edit::write(DATABASE_URL, place.span, line.value.to_string()));
                }
                alloc::format!("`{name}={typed}` arrives as `{}`", shown(&line.value))
            }
        });
        spans.push(in_url(place.span));
    }
    let help = "write it as it arrives, or write a value that looks neither like a number nor like true or \
                false";
    // Nobody means `True`, nor a secret that was never set.
    let is_curable = edits.len() == spans.len();
    let finding = findings.report(Severity::Warning, message, help).at(spans);
    if is_curable {
        finding.fix("write it as it arrives", edits);
    }
}

/// Whether the text that libpq gets is another than the one in the URL.
pub(super) fn is_retyped(case: &Case<'_, '_>, line: &Line<'_>) -> bool {
    let is_text = match &line.value {
        Value::Secret(secret) => secret.reveal().as_str().is_some(),
        Value::Bool(_) | Value::Int(_) | Value::BigInt(_) => false,
        _ => true,
    };
    if is_text {
        return false;
    }
    let Some(place) = line.origin.input_span().filter(|it| it.input == DATABASE_URL) else {
        return false;
    };
    let typed = place.span.of(case.url().unwrap_or(""));
    let is_usual =
        matches!(typed.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.iter().all(u8::is_ascii_digit));
    let name = line.key.reveal();
    // What Python takes is a Python value to it, and to libpq these are numbers anyhow.
    let is_number = name == "port" || name.starts_with("keepalives") || name.ends_with("timeout");
    let is_text = libpq::find(name).is_some() || name == "currentSchema";
    !is_usual
        && is_text
        && (!is_number || matches!(line.value, Value::Bool(_)))
        && unquote_plus(typed) != value_str(&line.value)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn the_number_may_be_written_as_it_arrives() {
        let url =
            "postgres://u:correct-horse@h/db?application_name=0_1&fallback_application_name=%2B5";
        let fixed =
            "postgres://u:correct-horse@h/db?application_name=1&fallback_application_name=5";
        assert_eq!(fixed_url(&RULE, url), [fixed]);
        let said = said_of(&RULE, url);
        let expected = "warning: `application_name=0_1` arrives as `1`, \
                        `fallback_application_name=%2B5` arrives as `5` <0_1> <%2B5>";
        assert_eq!(said, [expected]);
    }

    #[test]
    fn a_secret_is_neither_shown_nor_rewritten() {
        let url = "postgres://h/db?sslpassword=00123";
        let said = said_of(&RULE, url);
        let expected = "warning: `sslpassword` loses its spelling, being read as a number <00123>";
        assert_eq!(said, [expected]);
        assert!(fixed_url(&RULE, url).is_empty());
    }

    #[test]
    fn a_number_is_a_number() {
        for query in ["connect_timeout=010", "keepalives=1", "application_name=0", "x=7%30"] {
            let said = said_of(&RULE, &alloc::format!("postgres://h/db?{query}"));
            assert!(said.is_empty(), "{said:?}");
        }
    }
}
