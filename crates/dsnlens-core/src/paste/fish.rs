//! `set -x NAME value`, as fish reads it.

use alloc::borrow::Cow;
use alloc::string::String;

use super::draft::{Draft, Scalar, is_name};
use super::{Beside, NoteKind};
use crate::span::Span;
use crate::syntax::Slice;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let Some((name, value, is_expanded)) = assignment(line) else {
            // What does not begin so is something else.
            if draft.is_empty() {
                return None;
            }
            let span = Span::new(line.at, line.end());
            draft.note(NoteKind::Skipped, span, "this line is no `set -x NAME value`");
            continue;
        };
        match is_expanded {
            true => draft.leave(name, value.span, "has a `$` or a `(` that fish expands"),
            false => draft.assign(name, value),
        }
    }
    draft.if_relevant()
}

fn assignment(line: Slice<'_>) -> Option<(&str, Scalar<'_>, bool)> {
    let mut rest = line.split_at(line.text.len() - line.text.trim_start().len()).1;
    let mut word = || {
        let (word, behind) = rest.split_before(&[' ', '\t']);
        rest = behind.split_at(behind.text.len() - behind.text.trim_start().len()).1;
        word.text
    };
    if word() != "set" {
        return None;
    }
    let mut is_exported = false;
    let name = loop {
        match word() {
            "--export" => is_exported = true,
            "--global" | "--universal" | "--local" => {}
            it if it.starts_with('-') => is_exported |= it.contains('x'),
            it => break it,
        }
    };
    let (value, is_expanded) = value(rest)?;
    (is_exported && is_name(name)).then_some((name, value, is_expanded))
}

/// A word and whether fish expands it. Between single quotes a backslash escapes a quote and
/// itself, between double quotes a `$`, too.
fn value(rest: Slice<'_>) -> Option<(Scalar<'_>, bool)> {
    let quote = rest.text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let inside = if quote.is_some() { rest.split_at(1).1 } else { rest };
    let (mut text, mut is_expanded) = (String::new(), false);
    let mut end = None;
    let mut chars = inside.text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (c, quote) {
            ('\\', Some(quote)) => {
                let is_escape = |c: char| c == quote || c == '\\' || (quote == '"' && c == '$');
                text.push(chars.next_if(|it| is_escape(it.1)).map_or('\\', |it| it.1));
            }
            ('\\', None) => text.extend(chars.next().map(|it| it.1)),
            (c, Some(quote)) if c == quote => {
                end = Some(at);
                break;
            }
            (c, None) if c.is_whitespace() || c == ';' => {
                end = Some(at);
                break;
            }
            (c, _) => {
                is_expanded |= quote != Some('\'') && (c == '$' || (c == '(' && quote.is_none()));
                text.push(c);
            }
        }
    }
    let end = end.or(quote.is_none().then_some(inside.text.len()))?;
    let written = inside.split_at(end).0;
    let is_same = written.text == text;
    let text = if is_same { Cow::Borrowed(written.text) } else { text.into() };
    Some((Scalar { text, span: Span::new(written.at, written.end()) }, is_expanded))
}
