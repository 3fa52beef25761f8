//! How Go writes a text: `strconv.Quote`, and `net/url`'s `escape` and `validEncoded`.

use alloc::borrow::Cow;
use alloc::string::String;

use super::Encoding;
use crate::syntax::python::is_printable;
use crate::syntax::url::javascript::escape as percent;

/// `strconv.Quote(text)`
pub fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    quoted.push_str(&quote_inner(text));
    quoted.push('"');
    quoted
}

/// The same of the first bytes of a text, the last of which are a part of a character.
pub fn quote_cut(text: &str, length: usize) -> String {
    let boundary = (0..=length).rev().find(|it| text.is_char_boundary(*it)).unwrap_or(0);
    let (head, tail) = text.split_at_checked(boundary).unwrap_or((text, ""));
    let mut quoted = String::from("\"");
    quoted.push_str(&quote_inner(head));
    for byte in tail.bytes().take(length - boundary) {
        quoted.push_str(&alloc::format!("\\x{byte:02x}"));
    }
    quoted.push('"');
    quoted
}

/// The same without the quotes around it.
pub fn quote_inner(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            c if is_printable(c) => quoted.push(c),
            c if c < ' ' || c == '\u{7f}' => {
                quoted.push_str(&alloc::format!("\\x{:02x}", u32::from(c)));
            }
            c if u32::from(c) < 0x1_0000 => {
                quoted.push_str(&alloc::format!("\\u{:04x}", u32::from(c)));
            }
            c => quoted.push_str(&alloc::format!("\\U{:08x}", u32::from(c))),
        }
    }
    quoted
}

/// What a host may hold as it is.
pub(super) fn is_host(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!$&'()*+,;=:[]<>\"-_.~".contains(&byte)
}

/// `!shouldEscape(byte, mode)`
fn is_kept(byte: u8, mode: Encoding) -> bool {
    let is_unreserved = byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let is_reserved = b"$&+,/:;=?@".contains(&byte);
    match mode {
        Encoding::Host | Encoding::Zone => is_host(byte),
        Encoding::Path => is_unreserved || (is_reserved && byte != b'?'),
        Encoding::UserPassword => is_unreserved || (is_reserved && !b"@/?:".contains(&byte)),
        Encoding::Query => is_unreserved,
        Encoding::Fragment => is_unreserved || is_reserved || b"!()*".contains(&byte),
    }
}

/// `escape(text, mode)`
pub fn escape(text: &[u8], mode: Encoding) -> Cow<'_, str> {
    let is_plain = text.iter().all(|it| it.is_ascii() && is_kept(*it, mode));
    if is_plain && let Ok(text) = core::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for byte in text {
        match is_kept(*byte, mode) {
            true => escaped.push(char::from(*byte)),
            false if *byte == b' ' && mode == Encoding::Query => escaped.push('+'),
            false => escaped.extend(percent(*byte)),
        }
    }
    Cow::Owned(escaped)
}

/// `validEncoded(text, mode)`
pub fn is_valid_encoding(text: &str, mode: Encoding) -> bool {
    text.bytes().all(|it| b"!$&'()*+,;=:@[]%".contains(&it) || is_kept(it, mode))
}
