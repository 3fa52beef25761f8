//! `.env` files as python-dotenv reads them.
//!
//! Reproduces `dotenv/parser.py` and `dotenv/variables.py` of python-dotenv 1.2.1: a line that
//! cannot be read is skipped with a warning, and `${NAME}` and `${NAME:-default}` are expanded
//! from the file's earlier variables.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Places, shell, words};
use crate::span::Span;

/// A statement of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding<'s> {
    /// The variable's name.
    pub name: &'s str,
    /// Its value; `None` where the file only names it (`NAME` without `=`).
    pub value: Option<Cow<'s, str>>,
    /// The bytes of the file that hold the value, with its quotes; empty where there is none.
    pub span: Span,
    /// The line it starts on, from 1.
    pub line: usize,
}

/// A statement that python-dotenv skips.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The line it starts on, from 1.
    pub line: usize,
}

/// What a `.env` file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dotenv<'s> {
    /// The statements that were read, in order; of two with one name the last counts.
    pub bindings: Vec<Binding<'s>>,
    /// The statements that were not.
    pub unreadable: Vec<Unreadable>,
}

/// Reads a `.env` file and expands its variables.
pub fn parse(text: &str) -> Dotenv<'_> {
    let mut reader = Reader { rest: text, length: text.len(), line: 1 };
    let mut dotenv = Dotenv::default();
    let mut places = Places::new();
    let mut room = text.len() + MAX_GROWTH;
    loop {
        reader.skip(is_space);
        if reader.rest.is_empty() {
            break;
        }
        let line = reader.line;
        match reader.binding() {
            Ok(Some((name, value))) => {
                let (value, span) = value.unzip();
                let value = value.map(|value| expand(value, &dotenv.bindings, &places, &mut room));
                places.insert(Cow::Borrowed(name), dotenv.bindings.len());
                let span = span.unwrap_or_default();
                dotenv.bindings.push(Binding { name, value, span, line });
            }
            Ok(None) => {}
            Err(Malformed) => {
                reader.skip(|c| !is_newline(c));
                dotenv.unreadable.push(Unreadable { line });
            }
        }
    }
    dotenv
}

/// Who reads what [`quote`] wrote as it was meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// python-dotenv, and a shell that is told to `source` the file.
    Both,
    /// python-dotenv alone.
    Dotenv,
    /// A shell alone.
    Shell,
}

/// A value as it is written behind `NAME=`, and who reads it.
///
/// The two grammars differ in most of what they do with `\`, `$` and a backtick, so that for a
/// few values there is no form that both take.
pub fn quote(value: &str) -> (Cow<'_, str>, Readers) {
    if shell::is_plain(value) {
        return (Cow::Borrowed(value), Readers::Both);
    }
    let single = alloc::format!("'{value}'");
    // Between single quotes a shell takes all but the quote as it is.
    if !value.contains('\'') && is_read_as(&single, value) {
        return (single.into(), Readers::Both);
    }
    let mut double = String::from("\"");
    for c in value.chars() {
        match c {
            '"' | '\\' => double.extend(['\\', c]),
            '\r' => double.push_str("\\r"),
            _ => double.push(c),
        }
    }
    double.push('"');
    // A shell knows no `\r`.
    let is_inert = !value.contains('\r') && !shell::is_expanded(value);
    let readers = if is_inert { Readers::Both } else { Readers::Dotenv };
    if is_read_as(&double, value) {
        (double.into(), readers)
    } else if is_read_as(value, value) {
        (Cow::Borrowed(value), Readers::Dotenv)
    } else {
        (shell::quote(value), Readers::Shell)
    }
}

