//! A URL: `postgresql://user:password@host:port/dbname?keyword=value`.

use alloc::vec::Vec;

use super::effective::{Effective, Parameter};
use super::sheet::Sheet;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::syntax::libpq::write_uri;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    url(effective, |_| true).and("\n")
}

/// The whole URL. Above it stands what is lost, and what Django makes of it that it should not.
pub(super) fn noted_url(effective: &Effective<'_, '_>, sheet: &mut Sheet) -> Text<'static> {
    let url = url(effective, |_| true);
    effective.note_lost_mode(sheet);
    effective.note_differences(&[(DATABASE_URL, &url.reveal())], sheet);
    url
}

/// The URL with those parameters that are `wanted`.
pub(super) fn url(
    effective: &Effective<'_, '_>,
    wanted: impl Fn(&Parameter<'_>) -> bool,
) -> Text<'static> {
    let wanted = effective.parameters.iter().filter(|it| wanted(it));
    let given: Vec<_> = wanted.map(|it| (it.keyword.name, it.reveal())).collect();
    // `postgres` means the same, but SQLAlchemy knows only this one.
    let pieces = write_uri("postgresql", &given).into_iter();
    pieces.fold(Text::default(), |url, piece| {
        match piece.keyword.and_then(|it| effective.get(it)) {
            Some(parameter) => url.and_text(parameter.written(piece.text)),
            None => url.and(piece.text.into_owned()),
        }
    })
}
