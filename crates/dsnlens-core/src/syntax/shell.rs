//! The POSIX shell's grammar, as far as it takes to write a word.

use alloc::borrow::Cow;

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
