//! `DATABASE_URL` for Prisma, which has words of its own for TLS.

use super::effective::Effective;
use super::elsewhere::{authority, encoded, is_read, note_lost, servers};
use super::sheet::Sheet;
use crate::client::prisma;
use crate::secret::Text;

/// Spellings of TLS: the mode, whether certificates are verified, whether the root is named.
const SPELLINGS: [(&str, bool, bool); 6] = [
    ("disable", false, false),
    ("prefer", false, false),
    ("require", false, false),
    ("require", true, true),
    ("require", true, false),
    ("prefer", true, true),
];

pub(super) fn write(effective: &Effective<'_, '_>) -> Option<Text<'static>> {
    let servers = servers(effective)?;
    let head = Text::plain("postgresql://").and_text(encoded(effective, "user"));
    let head = match effective.get("password") {
        Some(_) => head.and(":").and_text(encoded(effective, "password")),
        None => head,
    };
    let head = head.and("@").and_text(authority(effective, &servers)).and("/");
    let head = head.and_text(encoded(effective, "dbname"));
    let timeout = effective.get("connect_timeout").is_some();
    let urls = SPELLINGS.into_iter().map(|(mode, is_strict, has_root)| {
        let mut url = head.clone().and("?sslmode=").and(mode);
        if is_strict {
            url = url.and("&sslaccept=strict");
        }
        if has_root {
            url = url.and("&sslcert=").and_text(encoded(effective, "sslrootcert"));
        }
        if timeout {
            url = url.and("&connect_timeout=").and_text(encoded(effective, "connect_timeout"));
        }
        url
    });
    let mut urls = urls.filter(|it| is_read(effective, &prisma::CLIENT, &it.reveal()));
    let url = urls.next()?;
    let mut sheet = Sheet::new("#");
    sheet.comment(".env: list it in .gitignore, and never commit it.");
    let written = ["sslmode", "sslrootcert", "connect_timeout"];
    note_lost(effective, &written, "Prisma", &mut sheet);
    sheet.put_line(Text::plain("DATABASE_URL=\"").and_text(url).and("\""));
    Some(sheet.into_text())
}
