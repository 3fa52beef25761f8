//! The text of an editor and the variables in it: from a variable's bytes to the text's and back
//! to what must be hidden there.

use dsnlens_core::syntax::dotenv::{self, Dotenv};
use dsnlens_core::syntax::{intent, words};
use dsnlens_core::{DATABASE_URL, InputSpan, Resolution, Span};

/// A text with variables in it.
pub(crate) struct Sheet<'a> {
    pub(crate) text: &'a str,
    pub(crate) variables: Vec<Variable<'a>>,
    /// Whether anything but the variables is in it.
    is_file: bool,
}

/// A variable's value, as it stands in the text.
pub(crate) struct Variable<'a> {
    pub(crate) name: &'a str,
    /// Without quotes.
    pub(crate) span: Span,
    /// Whether the text has the value byte for byte, without escapes or references.
    is_literal: bool,
}

impl<'a> Sheet<'a> {
    /// A text that is a URL.
    pub(crate) fn url(text: &'a str) -> Sheet<'a> {
        Sheet::variable(DATABASE_URL, text)
    }

    /// A text that is one variable.
    pub(crate) fn variable(name: &'a str, text: &'a str) -> Sheet<'a> {
        let variable = Variable { name, span: Span::new(0, text.len()), is_literal: true };
        Sheet { text, variables: vec![variable], is_file: false }
    }

    /// A `.env` file.
    pub(crate) fn dotenv(text: &'a str, dotenv: &'a Dotenv<'a>) -> Sheet<'a> {
        let variables = dotenv.bindings.iter().filter_map(|it| {
            let span = inside_quotes(it.span, text);
            let is_literal = it.value.as_deref()? == span.of(text);
            Some(Variable { name: it.name, span, is_literal })
        });
        Sheet { text, variables: variables.collect(), is_file: true }
    }

    /// Where a stretch of a variable stands in the text: all of the value where it is not literal.
    pub(crate) fn place(&self, stretch: InputSpan<'_>) -> Option<Span> {
        let variable = self.variables.iter().rev().find(|it| it.name == stretch.input)?;
        let at = variable.span.start;
        Some(match variable.is_literal {
            true => Span::new(at + stretch.span.start, at + stretch.span.end),
            false => variable.span,
        })
    }

    /// What to hide: the answer's secrets, and whatever else in a file looks like one.
    pub(crate) fn secrets(&self, resolution: Option<&Resolution<'_>>) -> Vec<Span> {
        let known = resolution.map_or(&[][..], |it| &it.secrets);
        let mut secrets: Vec<_> = known.iter().filter_map(|it| self.place(*it)).collect();
        if self.is_file {
            let named = self.variables.iter().filter(|it| is_secret_name(it.name));
            secrets.extend(named.map(|it| it.span));
            secrets.extend(lines(self.text).filter_map(|(at, line)| secret_in_line(at, line)));
        }
        secrets
    }
}

/// `text` with a variable set anew: the last line that sets it rewritten, or a line added.
pub(crate) fn with_variable(text: &str, name: &str, value: &str) -> String {
    let dotenv = dotenv::parse(text);
    let binding = dotenv.bindings.iter().rev().find(|it| it.name == name && it.value.is_some());
    let value = dotenv::quote_verbatim(value);
    match binding {
        Some(binding) => {
            let (head, tail) = (text.get(..binding.span.start), text.get(binding.span.end..));
            [head.unwrap_or(""), &value, tail.unwrap_or("")].concat()
        }
        None => {
            let joint = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{joint}{name}={value}\n")
        }
    }
}

fn inside_quotes(span: Span, text: &str) -> Span {
    match span.of(text).starts_with(['\'', '"']) {
        true => Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1)),
        false => span,
    }
}

fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\r', '\n']))
    })
}

/// A password in a line that no reader takes for a variable, such as a comment.
fn secret_in_line(at: usize, line: &str) -> Option<Span> {
    if let Some(colon) = words::find(line, "://") {
        let before = &line[..colon];
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let start = before.trim_end_matches(is_scheme).len();
        let password = intent(&line[start..])?.password;
        return Some(Span::new(at + start + password.start, at + start + password.end));
    }
    let (name, value) = line.split_once('=')?;
    let start = at + line.len() - value.len();
    is_secret_name(name).then(|| Span::new(start, start + value.len()))
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    ["PASS", "PWD", "SECRET", "TOKEN", "KEY"].iter().any(|it| words::contains(&name, it))
        && !words::contains(&name, "PGPASSFILE")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::{Inputs, Recipe, resolve};

    #[track_caller]
    fn check(text: &str, hidden: &[&str]) {
        let dotenv = dotenv::parse(text);
        let sheet = Sheet::dotenv(text, &dotenv);
        let values = dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
        let inputs = Inputs::new(values);
        let mut spans = sheet.secrets(Some(&resolve(&inputs, &Recipe::default())));
        spans.sort_unstable();
        spans.dedup();
        let found: Vec<_> =
            spans.iter().map(|it| it.of(text)).filter(|it| !it.is_empty()).collect();
        assert_eq!(found, hidden, "{text}");
    }

    #[test]
    fn a_file_hides_every_password_in_it() {
        check("DATABASE_URL=postgres://u:pw@h/db", &["pw"]);
        check(
            "DATABASE_URL='postgres://u:pw@h/db'\nDATABASE_URL=postgres://u:2@h/db",
            &["pw", "2"],
        );
        check("# DATABASE_URL=postgres://u:pw@h/db", &["pw"]);
        check("#DB_PASSWORD=pw\nDB_PASSWORD=\"a\\\"b\"", &["pw", "\"a\\\"b\"", "a\\\"b"]);
        check("DATABASE_URL=\"postgres://u:pw@h/db", &["pw"]);
        check("SECRET_KEY='a\nb'", &["'a", "a\nb"]);
    }

    #[test]
    fn a_written_value_reads_back() {
        for value in ["postgres://u:p%23@h/db?a=1#x", "a b", "it's \\ #", "'x'", ""] {
            for text in ["", "A=1", "DATABASE_URL='old' # note\nA=1", "DATABASE_URL=\n"] {
                let written = with_variable(text, DATABASE_URL, value);
                let dotenv = dotenv::parse(&written);
                let read = dotenv.bindings.iter().rev().find(|it| it.name == DATABASE_URL);
                assert_eq!(read.and_then(|it| it.value.as_deref()), Some(value), "{written}");
            }
        }
    }
}
