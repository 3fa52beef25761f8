//! `repr()` of the texts that end up in an error text or a setting.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::Write;

use super::unicode::is_printable;

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
