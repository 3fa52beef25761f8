//! `option-blank`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, brief, in_url, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Line};

rule! {
    /// An option of the URL has no value
    ///
    /// # What happens
    ///
    /// Python's `parse_qs` drops an option without a value, so dj-database-url never sees it:
    /// `?sslmode=` and `?sslmode` are as good as nothing, and libpq's default or the recipe counts.
    /// psql, given the same URL, refuses: `invalid sslmode value: ""`, or, where the `=` is missing,
    /// `missing key/value separator "=" in URI query parameter: "sslmode"`.
    ///
    /// # Why it matters
    ///
    /// Mostly a variable was empty when the URL was put together: `?sslmode=${SSLMODE}`. The
    /// application connects with another SSL mode, role or schema than somebody wrote down, without
    /// a word.
    ///
    /// # What to do
    ///
    /// Give the option its value, or take it out.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `parse_qsl()` and `keep_blank_values`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `parse_qs()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `missing key/value separator`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "option-blank", [Warning], check,
    errors ["invalid sslmode value: \"\"", "missing key/value separator \"=\""]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let is_blank = |line: &Line<'a>| {
        matches!(line.fate, Fate::Ignored { .. }) && line.value.as_str() == Some("")
    };
    let mut blank = case.lost_options().filter(|(_, line)| is_blank(line)).peekable();
    if blank.peek().is_none() || case.resolution.settings.is_none() || case.is_misread() {
        return;
    }
    let (mut names, mut spans) = (String::new(), Vec::new());
    for place in blank.take(MANY).filter_map(|(_, line)| line.origin.input_span()) {
        names.push_str(if names.is_empty() { "`" } else { ", `" });
        names.push_str(&brief(&case.quote(DATABASE_URL, place.span).to_string()));
        names.push('`');
        spans.push(place.span);
    }
    let verb = if spans.len() == 1 { "has" } else { "have" };
    findings
        .report(
            Severity::Warning,
            alloc::format!("{names} {verb} no value, and Django never sees an option without"),
            "give it a value, or take it out",
        )
        .at(spans.iter().copied().map(in_url))
        .fix("take out the option without a value", case.remove_options(&spans));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn every_blank_option_is_taken_out() {
        let url = "postgres://u:correct-horse@h/db?a=&sslmode&application_name=x&&b=";
        let fixed = "postgres://u:correct-horse@h/db?application_name=x&";
        assert_eq!(fixed_url(&RULE, url), [fixed]);
        let said = said_of(&RULE, url);
        let expected = "warning: `a=`, `sslmode`, `b=` have no value, and Django never sees an \
                        option without <a=> <sslmode> <b=>";
        assert_eq!(said, [expected]);
        assert_eq!(fixed_url(&RULE, "postgres://h/db?sslmode"), ["postgres://h/db"]);
    }
}
