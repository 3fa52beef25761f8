//! `options-overwritten`.

use alloc::string::String;

use crate::advice::{Case, Findings, rule, shown};
use crate::clients::cpython::value_str;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Origin};
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// `currentSchema` becomes `options`, unquoted and over what is there
    ///
    /// # What happens
    ///
    /// dj-database-url knows JDBC's `currentSchema` and turns it into
    /// `OPTIONS["options"] = "-c search_path=…"`. It writes over an `options` of the URL, and quotes
    /// nothing:
    ///
    /// - `options=-c%20statement_timeout%3D5000&currentSchema=app` has no timeout any more;
    /// - a blank ends the value: `FATAL: invalid command-line argument for server process: b`, or
    ///   for `app,%20public` `invalid value for parameter "search_path": "app,"`;
    /// - capitals are lost: the server reads `MySchema` as `myschema`, which does not exist, and goes
    ///   on without it.
    ///
    /// # Why it matters
    ///
    /// Tables are created in, or looked for in, another schema: `relation "…" does not exist`.
    ///
    /// # What to do
    ///
    /// Write the list without blanks, names with capitals in double quotes, and several settings
    /// into one `options=-c%20a%3Db%20-c%20search_path%3Dapp`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `currentSchema`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `apply_current_schema()`
    /// - [PostgreSQL 18, `postgres.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/tcop/postgres.c): `invalid command-line argument for server process`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?options=-c%20statement_timeout%3D5000&currentSchema=app
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?currentSchema=app,%20public
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?currentSchema=app,public
    /// ```
    "options-overwritten", [Error, Warning], check,
    errors ["invalid command-line argument for server process: "]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // Both are written in the URL, and have come to nothing of their own.
    let mut schemas = case.lost_options().filter(|(_, it)| it.key.reveal() == "currentSchema");
    // Of a repeated one 3.x makes a list, which another rule tells.
    let joined = schemas.find_map(|(_, it)| match (it.fate, &it.origin) {
        (Fate::Joined { into }, Origin::Variable { .. }) => Some((it, into)),
        _ => None,
    });
    let Some((schema, into)) = joined else { return };
    let is_list = case.lost_options().any(|(id, _)| id == into);
    if is_list || case.is_misread() || schema.value.is_secret() {
        return;
    }
    let text = value_str(&schema.value);
    let mut lost = case.lost_options().filter(|(_, it)| it.key.reveal() == "options");
    let written = lost.find(|(_, it)| it.fate == Fate::Overridden { by: into });
    let written = written.map(|(_, it)| it).filter(|it| !it.value.is_secret());
    let shown_schema = shown(&schema.value);
    let (severity, message, help) = if has_bare_blank(&text) {
        (
            Severity::Error,
            alloc::format!("the server refuses the blank in `currentSchema={shown_schema}`"),
            "leave the blank out, or write the name in double quotes with `\\` before the blank",
        )
    } else if let Some(options) = written {
        let options = shown(&options.value);
        (
            Severity::Warning,
            alloc::format!("`currentSchema={shown_schema}` writes over `options={options}`"),
            "put the schema into `options`",
        )
    } else if is_folded(&text) {
        (
            Severity::Warning,
            alloc::format!("the server reads the schema `{shown_schema}` in lower case"),
            "write a name with capitals in double quotes, `%22`",
        )
    } else {
        return;
    };
    let place = schema.origin.input_span();
    let finding = findings.report(severity, message, help).at(place);
    let Some(span) = place.map(|it| it.span) else { return };
    // libpq takes `options`, and refuses `currentSchema`.
    let setting = alloc::format!("-c%20search_path%3D{}", quote(&quoted(&text)));
    match written.and_then(|it| Some((it.origin.input_span()?.span, value_str(&it.value)))) {
        Some((place, options)) => {
            let mut edits = case.remove_options(&[span]);
            let both = alloc::format!("{}%20{setting}", quote(&options));
            edits.push(Edit::write(DATABASE_URL, place, both));
            finding.fix("put the schema into options", edits);
        }
        None => {
            let whole = Span::new(case.option_name(span).start, span.end);
            let option = alloc::format!("options={setting}");
            finding.fix(
                "write options, which psql knows too",
                [Edit::write(DATABASE_URL, whole, option)],
            );
        }
    }
}

/// Whether the server ends the value at a blank: at any without a `\` before it.
fn has_bare_blank(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let is_bare = c.is_ascii_whitespace() && before != '\\';
        before = c;
        is_bare
    })
}

/// Whether capitals stand outside of double quotes.
fn is_folded(text: &str) -> bool {
    let bare = text.split('"').step_by(2);
    bare.flat_map(str::bytes).any(|it| it.is_ascii_uppercase())
}

/// The list as the server reads what is meant.
fn quoted(text: &str) -> String {
    let mut list = String::new();
    for name in text.split(',').map(str::trim) {
        list.push_str(if list.is_empty() { "" } else { "," });
        let is_bare = !name.starts_with('"') && (has_bare_blank(name) || is_folded(name));
        let quote = if is_bare { "\"" } else { "" };
        let name = match has_bare_blank(name) {
            true => name.replace(' ', "\\ "),
            false => name.into(),
        };
        list.push_str(quote);
        list.push_str(&name);
        list.push_str(quote);
    }
    list
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[track_caller]
    fn check(query: &str, fixed: &str) {
        let url = "postgres://app:correct-horse@db.example.com/shop?";
        let fixes = fixed_url(&RULE, &alloc::format!("{url}{query}"));
        assert_eq!(fixes, [alloc::format!("{url}{fixed}")], "{query}");
    }

    #[test]
    fn the_schema_is_quoted_or_joined() {
        check("currentSchema=a,+b", "options=-c%20search_path%3Da%2Cb");
        check("currentSchema=a%20b", "options=-c%20search_path%3D%22a%5C%20b%22");
        check("currentSchema=%22a%20b%22", "options=-c%20search_path%3D%22a%5C%20b%22");
        check(
            "currentSchema=MySchema,public",
            "options=-c%20search_path%3D%22MySchema%22%2Cpublic",
        );
        check(
            "currentSchema=Shop&options=-c%20a=b&sslmode=require",
            "options=-c%20a%3Db%20-c%20search_path%3D%22Shop%22&sslmode=require",
        );
    }

    #[test]
    fn what_reads_as_written_is_fine() {
        for query in ["currentSchema=%22A%22", "currentSchema=%22a%5C%20b%22", "options=-c%20a%3DB"]
        {
            let said = said_of(&RULE, &alloc::format!("postgres://h/db?{query}"));
            assert!(said.is_empty(), "{said:?}");
        }
    }
}