/// A value as it is written behind `NAME=` for python-dotenv, whatever a shell makes of it.
///
/// No escape keeps `${NAME}` from being filled in, but a reference may bring the `$` as the default
/// of a variable without a name: `${:-$}{NAME}`.
pub fn quote_verbatim(value: &str) -> Cow<'_, str> {
    match quote(value) {
        (written, Readers::Both | Readers::Dotenv) => written,
        (_, Readers::Shell) => {
            let mut written = String::from("\"");
            for c in value.chars() {
                match c {
                    '"' => written.push_str("\\\""),
                    '\r' => written.push_str("\\r"),
                    '\\' | '$' => written.extend(["${:-", if c == '$' { "$" } else { "\\" }, "}"]),
                    c => written.push(c),
                }
            }
            written.push('"');
            written.into()
        }
    }
}

/// Whether python-dotenv reads `written` as `value`, even if other quotes follow in the file.
fn is_read_as(written: &str, value: &str) -> bool {
    // It opens files with universal newlines.
    let text = alloc::format!("A={written}\nB='\"'\nC=\"'\"\n");
    let dotenv = parse(&text);
    let bindings = dotenv.bindings.iter().map(|it| it.value.as_deref());
    !written.contains('\r') && bindings.eq([Some(value), Some("\""), Some("'")])
}

/// By how many bytes references may make a file longer: where each line names the one above twice,
/// twenty lines are a million. A reference that there is no room for stays as it is written.
const MAX_GROWTH: usize = 1 << 20;

struct Malformed;

/// A statement's name and value, not yet expanded; `None` for a comment.
type Statement<'s> = Option<(&'s str, Option<(Cow<'s, str>, Span)>)>;

struct Reader<'s> {
    rest: &'s str,
    /// Of the whole file.
    length: usize,
    line: usize,
}

impl<'s> Reader<'s> {
    fn binding(&mut self) -> Result<Statement<'s>, Malformed> {
        self.skip_export();
        let name = match self.peek() {
            Some('#') => None,
            Some('\'') => Some(self.quoted_name()?),
            _ => Some(self.take(|c| c != '=' && c != '#' && !is_space(c)).ok_or(Malformed)?),
        };
        self.skip(is_blank);
        let value = match self.peek() {
            Some('=') => {
                self.advance(1);
                self.skip(is_blank);
                Some(self.value()?)
            }
            _ => None,
        };
        self.skip(is_blank);
        if self.peek() == Some('#') {
            self.skip(|c| !is_newline(c));
        }
        match self.peek() {
            None => {}
            Some(c) if is_newline(c) => {}
            Some(_) => return Err(Malformed),
        }
        Ok(name.map(|name| (name, value)))
    }

    /// A value and the bytes that hold it, quotes included.
    fn value(&mut self) -> Result<(Cow<'s, str>, Span), Malformed> {
        let start = self.at();
        match self.peek() {
            Some(quote @ ('\'' | '"')) => {
                let value = self.quoted_value(quote)?;
                Ok((value, Span::new(start, self.at())))
            }
            _ => {
                let line = self.take(|c| !is_newline(c)).unwrap_or("");
                let value = without_comment(line).trim_end_matches(is_space);
                Ok((Cow::Borrowed(value), Span::new(start, start + value.len())))
            }
        }
    }

    fn quoted_name(&mut self) -> Result<&'s str, Malformed> {
        let (name, _) = self.rest.get(1..).unwrap_or("").split_once('\'').ok_or(Malformed)?;
        if name.is_empty() {
            return Err(Malformed);
        }
        self.advance(name.len() + 2);
        Ok(name)
    }

    /// Up to the next quote that no backslash stands before. As in python-dotenv's regular
    /// expression, a backslash does not escape a backslash where it looks for that quote.
    fn quoted_value(&mut self, quote: char) -> Result<Cow<'s, str>, Malformed> {
        let inside = self.rest.get(1..).unwrap_or("");
        let mut end = None;
        for (at, _) in inside.match_indices(quote) {
            end = Some(at);
            if !inside.get(..at).is_some_and(|before| before.ends_with('\\')) {
                break;
            }
        }
        // Where every quote has a backslash before it the expression backtracks to the last one.
        let value = end.and_then(|end| inside.get(..end)).ok_or(Malformed)?;
        self.advance(value.len() + 2);
        Ok(unescape(value, quote))
    }

    fn skip_export(&mut self) {
        if let Some(rest) = self.rest.strip_prefix("export")
            && rest.starts_with(is_blank)
        {
            self.advance("export".len());
            self.skip(is_blank);
        }
    }

    fn at(&self) -> usize {
        self.length - self.rest.len()
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn take(&mut self, is_in: impl Fn(char) -> bool) -> Option<&'s str> {
        let end = self.rest.find(|c| !is_in(c)).unwrap_or(self.rest.len());
        let taken = self.rest.get(..end).filter(|it| !it.is_empty())?;
        self.advance(end);
        Some(taken)
    }

    fn skip(&mut self, is_in: impl Fn(char) -> bool) {
        self.take(is_in);
    }

    fn advance(&mut self, bytes: usize) {
        let (passed, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        let mut previous = ' ';
        for c in passed.chars() {
            let is_line_end = c == '\r' || (c == '\n' && previous != '\r');
            self.line += usize::from(is_line_end);
            previous = c;
        }
        self.rest = rest;
    }
}

