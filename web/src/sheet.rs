//! The text of an editor and the variables in it: from a variable's bytes to the text's and back
//! to what must be hidden there.

use dsnlens_core::module::Preset;
use dsnlens_core::shown::{hidden_in, hidden_in_prose};
use dsnlens_core::syntax::dotenv::{self, Dotenv};
use dsnlens_core::{
    DATABASE_URL, Debug, InputSpan, Inputs, Resolution, Span, is_known, is_relevant,
};

/// A text with variables in it.
pub(crate) struct Sheet<'a> {
    pub(crate) text: &'a str,
    pub(crate) variables: Vec<Variable<'a>>,
    kind: Kind,
}

/// What a text is, which decides what of it is hidden.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The value of one variable.
    Value,
    /// A `.env` file: more than the variables is in it.
    File,
    /// A settings module: what is secret in it, only the answer knows.
    Module,
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
        Sheet { text, variables: vec![variable], kind: Kind::Value }
    }

    /// A settings module.
    pub(crate) fn module(text: &'a str) -> Sheet<'a> {
        Sheet { kind: Kind::Module, ..Sheet::variable(Preset::PATH, text) }
    }

    /// A `.env` file.
    pub(crate) fn dotenv(text: &'a str, dotenv: &'a Dotenv<'a>) -> Sheet<'a> {
        let variables = dotenv.bindings.iter().filter_map(|it| {
            let span = inside_quotes(it.span, text);
            let is_literal = it.value.as_deref()? == span.of(text);
            Some(Variable { name: it.name, span, is_literal })
        });
        Sheet { text, variables: variables.collect(), kind: Kind::File }
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

    /// What to hide: the answer's secrets; of a file also the values of other variables, and what is
    /// no sentence beside them.
    pub(crate) fn secrets(&self, resolution: Option<&Resolution<'_>>) -> Vec<Span> {
        let known = resolution.map_or(&[][..], |it| &it.secrets);
        let mut secrets: Vec<_> = known.iter().filter_map(|it| self.place(*it)).collect();
        if self.kind == Kind::Value {
            match (resolution, self.variables.first()) {
                (None, _) => self.hide_prose(0, self.text.len(), &mut secrets),
                // What is read by nobody who is known may be anything.
                (Some(it), Some(value))
                    if !(is_known(value.name) || is_read(value.name, it) || is_flag(self.text)) =>
                {
                    secrets.push(value.span);
                }
                _ => {}
            }
        }
        if self.kind == Kind::File {
            let mut rest = 0;
            for it in &self.variables {
                let value = it.span;
                let head = self.text.get(..value.start).unwrap_or("");
                let beside = match is_name(it.name) {
                    true => head.rfind('\n').map_or(0, |at| at + 1),
                    false => value.start,
                };
                self.hide_prose(rest, beside, &mut secrets);
                // Of two with one name only the last is a part of the answer.
                match is_relevant(it.name) {
                    true => secrets.extend(
                        hidden_in(it.name, value.of(self.text))
                            .into_iter()
                            .map(|it| Span::new(value.start + it.start, value.start + it.end)),
                    ),
                    false => secrets.push(value),
                }
                rest = value.end;
            }
            self.hide_prose(rest, self.text.len(), &mut secrets);
        }
        secrets
    }

    fn hide_prose(&self, start: usize, end: usize, secrets: &mut Vec<Span>) {
        let hidden = hidden_in_prose(Span::new(start, end).of(self.text)).into_iter();
        secrets.extend(hidden.map(|it| Span::new(start + it.start, start + it.end)));
    }
}

/// Whether what stands before the first `=` of a line is a name, and so no piece of a secret: a word of
/// letters in one case, unlike a password or something in base64.
pub(crate) fn is_name(name: &str) -> bool {
    let is_of_names = |it: u8| it.is_ascii_alphanumeric() || it == b'_';
    let is_in = |case: fn(&u8) -> bool| name.bytes().any(|it| case(&it));
    name.bytes().all(is_of_names)
        && !(is_in(u8::is_ascii_lowercase) && is_in(u8::is_ascii_uppercase))
}

/// Whether a value is a plain yes or no.
fn is_flag(value: &str) -> bool {
    matches!(Inputs::new([("DEBUG", value)]).debug(), Debug::Clear(_))
}

/// Whether something is read from a variable.
fn is_read(name: &str, resolution: &Resolution<'_>) -> bool {
    let mut lines = resolution.ledger.lines();
    lines.any(|(_, it)| it.origin.input_span().is_some_and(|it| it.input == name))
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

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::read;

    #[track_caller]
    fn check(text: &str, hidden: &[&str]) {
        let dotenv = dotenv::parse(text);
        let sheet = Sheet::dotenv(text, &dotenv);
        let values = dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
        let inputs = Inputs::new(values);
        let mut spans = sheet.secrets(Some(&read(&inputs.into())));
        spans.sort_unstable();
        spans.dedup();
        let found: Vec<_> =
            spans.iter().map(|it| it.of(text)).filter(|it| !it.trim().is_empty()).collect();
        assert_eq!(found, hidden, "{text}");
    }

    #[test]
    fn a_text_without_an_answer_hides_passwords_too() {
        let text = "Hello,\nuse postgres://u:hunter2@h/db\nor so";
        let hidden = Sheet::url(text).secrets(None);
        assert!(hidden.iter().any(|it| it.of(text).contains("hunter2")), "{hidden:?}");
        assert!(!hidden.iter().any(|it| it.of(text).contains("Hello")), "{hidden:?}");
    }

    #[test]
    fn a_file_hides_every_password_in_it() {
        check("DATABASE_URL=postgres://u:pw@h/db", &["pw"]);
        check(
            "DATABASE_URL='postgres://u:pw@h/db'\nDATABASE_URL=postgres://u:2@h/db",
            &["pw", "2"],
        );
        check("# DATABASE_URL=postgres://u:pw@h/db", &["pw"]);
        check("#DB_PASSWORD=pw\nDB_PASSWORD=\"a\\\"b\"", &["pw", "a\\\"b"]);
        check("DATABASE_URL=\"postgres://u:pw@h/db", &["postgres://u:pw@h/db"]);
        check("SECRET_KEY='a\nb'", &["a\nb"]);
        check("postgres://u:pw12@h/db?host=/tmp", &["pw12", "/tmp"]);
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
