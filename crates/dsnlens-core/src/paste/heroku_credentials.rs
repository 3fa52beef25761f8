//! What `heroku pg:credentials:url` prints: the same connection twice, of which the URL is read.

use super::Beside;
use super::draft::{Draft, Scalar};
use super::unrecognized::urls;
use crate::inputs::DATABASE_URL;
use crate::syntax::words;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let at = words::find(text, "Connection URL:")?;
    let span = urls(text).find(|it| it.start > at)?;
    let mut draft = Draft::default();
    draft.assign(DATABASE_URL, Scalar { text: span.of(text).into(), span });
    Some(draft)
}
