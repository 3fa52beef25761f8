//! `str.encode("idna")`, as far as the question whether it refuses.
//!
//! The labels beyond ASCII are taken as they are: to prepare them needs tables of Unicode 3.2.

/// Checks the labels of a host name; the error is the text of Python's `UnicodeError`.
pub fn check_labels(name: &str) -> Result<(), &'static str> {
    const EMPTY: &str = "label empty or too long";
    let fits = |label: &str| (1..64).contains(&label.len());
    if name.is_ascii() {
        let (head, last) =
            name.rsplit_once('.').map_or((None, name), |(head, last)| (Some(head), last));
        return match head.is_none_or(|head| head.split('.').all(fits)) {
            false => Err(EMPTY),
            true if last.len() >= 64 => Err("label too long"),
            true => Ok(()),
        };
    }
    let is_dot = |c| matches!(c, '.' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    let name = name.strip_suffix(is_dot).unwrap_or(name);
    match name.split(is_dot).all(|label| !label.is_ascii() || fits(label)) {
        true => Ok(()),
        false => Err(EMPTY),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_to_63_bytes() {
        let long = "a".repeat(64);
        for name in ["a", "a.", "a.b", "-x-", "\u{e9}.x", "\u{e9}\u{3002}", &long[1..]] {
            assert_eq!(check_labels(name), Ok(()), "{name}");
        }
        for name in ["a..b", ".a", ".", "\u{e9}..x", &alloc::format!("{long}.a")] {
            assert_eq!(check_labels(name), Err("label empty or too long"), "{name}");
        }
        assert_eq!(check_labels(&long), Err("label too long"));
    }
}
