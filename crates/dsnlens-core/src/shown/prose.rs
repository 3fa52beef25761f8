//! What may be shown of a text that may be anything: words, and what is known to be harmless.
//! URLs, whatever is behind a name such as `password=`, what is quoted, and what looks like no word
//! of a sentence are hidden.

use alloc::vec::Vec;

use crate::clients::settings::FIELDS;
use crate::inputs::DATABASE_URL;
use crate::shown;
use crate::span::Span;
use crate::syntax::{token, words};

/// What a quoted name may be the name of.
const NOUNS: [&str; 12] = [
    "address", "at", "database", "file", "host", "name", "relation", "role", "schema", "server",
    "socket", "user",
];

/// The stretches to hide, ascending and apart; `harmless` are some to show, in no order.
pub(crate) fn hidden(text: &str, mut harmless: Vec<Span>, mut secrets: Vec<Span>) -> Vec<Span> {
    harmless.sort_unstable();
    let mut harmless = harmless.into_iter().peekable();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        in_url(line, at, &mut secrets);
        behind_name(line, at, &mut secrets);
        let token = Token::at(line, 0);
        let mut reader = Reader { line, offset: at, at: 0, token, secrets: &mut secrets };
        while reader.at < line.len() {
            let here = at + reader.at;
            while harmless.next_if(|it| it.end <= here).is_some() {}
            match harmless.peek().filter(|it| it.start <= here) {
                Some(it) => {
                    reader.at = (it.end - at).min(line.len());
                    let rest = line.get(reader.at..).unwrap_or("");
                    // What closes a quotation opens none.
                    reader.at += usize::from(rest.starts_with(['"', '\'', '`']));
                    reader.token.start = reader.at;
                }
                None => reader.step(harmless.peek().copied()),
            }
        }
        at += line.len();
    }
    shown::joined(secrets, text)
}

/// What is between two blanks, or as much of it as is not known to be harmless.
struct Token {
    start: usize,
    end: usize,
    /// Whether a URL is in it, whose parts are known.
    has_url: bool,
}

impl Token {
    fn at(line: &str, start: usize) -> Token {
        let rest = line.get(start..).unwrap_or("");
        let rest = rest.split(char::is_whitespace).next().unwrap_or("");
        Token { start, end: start + rest.len(), has_url: words::contains(rest, "://") }
    }
}

struct Reader<'t, 's> {
    line: &'t str,
    offset: usize,
    at: usize,
    token: Token,
    secrets: &'s mut Vec<Span>,
}

impl Reader<'_, '_> {
    /// Passes a word, a quotation or a mark. Of a quotation, what comes `next` is known.
    fn step(&mut self, next: Option<Span>) {
        if self.at > self.token.end {
            self.token = Token::at(self.line, self.at);
        }
        let (before, rest) = self.line.split_at_checked(self.at).unwrap_or(("", ""));
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let start = self.at;
        if length > 0 {
            let word = rest.get(..length).unwrap_or("");
            self.at += length;
            let sign = shown::sign(rest.get(length..).unwrap_or(""));
            if sign > 0 && shown::is_known(word) {
                self.at += sign;
                self.token.start = self.at;
            } else if !is_plain(word) && word != DATABASE_URL && !FIELDS.contains(&word) {
                self.hide_token(start, next);
            }
            return;
        }
        let Some(mark) = rest.chars().next() else { return };
        self.at += mark.len_utf8();
        let is_inside = before.ends_with(is_word);
        if !matches!(mark, '"' | '\'' | '`') || (mark == '\'' && is_inside) {
            return;
        }
        let behind = rest.get(mark.len_utf8()..).unwrap_or("");
        let known = next.map(|it| {
            Span::new(it.start.wrapping_sub(self.offset), it.end.wrapping_sub(self.offset))
        });
        let first = behind.find(mark).unwrap_or(behind.len());
        let is_known = known.is_some_and(|it| it.start == self.at);
        let is_closed = !goes_on(behind.get(first..).unwrap_or(""));
        let noun = before.trim_end().rsplit(|c| !is_word(c)).next().unwrap_or("");
        let is_name =
            is_closed && NOUNS.contains(&noun) && is_named(noun, behind.get(..first).unwrap_or(""));
        match is_known || is_name {
            true if is_known => {}
            true => self.at += first,
            false => {
                let last = behind.rfind(mark).unwrap_or(behind.len());
                let start = self.at;
                self.at += last;
                match is_inside && !self.token.has_url {
                    true => self.hide(self.token.start, self.at),
                    false => self.hide(start, self.at),
                }
            }
        }
    }

