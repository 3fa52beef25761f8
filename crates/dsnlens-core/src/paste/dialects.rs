//! Who else reads a line of a `.env` file, and what each makes of it: compose's `env_file`,
//! `docker run --env-file`, a shell that is told to `source` it, Node's dotenv.

use super::NoteKind;
use super::draft::Draft;
use crate::span::Span;
use crate::syntax::{shell, words};

/// What an assignment looks like.
struct Line<'s> {
    /// In front of the name.
    head: &'s str,
    /// Between the name and the value.
    joint: &'s str,
    /// The value as it is written, without quotes.
    value: &'s str,
    quote: Option<char>,
    /// Behind the value.
    tail: &'s str,
}

/// When somebody reads a line differently, and what to say of the variable.
type Difference = (fn(&Line<'_>) -> bool, &'static str);

const DIFFERENCES: [Difference; 7] = [
    (
        |it| it.head.trim_start().starts_with("export"),
        "`docker run --env-file` refuses the `export` in front of it",
    ),
    (
        |it| it.joint.contains([' ', '\t']),
        "a shell that sources the file takes the blank at its `=` for the end of a word, and \
         `docker run --env-file` refuses one in front of it",
    ),
    (|it| it.quote.is_some(), "`docker run --env-file` keeps its quotes as a part of the value"),
    (
        |it| it.tail.contains('#'),
        "`docker run --env-file` keeps the comment behind it as a part of the value",
    ),
    (
        |it| it.quote.is_none() && it.value.contains('#'),
        "Node's dotenv ends its value at the `#`: put it between quotes",
    ),
    (
        |it| it.quote != Some('\'') && shell::is_expanded(it.value),
        "a shell and compose fill in what the `$` in its value names, Node's dotenv and \
         `docker run --env-file` fill in nothing, python-dotenv only what stands in `${…}`",
    ),
    (
        |it| it.quote.is_none() && it.value.contains(|c: char| " \t&;|<>()\\'\"".contains(c)),
        "a shell that sources the file ends its value at the first blank, `&`, `;` or the like: \
         put it between single quotes",
    ),
];

/// Says who reads the assignment of `name` differently, whose value is written at `span`.
pub(super) fn note(text: &str, name: &str, span: Span, draft: &mut Draft<'_>) {
    let before = text.get(..span.start).unwrap_or("");
    let start = before.rfind(['\n', '\r']).map_or(0, |it| it + 1);
    let before = before.get(start..).unwrap_or("");
    let behind = text.get(span.end..).unwrap_or("");
    let Some((head, joint)) = words::split_once(before, name) else { return };
    let written = span.of(text);
    let quote = written.chars().next().filter(|it| matches!(it, '\'' | '"'));
    let value = match quote {
        Some(_) => written.get(1..written.len().saturating_sub(1)).unwrap_or(""),
        None => written,
    };
    let line = Line { head, joint, value, quote, tail: behind.lines().next().unwrap_or("") };
    for (is_there, what) in DIFFERENCES {
        if is_there(&line) {
            draft.note(NoteKind::Dialect, span, alloc::format!("{name}: {what}"));
        }
    }
}
