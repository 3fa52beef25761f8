//! References in a value that whatever reads the file fills in: `${NAME}`, `$(NAME)`, `${{ … }}`.
//!
//! What is not known stays as it is written, as a [`Hole`]. No default is taken for the value: the
//! name may be set where the file is read.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{Scalar, is_name, quotable};
use crate::inputs::Hole;
use crate::span::Span;
use crate::syntax::words;

/// Whose references they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grammar {
    /// `$NAME`, `${NAME}`, `${NAME:-default}`; `$$` is a `$`, and any other `$` an error.
    Compose,
    /// `$NAME`, `${NAME}`, `$(command)`; any other `$` is one.
    Shell,
    /// `$NAME`, `${NAME}`; `$$` is a `$`.
    Gitlab,
    /// `$(NAME)`; `$$(NAME)` is `$(NAME)`.
    Kubernetes,
    /// `${NAME}`, in which a name may have dots; any other `$` is one.
    Braces,
    /// `${{ expression }}`.
    Github,
    /// `${expression}`; `$${` is `${`.
    Terraform,
}

/// What is known of a name. In a reason `{}` stands for the variable.
pub(super) enum Known<'k> {
    /// Its value.
    Value(Cow<'k, str>),
    /// Only where it comes from.
    Unknown(Cow<'static, str>),
    /// It stays as it is: it is not defined, or further down.
    Unexpanded { is_below: bool },
}

/// Something to know of a reference.
pub(super) enum Outcome {
    Unexpanded { span: Span, name: String, is_below: bool },
    Dollar { span: Span, is_refused: bool },
}

/// A value with what is known filled in.
pub(super) struct Filled<'s> {
    pub(super) value: Scalar<'s>,
    pub(super) holes: Vec<Hole<'static>>,
    pub(super) outcomes: Vec<Outcome>,
}

/// More than a person writes, and few enough that looking each up takes no time.
const MAX_REFERENCES: usize = 32;

/// How long a value may get by what is filled in.
const MAX_LENGTH: usize = 1 << 16;

/// Fills in what `look_up` knows, by name.
pub(super) fn fill<'s, 'k>(
    value: Scalar<'s>,
    grammar: Grammar,
    mut look_up: impl FnMut(&str) -> Known<'k>,
) -> Filled<'s> {
    let mut filled = Filled { value, holes: Vec::new(), outcomes: Vec::new() };
    if !filled.value.text.contains(['$', '{']) {
        return filled;
    }
    let written = filled.value.text.clone();
    let (mut text, mut at, mut count) = (String::new(), 0, 0);
    while let Some(found) = next(&written, at, grammar) {
        text.push_str(Span::new(at, found.span.start).of(&written));
        at = found.span.end;
        count += 1;
        if count > MAX_REFERENCES || text.len() > MAX_LENGTH {
            at = found.span.start;
            let hole = Span::new(text.len(), text.len() + written.len() - at);
            filled.holes.push(Hole::at(hole, "{} has many references"));
            break;
        }
        let piece = found.span.of(&written);
        let start = text.len();
        let sign = Span::new(start, start + 1);
        let known = match found.what {
            What::Escape(meant) => {
                text.push_str(meant);
                continue;
            }
            What::Refused => {
                filled.outcomes.push(Outcome::Dollar { span: sign, is_refused: true });
                Known::Unknown("a `$` in {} is not a reference".into())
            }
            What::Expression(why) => Known::Unknown(why.into()),
            What::Name { name, is_telling } => match look_up(name) {
                Known::Unknown(_) if !is_telling => {
                    filled.outcomes.push(Outcome::Dollar { span: sign, is_refused: false });
                    Known::Unknown("a `$` in {} and the word behind it are replaced".into())
                }
                Known::Unexpanded { is_below } => {
                    let name = String::from(name);
                    let span = Span::new(start, start + piece.len());
                    filled.outcomes.push(Outcome::Unexpanded { span, name, is_below });
                    Known::Value(piece.into())
                }
                known => known,
            },
        };
        match known {
            Known::Value(value) => text.push_str(&value),
            Known::Unknown(why) => {
                text.push_str(piece);
                filled.holes.push(Hole::at(Span::new(start, text.len()), why));
            }
            Known::Unexpanded { .. } => text.push_str(piece),
        }
    }
    text.push_str(Span::new(at, written.len()).of(&written));
    if text != *written {
        filled.value.text = text.into();
    }
    filled
}

/// Where a name comes from that a file leaves to its surroundings.
pub(super) fn from_outside(whose: &str, name: &str) -> Cow<'static, str> {
    match quotable(name) {
        Some(name) => alloc::format!("{whose} fills in {name}").into(),
        None => alloc::format!("{whose} fills in a part of {{}}").into(),
    }
}

struct Reference<'t> {
    span: Span,
    what: What<'t>,
}

enum What<'t> {
    Escape(&'static str),
    Refused,
    Expression(String),
    Name {
        name: &'t str,
        /// It reads as a reference, and not as a `$` of a password.
        is_telling: bool,
    },
}