/// Before white space that is followed by `#`.
fn without_comment(line: &str) -> &str {
    let comment = line
        .match_indices('#')
        .find(|&(at, _)| line.get(..at).is_some_and(|before| before.ends_with(is_space)));
    comment.and_then(|(at, _)| line.get(..at)).unwrap_or(line)
}

fn unescape(text: &str, quote: char) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let escaped = match c {
            '\\' => chars.clone().next().and_then(|next| escape(next, quote)),
            _ => None,
        };
        match escaped {
            Some(meant) => {
                chars.next();
                plain.push(meant);
            }
            None => plain.push(c),
        }
    }
    Cow::Owned(plain)
}

fn escape(c: char, quote: char) -> Option<char> {
    match (c, quote) {
        ('\\' | '\'', _) => Some(c),
        ('"', '"') => Some('"'),
        ('a', '"') => Some('\u{7}'),
        ('b', '"') => Some('\u{8}'),
        ('f', '"') => Some('\u{c}'),
        ('n', '"') => Some('\n'),
        ('r', '"') => Some('\r'),
        ('t', '"') => Some('\t'),
        ('v', '"') => Some('\u{b}'),
        _ => None,
    }
}

/// `\$\{(?P<name>[^\}:]*)(?::-(?P<default>[^\}]*))?\}`, an unknown name being empty.
fn expand<'s>(
    text: Cow<'s, str>,
    bindings: &[Binding<'_>],
    places: &Places<'_>,
    room: &mut usize,
) -> Cow<'s, str> {
    let last_end = text.rfind('}').unwrap_or(0);
    let mut expanded = String::new();
    let mut rest: &str = &text;
    while let Some((before, behind)) = words::split_once(rest, "${") {
        expanded.push_str(before);
        match reference(behind) {
            Some((name, default, end)) => {
                let binding = places.get(name).and_then(|&place| bindings.get(place));
                let value = binding.map(|it| it.value.as_deref().unwrap_or(""));
                let value = value.unwrap_or(default);
                match room.checked_sub(value.len()) {
                    Some(left) => {
                        *room = left;
                        expanded.push_str(value);
                        rest = end;
                    }
                    None => {
                        expanded.push_str("${");
                        rest = behind;
                    }
                }
            }
            None if text.len() - behind.len() > last_end => {
                expanded.push_str("${");
                rest = behind;
                break;
            }
            None => {
                expanded.push_str("${");
                rest = behind;
            }
        }
    }
    if rest.len() == text.len() {
        return text;
    }
    expanded.push_str(rest);
    Cow::Owned(expanded)
}

