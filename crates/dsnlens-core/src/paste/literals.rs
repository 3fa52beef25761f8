//! Literals of Python, JSON, and YAML between brackets: maps, lists, calls with their arguments,
//! texts, numbers. Whatever takes more than reading to know is left as it is.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::Scalar;
use super::tree::{Tree, Value};
use super::yaml::quoted;
use crate::span::Span;
use crate::syntax::Slice;

/// Whose literals they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Json,
    Python,
    /// Where a plain text goes on to the next comma.
    Yaml,
}

/// How many brackets may be open. Nobody's variables lie deeper.
const MAX_DEPTH: usize = 32;

/// Reads what stands in `rest` under `parent`, and says where it ends: behind the bracket that
/// closes the first one, or with the text where it starts with none.
pub(super) fn parse<'s>(
    tree: &mut Tree<'s>,
    parent: Option<usize>,
    rest: Slice<'s>,
    dialect: Dialect,
) -> usize {
    let mut reader = Reader { rest, dialect };
    let mut open: Vec<Option<usize>> = Vec::new();
    // The first bracket holds the entries of `parent` itself.
    if reader.take_opening() {
        open.push(parent);
    }
    let has_bracket = !open.is_empty();
    loop {
        reader.skip_blank(&[',', ';']);
        let Some(c) = reader.peek() else { break };
        if matches!(c, '}' | ']' | ')') {
            reader.advance(1);
            open.pop();
            if open.is_empty() {
                break;
            }
            continue;
        }
        let above = open.last().copied().unwrap_or(parent);
        let before = reader.rest.at;
        let first = reader.operand();
        reader.skip_blank(&[]);
        let is_pair = match (&first, reader.peek()) {
            (Operand::Text(_), Some(':')) => true,
            (Operand::Text(_), Some('=')) => {
                dialect == Dialect::Python && !reader.rest.text.starts_with("==")
            }
            _ => false,
        };
        let (key, operand, start) = match first {
            Operand::Text(key) if is_pair => {
                reader.advance(1);
                reader.skip_blank(&[]);
                let start = reader.rest.at;
                (Some(key), reader.operand(), start)
            }
            operand => (None, operand, before),
        };
        let is_bare = key.is_none();
        let mut value = reader.value(operand, start, is_bare);
        let mut is_open = matches!(value, Value::Open(_)) && reader.peek_opening();
        if is_open && open.len() == MAX_DEPTH {
            reader.skip_expression();
            value = Value::Foreign(Span::new(start, reader.rest.at));
            is_open = false;
        }
        let place = tree.push(above, key, value);
        if is_open {
            reader.take_opening();
            open.push(Some(place));
        } else if !has_bracket && open.is_empty() && reader.rest.at == before {
            // Nothing that could be read: to go on would be to stand still.
            reader.advance(1);
        }
    }
    reader.rest.at
}

/// The whole of a JSON document, and the place of what holds its entries.
pub(super) fn json(text: &str) -> Option<(Tree<'_>, usize)> {
    let start = text.len() - text.trim_start().len();
    let whole = Slice::whole(text).split_at(start).1;
    if !whole.text.starts_with(['{', '[']) {
        return None;
    }
    let mut tree = Tree::default();
    let root = tree.push(None, None, Value::Open(Span::new(start, start)));
    let end = parse(&mut tree, Some(root), whole, Dialect::Json);
    // The names are between double quotes: anything else is Python's.
    let is_json = |it: usize| {
        let key = tree.get(it).and_then(|it| it.key.as_ref());
        key.is_none_or(|it| text.get(..it.span.start).is_some_and(|it| it.ends_with('"')))
    };
    let is_json = tree.children(root).into_iter().all(is_json);
    (is_json && text.get(end..)?.trim().is_empty()).then_some((tree, root))
}

/// A text between quotes at the start of `rest`, of several pieces side by side or of one, as Python
/// and its like write it; and what is behind it.
pub(super) fn text(rest: Slice<'_>) -> Option<(Scalar<'_>, Slice<'_>)> {
    let mut reader = Reader { rest, dialect: Dialect::Python };
    match reader.python_operand() {
        Operand::Text(text) => Some((text, reader.rest)),
        _ => None,
    }
}

enum Operand<'s> {
    Text(Scalar<'s>),
    /// A word without quotes.
    Word(Slice<'s>),
    /// A bracket, or nothing known.
    Other,
}

struct Reader<'s> {
    rest: Slice<'s>,
    dialect: Dialect,
}

