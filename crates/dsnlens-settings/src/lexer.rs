//! Tokens of Python 3.11 (`Parser/tokenizer.c`), and the errors that its tokenizer raises.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use dsnlens_core::Span;

use crate::ast::SyntaxError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Name,
    Number,
    Text,
    Operator,
    Newline,
    Indent,
    Dedent,
    End,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

pub(crate) struct Tokens {
    pub(crate) list: Vec<Token>,
    /// The first error; the list ends before it.
    pub(crate) error: Option<SyntaxError>,
}

/// `MAXLEVEL` and `MAXINDENT` of `Parser/tokenizer.h`.
const MAX_BRACKETS: usize = 200;
const MAX_INDENTS: usize = 100;

const OPERATORS: [&str; 24] = [
    "**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "+=", "-=", "*=", "/=", "%=", "@=", "&=",
    "|=", "^=", "==", "<=", ">=", "<<", ">>", "**", "//",
];

/// The tokens of `text` between two bytes. `is_inside`: within brackets, where lines do not count.
pub(crate) fn tokens(text: &str, span: Span, is_inside: bool) -> Tokens {
    let mut lexer = Lexer {
        text,
        at: span.start,
        end: span.end,
        list: Vec::new(),
        indents: vec![(0, 0)],
        brackets: Vec::new(),
        is_inside,
    };
    let error = lexer.run().err();
    Tokens { list: lexer.list, error }
}

struct Lexer<'t> {
    text: &'t str,
    at: usize,
    end: usize,
    list: Vec<Token>,
    /// Columns with tabs to eight and to one.
    indents: Vec<(usize, usize)>,
    brackets: Vec<(u8, usize)>,
    is_inside: bool,
}

type Step = Result<(), SyntaxError>;

