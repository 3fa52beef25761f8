//! `keyword=value` settings, as the drivers for Go read them, each with its place.
//!
//! pgx v5.10.0, `pgconn/config.go`, `parseKeywordValueSettings()`; lib/pq v1.12.3, `connector.go`,
//! `fromDSN()`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::syntax::Slice;

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'s> {
    /// The keyword.
    pub key: Slice<'s>,
    /// The value as written, without quotes around it.
    pub written: Slice<'s>,
    /// The value.
    pub value: Cow<'s, str>,
}

/// An error, and the piece that it quotes or is about.
pub type KeyvalueError<'s> = (KeyvalueProblem, Slice<'s>);

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the error it is named after")]
pub enum KeyvalueProblem {
    NoSetting,
    DanglingBackslash,
    Unterminated,
}

/// What pgx reads.
pub fn pgx(text: &str) -> Result<Vec<Setting<'_>>, KeyvalueError<'_>> {
    let is_space = |c: char| " \t\n\r\u{b}\u{c}".contains(c);
    let mut settings = Vec::new();
    let mut rest = skip(Slice::whole(text), is_space);
    while !rest.is_empty() {
        let Some((key, behind)) = rest.split_once('=') else {
            return Err((KeyvalueProblem::NoSetting, rest));
        };
        let key = skip(key, is_space);
        let (key, _) = key.split_at(key.text.trim_end_matches(is_space).len());
        let behind = skip(behind, is_space);
        let (written, behind) = match behind.strip_prefix("'") {
            Some(quoted) => {
                let Some(end) = end_of(quoted.text, |c| c == '\'') else {
                    return Err((KeyvalueProblem::Unterminated, quoted));
                };
                let (written, behind) = quoted.split_at(end);
                (written, behind.split_at(1).1)
            }
            None => {
                let end = end_of(behind.text, is_space);
                let is_dangling = end.is_none() && {
                    let tail = behind.text.len() - behind.text.trim_end_matches('\\').len();
                    tail % 2 == 1
                };
                if is_dangling {
                    return Err((KeyvalueProblem::DanglingBackslash, behind));
                }
                behind.split_at(end.unwrap_or(behind.text.len()))
            }
        };
        if key.is_empty() {
            return Err((KeyvalueProblem::NoSetting, key));
        }
        let value = match written.text.contains('\\') {
            true => Cow::Owned(written.text.replace("\\\\", "\\").replace("\\'", "'")),
            false => Cow::Borrowed(written.text),
        };
        settings.push(Setting { key, written, value });
        rest = skip(behind, is_space);
    }
    Ok(settings)
}

/// What lib/pq reads.
pub fn pq(text: &str) -> Result<Vec<Setting<'_>>, KeyvalueError<'_>> {
    let mut settings = Vec::new();
    let mut rest = skip(Slice::whole(text), char::is_whitespace);
    while !rest.is_empty() {
        let end = rest.text.find(|c: char| c == '=' || c.is_whitespace());
        let (key, behind) = rest.split_at(end.unwrap_or(rest.text.len()));
        let Some(behind) = skip(behind, char::is_whitespace).strip_prefix("=") else {
            return Err((KeyvalueProblem::NoSetting, key));
        };
        let behind = skip(behind, char::is_whitespace);
        let is_quoted = behind.text.starts_with('\'');
        let from = behind.split_at(usize::from(is_quoted)).1;
        let mut value = String::new();
        let mut chars = from.text.char_indices();
        let end = loop {
            match chars.next() {
                Some((at, '\'')) if is_quoted => break Some(at),
                Some((at, c)) if !is_quoted && c.is_whitespace() => break Some(at),
                Some((_, '\\')) => match chars.next() {
                    Some((_, c)) => value.push(c),
                    None if is_quoted => break None,
                    None => return Err((KeyvalueProblem::DanglingBackslash, from)),
                },
                Some((_, c)) => value.push(c),
                None => break None,
            }
        };
        if is_quoted && end.is_none() {
            return Err((KeyvalueProblem::Unterminated, from));
        }
        let (written, behind) = from.split_at(end.unwrap_or(from.text.len()));
        let behind = behind.split_at(usize::from(is_quoted)).1;
        let value = match value == written.text {
            true => Cow::Borrowed(written.text),
            false => Cow::Owned(value),
        };
        settings.push(Setting { key, written, value });
        rest = skip(behind, char::is_whitespace);
    }
    Ok(settings)
}

fn skip(slice: Slice<'_>, is_space: impl Fn(char) -> bool) -> Slice<'_> {
    let behind = slice.text.trim_start_matches(is_space);
    slice.split_at(slice.text.len() - behind.len()).1
}

/// Where such a character stands that no `\` comes before.
fn end_of(text: &str, is_end: impl Fn(char) -> bool) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            c if is_end(c) => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_read_settings() {
        let text = " host = h  password='a b\\'c' user=x\\\\y ";
        for read in [pgx, pq] {
            let settings = read(text).unwrap();
            let read: Vec<_> = settings.iter().map(|it| (it.key.text, &*it.value)).collect();
            assert_eq!(read, [("host", "h"), ("password", "a b'c"), ("user", "x\\y")]);
        }
    }

    #[test]
    fn what_they_refuse() {
        use KeyvalueProblem::{DanglingBackslash, NoSetting, Unterminated};
        for (text, problem) in
            [("a", NoSetting), ("a='b", Unterminated), ("a=b\\", DanglingBackslash)]
        {
            assert_eq!(pgx(text).unwrap_err().0, problem, "{text}");
            assert_eq!(pq(text).unwrap_err().0, problem, "{text}");
        }
        assert_eq!(pq("a b=c").unwrap_err().1.text, "a");
        assert_eq!(pgx("a b=c").unwrap().first().unwrap().key.text, "a b");
    }
}
