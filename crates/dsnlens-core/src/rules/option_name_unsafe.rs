//! `option-name-unsafe`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, in_url, rule, shown_key};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::shown;
use crate::span::Span;

rule! {
    /// An option's name holds a character that libpq reads as the end of the name
    ///
    /// # What happens
    ///
    /// psycopg writes the options as `name=value` into one text for libpq. It escapes the values
    /// and not the names (`psycopg/conninfo.py` of 3.3; psycopg2 does the same). A `%3D` or `%20`
    /// in a name is therefore read as an end of it:
    ///
    /// - `?application_name%3Dx%20sslmode=disable` sets `application_name` *and* `sslmode`, and the
    ///   second wins over the `sslmode=require` that stands before it;
    /// - `?application%20name=x` fails with `missing "=" after "application" in connection info
    ///   string`.
    ///
    /// # Why it matters
    ///
    /// Whoever may add one harmless option to a URL can turn TLS off, or change the host, without
    /// either word standing at its place in the URL. psql refuses the same URL.
    ///
    /// # What to do
    ///
    /// Write the options one by one, with names of letters and `_`. If a part of the URL comes from
    /// somebody else, check the names before you put it together.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): `make_conninfo()` escapes values only
    /// - [psycopg2 2.9.10, `extensions.py`](https://github.com/psycopg/psycopg2/blob/2.9.10/lib/extensions.py): `make_dsn()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_parse()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name%3Dx%20sslmode=disable
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application%20name=shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?application_name=shop
    /// ```
    "option-name-unsafe", [Error], check
}

/// Whether libpq reads a name in psycopg's text only up to a character in it.
pub(super) fn is_unsafe(name: &str) -> bool {
    name.contains(ends_name)
}

fn ends_name(c: char) -> bool {
    matches!(c, '=' | ' ' | '\t'..='\r' | '\0')
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.has_odd_options() {
        return;
    }
    let mut its = case.options().filter(|(_, line)| is_unsafe(line.key.reveal())).peekable();
    let Some((_, first)) = its.peek() else { return };
    if !case.ends_in_libpq() || case.is_misread() {
        return;
    }
    // What follows may hold anything, a password too.
    let head = first.key.reveal().split(ends_name).next().unwrap_or("");
    let key = shown_key(&first.key);
    let head = if shown::is_known(head) { head } else { &*key };
    let driver = case.recipe.driver.name();
    let message = match first.key.reveal().contains('=') {
        true => alloc::format!(
            "libpq reads `{head}` and what follows it in the option's name as several options: \
             {driver} does not escape names"
        ),
        false => alloc::format!(
            "libpq ends the option's name at `{head}`: {driver} does not escape the blank behind it"
        ),
    };
    let (mut names, mut removed, mut edits): (Vec<Span>, Vec<Span>, Vec<Edit>) = Default::default();
    let mut title = "take it out";
    for (id, line) in its.take(MANY) {
        let spans = case.written_spans(id);
        let of_it = spans.iter().map(|&it| case.option_name(it));
        names.extend(of_it.clone());
        match super::option_unknown::near(line.key.reveal()) {
            Some(keyword) => {
                title = "write libpq's name";
                edits.extend(of_it.map(|it| Edit::write(DATABASE_URL, it, keyword)));
            }
            None => removed.extend(spans),
        }
    }
    edits.extend(case.remove_options(&removed));
    findings
        .report(Severity::Error, message, "write each option by itself, `name=value`")
        .at(names.into_iter().map(in_url))
        .fix(title, edits);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn an_injected_option_is_taken_out() {
        let url = "postgres://app:correct-horse@db.example.com/shop?sslmode=require&\
                   application_name%3Dx%20sslmode=disable";
        let fixed = "postgres://app:correct-horse@db.example.com/shop?sslmode=require";
        assert_eq!(fixed_url(&RULE, url), [fixed]);
        let said = said_of(&RULE, url);
        let expected = "error: libpq reads `application_name` and what follows it in the option's \
                        name as several options: psycopg does not escape names \
                        <application_name%3Dx%20sslmode>";
        assert_eq!(said, [expected]);
    }

    #[test]
    fn a_password_in_a_name_is_not_repeated() {
        let url = "postgres://h/db?a%3Dx%20password%3Dhunter2%20b=1";
        let answer = crate::resolve(crate::Inputs::url(url));
        let mut its = answer.diagnostics.iter().filter(|it| it.rule == &RULE);
        assert!(its.all(|it| !it.message.contains("hunter2")));
    }

    #[test]
    fn a_blank_for_an_underscore_is_put_right() {
        let fixes = fixed_url(&RULE, "postgres://u:correct-horse@h/db?application+name=x");
        assert_eq!(fixes, ["postgres://u:correct-horse@h/db?application_name=x"]);
    }
}
