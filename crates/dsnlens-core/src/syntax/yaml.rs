//! YAML 1.2, as far as it takes to write a text.

use alloc::borrow::Cow;
use alloc::string::String;
use core::fmt::Write;

/// What stands between the double quotes of a text.
pub fn escape(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| matches!(c, ' '..='~') && !matches!(c, '"' | '\\');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            c if is_plain(c) => escaped.push(c),
            // What folds lines or is not allowed at all is among these.
            c => {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "\\U{:08x}", u32::from(c));
            }
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_or_fold_a_text_is_escaped() {
        assert_eq!(escape("a: #x"), "a: #x");
        assert_eq!(escape("a\"b\\c\né"), r#"a\"b\\c\U0000000a\U000000e9"#);
    }
}
