//! `dollar-replaced`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::{InputSpan, Span};

rule! {
    /// A `$` in a value does not reach the application
    ///
    /// # What happens
    ///
    /// Compose, GitLab and a shell replace `$name` and `${name}` in a value. A password such as
    /// `corr$ect99` loses what follows the `$`, since no variable has that name, and compose only
    /// warns: `The "ect99" variable is not set. Defaulting to a blank string.` A `$` that no name
    /// follows makes compose refuse the file: `invalid interpolation format`.
    ///
    /// # Why it matters
    ///
    /// The application and the server can lose the same piece, so that the error appears only when one
    /// of the two is started in another way: `password authentication failed for user "app"`.
    ///
    /// # What to do
    ///
    /// In a compose file and in GitLab write `$$` for a `$`, in a shell put the value in single quotes.
    /// In a URL `%24` works everywhere.
    ///
    /// # References
    ///
    /// - [compose-go 2.13.0, `template.go`](https://github.com/compose-spec/compose-go/blob/v2.13.0/template/template.go): the warning
    /// - [compose-go 2.13.0, `interpolation.go`](https://github.com/compose-spec/compose-go/blob/v2.13.0/interpolation/interpolation.go): `invalid interpolation format`
    /// - [Docker's documentation, interpolation](https://docs.docker.com/reference/compose-file/interpolation/): `$$`
    /// - [GitLab, CI variables that hold a `$`](https://gitlab.com/gitlab-org/gitlab/-/issues/16442): `$$`
    ///
    /// # Examples
    ///
    /// ```file,reports
    /// services:
    ///   web:
    ///     environment:
    ///       DATABASE_URL: postgres://app:corr$ect99@db/shop
    /// ```
    ///
    /// ```file,silent
    /// services:
    ///   web:
    ///     environment:
    ///       DATABASE_URL: postgres://app:corr$$ect99@db/shop
    /// ```
    "dollar-replaced", [Error], check,
    perhaps [
        "variable is not set. Defaulting to a blank string",
        "invalid interpolation format",
        "password authentication failed for user \"{user}\""
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(file) = case.inputs.file().filter(|it| !it.dollars.is_empty()) else { return };
    let reader = file.reader.as_deref().unwrap_or("the reader of the file");
    for variable in case.inputs.variables() {
        let its = file.dollars.iter().filter(|it| it.variable == variable.name);
        // Not where a fix wrote something else.
        let its: Vec<_> = its.filter(|it| it.span.of(variable.written) == "$").collect();
        if its.is_empty() || !crate::inputs::is_relevant(variable.name) {
            continue;
        }
        let name = variable.name;
        let message = match its.iter().any(|it| it.is_refused) {
            true => alloc::format!(
                "A `$` in {name} is not a valid reference: {reader} refuses the file"
            ),
            false => alloc::format!(
                "{} replaces a `$` in {name} and the word behind it",
                capital(reader)
            ),
        };
        let help = match reader {
            "compose" | "GitLab" => "Write `$$` for each `$` of the value itself",
            _ => "Put the value in single quotes",
        };
        // In front of it: what stands there is unknown, and nothing is said of that.
        let before = |span: Span| Span::new(span.start, span.start);
        let spans = its.iter().map(|it| InputSpan { input: name, span: before(it.span) });
        let finding = findings.report(Severity::Error, message, help).at(spans);
        if name == DATABASE_URL {
            let edits = its.iter().map(|it| Edit::write(DATABASE_URL, it.span, "%24"));
            finding.fix("write `%24` for the `$`", edits);
        }
    }
}

fn capital(reader: &str) -> alloc::string::String {
    let mut chars = reader.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of_file;

    #[test]
    fn the_reader_is_named() {
        let check = |text: &str, expected: &[&str]| {
            let found = said_of_file(&RULE, text);
            let found: alloc::vec::Vec<_> =
                found.iter().map(|it| it.split(" <").next().unwrap()).collect();
            assert_eq!(found, expected, "{text}");
        };
        let replaced = "error: Compose replaces a `$` in DATABASE_URL and the word behind it";
        check("environment:\n  DATABASE_URL: postgres://u:a$b@h/d\n", &[replaced]);
        check("environment:\n  - DATABASE_URL=postgres://u:A$B@h/d\n", &[replaced]);
        check(
            "environment:\n  DB_PASSWORD: a$1\n",
            &["error: A `$` in DB_PASSWORD is not a valid reference: compose refuses the file"],
        );
        check(
            "docker run -e DATABASE_URL=\"postgres://u:a$b@h/d\" x",
            &["error: The shell replaces a `$` in DATABASE_URL and the word behind it"],
        );
        for silent in [
            "environment:\n  DATABASE_URL: postgres://u:a$$b@h/d\n",
            "environment:\n  DATABASE_URL: postgres://u:$DB_PASSWORD@h/d\n",
            "environment:\n  DATABASE_URL: postgres://u:${pw}@h/d\n",
            "docker run -e 'DATABASE_URL=postgres://u:a$b@h/d' x",
        ] {
            check(silent, &[]);
        }
    }
}
