//! `set NAME=value` and `setx NAME value`, as Windows' `cmd` reads them.

use super::draft::{Draft, Scalar, is_name};
use super::{Beside, NoteKind};
use crate::span::Span;
use crate::syntax::Slice;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        let is_comment = content.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("rem"));
        if content.is_empty() || is_comment || content.starts_with("::") {
            continue;
        }
        let Some((name, value)) = assignment(line) else {
            // What does not begin so is something else.
            if draft.is_empty() {
                return None;
            }
            let span = Span::new(line.at, line.end());
            draft.note(NoteKind::Skipped, span, "this line is no `set NAME=value`");
            continue;
        };
        if value.text.starts_with(['"', '\'']) {
            let text = alloc::format!("`set` keeps the quotes as a part of {name}");
            draft.note(NoteKind::Read, value.span, text);
        }
        if value.text.contains('%') {
            let text = alloc::format!("in a batch file a `%`, as in {name}, is written twice");
            draft.note(NoteKind::Dialect, value.span, text);
        }
        draft.assign(name, value);
    }
    draft.if_relevant()
}

fn assignment(line: Slice<'_>) -> Option<(&str, Scalar<'_>)> {
    let trimmed = line.text.trim_start();
    let line = line.split_at(line.text.len() - trimmed.len()).1;
    let (command, rest) = line.split_once(' ')?;
    let is = |name: &str| command.text.eq_ignore_ascii_case(name);
    let blank = rest.text.len() - rest.text.trim_start().len();
    let rest = rest.split_at(blank).1;
    let (name, value) = match (is("set"), is("setx")) {
        // Quotes around all of it are none of the value's.
        (true, _) => match rest.strip_prefix("\"") {
            Some(inside) => inside.rsplit_once('"')?.0.split_once('=')?,
            None => rest.split_at(rest.text.trim_end_matches('\r').len()).0.split_once('=')?,
        },
        (_, true) => {
            let (name, value) = rest.split_once(' ')?;
            let value = value.split_at(value.text.len() - value.text.trim_start().len()).1;
            let value = value.split_at(value.text.trim_end().len()).0;
            let quoted = value.strip_prefix("\"").and_then(|it| Some(it.rsplit_once('"')?.0));
            (name, quoted.unwrap_or(value))
        }
        _ => return None,
    };
    let span = Span::new(value.at, value.end());
    is_name(name.text).then(|| (name.text, Scalar { text: value.text.into(), span }))
}
