//! `option-ineffective`.

use alloc::string::{String, ToString};

use crate::advice::{Case, Findings, in_url, rule, shown};
use crate::clients::cpython::value_str;
use crate::diagnostic::Severity;
use crate::ledger::{Line, Value};

rule! {
    /// Django does not take an option as the URL writes it
    ///
    /// # What happens
    ///
    /// Two of the options that Django itself reads want a Python value, and a URL holds text:
    ///
    /// - `server_side_binding` is on only where it is `True`. dj-database-url 2.1.0 makes `true` a
    ///   text, and `1` a number in every release, so that nothing happens and nothing is said;
    ///   from 2.2.0 on `true` is `True`.
    /// - `isolation_level` is a number from 1 to 4. A word is refused at the first query:
    ///   `ImproperlyConfigured: Invalid transaction isolation level serializable specified. Use one
    ///   of the psycopg.IsolationLevel values.`
    ///
    /// # Why it matters
    ///
    /// An option that is ignored looks as if it was set, until an upgrade of dj-database-url turns it
    /// on.
    ///
    /// # What to do
    ///
    /// Set it in `settings.py`: `DATABASES['default']['OPTIONS']['server_side_binding'] = True`, and an
    /// isolation level as its number: 1 is READ UNCOMMITTED, 2 READ COMMITTED, 3 REPEATABLE READ, 4
    /// SERIALIZABLE. psql refuses a URL with either of them.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?server_side_binding=true
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?isolation_level=serializable
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?isolation_level=4
    /// ```
    "option-ineffective", [Error, Warning], check,
    errors ["Invalid transaction isolation level"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.has_odd_options() || !case.ends_in_libpq() || case.is_misread() {
        return;
    }
    check_binding(case, findings);
    check_isolation(case, findings);
}

fn check_binding<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    const NAME: &str = "server_side_binding";
    let Some((id, line)) = case.option(NAME) else { return };
    let text = value_str(&line.value);
    let is_no = ["false", "0", "no", "off"].iter().any(|it| it.eq_ignore_ascii_case(&text));
    let release = case.recipe.dj_database_url;
    if line.value == Value::Bool(true) || line.value.is_secret() || is_no {
        return;
    }
    let spans = case.written_spans(id);
    let is_word = text.eq_ignore_ascii_case("true");
    let later = if is_word { "; from 2.2.0 on it is turned on" } else { "" };
    let message = alloc::format!(
        "`{NAME}={}` has no effect with {release} of dj-database-url: Django turns it on only for \
         True, and gets {}{later}",
        shown(&line.value),
        kind(line)
    );
    let help = "set `DATABASES['default']['OPTIONS']['server_side_binding'] = True` in settings.py, \
                and take it out of the URL";
    findings
        .report(Severity::Warning, message, help)
        .at(spans.iter().copied().map(in_url))
        .fix("take server_side_binding out of the URL", case.remove_options(&spans));
}

fn kind(line: &Line<'_>) -> String {
    match &line.value {
        Value::Int(_) | Value::BigInt(_) => "a number".into(),
        Value::List(_) => "a list".into(),
        Value::Tuple(_) => "a tuple".into(),
        _ => alloc::format!("the text `{}`", shown(&line.value)),
    }
}

fn check_isolation<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((id, line)) = case.option("isolation_level") else { return };
    if matches!(line.value, Value::Int(1..=4) | Value::Bool(true)) {
        return;
    }
    let spans = case.written_spans(id);
    let help = match level(&value_str(&line.value)) {
        Some(number) => alloc::format!(
            "set `DATABASES['default']['OPTIONS']['isolation_level'] = {number}` in settings.py, and \
             take it out of the URL"
        ),
        None => "take it out of the URL".to_string(),
    };
    let message = alloc::format!(
        "Django refuses `isolation_level={}`: it wants a number from 1 to 4",
        shown(&line.value)
    );
    findings
        .report(Severity::Error, message, help)
        .at(spans.iter().copied().map(in_url))
        .fix("take isolation_level out of the URL", case.remove_options(&spans));
}

/// The number of a level that is written in words.
fn level(text: &str) -> Option<usize> {
    let same = |it: &&str| {
        let letters = |text: &str| -> String {
            let kept = text.bytes().filter(u8::is_ascii_alphabetic);
            kept.map(|it| char::from(it.to_ascii_lowercase())).collect()
        };
        letters(it) == letters(text)
    };
    let levels = ["readuncommitted", "readcommitted", "repeatableread", "serializable"];
    levels.iter().position(same).map(|it| it + 1)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};
    use crate::recipe::DjDatabaseUrl;
    use crate::{Inputs, Question, Recipe, resolve};

    const URL: &str = "postgres://u:correct-horse@h/db";

    #[test]
    fn a_binding_is_on_for_true_alone() {
        for value in ["true", "True", "1", "yes", "2"] {
            let url = alloc::format!("{URL}?server_side_binding={value}");
            assert!(said_of(&RULE, &url)[0].contains("has no effect with 2.1.0"), "{url}");
            assert_eq!(fixed_url(&RULE, &url), [URL], "{url}");
        }
        for value in ["false", "0", "off"] {
            let url = alloc::format!("{URL}?server_side_binding={value}");
            assert!(said_of(&RULE, &url).is_empty(), "{url}");
        }
        let url = alloc::format!("{URL}?server_side_binding=true");
        let recipe = Recipe { dj_database_url: DjDatabaseUrl::V2_2_0, ..Recipe::default() };
        let answer = resolve(Question::new(Inputs::url(&url)).with_recipe(recipe));
        assert!(answer.diagnostics.iter().all(|it| *it.rule != RULE));
    }

    #[test]
    fn a_level_is_a_number() {
        for (word, number) in [
            ("serializable", 4),
            ("REPEATABLE%20READ", 3),
            ("read_committed", 2),
            ("Read-Uncommitted", 1),
        ] {
            let url = alloc::format!("{URL}?isolation_level={word}");
            assert!(said_of(&RULE, &url)[0].starts_with("error"), "{url}");
            assert_eq!(fixed_url(&RULE, &url), [URL]);
            assert_eq!(super::level(&crate::syntax::python::unquote(word)), Some(number));
        }
        assert_eq!(super::level("9"), None);
        assert!(said_of(&RULE, &alloc::format!("{URL}?isolation_level=2")).is_empty());
    }
}
