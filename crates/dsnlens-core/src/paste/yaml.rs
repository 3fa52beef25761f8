//! YAML as people write it in files of configuration: maps and lists by indentation, scalars in
//! every style, anchors. Tags, complex keys and directives are passed over.

use alloc::borrow::Cow;
use alloc::string::String;

use super::draft::Scalar;
use super::literals::{self, Dialect};
use super::tree::{Tree, Value};
use crate::span::Span;
use crate::syntax::{Slice, words};

/// Reads every document of a text.
pub(super) fn parse(text: &str) -> Tree<'_> {
    let mut reader =
        Reader { text, next: 0, blank: 0, open: alloc::vec::Vec::new(), tree: Tree::default() };
    while let Some(line) = reader.take_line() {
        let content = line.text.trim_start_matches(' ');
        let column = line.text.len() - content.len();
        if content.is_empty() {
            reader.blank += 1;
            continue;
        }
        if content.starts_with('#') {
            continue;
        }
        if content.starts_with('\t') {
            reader.tree.broken.push(Span::new(line.at, line.end()));
        }
        if column == 0 && is_boundary(content) {
            reader.open.clear();
            reader.tree.end_document();
            continue;
        }
        reader.line(line.split_at(column).1, column);
        reader.blank = 0;
    }
    reader.tree
}

struct Reader<'s> {
    text: &'s str,
    /// Where the next line starts.
    next: usize,
    /// How many empty lines stand above.
    blank: usize,
    open: alloc::vec::Vec<Open>,
    tree: Tree<'s>,
}

/// An entry that may have more under it.
struct Open {
    column: usize,
    place: usize,
    is_item: bool,
    /// It has a plain text, which goes on in the lines that stand further right.
    is_plain: bool,
}

fn is_boundary(line: &str) -> bool {
    let behind = line.strip_prefix("---").or(line.strip_prefix("..."));
    behind.is_some_and(|it| it.is_empty() || it.starts_with(' '))
}

