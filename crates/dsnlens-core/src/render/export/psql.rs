//! A command line for psql. What libpq itself hides does not stand in it, since everyone on the
//! machine may list the arguments of its processes.

use super::effective::Effective;
use super::sheet::Sheet;
use super::url::url;
use crate::secret::Text;
use crate::syntax::shell;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    effective.note_lost_mode(&mut sheet);
    for hidden in effective.parameters.iter().filter(|it| it.is_password()) {
        if hidden.keyword.variable.is_none() {
            sheet.comment(alloc::format!(
                "{} is left out: no variable takes it. `dsnlens export service` has it.",
                hidden.keyword.name
            ));
        }
    }
    let url = url(effective, |it| !it.is_password());
    let password = effective.get("password").map(|it| {
        let value = it.written(shell::quote(it.reveal()));
        Text::plain("PGPASSWORD=").and_text(value).and(" ")
    });
    // What is encoded holds no quote.
    let command = password.unwrap_or_default().and("psql '").and_text(url).and("'");
    sheet.put_line(command);
    sheet.into_text()
}