/// The name and default of a reference, and what follows it.
fn reference(behind: &str) -> Option<(&str, &str, &str)> {
    let (name, tail) = behind.split_at_checked(behind.find([':', '}'])?)?;
    match tail.strip_prefix('}') {
        Some(behind) => Some((name, "", behind)),
        None => {
            let (default, behind) = tail.strip_prefix(":-")?.split_once('}')?;
            Some((name, default, behind))
        }
    }
}

/// `\s` of Python's `re` on text.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn is_newline(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

fn is_blank(c: char) -> bool {
    is_space(c) && !is_newline(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, Option<&str>)]) {
        let dotenv = parse(text);
        let read: Vec<_> =
            dotenv.bindings.iter().map(|it| (it.name, it.value.as_deref())).collect();
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn values_quotes_and_comments() {
        check("A=1\nexport B = two words # note\n", &[("A", Some("1")), ("B", Some("two words"))]);
        check("A=a#b\nB='a # b'# note", &[("A", Some("a#b")), ("B", Some("a # b"))]);
        check(r#"A="x\n\"y\"" "#, &[("A", Some("x\n\"y\""))]);
        check(r"A='x\n\'y\'\\'", &[("A", Some(r"x\n'y'\"))]);
        check("A\nB=\n'C D'=3", &[("A", None), ("B", Some("")), ("C D", Some("3"))]);
    }

    #[test]
    fn a_value_knows_its_bytes() {
        let text = "A= x # y\nexport B='é\\'' # z\nC";
        let spans: Vec<_> = parse(text).bindings.iter().map(|it| it.span.of(text)).collect();
        assert_eq!(spans, ["x", r"'é\''", ""]);
    }

    #[test]
    fn references_see_what_stands_above() {
        check("A=1\nB=${A}${C:-2}${D}", &[("A", Some("1")), ("B", Some("12"))]);
        check("A=${B\nB=${x:y}", &[("A", Some("${B")), ("B", Some("${x:y}"))]);
    }

    #[test]
    fn references_that_double_come_to_an_end() {
        let text = String::from("A=x\n") + &"A=${A}${A}\n".repeat(100);
        let dotenv = parse(&text);
        let lengths = dotenv.bindings.iter().filter_map(|it| it.value.as_deref()).map(str::len);
        assert!(lengths.sum::<usize>() <= 2 * (text.len() + MAX_GROWTH));
        assert_eq!(dotenv.bindings[10].value.as_deref().map(str::len), Some(1024));
    }

    #[test]
    fn a_quoted_value_is_read_as_it_was() {
        use Readers::{Both, Dotenv, Shell};
        for (value, written, readers) in [
            ("p4ss-word", "p4ss-word", Both),
            ("", "''", Both),
            ("a b#c $d `e`", "'a b#c $d `e`'", Both),
            ("it's", "\"it's\"", Both),
            ("'\"\\", r#"''\''"\'"#, Shell),
            ("it's 5$", "\"it's 5$\"", Both),
            (r"a\b", r"'a\b'", Both),
            (r"a\\b", r#""a\\\\b""#, Both),
            ("ab\\", "ab\\", Dotenv),
            ("it's $5", "\"it's $5\"", Dotenv),
            ("two\nlines", "'two\nlines'", Both),
            ("a\rb", r#""a\rb""#, Dotenv),
            ("${A}", "'${A}'", Shell),
        ] {
            assert_eq!(quote(value), (Cow::Borrowed(written), readers), "{value:?}");
        }
    }

    #[test]
    fn an_unreadable_line_is_named_and_skipped() {
        let dotenv = parse("A=1\n=2\nB=\"open\nC=3");
        assert_eq!(dotenv.unreadable, [Unreadable { line: 2 }, Unreadable { line: 3 }]);
        let names: Vec<_> = dotenv.bindings.iter().map(|it| (it.name, it.line)).collect();
        assert_eq!(names, [("A", 1), ("C", 4)]);
    }
}