impl<'s> Reader<'s> {
    fn take_line(&mut self) -> Option<Slice<'s>> {
        let rest = self.text.get(self.next..).filter(|it| !it.is_empty())?;
        let line = rest.split('\n').next().unwrap_or(rest);
        let slice = Slice { text: line.trim_end_matches(['\r', ' ', '\t']), at: self.next };
        self.next += line.len() + 1;
        Some(slice)
    }

    fn line(&mut self, mut content: Slice<'s>, mut column: usize) {
        let is_inside = self.open.last().is_some_and(|it| it.is_plain && it.column < column);
        if is_inside && split_key(content).is_none() {
            return self.go_on(content, column);
        }
        while let Some(rest) = content.strip_prefix("-").filter(|it| is_apart(it.text)) {
            self.close(column, true);
            let dash = column;
            let blank = rest.text.len() - rest.text.trim_start_matches([' ', '\t']).len();
            let place = self.push(column, None, rest);
            content = rest.split_at(blank).1;
            column += 1 + blank;
            if content.is_empty() || content.text.starts_with('#') {
                return;
            }
            let starts_entry = (content.text.starts_with('-')
                && is_apart(content.text.get(1..).unwrap_or("")))
                || split_key(content).is_some();
            if !starts_entry {
                return self.value(place, content, dash);
            }
        }
        match split_key(content) {
            Some((key, rest)) => {
                self.close(column, false);
                let place = self.push(column, Some(key), rest);
                let blank = rest.text.len() - rest.text.trim_start_matches([' ', '\t']).len();
                self.value(place, rest.split_at(blank).1, column);
            }
            None => self.go_on(content, column),
        }
    }

    fn push(&mut self, column: usize, key: Option<Scalar<'s>>, rest: Slice<'s>) -> usize {
        let is_item = key.is_none();
        // What has a text has no entries.
        let above = self.open.last().and_then(|it| self.tree.get(it.place));
        if above.is_some_and(|it| matches!(it.value, Value::Text(_))) {
            self.tree.broken.push(Span::new(rest.at, rest.end()));
        }
        let value = Value::Open(Span::new(rest.at, rest.at));
        let place = self.tree.push(self.open.last().map(|it| it.place), key, value);
        self.open.push(Open { column, place, is_item, is_plain: false });
        place
    }

    /// Closes what a line at `column` does not belong to: an item may stand as far left as the
    /// name of its list.
    fn close(&mut self, column: usize, is_item: bool) {
        while self.open.last().is_some_and(|it| {
            it.column > column || (it.column == column && (it.is_item || !is_item))
        }) {
            self.open.pop();
        }
    }

    /// The value of an entry whose name, or dash, stands at `column`.
    fn value(&mut self, place: usize, mut rest: Slice<'s>, column: usize) {
        loop {
            let (word, behind) = rest.split_before(&[' ']);
            if let Some(name) = word.text.strip_prefix('&') {
                self.tree.mark(name, place);
            } else if !word.text.starts_with('!') {
                break;
            }
            rest = behind.split_at(behind.text.len() - behind.text.trim_start().len()).1;
        }
        let value = match rest.text.chars().next() {
            None | Some('#') => return,
            Some('*') => {
                let (word, _) = rest.split_before(&[' ']);
                let name = word.text.strip_prefix('*').unwrap_or("");
                Value::Alias(name, Span::new(word.at, word.end()))
            }
            Some('|' | '>') => Value::Text(self.block(rest, column)),
            Some(quote @ ('"' | '\'')) => match quoted(self.text, rest.at, quote) {
                Some((scalar, end)) => {
                    self.pass(end);
                    Value::Text(scalar)
                }
                None => {
                    self.tree.broken.push(Span::new(rest.at, rest.end()));
                    Value::Foreign(Span::new(rest.at, rest.end()))
                }
            },
            Some('[' | '{') => {
                let whole = Slice { text: self.text.get(rest.at..).unwrap_or(""), at: rest.at };
                let end = literals::parse(&mut self.tree, Some(place), whole, Dialect::Yaml);
                let inside = self.text.get(rest.at..end).unwrap_or("").trim_end();
                if !inside.ends_with([']', '}']) {
                    self.tree.broken.push(Span::new(rest.at, rest.end()));
                }
                self.pass(end);
                Value::Open(Span::new(rest.at, end))
            }
            Some(_) => {
                // A value has no name in front of it.
                if split_key(rest).is_some() {
                    self.tree.broken.push(Span::new(rest.at, rest.end()));
                }
                if let Some(open) = self.open.last_mut() {
                    open.is_plain = true;
                }
                Value::Text(plain(rest))
            }
        };
        if let Some(entry) = self.tree.get_mut(place) {
            entry.value = value;
        }
    }

    /// Goes on behind the line that holds `end`, unless that is behind it already.
    fn pass(&mut self, end: usize) {
        if end >= self.next {
            let rest = self.text.get(end..).unwrap_or("");
            self.next = end + rest.find('\n').map_or(rest.len(), |it| it + 1);
        }
    }

    /// A line that starts nothing of its own: more of the plain text above it.
    fn go_on(&mut self, content: Slice<'s>, column: usize) {
        let more = plain(content);
        let Some(above) = self.open.last().filter(|it| it.column < column) else {
            self.tree.broken.push(more.span);
            return self.tree.unreadable.push(more.span);
        };
        let Some(entry) = self.tree.get_mut(above.place) else { return };
        match &mut entry.value {
            Value::Text(text) => {
                let joined = text.text.to_mut();
                match self.blank {
                    0 => joined.push(' '),
                    lines => (0..lines).for_each(|_| joined.push('\n')),
                }
                joined.push_str(&more.text);
                text.span.end = more.span.end;
            }
            value @ Value::Open(_) => {
                let (place, column) = (above.place, above.column);
                *value = Value::Foreign(more.span);
                self.value(place, content, column);
            }
            Value::Alias(..) | Value::Foreign(_) => {
                self.tree.broken.push(more.span);
                self.tree.unreadable.push(more.span);
            }
        }
    }

    /// A text in lines of its own, further right than `column`.
    fn block(&mut self, header: Slice<'s>, column: usize) -> Scalar<'s> {
        let is_folded = header.text.starts_with('>');
        let (start, mut end) = (self.next.min(self.text.len()), self.next.min(self.text.len()));
        let mut indent = None;
        let (mut text, mut blank, mut is_first) = (String::new(), 0, true);
        loop {
            let at = self.next;
            let Some(line) = self.take_line() else { break };
            // Blanks at the end of a line count here.
            let line = self.text.get(at..self.next - 1).unwrap_or(line.text);
            let line = line.trim_end_matches('\r');
            let own = line.len() - line.trim_start_matches(' ').len();
            if own == line.len() {
                blank += 1;
                continue;
            }
            if own <= column {
                self.next = at;
                break;
            }
            let indent = *indent.get_or_insert(own);
            if own < indent {
                self.next = at;
                break;
            }
            match (is_first, is_folded, blank) {
                (true, _, _) => (0..blank).for_each(|_| text.push('\n')),
                (false, true, 0) => text.push(' '),
                (false, true, _) => (0..blank).for_each(|_| text.push('\n')),
                (false, false, _) => (0..=blank).for_each(|_| text.push('\n')),
            }
            (is_first, blank) = (false, 0);
            text.push_str(line.get(indent..).unwrap_or(""));
            end = at + line.len();
        }
        let is_kept = header.text.contains('+');
        if !header.text.contains('-') && !text.is_empty() {
            text.push('\n');
        }
        if is_kept {
            (0..blank).for_each(|_| text.push('\n'));
        }
        Scalar { text: text.into(), span: Span::new(start, end) }
    }
}