fn error(class: &'static str, at: usize, message: impl Into<String>) -> SyntaxError {
    SyntaxError { class, message: Some(message.into()), at }
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

fn is_name_part(byte: u8) -> bool {
    is_name_start(byte) || byte.is_ascii_digit()
}

impl Lexer<'_> {
    fn byte(&self, ahead: usize) -> u8 {
        let at = self.at.saturating_add(ahead);
        if at >= self.end { 0 } else { self.text.as_bytes().get(at).copied().unwrap_or(0) }
    }

    fn push(&mut self, kind: Kind, start: usize) {
        self.list.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn is_in_brackets(&self) -> bool {
        self.is_inside || !self.brackets.is_empty()
    }

    fn run(&mut self) -> Step {
        if self.at == 0 && self.text.starts_with('\u{feff}') {
            self.at = 3;
        }
        let mut is_line_start = !self.is_inside;
        while self.at < self.end {
            if is_line_start {
                is_line_start = false;
                if !self.indentation()? {
                    is_line_start = true;
                    continue;
                }
            }
            match self.byte(0) {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'#' => self.skip_comment(),
                b'\\' if matches!(self.byte(1), b'\n' | b'\r') => {
                    self.at += 1;
                    self.line_end();
                    if self.at >= self.end {
                        return Err(error(
                            "SyntaxError",
                            self.at.saturating_sub(1),
                            "unexpected EOF while parsing",
                        ));
                    }
                }
                b'\n' | b'\r' => {
                    let start = self.at;
                    self.line_end();
                    if !self.is_in_brackets() {
                        self.push(Kind::Newline, start);
                        is_line_start = true;
                    }
                }
                _ => self.token()?,
            }
        }
        if let Some(&(bracket, at)) = self.brackets.last() {
            let message = format!("'{}' was never closed", char::from(bracket));
            return Err(error("SyntaxError", at, message));
        }
        let has_line =
            self.list.last().is_some_and(|it| !matches!(it.kind, Kind::Newline | Kind::Dedent));
        if !self.is_inside && has_line {
            self.push(Kind::Newline, self.at);
        }
        for _ in 1..self.indents.len() {
            self.push(Kind::Dedent, self.at);
        }
        self.push(Kind::End, self.at);
        Ok(())
    }

    fn line_end(&mut self) {
        let is_pair = self.byte(0) == b'\r' && self.byte(1) == b'\n';
        self.at += if is_pair { 2 } else { 1 };
    }

    fn skip_comment(&mut self) {
        while self.at < self.end && !matches!(self.byte(0), b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Whether the line holds a token.
    fn indentation(&mut self) -> Result<bool, SyntaxError> {
        let (mut column, mut narrow) = (0_usize, 0_usize);
        loop {
            match self.byte(0) {
                b' ' => (column, narrow) = (column + 1, narrow + 1),
                b'\t' => (column, narrow) = ((column / 8 + 1) * 8, narrow + 1),
                0x0c => (column, narrow) = (0, 0),
                _ => break,
            }
            self.at += 1;
        }
        if self.byte(0) == b'#' {
            self.skip_comment();
        }
        if self.at >= self.end {
            return Ok(false);
        }
        if matches!(self.byte(0), b'\n' | b'\r') {
            self.line_end();
            return Ok(false);
        }
        let last = self.indents.last().copied().unwrap_or_default();
        let tabs =
            || error("TabError", self.at, "inconsistent use of tabs and spaces in indentation");
        if column == last.0 {
            if narrow != last.1 {
                return Err(tabs());
            }
        } else if column > last.0 {
            if narrow <= last.1 {
                return Err(tabs());
            }
            if self.indents.len() >= MAX_INDENTS {
                return Err(error("IndentationError", self.at, "too many levels of indentation"));
            }
            self.indents.push((column, narrow));
            self.push(Kind::Indent, self.at);
        } else {
            while self.indents.last().is_some_and(|it| it.0 > column) {
                self.indents.pop();
                self.push(Kind::Dedent, self.at);
            }
            let level = self.indents.last().copied().unwrap_or_default();
            if level.0 != column {
                return Err(error(
                    "IndentationError",
                    self.at,
                    "unindent does not match any outer indentation level",
                ));
            }
            if level.1 != narrow {
                return Err(error(
                    "TabError",
                    self.at,
                    "inconsistent use of tabs and spaces in indentation",
                ));
            }
        }
        Ok(true)
    }

    fn token(&mut self) -> Step {
        let start = self.at;
        let byte = self.byte(0);
        if is_name_start(byte) {
            while self.at < self.end && is_name_part(self.byte(0)) {
                self.at += 1;
            }
            let name = self.text.get(start..self.at).unwrap_or("");
            if matches!(self.byte(0), b'\'' | b'"') && is_prefix(name) {
                return self.string(start);
            }
            if !name.is_ascii() {
                let is_letter = |c: char| c.is_alphanumeric() || c == '_';
                if let Some((at, _)) = name.char_indices().find(|(_, c)| !is_letter(*c)) {
                    return Err(SyntaxError {
                        class: "SyntaxError",
                        message: None,
                        at: start + at,
                    });
                }
            }
            self.push(Kind::Name, start);
            return Ok(());
        }
        if byte.is_ascii_digit() || (byte == b'.' && self.byte(1).is_ascii_digit()) {
            return self.number(start);
        }
        match byte {
            b'\'' | b'"' => self.string(start),
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return Err(error("SyntaxError", start, "too many nested parentheses"));
                }
                self.brackets.push((byte, start));
                self.at += 1;
                self.push(Kind::Operator, start);
                Ok(())
            }
            b')' | b']' | b'}' => self.close(byte, start),
            _ => {
                let rest = self.text.get(start..self.end).unwrap_or("");
                let long = OPERATORS.iter().find(|it| rest.starts_with(**it));
                let is_short = b"+-*/%@&|^~<>=.,:;".contains(&byte);
                match long {
                    Some(operator) => self.at += operator.len(),
                    None if is_short => self.at += 1,
                    None => {
                        return Err(SyntaxError { class: "SyntaxError", message: None, at: start });
                    }
                }
                self.push(Kind::Operator, start);
                Ok(())
            }
        }
    }

    fn close(&mut self, byte: u8, start: usize) -> Step {
        let closer = char::from(byte);
        let wanted = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.brackets.pop() {
            Some((open, _)) if open == wanted => {}
            Some((open, at)) => {
                let opener = char::from(open);
                let line = |at: usize| {
                    self.text.get(..at).unwrap_or("").bytes().filter(|it| *it == b'\n').count() + 1
                };
                let message = match (line(at), line(start)) {
                    (first, last) if first == last => format!(
                        "closing parenthesis '{closer}' does not match opening parenthesis '{opener}'"
                    ),
                    (first, _) => format!(
                        "closing parenthesis '{closer}' does not match opening parenthesis \
                         '{opener}' on line {first}"
                    ),
                };
                return Err(error("SyntaxError", start, message));
            }
            None => return Err(error("SyntaxError", start, format!("unmatched '{closer}'"))),
        }
        self.at += 1;
        self.push(Kind::Operator, start);
        Ok(())
    }

    fn number(&mut self, start: usize) -> Step {
        let is_radix =
            self.byte(0) == b'0' && matches!(self.byte(1), b'x' | b'X' | b'o' | b'O' | b'b' | b'B');
        if is_radix {
            self.at += 2;
            while self.byte(0).is_ascii_alphanumeric() || self.byte(0) == b'_' {
                self.at += 1;
            }
        } else {
            loop {
                match self.byte(0) {
                    b'0'..=b'9' | b'_' | b'.' => self.at += 1,
                    b'e' | b'E'
                        if self.byte(1).is_ascii_digit()
                            || (matches!(self.byte(1), b'+' | b'-')
                                && self.byte(2).is_ascii_digit()) =>
                    {
                        self.at += 2;
                    }
                    b'j' | b'J' => self.at += 1,
                    _ => break,
                }
            }
        }
        self.push(Kind::Number, start);
        Ok(())
    }

    fn string(&mut self, start: usize) -> Step {
        let quote = self.byte(0);
        let is_triple = self.byte(1) == quote && self.byte(2) == quote;
        self.at += if is_triple { 3 } else { 1 };
        loop {
            if self.at >= self.end {
                let lines = self.text.get(start..self.end).unwrap_or("").bytes();
                let first = self.line(start);
                let last = first + lines.filter(|it| *it == b'\n').count();
                let kind = if is_triple { "triple-quoted string" } else { "string" };
                return Err(error(
                    "SyntaxError",
                    start,
                    format!("unterminated {kind} literal (detected at line {last})"),
                ));
            }
            let byte = self.byte(0);
            match byte {
                b'\\' if self.byte(1) == b'\r' && self.byte(2) == b'\n' => self.at += 3,
                b'\\' => self.at += 2,
                b'\n' | b'\r' if !is_triple => {
                    let line = self.line(start);
                    let message = format!("unterminated string literal (detected at line {line})");
                    // With a continuation before, the text counts other lines: only the class is sure.
                    let message = (line == self.line(self.at)).then_some(message);
                    return Err(SyntaxError { class: "SyntaxError", message, at: start });
                }
                _ if byte == quote && !is_triple => {
                    self.at += 1;
                    break;
                }
                _ if byte == quote && self.byte(1) == quote && self.byte(2) == quote => {
                    self.at += 3;
                    break;
                }
                _ => self.at += 1,
            }
        }
        self.push(Kind::Text, start);
        Ok(())
    }

    /// Only for an error, of which there is one.
    fn line(&self, at: usize) -> usize {
        crate::line(self.text, at)
    }
}

fn is_prefix(name: &str) -> bool {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    match name.as_bytes() {
        [one] => b"rbfu".contains(&lower(*one)),
        [one, two] => {
            matches!((lower(*one), lower(*two)), (b'r', b'b' | b'f') | (b'b' | b'f', b'r'))
        }
        _ => false,
    }
}
