//! The table that `heroku config` prints. `heroku config --shell` prints a `.env` file instead.

use super::draft::{Draft, Scalar, is_name};
use super::{Beside, NoteKind};
use crate::span::Span;
use crate::syntax::{Slice, words};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    // `dokku config:show` prints the same table under a title of its own.
    let title = [" Config Vars", " env vars"].into_iter().find(|it| words::contains(text, it))?;
    let header = words::find(text, title).filter(|_| text.trim_start().starts_with('='))?;
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        if line.at <= header && header < line.end() {
            let app = content.trim_start_matches(['=', ' ', '⬢']);
            let app = words::split_once(app, title)?.0.trim_start_matches(['>', ' ']);
            draft.part = Some(app.into());
            continue;
        }
        let Some((name, value)) = line.split_once(':').filter(|it| is_name(it.0.text.trim()))
        else {
            if !content.is_empty() && line.at > header {
                let span = Span::new(line.at, line.end());
                draft.note(NoteKind::Skipped, span, "this line is no `NAME: value`");
            }
            continue;
        };
        let blank = value.text.len() - value.text.trim_start().len();
        let value = value.split_at(blank).1;
        let text = value.text.trim_end();
        let span = Span::new(value.at, value.at + text.len());
        draft.assign(name.text.trim(), Scalar { text: text.into(), span });
    }
    (!draft.is_empty()).then_some(draft)
}
