//! A `.env` file with `DATABASE_URL`.

use super::effective::Effective;
use super::sheet::Sheet;
use super::url::noted_url;
use crate::secret::Text;
use crate::syntax::shell;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment(".env: list it in .gitignore, and never commit it.");
    assign_url(effective, &mut sheet);
    sheet.into_text()
}

/// Writes the assignment, and above it what there is to say about it.
pub(super) fn assign_url(effective: &Effective<'_, '_>, sheet: &mut Sheet) {
    let url = noted_url(effective, sheet);
    // What is encoded needs no quotes, so these say nothing of the password.
    let quote = if shell::is_plain(&url.reveal()) { "" } else { "'" };
    sheet.put_line(Text::plain("DATABASE_URL=").and(quote).and_text(url).and(quote));
}
