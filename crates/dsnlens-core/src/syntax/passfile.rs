//! `passwordFromFile()`: the first line of a password file that fits, and how a line is written.
//!
//! Of PostgreSQL 18.6 (`fe-connect.c`), the same since 15. That C ends a line at a NUL is not
//! reproduced.

use alloc::string::String;

/// A password, and the line that holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    /// Its characters, none of them escaped any more.
    pub password: String,
    /// The line, counted from 1.
    pub line: usize,
}

/// The password for `place`: host, port, database and user.
pub fn find_password(text: &str, place: [&str; 4]) -> Option<Found> {
    (1..).zip(text.split('\n')).find_map(|(line, entry)| {
        let entry = entry.trim_end_matches('\r');
        if entry.starts_with('#') {
            return None;
        }
        let rest = place.iter().try_fold(entry, |rest, field| skip_field(rest, field))?;
        Some(Found { password: unescape(rest), line })
    })
}

/// `pwdfMatchesString()`: what stands behind the first field and its colon, if the field fits.
fn skip_field<'s>(entry: &'s str, field: &str) -> Option<&'s str> {
    if let Some(rest) = entry.strip_prefix("*:") {
        return Some(rest);
    }
    let mut rest = entry.chars();
    let mut wanted = field.chars();
    loop {
        // A backslash takes the next character as it is.
        let (is_escaped, c) = match rest.next()? {
            '\\' => (true, rest.next()?),
            c => (false, c),
        };
        match wanted.next() {
            None if c == ':' && !is_escaped => return Some(rest.as_str()),
            Some(it) if it == c => {}
            _ => return None,
        }
    }
}

/// Up to the next colon, which would begin a sixth field.
fn unescape(field: &str) -> String {
    let mut plain = String::new();
    let mut rest = field.chars();
    while let Some(c) = rest.next().filter(|it| *it != ':') {
        // The last of a line escapes nothing.
        plain.push(if c == '\\' { rest.next().unwrap_or(c) } else { c });
    }
    plain
}

/// Writes a field so that libpq compares it, or takes it for the password, as it was.
pub fn push_field(field: &str, line: &mut String) {
    // Alone it would stand for anything, and in front of a line for a comment.
    if matches!(field, "*") || field.starts_with('#') {
        line.push('\\');
    }
    for c in field.chars() {
        if matches!(c, ':' | '\\') {
            line.push('\\');
        }
        line.push(c);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, usize)>) {
        let found = find_password(text, ["h:1", "5432", "d\\b", "u"]);
        assert_eq!(found.as_ref().map(|it| (&*it.password, it.line)), expected, "{text:?}");
    }

    #[test]
    fn the_first_line_that_fits_counts() {
        check("# c\n\n*:*:*:v:x\n*:*:*:u:y\r\n*:*:*:u:z", Some(("y", 4)));
        check("h:1:5432:d:u:x", None);
        check("h\\:1:5432:d\\\\b:u:x", Some(("x", 1)));
        check("\\h\\:\\1:5432:d\\\\b:\\u:x", Some(("x", 1)));
        check("h\\:1:5432:d\\\\b:u", None);
        check("h\\:1*:*:*:*:x", None);
        check("**:*:*:*:x", None);
        check("\\*:*:*:*:x", None);
        check("*:*:*:*", None);
        check("*:*:*:*:", Some(("", 1)));
        check("#:*:*:*:x\n #:*:*:*:y", None);
    }

    #[test]
    fn a_password_ends_at_a_colon() {
        check("*:*:*:*:a\\:b\\\\c:d", Some(("a:b\\c", 1)));
        check("*:*:*:*: é# ", Some((" é# ", 1)));
        check("*:*:*:*:a\\", Some(("a\\", 1)));
    }

    #[test]
    fn what_is_written_is_found() {
        for field in ["a*b", "*", "::1", r"a\b", "#h", r"\", ":", "é "] {
            let mut line = String::new();
            for _ in 0..4 {
                push_field(field, &mut line);
                line.push(':');
            }
            push_field(field, &mut line);
            let found = find_password(&line, [field; 4]);
            assert_eq!(found.map(|it| it.password).as_deref(), Some(field), "{line}");
            assert_eq!(find_password(&line, ["x"; 4]).map(|it| it.line), None, "{line}");
        }
    }
}