impl<'s> Reader<'s> {
    fn peek(&self) -> Option<char> {
        self.rest.text.chars().next()
    }

    fn peek_opening(&self) -> bool {
        self.rest.text.starts_with(['{', '[', '('])
    }

    fn take_opening(&mut self) -> bool {
        let is_there = self.peek_opening();
        if is_there {
            self.advance(1);
        }
        is_there
    }

    /// Goes on by so many bytes, or by the character that they end in.
    fn advance(&mut self, bytes: usize) {
        let mut bytes = bytes;
        while !self.rest.text.is_char_boundary(bytes) && bytes < self.rest.text.len() {
            bytes += 1;
        }
        self.rest = self.rest.split_at(bytes.min(self.rest.text.len())).1;
    }

    fn skip_blank(&mut self, more: &[char]) {
        loop {
            let text = self.rest.text;
            let behind = text.trim_start_matches(|c: char| c.is_whitespace() || more.contains(&c));
            self.advance(text.len() - behind.len());
            match self.dialect != Dialect::Json && behind.starts_with('#') {
                true => self.advance(behind.find('\n').unwrap_or(behind.len())),
                false => return,
            }
        }
    }

    fn operand(&mut self) -> Operand<'s> {
        match self.dialect {
            Dialect::Yaml => self.yaml_operand(),
            Dialect::Json | Dialect::Python => self.python_operand(),
        }
    }

    fn yaml_operand(&mut self) -> Operand<'s> {
        match self.peek() {
            Some(quote @ ('"' | '\'')) => match quoted(self.rest.text, 0, quote) {
                Some((scalar, end)) => {
                    let at = self.rest.at;
                    let span = Span::new(at + scalar.span.start, at + scalar.span.end);
                    self.advance(end);
                    Operand::Text(Scalar { text: scalar.text, span })
                }
                None => Operand::Other,
            },
            Some('{' | '[') | None => Operand::Other,
            Some(_) => {
                let mut ends = self.rest.text.char_indices().filter(|&(at, c)| {
                    let behind = self.rest.text.get(at + 1..).unwrap_or("");
                    matches!(c, ',' | ']' | '}' | '\n')
                        || (c == ':' && (behind.is_empty() || behind.starts_with([' ', '\n'])))
                });
                let end = ends.next().map_or(self.rest.text.len(), |it| it.0);
                let (word, rest) = self.rest.split_at(end);
                self.rest = rest;
                let text = word.text.trim_end();
                let span = Span::new(word.at, word.at + text.len());
                Operand::Text(Scalar { text: text.into(), span })
            }
        }
    }

    /// A text, of several pieces side by side or of one; or a word.
    fn python_operand(&mut self) -> Operand<'s> {
        let mut joined: Option<Scalar<'s>> = None;
        loop {
            let word = self.rest.text;
            let prefix = word.len()
                - word.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_').len();
            let is_text = word.get(prefix..).is_some_and(|it| it.starts_with(['"', '\'']));
            let is_prefix = prefix <= 2 && self.dialect == Dialect::Python;
            if !(is_text && (prefix == 0 || is_prefix)) {
                return match joined {
                    Some(scalar) => Operand::Text(scalar),
                    None => self.word(),
                };
            }
            let kind = word.get(..prefix).unwrap_or("").to_ascii_lowercase();
            let Some((next, end)) = string(self.rest, prefix, &kind, self.dialect) else {
                return Operand::Other;
            };
            self.advance(end);
            joined = Some(match joined {
                None => next,
                Some(mut text) => {
                    text.text.to_mut().push_str(&next.text);
                    text.span.end = next.span.end;
                    text
                }
            });
            if self.dialect == Dialect::Python {
                self.skip_blank(&[]);
            }
        }
    }

    fn word(&mut self) -> Operand<'s> {
        let is_in = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+');
        let end = self.rest.text.find(|c| !is_in(c)).unwrap_or(self.rest.text.len());
        if end == 0 {
            return Operand::Other;
        }
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        // A name in front of a `=` is a key like any other.
        let behind = rest.text.trim_start_matches(' ');
        match self.dialect == Dialect::Python && behind.starts_with('=') {
            true => Operand::Text(Scalar {
                text: word.text.into(),
                span: Span::new(word.at, word.end()),
            }),
            false => Operand::Word(word),
        }
    }

    /// What an operand says, if nothing is done with it.
    fn value(&mut self, operand: Operand<'s>, start: usize, is_bare: bool) -> Value<'s> {
        self.skip_blank(&[]);
        let is_over = self.peek().is_none_or(|c| matches!(c, ',' | '}' | ']' | ')'));
        match operand {
            Operand::Text(scalar) if self.dialect == Dialect::Yaml => match scalar.text {
                Cow::Borrowed(text) if text.starts_with('*') && text.len() == scalar.span.len() => {
                    Value::Alias(text.get(1..).unwrap_or(""), scalar.span)
                }
                _ => Value::Text(scalar),
            },
            Operand::Text(scalar) if is_over => Value::Text(scalar),
            Operand::Word(word) if is_over && is_plain_word(word.text) => match word.text {
                "None" | "null" => Value::Open(Span::new(word.at, word.end())),
                _ => Value::Text(Scalar {
                    text: word.text.into(),
                    span: Span::new(word.at, word.end()),
                }),
            },
            // `dict(…)`, or the call that the text begins with.
            Operand::Word(word) if self.peek() == Some('(') && (is_bare || word.text == "dict") => {
                Value::Open(Span::new(word.at, word.end()))
            }
            Operand::Other if self.peek_opening() => {
                Value::Open(Span::new(self.rest.at, self.rest.at))
            }
            _ => {
                self.skip_expression();
                Value::Foreign(Span::new(start, self.rest.at))
            }
        }
    }

    /// Up to the comma or bracket that ends an expression.
    fn skip_expression(&mut self) {
        let mut depth = 0_usize;
        while let Some(c) = self.peek() {
            match c {
                '"' | '\'' => {
                    // One that does not end holds all of the rest.
                    let all = self.rest.text.len();
                    self.advance(string(self.rest, 0, "", self.dialect).map_or(all, |it| it.1));
                    continue;
                }
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => return,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => return,
                _ => {}
            }
            self.advance(c.len_utf8());
        }
    }
}

