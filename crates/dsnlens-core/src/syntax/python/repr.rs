//! `repr()` and `str()` of the values that end up in an error text or a setting.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;

use super::unicode::is_printable;
use crate::ledger::Value;

/// `repr(text)`.
pub fn repr(text: &str) -> String {
    let quote = quote_for(text);
    alloc::format!("{quote}{}{quote}", escape(text, quote))
}

/// The quote that `repr` puts around `text`.
pub(super) fn quote_for(text: &str) -> &'static str {
    if text.contains('\'') && !text.contains('"') { "\"" } else { "'" }
}

/// What stands between the quotes of `repr`.
pub(super) fn escape<'t>(text: &'t str, quote: &str) -> Cow<'t, str> {
    let is_plain = |c: char| matches!(c, ' '..='~') && c != '\\' && !quote.contains(c);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\\' => escaped.push_str("\\\\"),
            _ if quote.contains(c) => {
                escaped.push('\\');
                escaped.push(c);
            }
            _ if is_printable(c) => escaped.push(c),
            _ => {
                // Writing to a String cannot fail.
                let _ = match u32::from(c) {
                    code @ ..0x100 => write!(escaped, "\\x{code:02x}"),
                    code @ ..0x1_0000 => write!(escaped, "\\u{code:04x}"),
                    code => write!(escaped, "\\U{code:08x}"),
                };
            }
        }
    }
    Cow::Owned(escaped)
}

/// `str(value)`, secrets included.
pub fn value_str<'a>(value: &Value<'a>) -> Cow<'a, str> {
    match value {
        Value::Str(text) | Value::Path(text) => text.clone(),
        Value::Secret(secret) => value_str(secret.reveal()),
        // Whoever may meet one asks first.
        Value::Unknown { .. } => Cow::Borrowed(""),
        other => Cow::Owned(value_repr(other)),
    }
}

/// `repr(value)`, secrets included.
pub fn value_repr(value: &Value<'_>) -> String {
    match value {
        Value::Int(number) => number.to_string(),
        Value::Bool(_) | Value::BigInt(_) => value.to_string(),
        Value::Str(text) => repr(text),
        Value::Secret(secret) => value_repr(secret.reveal()),
        Value::Unknown { .. } => String::from("…"),
        Value::List(values) => {
            let values: Vec<_> = values.iter().map(value_repr).collect();
            alloc::format!("[{}]", values.join(", "))
        }
        Value::Dict(entries) => {
            let entries = entries.iter();
            let entries: Vec<_> = entries
                .map(|(key, value)| alloc::format!("{}: {}", repr(key), value_repr(value)))
                .collect();
            alloc::format!("{{{}}}", entries.join(", "))
        }
        Value::Float(text) => String::from(&**text),
        Value::None => String::from("None"),
        Value::Path(text) => alloc::format!("PosixPath({})", repr(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_escapes_as_python_does() {
        for (text, expected) in [
            ("a", "'a'"),
            ("it's", "\"it's\""),
            ("'\"", "'\\'\"'"),
            ("\\\n\u{7f}", "'\\\\\\n\\x7f'"),
            ("é\u{301}", "'é\u{301}'"),
            ("\u{a0}\u{200b}\u{e0001}", "'\\xa0\\u200b\\U000e0001'"),
        ] {
            assert_eq!(repr(text), expected);
        }
    }
}
