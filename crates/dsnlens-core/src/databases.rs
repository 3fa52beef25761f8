//! `DATABASES` as a value, with the place of each entry: what a settings module has made of
//! whatever it reads. It enters below the settings module, at Django's backend.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::ledger::{Origin, Value};
use crate::secret::MASK;
use crate::span::Span;

/// `DATABASES`. `Debug` shows keys alone: any value may be a password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Databases<'a> {
    /// The file it is written in, or `DATABASES` where it is in none.
    pub path: &'a str,
    /// The text of that file, as far as it is known.
    pub text: &'a str,
    /// The databases by their aliases.
    pub aliases: Dict<'a>,
}

/// A `dict`, in its order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Dict<'a> {
    /// The entries.
    pub entries: Vec<Entry<'a>>,
    /// Why there may be more, and where that is written.
    pub more: Option<(Cow<'a, str>, Origin<'a>)>,
}

/// An entry of a `dict`.
#[derive(Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its key.
    pub key: Cow<'a, str>,
    /// Where its value is written: in the module, or in the variable that it was read from.
    pub origin: Origin<'a>,
    /// Its value.
    pub value: Node<'a>,
    /// The values that were there before it, oldest first.
    pub before: Vec<(Origin<'a>, Value<'a>)>,
}

/// A value of a `dict`.
#[derive(Clone, PartialEq, Eq)]
pub enum Node<'a> {
    /// A `dict` again.
    Dict(Dict<'a>),
    /// Anything else.
    Value(Value<'a>),
}

/// Where something is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The line, counted from 1; 0 where there is none.
    pub line: usize,
    /// The bytes.
    pub span: Span,
}

impl Place {
    /// No place.
    pub const NONE: Place = Place { line: 0, span: Span::new(0, 0) };
}

impl fmt::Debug for Databases<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {:?}", self.path, self.aliases)
    }
}

impl fmt::Debug for Dict<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.entries.iter().map(|it| &it.key)).finish()
    }
}

