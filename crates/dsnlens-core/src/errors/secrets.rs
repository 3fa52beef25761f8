//! Where passwords lie in a text that may be anything: in URLs, and behind a name that says so.

use alloc::vec::Vec;

use crate::span::Span;
use crate::syntax::{intent, words};

/// The stretches, in no order.
pub(super) fn find(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        in_url(content, at, &mut spans);
        behind_name(content, at, &mut spans);
        at += line.len();
    }
    spans
}

/// Puts stretches in order, and those that touch into one.
pub(super) fn join(spans: &mut Vec<Span>) {
    spans.retain(|it| !it.is_empty());
    spans.sort_unstable();
    spans.dedup_by(|next, kept| {
        let is_joined = next.start <= kept.end;
        if is_joined {
            kept.end = kept.end.max(next.end);
        }
        is_joined
    });
}

/// The password of a line's first URL, up to the last `@` that may end one: what follows on the
/// line is a text, and too much may be hidden of it.
fn in_url(line: &str, at: usize, spans: &mut Vec<Span>) {
    let Some(mark) = words::find(line, "://") else { return };
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let start = line.get(..mark).unwrap_or("").trim_end_matches(is_scheme).len();
    let url = line.get(start..).unwrap_or("");
    let moved = |it: Span| Span::new(at + start + it.start, at + start + it.end);
    spans.extend(intent::secrets(url, intent::intent(url)).into_iter().map(moved));
}

/// Values behind `password=`, `'PASSWORD': ` and their like.
fn behind_name(line: &str, at: usize, spans: &mut Vec<Span>) {
    const NAMES: [&str; 4] = ["password", "passwd", "pwd", "secret"];
    let mut passed = 0;
    for (sign, _) in line.match_indices(['=', ':']) {
        if sign < passed {
            continue;
        }
        let name = line.get(..sign).unwrap_or("").trim_end();
        let name = name.trim_end_matches(['\'', '"']);
        let is_secret = NAMES.iter().any(|it| {
            let end = name.len().checked_sub(it.len()).and_then(|at| name.get(at..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(it))
        });
        let behind = line.get(sign + 1..).unwrap_or("");
        let value = behind.trim_start();
        if !is_secret || value.is_empty() {
            continue;
        }
        let start = sign + 1 + behind.len() - value.len();
        let quote = value.chars().next().filter(|it| matches!(it, '\'' | '"'));
        let end = match quote {
            Some(quote) => closing(value, quote).unwrap_or(value.len()),
            None => {
                value.find(|c: char| c.is_whitespace() || "&;,".contains(c)).unwrap_or(value.len())
            }
        };
        let quotes = usize::from(quote.is_some());
        spans.push(Span::new(at + start + quotes, at + start + end));
        passed = start + end;
    }
}

/// Where the quote stands that ends a value, no backslash before it.
fn closing(value: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    let mut chars = value.char_indices().skip(1);
    let closing = chars.find(|&(_, c)| {
        let is_end = c == quote && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    closing.map(|it| it.0)
}
