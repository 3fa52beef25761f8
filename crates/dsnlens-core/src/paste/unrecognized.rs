//! What can be found in a text that has no known form.

use alloc::vec::Vec;

use super::draft::is_name;
use crate::clients::dj_database_url::SCHEMES;
use crate::inputs::{DATABASE_URL, is_relevant};
use crate::span::Span;
use crate::syntax::{dotenv, words};

/// What a person may have meant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unrecognized {
    /// The URLs of databases, each once.
    pub urls: Vec<Span>,
    /// The names of variables that are read, each once.
    pub names: Vec<Span>,
}

/// More than anybody looks through.
const MAX_FOUND: usize = 10;

/// Looks for URLs of databases and for names of variables.
pub fn unrecognized(text: &str) -> Unrecognized {
    let mut found = Unrecognized::default();
    for url in urls(text) {
        push(&mut found.urls, url, text);
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut at = 0;
    for word in text.split(|c| !is_word(c)) {
        let span = Span::new(at, at + word.len());
        at += word.len()
            + text.get(span.end..).and_then(|it| it.chars().next()).map_or(0, char::len_utf8);
        let is_variable = word == DATABASE_URL || word.contains('_') || word.len() > 5;
        if is_variable && is_relevant(word) && is_name(word) {
            push(&mut found.names, span, text);
        }
    }
    let Unrecognized { urls, names } = &mut found;
    names.retain(|it| !urls.iter().any(|url| is_value(*it, *url, text)));
    found
}

/// Whether a URL is what a name is given: marks and such words as `value` are between them.
fn is_value(name: Span, url: Span, text: &str) -> bool {
    const BETWEEN: [&str; 4] = ["", "value", "string", "key"];
    let between = text.get(name.end..url.start).filter(|it| it.len() < 80);
    let is_mark = |c: char| !c.is_alphanumeric();
    between.is_some_and(|it| it.split(is_mark).all(|it| BETWEEN.contains(&it)))
}

fn push(spans: &mut Vec<Span>, span: Span, text: &str) {
    if spans.len() < MAX_FOUND && !spans.iter().any(|it| it.of(text) == span.of(text)) {
        spans.push(span);
    }
}

/// Where a URL ends; the blanks of `{{ password }}` are a part of it.
fn end(rest: &str, is_end: impl Fn(char) -> bool) -> usize {
    let mut at = 0;
    while let Some(length) = rest.get(at..).and_then(|it| it.find(&is_end)) {
        let head = rest.get(at..at + length).unwrap_or("");
        let is_open =
            head.rfind("{{").is_some_and(|it| !words::contains(head.get(it..).unwrap_or(""), "}}"));
        // No expression is longer.
        let near = rest.get(at + length..).unwrap_or("");
        let near = near.char_indices().nth(256).map_or(near, |it| near.get(..it.0).unwrap_or(""));
        let line = near.split('\n').next().unwrap_or("");
        match words::find(line, "}}").filter(|_| is_open) {
            Some(close) => at += length + close,
            None => return at + length,
        }
    }
    rest.len()
}

/// What ends a clause, or closes what is around it.
fn is_punctuation(c: char) -> bool {
    ":,.;)`'\"”’".contains(c)
}

/// The URLs of databases in a text, each up to a blank or the quote in front of it; what ends a
/// clause behind it is the sentence's.
pub(crate) fn urls(text: &str) -> impl Iterator<Item = Span> {
    let mut passed = 0;
    words::places(text, "://").filter_map(move |at| {
        let head = text.get(passed..at)?;
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
        let start = passed + head.trim_end_matches(is_scheme).len();
        let scheme = text.get(start..at)?.split('+').next()?;
        if !SCHEMES.iter().any(|it| it.name.eq_ignore_ascii_case(scheme)) {
            return None;
        }
        let rest = text.get(start..)?;
        let quote = text.get(..start)?.chars().next_back();
        let close = match quote {
            Some(it @ ('\'' | '"' | '`')) => Some(it),
            Some('<') => Some('>'),
            Some('(') => Some(')'),
            _ => None,
        };
        let is_end = |c: char| c.is_whitespace() || Some(c) == close;
        let url = rest.get(..end(rest, is_end))?;
        // Between two tags.
        let is_in_tags = quote == Some('>');
        let tag = words::find(url, "</").filter(|_| is_in_tags);
        let url = tag.and_then(|it| url.get(..it)).unwrap_or(url);
        passed = start + url.len();
        Some(Span::new(start, start + url.trim_end_matches(is_punctuation).len()))
    })
}

/// Whether each line of a text is an assignment, so that it is understood as a `.env` file even where
/// nothing in it is read.
pub fn is_dotenv(text: &str) -> bool {
    let dotenv = dotenv::parse(text);
    let is_clean = dotenv.bindings.iter().all(|it| it.value.is_some() && is_name(it.name));
    is_clean && dotenv.unreadable.is_empty() && !dotenv.bindings.is_empty()
}
