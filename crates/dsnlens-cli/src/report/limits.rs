//! How much of an answer a person is shown; what a program reads stays whole.

use std::borrow::Cow;

/// The longest text that is shown whole, in characters.
const LONGEST: usize = 2_000;

/// The most pieces of a sentence: a list of servers goes into the verdict.
pub(super) const PHRASES: usize = 60;

/// What a text that was cut ends with.
pub(super) const CUT: &str = "… (cut)";

/// `text`, cut where a person would stop reading.
pub(crate) fn cut(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(LONGEST) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}{CUT}", text.get(..end).unwrap_or_default())),
    }
}

/// Whether [`cut`] leaves it as it is.
pub(super) fn is_short(text: &str) -> bool {
    text.chars().nth(LONGEST).is_none()
}

/// What stands for what is left out: `and 39,996 more`.
pub(crate) fn more(count: usize) -> String {
    format!("and {} more", thousands(count))
}

/// A number with a comma between each three digits.
pub(super) fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_with_a_word_about_it() {
        let fits = "é".repeat(LONGEST);
        assert_eq!(cut(&fits), fits);
        assert_eq!(cut(&format!("{fits}x")), format!("{fits}… (cut)"));
    }

    #[test]
    fn numbers_are_read_in_thousands() {
        assert_eq!([1, 999, 1_000, 1_039_996].map(thousands), ["1", "999", "1,000", "1,039,996"]);
        assert_eq!(more(39_996), "and 39,996 more");
    }
}
