//! The steps on Railway, for its command-line tool.

use super::effective::Effective;
use super::sheet::Sheet;
use super::url::noted_url;
use crate::secret::Text;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment("Railway. If the database is a service of the same project, give your service");
    sheet.comment(
        "the variable DATABASE_URL=${{Postgres.DATABASE_URL}} instead; Railway fills it in.",
    );
    effective.note_reach(&mut sheet);
    effective.note_files(&mut sheet);
    let url = noted_url(effective, &mut sheet);
    sheet.comment("In the directory of your code, after `railway link`:");
    // Read from a pipe, so that it is no argument that others can list.
    let command = Text::plain("printf %s '").and_text(url);
    sheet.put_line(command.and("' | railway variable set DATABASE_URL --stdin"));
    sheet.into_text()
}