/// The first reference from `from` on.
fn next(text: &str, from: usize, grammar: Grammar) -> Option<Reference<'_>> {
    let mut at = from;
    loop {
        let rest = text.get(at..)?;
        at += rest.find(['$', '{'])?;
        let rest = text.get(at..)?;
        let found = match rest.starts_with('$') {
            true => dollar(text, at, grammar),
            // Helm, Jinja and their like, in whatever file.
            false => template(rest),
        };
        if let Some((length, what)) = found {
            return Some(Reference { span: Span::new(at, at + length), what });
        }
        at += 1;
    }
}

/// As far as the end of a reference is looked for.
fn near(text: &str) -> &str {
    let end = text.char_indices().nth(256).map_or(text.len(), |it| it.0);
    text.get(..end).unwrap_or("")
}

fn template(rest: &str) -> Option<(usize, What<'_>)> {
    let inside = near(rest.strip_prefix("{{")?);
    let end = words::find(inside, "}}")?;
    let expression = inside.get(..end)?.trim_matches(|c: char| c.is_whitespace() || c == '-');
    let why = match quotable(expression) {
        Some(name) => alloc::format!("a template fills in {name}"),
        None => "a template fills in a part of {}".into(),
    };
    Some((end + 4, What::Expression(why)))
}

fn dollar(text: &str, at: usize, grammar: Grammar) -> Option<(usize, What<'_>)> {
    let rest = text.get(at..)?;
    let behind = near(rest.get(1..)?);
    if let Some(inside) = behind.strip_prefix("{{") {
        let end = words::find(inside, "}}")?;
        let expression = inside.get(..end)?.trim();
        let why = match expression.split_once('.') {
            _ if grammar != Grammar::Github => "a template fills in a part of {}".into(),
            Some((_, name)) if quotable(expression).is_some() => {
                let source = match expression.split('.').next() {
                    Some("secrets") => "comes from the repository's secrets",
                    Some("vars") => "comes from the repository's variables",
                    _ => return Some((end + 5, What::Name { name: expression, is_telling: true })),
                };
                alloc::format!("{name} {source}")
            }
            _ => "GitHub fills in a part of {}".into(),
        };
        return Some((end + 5, What::Expression(why)));
    }
    match grammar {
        Grammar::Github => None,
        Grammar::Braces => {
            let inside = behind.strip_prefix('{')?;
            let name = inside.get(..closing(inside)?)?;
            Some((name.len() + 3, What::Name { name, is_telling: true }))
        }
        Grammar::Kubernetes => {
            if behind.starts_with("$(") {
                return Some((2, What::Escape("$")));
            }
            let inside = behind.strip_prefix('(')?;
            let name = inside.get(..inside.find(')')?)?;
            let is_telling = true;
            Some((name.len() + 3, What::Name { name, is_telling }))
        }
        Grammar::Terraform => {
            if behind.starts_with("${") {
                return Some((2, What::Escape("$")));
            }
            let inside = behind.strip_prefix('{')?;
            Some((
                inside.find('}')? + 3,
                What::Expression("Terraform fills in a part of {}".into()),
            ))
        }
        Grammar::Shell if behind.starts_with('(') => {
            let end = behind.find(')').map_or(behind.len(), |it| it + 1);
            Some((end + 1, What::Expression("a command prints a part of {}".into())))
        }
        Grammar::Compose | Grammar::Shell | Grammar::Gitlab => {
            if behind.starts_with('$') && grammar != Grammar::Shell {
                return Some((2, What::Escape("$")));
            }
            if let Some(inside) = behind.strip_prefix('{') {
                let length = inside.bytes().take_while(|it| is_word(*it)).count();
                let name = inside.get(..length).filter(|it| is_name(it));
                return match (name, inside.find('}')) {
                    (Some(name), Some(end)) => {
                        // A default may have a reference in it, which ends with a brace, too.
                        let nested = inside.get(..end)?.matches("${").count();
                        let end = (0..nested.min(4)).fold(end, |end, _| {
                            let more = inside.get(end + 1..).and_then(|it| it.find('}'));
                            more.map_or(end, |it| end + 1 + it)
                        });
                        Some((end + 3, What::Name { name, is_telling: true }))
                    }
                    _ if grammar == Grammar::Compose => Some((1, What::Refused)),
                    _ => None,
                };
            }
            let length = behind.bytes().take_while(|it| is_word(*it)).count();
            match behind.get(..length).filter(|it| is_name(it)) {
                Some(name) => {
                    let before = text.get(..at).and_then(|it| it.chars().next_back());
                    let after = behind.get(length..).and_then(|it| it.chars().next());
                    let is_apart = |it: Option<char>| it.is_none_or(|it| "/:@?=&,#. ".contains(it));
                    let is_telling = is_apart(before)
                        && is_apart(after)
                        && !name.bytes().any(|it| it.is_ascii_lowercase());
                    Some((1 + length, What::Name { name, is_telling }))
                }
                None if grammar == Grammar::Compose => Some((1, What::Refused)),
                None => None,
            }
        }
    }
}

/// Where the brace is that closes one in front of a text, past those inside.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.char_indices().find_map(|(at, c)| {
        match c {
            '{' => depth += 1,
            '}' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return Some(at),
            },
            _ => {}
        }
        None
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
