//! `conninfo_parse()`: `keyword=value` pairs between white space.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ConninfoError, Dialect, Param, Params, replace_old_name};
use crate::syntax::Slice;

/// Reads `keyword = value` pairs. A value may stand in single quotes; a backslash takes the next
/// character as it is.
pub fn parse_keyvalue<'s>(text: &'s str, dialect: &impl Dialect) -> Params<'s> {
    let mut rest = skip_space(Slice::whole(text));
    // Django gives eight or so.
    let mut params = Vec::with_capacity(12);
    while !rest.is_empty() {
        let (name, behind) = rest.split_before(&['=', ' ', '\t', '\n', '\x0b', '\x0c', '\r']);
        let Some(behind) = skip_space(behind).strip_prefix("=") else {
            let after = "\" in connection info string";
            return Err(ConninfoError::new("missing \"=\" after \"", name, after));
        };
        let behind = skip_space(behind);
        let start = behind;
        let (value, behind) = match behind.strip_prefix("'") {
            Some(behind) => quoted(behind)?,
            None => bare(behind),
        };
        let (written, _) = start.split_at(behind.at - start.at);
        let (keyword, value) = replace_old_name(Cow::Borrowed(name.text), value);
        if !dialect.knows(&keyword) {
            return Err(ConninfoError::new("invalid connection option \"", name, "\""));
        }
        params.push(Param { keyword, value, at: name, written });
        rest = skip_space(behind);
    }
    Ok(params)
}

/// Writes a value so that it is read as it was: psycopg's `_param_escape()`
/// (`psycopg/conninfo.py` of 3.3.9).
pub fn push_value(value: &str, text: &mut String) {
    // Most values are plain, which bytes tell sooner than characters.
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\' && byte != b'\'';
    if !value.is_empty() && value.bytes().all(is_plain) {
        return text.push_str(value);
    }
    let has_space = value.contains(|c: char| c.is_whitespace() || matches!(c, '\x1c'..='\x1f'));
    let quote = if has_space || value.is_empty() { "'" } else { "" };
    text.push_str(quote);
    for c in value.chars() {
        if matches!(c, '\\' | '\'') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push_str(quote);
}

/// Up to white space.
fn bare(rest: Slice<'_>) -> (Cow<'_, [u8]>, Slice<'_>) {
    let end = unescaped(rest.text, is_space).unwrap_or(rest.text.len());
    let (value, behind) = rest.split_at(end);
    (without_backslashes(value.text), behind)
}

/// Up to the closing quote.
fn quoted(rest: Slice<'_>) -> Result<(Cow<'_, [u8]>, Slice<'_>), ConninfoError<'_>> {
    match unescaped(rest.text, |byte| byte == b'\'') {
        Some(end) => {
            let (value, behind) = rest.split_at(end);
            let behind = behind.strip_prefix("'").unwrap_or(behind);
            Ok((without_backslashes(value.text), behind))
        }
        None => Err(ConninfoError {
            quoted: None,
            ..ConninfoError::new("unterminated quoted string in connection info string", rest, "")
        }),
    }
}

/// The first character that `is_end` and has no backslash before it.
fn unescaped(text: &str, is_end: impl Fn(u8) -> bool) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = !is_escaped && is_end(byte);
        is_escaped = !is_escaped && byte == b'\\';
        ends
    })
}

fn without_backslashes(text: &str) -> Cow<'_, [u8]> {
    if !text.contains('\\') {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut plain = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => plain.extend(bytes.next()),
            byte => plain.push(byte),
        }
    }
    Cow::Owned(plain)
}

fn skip_space(rest: Slice<'_>) -> Slice<'_> {
    let start = rest.text.bytes().position(|byte| !is_space(byte)).unwrap_or(rest.text.len());
    rest.split_at(start).1
}

/// `isspace()` of the C locale.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
