//! A program, of whatever language, with one URL of a database between quotes.

use super::draft::{Draft, Scalar};
use super::fill::Grammar;
use super::fill::{Known, fill};
use super::unrecognized::urls;
use super::{Beside, NoteKind};
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::words;

/// Words of messages and logs, which quote a URL as well.
const OF_MESSAGES: [&str; 5] = ["Traceback (", "Error: ", "Exception: ", "FATAL: ", " failed: "];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if OF_MESSAGES.iter().any(|it| words::contains(text, it)) {
        return None;
    }
    let mut draft = Draft::default();
    if let Some(at) = words::find(text, "env(\"DATABASE_URL\")")
        && words::contains(text, "datasource")
    {
        let span = Span::new(at, at + "env(\"DATABASE_URL\")".len());
        draft.leave(DATABASE_URL, span, "comes from the environment that Prisma reads");
        return Some(draft);
    }
    let mut found = urls(text);
    let span = found.next()?;
    // Of several none is the one.
    if found.any(|it| it.of(text) != span.of(text)) {
        return None;
    }
    let (before, behind) = (text.get(..span.start)?, text.get(span.end..)?);
    let quote = before.chars().next_back().filter(|it| matches!(it, '"' | '\'' | '`'))?;
    // In front of it is what code has there: an assignment, a call, a list, a dictionary.
    let code = before.trim_end_matches(|c: char| c == quote || "fFrRbB".contains(c)).trim_end();
    if !behind.starts_with(quote)
        || !(code.ends_with(['=', '(', ':', ',', '[', '{', '?', '|']) || code.ends_with("return"))
    {
        return None;
    }
    let is_format = before.trim_end_matches(quote).ends_with(['f', 'F']) && quote != '`';
    let value = Scalar { text: span.of(text).into(), span };
    let is_filled = is_format || (quote == '`' && value.text.contains("${"));
    if is_filled && value.text.contains('{') {
        draft.leave(DATABASE_URL, span, "is put together by the code");
        return Some(draft);
    }
    draft.note(NoteKind::Read, span, "this is the only URL of a database in the text");
    // What the text makes of DEBUG is not read.
    if let Some(at) = words::find(text, "DEBUG") {
        let span = Span::new(at, at + "DEBUG".len());
        draft.leave("DEBUG", span, "is not read from this text");
    }
    let filled = fill(value, Grammar::Github, |_| Known::Unknown("a template fills it in".into()));
    draft.assign_filled(DATABASE_URL, filled);
    Some(draft)
}
