//! A `.env` file, or a shell's assignments; python-dotenv reads both.

use super::dialects;
use super::draft::{Draft, Scalar, is_name};
use super::{Beside, NoteKind};
use crate::inputs::is_relevant;
use crate::span::Span;
use crate::syntax::dotenv::{Binding, parse};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !text.contains('=') {
        return None;
    }
    let dotenv = parse(text);
    let is_assignment = |it: &&Binding<'_>| it.value.is_some() && is_name(it.name);
    let assigned = dotenv.bindings.iter().filter(is_assignment).count();
    let others = dotenv.bindings.len() - assigned + dotenv.unreadable.len();
    if others >= assigned {
        return None;
    }
    let mut draft = Draft::default();
    let mut starts = LineStarts { text, line: 1, at: 0 };
    for unreadable in &dotenv.unreadable {
        let span = starts.line(unreadable.line);
        draft.note(NoteKind::Skipped, span, "python-dotenv cannot read this line and skips it");
    }
    for binding in dotenv.bindings {
        let is_there = is_relevant(binding.name);
        match binding.value {
            Some(value) => {
                let inside = inside_quotes(binding.span, text);
                if is_there {
                    dialects::note(text, binding.name, binding.span, &mut draft);
                }
                draft.assign(binding.name, Scalar { text: value, span: inside });
            }
            None => draft.leave(binding.name, binding.span, "has no value in this file"),
        }
    }
    draft.if_relevant()
}

fn inside_quotes(span: Span, text: &str) -> Span {
    match span.of(text).starts_with(['\'', '"']) {
        true => Span::new(span.start + 1, span.end.saturating_sub(1).max(span.start + 1)),
        false => span,
    }
}

/// Finds lines by number, in ascending order and one pass.
struct LineStarts<'s> {
    text: &'s str,
    line: usize,
    at: usize,
}

impl LineStarts<'_> {
    fn line(&mut self, number: usize) -> Span {
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
            if self.line >= number || end == rest.len() {
                return Span::new(self.at, self.at + end);
            }
            let is_pair = rest.get(end..).is_some_and(|it| it.starts_with("\r\n"));
            self.at += end + if is_pair { 2 } else { 1 };
            self.line += 1;
        }
    }
}
