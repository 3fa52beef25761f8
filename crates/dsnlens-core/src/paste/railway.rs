//! The box that `railway variables` prints. `railway variables --kv` prints a `.env` file instead.

use alloc::borrow::Cow;

use super::Beside;
use super::draft::{Draft, Scalar, is_name};
use crate::span::Span;
use crate::syntax::{Slice, words};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !text.contains('║') {
        return None;
    }
    let mut draft = Draft::default();
    let mut row: Option<(&str, Scalar<'_>)> = None;
    for line in Slice::whole(text).split('\n') {
        if let Some((_, title)) = words::split_once(line.text, "Variables for ") {
            let name = title.trim_matches(|c: char| c.is_whitespace() || "═╗║".contains(c));
            draft.part = Some(name.into());
            continue;
        }
        let Some(inside) = line.split_once('║').and_then(|it| Some(it.1.rsplit_once('║')?.0))
        else {
            continue;
        };
        let Some((name, value)) = inside.split_once('│') else { continue };
        let start = value.at + value.text.len() - value.text.trim_start().len();
        let text = value.text.trim();
        let (name, span) = (name.text.trim(), Span::new(start, start + text.len()));
        match &mut row {
            // A long value goes on in the next row.
            Some((_, above)) if name.is_empty() => {
                above.text.to_mut().push_str(text);
                above.span.end = span.end;
            }
            row => {
                if let Some((name, value)) = row.take() {
                    draft.assign(name, value);
                }
                *row = is_name(name).then_some((name, Scalar { text: Cow::Borrowed(text), span }));
            }
        }
    }
    if let Some((name, value)) = row {
        draft.assign(name, value);
    }
    (!draft.is_empty()).then_some(draft)
}
