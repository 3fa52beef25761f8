//! libpq's environment variables, as a shell exports them.

use super::effective::Effective;
use super::sheet::Sheet;
use crate::secret::Text;
use crate::syntax::shell;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment("For psql, pg_dump and whatever else runs on libpq.");
    effective.note_lost_mode(&mut sheet);
    for parameter in &effective.parameters {
        let value = parameter.written(shell::quote(parameter.reveal()));
        match parameter.keyword.variable {
            Some(name) => {
                sheet.put_line(Text::plain("export ").and(name).and("=").and_text(value));
            }
            None => sheet.put_comment(
                Text::plain("No variable says ")
                    .and(parameter.keyword.name)
                    .and("=")
                    .and_text(value)
                    .and(": write it into a connection string."),
            ),
        }
    }
    sheet.into_text()
}
