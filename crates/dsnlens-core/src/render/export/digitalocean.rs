//! A piece of an app specification for DigitalOcean App Platform.

use super::effective::Effective;
use super::sheet::Sheet;
use super::url::noted_url;
use crate::secret::Text;
use crate::syntax::yaml;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment("app.yaml. If the database is attached to the app under the name db, write");
    sheet.comment("value: ${db.DATABASE_URL} without `type: SECRET`; App Platform fills it in.");
    sheet.comment("Never commit the value: App Platform encrypts it once it has the file, by");
    sheet.comment("doctl apps update APP_ID --spec app.yaml");
    effective.note_reach(&mut sheet);
    effective.note_files(&mut sheet);
    let url = noted_url(effective, &mut sheet);
    sheet.line("services:");
    sheet.line("  - name: web");
    sheet.line("    envs:");
    sheet.line("      - key: DATABASE_URL");
    sheet.line("        scope: RUN_TIME");
    sheet.line("        type: SECRET");
    let value = url.map(yaml::escape);
    sheet.put_line(Text::plain("        value: \"").and_text(value).and("\""));
    sheet.into_text()
}