/// Whether a word is a value: a number, or one of those that have a name.
fn is_plain_word(word: &str) -> bool {
    let is_named = ["True", "False", "None", "true", "false", "null"].contains(&word);
    is_named || word.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit())
}

/// A text in quotes behind a prefix such as `r`, and where it ends.
fn string<'s>(
    rest: Slice<'s>,
    prefix: usize,
    kind: &str,
    dialect: Dialect,
) -> Option<(Scalar<'s>, usize)> {
    let quoted = rest.text.get(prefix..)?;
    let quote = quoted.chars().next()?;
    let triple = ["\"\"\"", "'''"].into_iter().find(|it| quoted.starts_with(it));
    let mark = match triple {
        Some(triple) if dialect == Dialect::Python => triple,
        _ => quoted.get(..quote.len_utf8())?,
    };
    let inside = quoted.get(mark.len()..)?;
    let mut bytes = inside.bytes().enumerate();
    let mut end = None;
    while let Some((nth, byte)) = bytes.next() {
        match byte {
            b'\\' => {
                bytes.next();
            }
            b'\n' if mark.len() == 1 => return None,
            byte if char::from(byte) == quote
                && inside.get(nth..).is_some_and(|it| it.starts_with(mark)) =>
            {
                end = Some(nth);
                break;
            }
            _ => {}
        }
    }
    let end = end?;
    let written = inside.get(..end)?;
    // What an f-string fills in is not known.
    if kind.contains('f') && written.contains('{') {
        return None;
    }
    let text = match written.contains('\\') && !kind.contains('r') {
        true => Cow::Owned(unescape(written)),
        false => Cow::Borrowed(written),
    };
    let start = rest.at + prefix + mark.len();
    let span = Span::new(start, start + end);
    Some((Scalar { text, span }, prefix + mark.len() + end + mark.len()))
}

/// Python's escapes, and JSON's: one that is unknown stays as it is.
fn unescape(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        let Some(c) = chars.next() else { break };
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = chars.peek().and_then(|it| it.to_digit(16)) else { break };
            code = code * 16 + digit;
            chars.next();
        }
        match c {
            _ if digits > 0 => {
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            '\\' | '\'' | '"' | '/' => text.push(c),
            '\n' => {}
            c => text.extend(['\\', c]),
        }
    }
    text
}
