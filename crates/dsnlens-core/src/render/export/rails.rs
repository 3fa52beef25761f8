//! `config/database.yml` for Rails, which hands libpq's keywords on as they are.

use super::effective::Effective;
use super::sheet::Sheet;
use crate::secret::Text;
use crate::syntax::yaml;

/// What Rails calls otherwise.
const RENAMED: [(&str, &str); 2] = [("user", "username"), ("dbname", "database")];

pub(super) fn write(effective: &Effective<'_, '_>) -> Option<Text<'static>> {
    let mut sheet = Sheet::new("#");
    sheet.comment("config/database.yml. Never commit a password: write");
    sheet.comment("<%= ENV[\"DATABASE_PASSWORD\"] %> in its place, and set that variable.");
    sheet.line("production:");
    sheet.line("  adapter: postgresql");
    for it in &effective.parameters {
        let keyword = it.keyword.name;
        // Rails reads the file as a template first.
        if it.reveal().contains("<%") {
            return None;
        }
        let renamed = RENAMED.iter().find(|it| it.0 == keyword);
        let name = renamed.map_or(keyword, |it| it.1);
        let value = it.written(yaml::escape(it.reveal()));
        sheet.put_line(Text::plain("  ").and(name).and(": \"").and_text(value).and("\""));
    }
    Some(sheet.into_text())
}
