//! PowerShell's assignments: `$env:NAME = "value"`.

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
        let span = Span::new(line.at, line.end());
        let Some((name, value)) = assignment(line) else {
            // What does not begin so is something else.
            if draft.is_empty() {
                return None;
            }
            draft.note(NoteKind::Skipped, span, "this line assigns no variable");
            continue;
        };
        match literal(value) {
            Some(scalar) => {
                if scalar.text.contains('$') && value.text.starts_with('"') {
                    let text = alloc::format!("PowerShell fills in what a `$` names in {name}");
                    draft.note(NoteKind::Dialect, scalar.span, text);
                }
                draft.assign(name, scalar);
            }
            None => draft.leave(name, span, "is an expression"),
        }
    }
    draft.if_relevant()
}

fn assignment(line: Slice<'_>) -> Option<(&str, Slice<'_>)> {
    let blank = line.text.len() - line.text.trim_start().len();
    let content = line.split_at(blank).1;
    let (name, value) = content.split_once('=')?;
    let (scope, name) = name.text.trim_end().split_once(':')?;
    let blank = value.text.len() - value.text.trim_start().len();
    let is_variable = scope.eq_ignore_ascii_case("$env") && is_name(name);
    is_variable.then(|| (name, value.split_at(blank).1))
}

/// A text between quotes: doubled, a quote is one; between double quotes a backtick escapes.
fn literal(value: Slice<'_>) -> Option<Scalar<'_>> {
    let quote = value.text.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    let inside = value.split_at(1).1;
    let mut text = String::new();
    let mut chars = inside.text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '`' if quote == '"' => text.extend(chars.next().map(|it| it.1)),
            _ if c == quote && chars.peek().is_some_and(|it| it.1 == quote) => {
                chars.next();
                text.push(quote);
            }
            _ if c == quote => {
                let written = inside.split_at(at).0;
                let is_same = written.text == text;
                let text = if is_same { Cow::Borrowed(written.text) } else { text.into() };
                return Some(Scalar { text, span: Span::new(written.at, written.end()) });
            }
            c => text.push(c),
        }
    }
    None
}