impl<'a> Databases<'a> {
    /// The same, written in another file.
    #[must_use]
    pub fn in_file(mut self, path: &'a str) -> Databases<'a> {
        self.path = path;
        self.aliases.move_to(path);
        self
    }

    /// The same without showing a value, or the key of one, that was read from a secret. Nothing
    /// knows an option whose name is a piece of a password, so its mask will do for the name.
    #[must_use]
    pub(crate) fn hide(
        mut self,
        is_secret: impl Fn(&Origin<'a>) -> bool,
        is_secret_name: impl Fn(&Origin<'a>) -> bool,
    ) -> Databases<'a> {
        let mut open = alloc::vec![&mut self.aliases];
        while let Some(dict) = open.pop() {
            for entry in &mut dict.entries {
                if matches!(entry.value, Node::Value(_)) && is_secret_name(&entry.origin) {
                    entry.key = Cow::Borrowed(MASK);
                }
                for (_, value) in entry.before.iter_mut().filter(|(it, _)| is_secret(it)) {
                    *value = value.clone().into_secret();
                }
                match &mut entry.value {
                    Node::Value(value) if is_secret(&entry.origin) => {
                        *value = value.clone().into_secret();
                    }
                    Node::Value(_) => {}
                    Node::Dict(inner) => open.push(inner),
                }
            }
        }
        self
    }
}

impl<'a> Dict<'a> {
    fn move_to(&mut self, new: &'a str) {
        self.each_origin(|origin| {
            if let Origin::Settings { path, .. } = origin {
                *path = new;
            }
        });
    }

    /// Shows every origin in it, always in the same order, to be changed.
    pub fn each_origin(&mut self, mut change: impl FnMut(&mut Origin<'a>)) {
        let mut open = alloc::vec![self];
        while let Some(dict) = open.pop() {
            dict.more.iter_mut().for_each(|it| change(&mut it.1));
            for entry in &mut dict.entries {
                change(&mut entry.origin);
                entry.before.iter_mut().for_each(|it| change(&mut it.0));
                if let Node::Dict(inner) = &mut entry.value {
                    open.push(inner);
                }
            }
        }
    }

    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry<'a>> {
        self.entries.iter().find(|it| it.key == key)
    }

    /// Python's `dict[key] = value`: a key that is there keeps its place in the order.
    #[cfg(feature = "paste")]
    pub(crate) fn put(&mut self, entry: Entry<'a>) {
        match self.entries.iter_mut().find(|it| it.key == entry.key) {
            Some(there) => *there = entry,
            None => self.entries.push(entry),
        }
    }
}

impl<'a> Node<'a> {
    /// The same as a value of the ledger.
    pub(crate) fn to_value(&self) -> Value<'a> {
        match self {
            Node::Value(value) => value.clone(),
            Node::Dict(dict) => match &dict.more {
                Some((why, _)) => Value::Unknown { why: why.clone() },
                None => {
                    let entries = dict.entries.iter();
                    Value::Dict(entries.map(|it| (it.key.clone(), it.value.to_value())).collect())
                }
            },
        }
    }
}

/// The environment variables that an expression reads: `env('DB_NAME')`, `os.environ['DB_NAME']`,
/// `config("DB_NAME", default='')`.
pub fn reads(expression: &str) -> Option<&str> {
    let (quote_at, quote) = expression.char_indices().find(|(_, c)| matches!(c, '\'' | '"'))?;
    let before = expression.get(..quote_at)?.trim_end().strip_suffix(['(', '['])?;
    let name = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next()?;
    let is_reader = |piece: &str| {
        ["env", "environ", "getenv", "config", "decouple"].contains(&piece.trim_start_matches('_'))
    };
    if !name.split('.').any(is_reader) {
        return None;
    }
    let inside = expression.get(quote_at + 1..)?;
    let variable = inside.get(..inside.find(quote)?)?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    (!variable.is_empty() && variable.chars().all(is_name)).then_some(variable)
}

/// An expression as it may be shown: up to the variable that it reads, or to its first literal,
/// which may be a password.
pub fn shown(expression: &str) -> String {
    const LONGEST: usize = 60;
    let is_literal = |c: char| matches!(c, '\'' | '"') || c.is_ascii_digit();
    let end = match reads(expression) {
        Some(name) => expression.find(name).map_or(0, |at| at + name.len() + 1),
        None => expression.find(is_literal).unwrap_or(expression.len()),
    };
    let head = expression.get(..end).unwrap_or("");
    let head =
        head.char_indices().nth(LONGEST).map_or(head, |(at, _)| head.get(..at).unwrap_or(""));
    let mut text: String = head.split_whitespace().collect::<Vec<_>>().join(" ");
    let rest = expression.get(head.len()..).unwrap_or("").trim();
    match rest {
        ")" | "]" => text.push_str(rest),
        "" => {}
        _ => text.push('…'),
    }
    text
}

/// Where a value of a settings module is written: the line, the argument, and the expression as far
/// as it may be shown.
pub fn place_shown(path: &str, place: Place, text: &str) -> String {
    let before = text.get(..place.span.start).unwrap_or("");
    let argument = before.strip_suffix('=').unwrap_or("");
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let argument = argument.rsplit(|c| !is_name(c)).next().unwrap_or("");
    let expression = shown(place.span.of(text));
    let written = match (argument, &*expression) {
        ("", "…") | ("", "") => String::new(),
        ("", expression) => alloc::format!(" {expression}"),
        (argument, "…") => alloc::format!(" {argument}"),
        (argument, expression) => alloc::format!(" {argument}={expression}"),
    };
    alloc::format!("{path}:{}{written}", place.line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_shows_what_it_reads_and_no_literal() {
        for (expression, variable, seen) in [
            ("env('DB_NAME')", Some("DB_NAME"), "env('DB_NAME')"),
            ("os.environ[\"DB_NAME\"]", Some("DB_NAME"), "os.environ[\"DB_NAME\"]"),
            ("env.str('P', default='hunter2')", Some("P"), "env.str('P'…"),
            ("os.getenv('P') or 'hunter2'", Some("P"), "os.getenv('P'…"),
            ("config('P', cast=int)", Some("P"), "config('P'…"),
            ("BASE_DIR / 'db.sqlite3'", None, "BASE_DIR /…"),
            ("get_secret('hunter2')", None, "get_secret(…"),
            ("SECRET", None, "SECRET"),
            ("f'hunter{2}'", None, "f…"),
        ] {
            assert_eq!((reads(expression), &*shown(expression)), (variable, seen), "{expression}");
        }
    }

    #[test]
    fn a_place_shows_its_argument_and_no_literal() {
        let text = "f(ssl_require=not DEBUG, age=600)\nX = 'hunter2'\nY = env('DB')";
        let check = |written: &str, expected: &str| {
            let at = text.find(written).unwrap();
            let span = Span::new(at, at + written.len());
            assert_eq!(place_shown("settings.py", Place { line: 1, span }, text), expected);
        };
        check("not DEBUG", "settings.py:1 ssl_require=not DEBUG");
        check("600", "settings.py:1 age");
        check("'hunter2'", "settings.py:1");
        check("env('DB')", "settings.py:1 env('DB')");
    }
}