/// Whether what is behind a `-` or a `:` makes it a mark.
fn is_apart(behind: &str) -> bool {
    behind.is_empty() || behind.starts_with([' ', '\t'])
}

/// The name in front of a `:`, and what is behind it.
fn split_key(content: Slice<'_>) -> Option<(Scalar<'_>, Slice<'_>)> {
    match content.text.chars().next()? {
        quote @ ('"' | '\'') => {
            let (key, end) = quoted(content.text, 0, quote)?;
            let rest = content.split_at(end).1;
            let blank = rest.text.len() - rest.text.trim_start_matches(' ').len();
            let rest = rest.split_at(blank).1.strip_prefix(":").filter(|it| is_apart(it.text))?;
            let span = Span::new(content.at + key.span.start, content.at + key.span.end);
            Some((Scalar { text: key.text, span }, rest))
        }
        '[' | '{' | '|' | '>' | '&' | '*' | '!' | '%' | '@' | '`' | '?' | '#' => None,
        _ => {
            let mut colons = words::places(content.text, ":");
            let at = colons.find(|it| is_apart(content.text.get(it + 1..).unwrap_or("")))?;
            let (key, rest) = content.split_at(at);
            let name = key.text.trim_end();
            // A comment holds no name.
            if words::contains(name, " #") || name.is_empty() {
                return None;
            }
            let span = Span::new(key.at, key.at + name.len());
            Some((Scalar { text: name.into(), span }, rest.strip_prefix(":")?))
        }
    }
}

/// A plain text, up to a comment.
fn plain(rest: Slice<'_>) -> Scalar<'_> {
    let comment = [" #", "\t#"].iter().filter_map(|it| words::find(rest.text, it)).min();
    let text = rest.split_at(comment.unwrap_or(rest.text.len())).0.text.trim_end();
    Scalar { text: text.into(), span: Span::new(rest.at, rest.at + text.len()) }
}

/// The text between two quotes, of which the first stands at `at`, and where it ends with them.
pub(super) fn quoted(whole: &str, at: usize, quote: char) -> Option<(Scalar<'_>, usize)> {
    let inside = whole.get(at + 1..)?;
    let mut end = None;
    let mut bytes = inside.bytes().enumerate().peekable();
    let mut is_plain = true;
    while let Some((nth, byte)) = bytes.next() {
        match byte {
            b'\\' if quote == '"' => {
                is_plain = false;
                bytes.next();
            }
            b'\'' if quote == '\'' && bytes.peek().is_some_and(|it| it.1 == b'\'') => {
                is_plain = false;
                bytes.next();
            }
            b'\n' => is_plain = false,
            byte if char::from(byte) == quote => {
                end = Some(nth);
                break;
            }
            _ => {}
        }
    }
    let end = end?;
    let written = inside.get(..end)?;
    let text = match is_plain {
        true => Cow::Borrowed(written),
        false => Cow::Owned(unescape(written, quote)),
    };
    let start = at + 1;
    Some((Scalar { text, span: Span::new(start, start + end) }, start + end + 1))
}

fn unescape(written: &str, quote: char) -> String {
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    // How much of `text` no folding may take away.
    let mut kept = 0;
    while let Some(c) = chars.next() {
        match c {
            '\'' if quote == '\'' => {
                chars.next();
                text.push('\'');
            }
            '\\' if quote == '"' => {
                escape(&mut chars, &mut text);
                kept = text.len();
            }
            '\n' => {
                while text.len() > kept && text.ends_with([' ', '\t', '\r']) {
                    text.pop();
                }
                let mut empty = 0;
                while let Some(&next) = chars.peek().filter(|it| " \t\r\n".contains(**it)) {
                    empty += usize::from(next == '\n');
                    chars.next();
                }
                match empty {
                    0 => text.push(' '),
                    lines => (0..lines).for_each(|_| text.push('\n')),
                }
                kept = text.len();
            }
            c => text.push(c),
        }
    }
    text
}

/// What an escape stands for; one that is unknown stands for itself.
fn escape(chars: &mut core::iter::Peekable<core::str::Chars<'_>>, text: &mut String) {
    let Some(c) = chars.next() else { return };
    let digits = match c {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        _ => 0,
    };
    if digits > 0 {
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = chars.peek().and_then(|it| it.to_digit(16)) else { break };
            code = code * 16 + digit;
            chars.next();
        }
        text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return;
    }
    text.push(match c {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        // A line end that is escaped is none, and the blanks behind it are an indentation; an
        // empty line behind it is one.
        '\n' | '\r' => {
            let mut is_escaped = c == '\n';
            while let Some(next) = chars.next_if(|it| " \t\r\n".contains(*it)) {
                match next {
                    '\n' if is_escaped => text.push('\n'),
                    '\n' => is_escaped = true,
                    _ => {}
                }
            }
            return;
        }
        c => c,
    });
}
