//! Where a short word stands in a text.
//!
//! `str::find` is made for long ones: its searcher weighs more than a kilobyte of the page.

/// The places of `word`, none of which overlap, like `str::match_indices`. The empty word has none.
#[derive(Clone)]
pub struct Places<'t> {
    text: &'t str,
    word: &'t str,
    at: usize,
}

impl Iterator for Places<'_> {
    type Item = usize;

    // Once, for all who look for something.
    #[inline(never)]
    fn next(&mut self) -> Option<usize> {
        let (text, word) = (self.text.as_bytes(), self.word.as_bytes());
        let first = word.first()?;
        while let Some(rest) = text.get(self.at..) {
            let found = self.at + rest.iter().position(|it| it == first)?;
            if text.get(found..).is_some_and(|it| it.starts_with(word)) {
                self.at = found + word.len();
                return Some(found);
            }
            self.at = found + 1;
        }
        None
    }
}

/// Every place of `word` in `text`.
pub fn places<'t>(text: &'t str, word: &'t str) -> Places<'t> {
    Places { text, word, at: 0 }
}

/// The first place of `word` in `text`.
pub fn find(text: &str, word: &str) -> Option<usize> {
    places(text, word).next()
}

/// What is before and behind the first `word` in `text`.
pub fn split_once<'t>(text: &'t str, word: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, word)?;
    Some((text.get(..at)?, text.get(at + word.len()..)?))
}

/// Whether `word` is in `text`.
pub fn contains(text: &str, word: &str) -> bool {
    find(text, word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn words_are_where_the_library_finds_them() {
        for text in ["", "a", "aaa", "%00%00x%0", "%2525", "é://ü://", "::////", "x${a}${"] {
            for word in ["a", "aa", "%00", "%25", "://", "${", "ü"] {
                let places: Vec<_> = places(text, word).collect();
                let expected: Vec<_> = text.match_indices(word).map(|(at, _)| at).collect();
                assert_eq!(places, expected, "{word} in {text}");
                assert_eq!(contains(text, word), text.contains(word));
            }
        }
    }
}
