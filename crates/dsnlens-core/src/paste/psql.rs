//! A command line of psql or one of its kin, with the variables in front of it.

use alloc::borrow::Cow;
use alloc::string::String;

use super::commands::assignment;
use super::draft::{Draft, Scalar};
use super::parameters::Parameters;
use super::{Beside, NoteKind, conninfo};
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::libpq::strip_scheme;
use crate::syntax::shell::{self, Word};
use crate::syntax::words;

/// Programs that take the same options for a connection.
const PROGRAMS: [&str; 4] = ["psql", "pg_dump", "pg_restore", "pgcli"];

/// Options that say where to connect: the letter, the word, the keyword.
const OPTIONS: [(char, &str, &str); 4] = [
    ('h', "host", "host"),
    ('p', "port", "port"),
    ('U', "username", "user"),
    ('d', "dbname", "dbname"),
];

/// Letters of other options that take a value.
const VALUED: &str = "cfFLoPRTvjnNtE";

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !PROGRAMS.iter().any(|it| words::contains(text, it)) {
        return None;
    }
    let start =
        text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || "`$".contains(c)).len();
    let line = text.get(start..)?.trim_end_matches(|c: char| c.is_whitespace() || c == '`');
    let mut line_words = shell::words(line)?;
    let goes_on = line_words.last().is_some_and(|it| it.span.end < line.len());
    for word in &mut line_words {
        word.span = Span::new(word.span.start + start, word.span.end + start);
    }
    let mut rest = line_words.into_iter().peekable();
    let mut draft = Draft::default();
    while let Some((name, value)) = rest.peek().and_then(|it| assignment(it, text)) {
        draft.assign(name, value);
        rest.next();
    }
    let program = rest.next()?;
    if !PROGRAMS.contains(&program.text.rsplit('/').next()?) {
        return None;
    }
    let whole = Span::new(program.span.start, start + line.len());
    let (mut parameters, mut plain) = (Parameters::default(), 0);
    let mut is_expanded = false;
    while let Some(word) = rest.next() {
        // `-W` takes no value: what a person puts there is a password, and not the database that
        // psql takes it for.
        let asks = word.text == "-W" || word.text == "--password";
        let is_value = rest.peek().is_some_and(|it| !it.text.starts_with('-'));
        if word.text.starts_with("--password=") || (asks && is_value && (rest.len() > 1 || goes_on))
        {
            return None;
        }
        let found = match option(&word.text) {
            Found::Option(keyword, Some(value)) => Some((keyword, value)),
            Found::Option(keyword, None) => {
                let value = rest.next()?;
                is_expanded |= value.is_expanded;
                Some((keyword, value.text.into_owned()))
            }
            Found::Skipped { takes_value } => {
                if takes_value {
                    rest.next();
                }
                None
            }
            // The first plain word is a database, the second a user.
            Found::Plain => {
                plain += 1;
                let keyword = if plain == 1 { "dbname" } else { "user" };
                Some((keyword, word.text.clone().into_owned()))
            }
        };
        let Some((keyword, value)) = found else { continue };
        is_expanded |= word.is_expanded;
        if keyword == "dbname" {
            if let Some(scalar) = url(&value, &word, text) {
                // What the URL leaves open is said by the options.
                return Some(with_url(scalar, &parameters, whole, draft));
            }
            if value.contains('=')
                && let Some(pairs) = conninfo::parameters(&value)
            {
                pairs.copy_to(&mut parameters);
                continue;
            }
        }
        parameters.set(keyword, value);
    }
    if is_expanded {
        draft.note(
            NoteKind::Read,
            whole,
            "a shell fills in what a `$` names, and here it stays as it is written",
        );
    }
    if parameters.len() == 0 && draft.is_empty() {
        return None;
    }
    parameters.assign("postgresql", whole, &mut draft);
    Some(draft)
}

/// A URL, and what else the command line says, which psql lets it overrule.
fn with_url<'s>(
    url: Scalar<'s>,
    parameters: &Parameters<'_>,
    whole: Span,
    mut draft: Draft<'s>,
) -> Draft<'s> {
    if parameters.len() > 0 {
        let text = "what the options beside the URL say counts for psql where the URL leaves it \
                    open, and is left out here";
        draft.note(NoteKind::Lost, whole, text);
    }
    draft.assign(DATABASE_URL, url);
    draft
}

fn url<'s>(value: &str, word: &Word<'_>, text: &'s str) -> Option<Scalar<'s>> {
    strip_scheme(value)?;
    // Where it stands in one piece, its bytes are known.
    let written = word.span.of(text);
    Some(match words::find(written, value) {
        Some(at) => {
            let span = Span::new(word.span.start + at, word.span.start + at + value.len());
            Scalar { text: Cow::Borrowed(span.of(text)), span }
        }
        None => Scalar { text: String::from(value).into(), span: word.span },
    })
}

enum Found {
    /// An option that counts, and its value where that is in the same word.
    Option(&'static str, Option<String>),
    Skipped {
        takes_value: bool,
    },
    Plain,
}

fn option(word: &str) -> Found {
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(String::from(value))),
            None => (long, None),
        };
        return match OPTIONS.iter().find(|it| it.1 == name) {
            Some((_, _, keyword)) => Found::Option(keyword, value),
            None => {
                let takes_value = value.is_none() && matches!(name, "command" | "file" | "output");
                Found::Skipped { takes_value }
            }
        };
    }
    let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
        return Found::Plain;
    };
    // Letters may stand together, up to one that takes a value.
    for (at, letter) in letters.char_indices() {
        let behind = letters.get(at + letter.len_utf8()..).unwrap_or("");
        if let Some((_, _, keyword)) = OPTIONS.iter().find(|it| it.0 == letter) {
            let value = Some(String::from(behind)).filter(|it| !it.is_empty());
            return Found::Option(keyword, value);
        }
        if VALUED.contains(letter) {
            return Found::Skipped { takes_value: behind.is_empty() };
        }
    }
    Found::Skipped { takes_value: false }
}