    /// Hides a word with all that no blank separates from it: it may be a part of the same secret.
    fn hide_token(&mut self, start: usize, next: Option<Span>) {
        if self.token.has_url {
            return self.hide(start, self.at);
        }
        let next = next.map_or(usize::MAX, |it| it.start.saturating_sub(self.offset));
        self.at = self.token.end.min(next).max(self.at);
        self.hide(self.token.start.min(start), self.at);
    }

    fn hide(&mut self, start: usize, end: usize) {
        self.secrets.push(Span::new(self.offset + start, self.offset + end));
    }
}

/// Whether what was quoted goes on behind a quote, which is then a part of it: one more follows in
/// the line, alone, or a letter.
pub(crate) fn goes_on(behind: &str) -> bool {
    let line = behind.lines().next().unwrap_or("");
    // JSON puts a backslash in front of a quote.
    let mut chars = line.trim_start_matches('\\').chars();
    let Some('"' | '\'' | '`') = chars.next() else { return false };
    let rest = chars.as_str();
    let quote = line.get(..line.len() - rest.len()).unwrap_or("");
    rest.starts_with(|c: char| c.is_alphanumeric() || "@:/'\"".contains(c))
        || line.matches(quote).count().is_multiple_of(2)
}

/// A word of a sentence or a small number: letters of one kind, which may begin with a capital.
fn is_plain(word: &str) -> bool {
    let tail = word.trim_start_matches(|c: char| c.is_uppercase());
    let is_number = word.len() < 6 && word.bytes().all(|it| it.is_ascii_digit());
    let has_capitals_first =
        tail.is_empty() || word.len() - tail.len() < 2 || !tail.contains(char::is_uppercase);
    let letters = tail.trim_end_matches(|c: char| c.is_ascii_digit());
    is_number
        || has_capitals_first
            && tail.len() - letters.len() < 2
            && letters.chars().all(|c| c == '_' || (c.is_alphabetic() && !c.is_uppercase()))
}

/// A host, a path, a role, a database: letters and digits, without the marks of a URL.
pub(crate) fn is_name(text: &str) -> bool {
    text.len() <= 255 && text.chars().all(|c| c.is_alphanumeric() || "._-/:%$<>[]".contains(c))
}

/// Whether a quoted text can be the name of a `noun`. A user has no `:` in its name: what is behind one
/// is a password.
pub(crate) fn is_named(noun: &str, text: &str) -> bool {
    let is_role = matches!(noun, "user" | "role");
    is_name(text) && token::kind(text).is_none() && !(is_role && text.contains(':'))
}

/// The first URL of a line, with whatever follows it there.
fn in_url(line: &str, at: usize, spans: &mut Vec<Span>) {
    let Some(mark) = words::find(line, "://") else { return };
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let start = line.get(..mark).unwrap_or("").trim_end_matches(is_scheme).len();
    let (head, url) = line.split_at_checked(start).unwrap_or(("", line));
    let quote = head.chars().next_back().filter(|it| "'\"`".contains(*it));
    // A quote may be in the password: the last one ends the URL.
    let end = quote.and_then(|it| url.rfind(it)).unwrap_or(url.trim_end().len());
    let url = url.get(..end).unwrap_or(url);
    spans.extend(
        shown::hidden(url)
            .into_iter()
            .map(|it| Span::new(at + start + it.start, at + start + it.end)),
    );
}

/// All of a line behind `password=`, `'PASSWORD': ` and their like.
fn behind_name(line: &str, at: usize, spans: &mut Vec<Span>) {
    const NAMES: [&str; 8] =
        ["password", "passwd", "pwd", "pass", "secret", "token", "key", "passphrase"];
    let line = line.trim_end();
    let secret = line.match_indices(['=', ':']).find(|(sign, _)| {
        let name = line.get(..*sign).unwrap_or("").trim_end();
        let name = name.trim_end_matches(['\'', '"']);
        let ends = |it: &str| {
            let end = name.len().checked_sub(it.len()).and_then(|at| name.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(it))
        };
        NAMES.iter().any(|it| ends(it))
    });
    if let Some((sign, _)) = secret {
        spans.push(Span::new(at + sign + 1, at + line.len()));
    }
}
