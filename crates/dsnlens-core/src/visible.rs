//! Text from outside, made safe to look at: nothing in it moves a cursor, turns the direction of
//! writing, or hides.

use alloc::borrow::Cow;
use alloc::string::String;

/// Whether a terminal shows nothing for `c`, or something else than it is.
pub fn is_hidden(c: char) -> bool {
    match c {
        ' '..='~' => false,
        // Letters by name, blanks by looks.
        '\u{3164}' | '\u{ffa0}' | '\u{115f}' | '\u{1160}' => true,
        // Rust's own idea of what is fit to print; it leaves the rest as it is.
        _ => c.escape_debug().len() > 1,
    }
}

/// `text` with its hidden characters written as Rust writes them: `\n`, `\u{202e}`.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match (is_hidden(c), c.escape_debug().len()) {
            (false, _) => escaped.push(c),
            (true, 1) => escaped.extend(c.escape_unicode()),
            (true, _) => escaped.extend(c.escape_debug()),
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_plays_tricks_is_escaped_and_what_is_seen_is_not() {
        assert_eq!(escape("a'b\"c\\d é 日本 🐘"), "a'b\"c\\d é 日本 🐘");
        assert_eq!(escape("a\n\r\t\0\u{1b}[2J"), r"a\n\r\t\0\u{1b}[2J");
        assert_eq!(
            escape("\u{202e}\u{200b}\u{feff}\u{a0}\u{9b}"),
            r"\u{202e}\u{200b}\u{feff}\u{a0}\u{9b}"
        );
        assert_eq!(escape("\u{2028}\u{61c}\u{85}\u{7f}"), r"\u{2028}\u{61c}\u{85}\u{7f}");
        // What is escaped already stays as it is.
        assert_eq!(escape(&escape("\u{1b}\n")), r"\u{1b}\n");
        assert_eq!(escape("\u{3164}e\u{301}"), r"\u{3164}e\u{301}");
    }
}
