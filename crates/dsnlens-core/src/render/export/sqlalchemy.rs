//! A URL for SQLAlchemy with psycopg, which hands every option on to libpq.

use super::effective::Effective;
use super::elsewhere::{TARGET, authority, encoded, is_read, servers};
use crate::client::sqlalchemy;
use crate::secret::Text;

pub(super) fn write(effective: &Effective<'_, '_>) -> Option<Text<'static>> {
    let mut url = Text::plain("postgresql+psycopg://");
    if effective.get("user").is_some() {
        url = url.and_text(encoded(effective, "user"));
        if effective.get("password").is_some() {
            url = url.and(":").and_text(encoded(effective, "password"));
        }
        url = url.and("@");
    }
    // One server is in front; several, and sockets, are options.
    let one = servers(effective).filter(|it| it.len() == 1);
    url = url
        .and_text(one.as_deref().map(|it| authority(effective, it)).unwrap_or_default())
        .and("/");
    url = url.and_text(encoded(effective, "dbname"));
    let is_option = |keyword: &&str| match *keyword {
        "host" | "port" => one.is_none(),
        "hostaddr" => true,
        keyword => !TARGET.contains(&keyword),
    };
    let options = effective.parameters.iter().map(|it| it.keyword.name).filter(is_option);
    for (nth, keyword) in options.enumerate() {
        let joint = if nth == 0 { "?" } else { "&" };
        url = url.and(joint).and(keyword).and("=").and_text(encoded(effective, keyword));
    }
    is_read(effective, &sqlalchemy::CLIENT, &url.reveal()).then(|| url.and("\n"))
}
