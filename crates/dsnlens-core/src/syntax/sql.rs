//! PostgreSQL's SQL, as far as it takes to write a name or a text.

use alloc::string::String;

/// A name between double quotes, its case kept.
pub fn identifier(name: &str) -> String {
    alloc::format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a constant, the same under both settings of `standard_conforming_strings`.
pub fn literal(text: &str) -> String {
    let doubled = text.replace('\'', "''");
    match text.contains('\\') {
        false => alloc::format!("'{doubled}'"),
        true => alloc::format!("E'{}'", doubled.replace('\\', "\\\\")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_doubled_and_backslashes_escaped() {
        assert_eq!(identifier("My \"shop\""), "\"My \"\"shop\"\"\"");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
    }
}
