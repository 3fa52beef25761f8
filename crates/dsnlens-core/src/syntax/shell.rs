//! The POSIX shell's grammar, as far as it takes to write a word, and to read a simple command.

use alloc::borrow::Cow;
#[cfg(feature = "paste")]
use alloc::{string::String, vec::Vec};

#[cfg(feature = "paste")]
use crate::span::Span;

/// Whether a shell reads `text` as one word and changes nothing in it, in an assignment too.
pub fn is_plain(text: &str) -> bool {
    // In an assignment a `~` behind a colon becomes somebody's home, and to zsh `=` in front of a
    // word is the path of a program.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"%+,-./:=?@_".contains(&byte);
    let is_path = text.starts_with('=') || text.contains(":=");
    !text.is_empty() && text.bytes().all(is_plain) && !is_path
}

/// Whether a shell finds something to expand in `text` between double quotes.
pub fn is_expanded(text: &str) -> bool {
    let names = |next: char| next.is_ascii_alphanumeric() || "_{([@*#?$!-".contains(next);
    let mut behind = text.split('$').skip(1);
    // Two in a row, the first of which nothing follows, are the number of a process.
    let is_named = |it: &str| it.starts_with(names);
    text.contains('`') || text.contains("$$") || behind.any(is_named)
}

/// `text` as one word: as it is, or in single quotes.
pub fn quote(text: &str) -> Cow<'_, str> {
    match is_plain(text) && !text.contains('?') {
        true => Cow::Borrowed(text),
        false => Cow::Owned(alloc::format!("'{}'", text.replace('\'', r"'\''"))),
    }
}

/// A word of a command, its quotes taken off. Nothing in it is expanded.
#[cfg(feature = "paste")]
#[derive(Clone, PartialEq, Eq)]
pub struct Word<'s> {
    /// What it says.
    pub text: Cow<'s, str>,
    /// Its bytes, quotes included.
    pub span: Span,
    /// Whether a shell would expand something in it.
    pub is_expanded: bool,
}

/// The words of the command that a text begins with, up to a `;`, `|`, `&`, `<`, `>` or line end
/// outside quotes; `None` where a quote is left open.
#[cfg(feature = "paste")]
pub fn words(text: &str) -> Option<Vec<Word<'_>>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some(&(start, first)) = chars.peek() {
        match first {
            ' ' | '\t' => {
                chars.next();
                continue;
            }
            '\n' | '\r' | ';' | '|' | '&' | '<' | '>' => break,
            '#' => break,
            '\\' if text.get(start + 1..).is_some_and(|it| it.starts_with(['\n', '\r'])) => {
                chars.next();
                while chars.next_if(|it| it.1 == '\r').is_some() {}
                chars.next_if(|it| it.1 == '\n');
                continue;
            }
            _ => {}
        }
        let (mut value, mut quote, mut end) = (String::new(), None, start);
        let mut is_expanded = false;
        while let Some(&(at, c)) = chars.peek() {
            let is_end = c.is_ascii_whitespace() || matches!(c, ';' | '|' | '&' | '<' | '>');
            if quote.is_none() && is_end {
                break;
            }
            chars.next();
            end = at + c.len_utf8();
            match (c, quote) {
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                ('\\', None) => {
                    if let Some((at, next)) = chars.next() {
                        end = at + next.len_utf8();
                        value.extend(Some(next).filter(|it| *it != '\n'));
                    }
                }
                ('\\', Some('"')) => match chars.next_if(|it| "$`\"\\\n".contains(it.1)) {
                    Some((_, next)) => value.extend(Some(next).filter(|it| *it != '\n')),
                    None => value.push('\\'),
                },
                (c, Some('\'')) => value.push(c),
                (c, _) => {
                    is_expanded |=
                        c == '`' || (c == '$' && is_expanded_at(text.get(at..).unwrap_or("")));
                    value.push(c);
                }
            }
        }
        if quote.is_some() {
            return None;
        }
        let span = Span::new(start, end);
        let text = match span.of(text) == value {
            true => Cow::Borrowed(span.of(text)),
            false => Cow::Owned(value),
        };
        words.push(Word { text, span, is_expanded });
    }
    Some(words)
}

/// The words of each command of a text. What is behind a quote that is left open is left out.
#[cfg(feature = "paste")]
pub fn commands(text: &str) -> impl Iterator<Item = Vec<Word<'_>>> {
    let mut at = 0;
    core::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|it| !it.is_empty())?;
            let Some(mut found) = words(rest) else {
                at = text.len();
                return None;
            };
            for word in &mut found {
                word.span = Span::new(word.span.start + at, word.span.end + at);
            }
            // Behind the last word, up to what ended the command; a comment ends with its line.
            let end = found.last().map_or(at, |it| it.span.end);
            let behind = text.get(end..).unwrap_or("");
            let blank = behind.len() - behind.trim_start_matches([' ', '\t']).len();
            let stop = behind.get(blank..).unwrap_or("");
            at = match stop.starts_with('#') {
                true => end + blank + stop.find('\n').unwrap_or(stop.len()),
                false => end + blank + stop.chars().next().map_or(0, char::len_utf8),
            };
            if !found.is_empty() {
                return Some(found);
            }
        }
    })
}

/// Whether what starts with a `$` is expanded.
#[cfg(feature = "paste")]
fn is_expanded_at(text: &str) -> bool {
    let head = text.char_indices().nth(2).map_or(text.len(), |it| it.0);
    is_expanded(text.get(..head).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dollar_counts_in_front_of_a_name() {
        for text in ["$a", "x$1", "${a}", "$(a)", "a`b`", "$$", "$$.", "$?"] {
            assert!(is_expanded(text), "{text}");
        }
        for text in ["", "a", "$", "5$ x", "$.", "$é", "$'"] {
            assert!(!is_expanded(text), "{text}");
        }
    }

    #[cfg(feature = "paste")]
    #[test]
    fn a_command_is_its_words_without_quotes() {
        let read = |text| -> Option<Vec<_>> {
            Some(words(text)?.into_iter().map(|it| it.text.into_owned()).collect())
        };
        for (text, expected) in [
            ("a 'b c' \"d'e\" f\\ g", &["a", "b c", "d'e", "f g"][..]),
            ("a='b'\"c\" ''", &["a=bc", ""]),
            ("a \\\n  b; c", &["a", "b"]),
            ("a \"\\$b\\c\" # d", &["a", "$b\\c"]),
            ("", &[]),
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
        assert_eq!(read("a 'b"), None);
        let is_expanded: Vec<_> =
            words("$a '$b' \"$c\" d").unwrap().iter().map(|it| it.is_expanded).collect();
        assert_eq!(is_expanded, [true, false, true, false]);
    }

    #[test]
    fn only_a_single_quote_needs_care() {
        assert_eq!(quote("a-b"), "a-b");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("$a `b` \\ \"c\"\n~"), "'$a `b` \\ \"c\"\n~'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("h?x=1"), "'h?x=1'");
        assert_eq!(quote("=ls"), "'=ls'");
    }
}
