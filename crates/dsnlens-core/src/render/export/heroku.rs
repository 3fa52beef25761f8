//! The steps on Heroku, for its command-line tool.

use super::effective::Effective;
use super::sheet::Sheet;
use super::url::noted_url;
use crate::secret::Text;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment("Heroku. If the database is the app's own Heroku Postgres, do nothing: Heroku");
    sheet
        .comment("sets DATABASE_URL, follows the password's changes, and lets nobody else set it.");
    effective.note_reach(&mut sheet);
    effective.note_files(&mut sheet);
    let url = noted_url(effective, &mut sheet);
    sheet.comment("In the directory of your code:");
    sheet.put_line(Text::plain("heroku config:set 'DATABASE_URL=").and_text(url).and("'"));
    sheet.into_text()
}
