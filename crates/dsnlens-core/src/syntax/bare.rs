//! The URL among what was pasted along: quotes, a command, the variable's name, a comment.

use super::words;
use crate::span::Span;

/// Where the URL itself lies in `text`; empty where nothing is left.
pub fn bare(text: &str) -> Span {
    let start = start(text);
    let (head, rest) = text.split_at_checked(start).unwrap_or(("", text));
    let quote = head.trim_end().chars().next_back();
    Span::new(start, start + length(rest, quote))
}

/// The scheme's first letter where something stands before it, the first visible one otherwise.
fn start(text: &str) -> usize {
    let visible = text.len() - text.trim_start_matches(is_wrapping).len();
    let Some(colon) = words::find(text, "://") else { return visible };
    // Python deletes line ends and tabs, be it in the middle of a word.
    let is_scheme = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-' | '_' | '\t' | '\n' | '\r')
    };
    let head = text.get(..colon).unwrap_or("").trim_end_matches(is_scheme);
    let has_scheme = head.len() < colon;
    // A word and a colon is a scheme of its own, such as JDBC's, unless a blank follows.
    let is_pasted = head.ends_with(|c: char| is_wrapping(c) || matches!(c, '=' | '<' | '('))
        || head.strip_suffix(':').is_some_and(|it| it.ends_with("DATABASE_URL"));
    match has_scheme && is_pasted && !head.contains(['@', '/', '?', '#']) {
        true => {
            let rest = text.get(head.len()..).unwrap_or("");
            text.len() - rest.trim_start_matches(is_wrapping).len()
        }
        false => visible,
    }
}

/// Up to the quote that closes `quote`, or to the last character that is no wrapping.
fn length(rest: &str, quote: Option<char>) -> usize {
    let closing = match quote {
        Some(quote @ ('"' | '\'' | '`')) => Some(quote),
        Some('<') => Some('>'),
        Some('(') => Some(')'),
        Some('“') => Some('”'),
        Some('‘') => Some('’'),
        _ => None,
    };
    let closing = closing.and_then(|closing| {
        rest.match_indices(closing).map(|(at, _)| at).find(|&at| {
            let behind = rest.get(at + closing.len_utf8()..).unwrap_or("");
            let is_over = |c: char| is_wrapping(c) || matches!(c, ';' | ',');
            behind.is_empty() || behind.starts_with(is_over)
        })
    });
    let mut url = closing.and_then(|at| rest.get(..at)).unwrap_or(rest);
    // A comment is behind a blank, and holds no part of an address.
    let comment = [" #", "\t#", "\n#"].iter().filter_map(|it| words::find(url, it)).min();
    if let Some((head, comment)) = comment.and_then(|at| url.split_at_checked(at))
        && !comment.contains(['@', '/'])
    {
        url = head;
    }
    // A quote that another one opened belongs to what they are around.
    let pairs = ['"', '\'', '`'].map(|it| (it, url.matches(it).count() % 2 == 0));
    let is_outside =
        |c: char| (is_wrapping(c) && !pairs.contains(&(c, true))) || matches!(c, ';' | ',');
    loop {
        let end = url.trim_end_matches(is_outside);
        // A line end may be two characters, where nobody turned them into one.
        match end.strip_suffix("\\n").or_else(|| end.strip_suffix("\\r")) {
            Some(shorter) => url = shorter,
            None => return end.len(),
        }
    }
}

fn is_wrapping(c: char) -> bool {
    c <= ' '
        || c.is_whitespace()
        || matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’' | '\u{200b}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "postgres://u:p@h/db";

    #[test]
    fn what_was_pasted_along_is_outside() {
        for text in [
            "postgres://u:p@h/db",
            " postgres://u:p@h/db\r\n",
            "'postgres://u:p@h/db'",
            "\"postgres://u:p@h/db\",",
            "“postgres://u:p@h/db”",
            "<postgres://u:p@h/db>",
            "(postgres://u:p@h/db)",
            "\u{feff}postgres://u:p@h/db\u{a0}",
            "DATABASE_URL=postgres://u:p@h/db",
            "DATABASE_URL: postgres://u:p@h/db",
            "DATABASE_URL:postgres://u:p@h/db",
            "export DATABASE_URL=\"postgres://u:p@h/db\"",
            "psql 'postgres://u:p@h/db' -c 'select 1'",
            "psql postgres://u:p@h/db",
            "postgres://u:p@h/db # production",
            "postgres://u:p@h/db;",
            "postgres://u:p@h/db\\r\\n",
        ] {
            assert_eq!(bare(text).of(text), URL, "{text}");
        }
    }

    #[test]
    fn what_belongs_to_the_url_stays_inside() {
        for text in [
            "jdbc:postgresql://h/db",
            "xpostgres://h/db",
            "postgres ://h/db",
            "post\r\ngres://h/db",
            "postgres://u:p'w@h/db",
            "postgres://u:a #b@h/db",
            "postgres://u:p://x@h/db",
            "u:p@h/db",
            "postgres:/u:p@h/db",
            "postgres://u:p@h/'db'",
            "postgres://u:p@h/db?application_name='a'",
        ] {
            assert_eq!(bare(text).of(text), text, "{text}");
        }
        assert_eq!(
            bare("'postgres://u:p'w@h/db'").of("'postgres://u:p'w@h/db'"),
            "postgres://u:p'w@h/db"
        );
        assert!(bare("''").is_empty() && bare(" \n").is_empty() && bare("").is_empty());
    }
}
