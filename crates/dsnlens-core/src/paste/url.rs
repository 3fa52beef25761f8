//! A URL, with the quotes, the name and the comment that were pasted along.

use super::Beside;
use super::draft::{Draft, Scalar};
use crate::clients::dj_database_url::SCHEMES;
use crate::inputs::DATABASE_URL;
use crate::syntax::{bare, words};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let (scheme, _) = words::split_once(text, "://")?;
    let span = bare(text);
    let url = span.of(text);
    let (scheme, rest) = words::split_once(url, "://").filter(|it| it.0.len() <= scheme.len())?;
    // SQLAlchemy and others name a driver behind a `+`.
    let base = scheme.split('+').next().unwrap_or(scheme);
    let is_known = SCHEMES.iter().any(|it| it.name.eq_ignore_ascii_case(base));
    let around = text.get(..span.start)?.trim_start();
    let name =
        around.trim_matches(|c: char| c.is_whitespace() || "\"'`“”‘’<(:\u{feff}".contains(c));
    let is_alone = name.is_empty() || (name == DATABASE_URL && around.contains(':'));
    if !is_known || rest.is_empty() || !is_alone || rest.contains(['\n', '\r']) {
        return None;
    }
    // More than a comment behind it is a text with a URL in it.
    let behind = text
        .get(span.end..)?
        .trim_start_matches(|c: char| c.is_whitespace() || "\"'`“”‘’>);,\u{feff}".contains(c));
    if !(behind.is_empty() || behind.starts_with('#')) || behind.contains('\n') {
        return None;
    }
    let mut draft = Draft::default();
    draft.assign(DATABASE_URL, Scalar { text: url.into(), span });
    Some(draft)
}
