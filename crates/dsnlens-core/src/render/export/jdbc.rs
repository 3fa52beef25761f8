//! A URL for pgjdbc: `jdbc:postgresql://host:port/dbname?user=…`.

use super::effective::Effective;
use super::elsewhere::{authority, encoded, is_read, note_lost, servers};
use super::sheet::Sheet;
use crate::client::pgjdbc;
use crate::secret::Text;

/// libpq's keywords and pgjdbc's properties for the same.
const PROPERTIES: [(&str, &str); 8] = [
    ("user", "user"),
    ("password", "password"),
    ("sslmode", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("sslkey", "sslkey"),
    ("connect_timeout", "connectTimeout"),
    ("application_name", "ApplicationName"),
];

pub(super) fn write(effective: &Effective<'_, '_>) -> Option<Text<'static>> {
    let servers = servers(effective)?;
    let mut url =
        Text::plain("jdbc:postgresql://").and_text(authority(effective, &servers)).and("/");
    url = url.and_text(encoded(effective, "dbname"));
    let given = PROPERTIES.into_iter().filter(|(keyword, _)| effective.get(keyword).is_some());
    for (nth, (keyword, property)) in given.enumerate() {
        let joint = if nth == 0 { "?" } else { "&" };
        url = url.and(joint).and(property).and("=").and_text(encoded(effective, keyword));
    }
    if !is_read(effective, &pgjdbc::CLIENT, &url.reveal()) {
        return None;
    }
    let mut sheet = Sheet::new("#");
    let written = PROPERTIES.map(|it| it.0);
    note_lost(effective, &written, "pgjdbc", &mut sheet);
    sheet.put_line(url);
    Some(sheet.into_text())
}
