//! A file of variables for a service that systemd runs.

use super::dotenv::assign_url;
use super::effective::Effective;
use super::sheet::Sheet;
use crate::secret::Text;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let path = alloc::format!("/etc/{}.env", effective.label());
    let mut sheet = Sheet::new("#");
    sheet.comment(alloc::format!("{path}, to be made readable to root alone before it is filled:"));
    sheet.comment(alloc::format!("  sudo install -m 600 /dev/null {path}"));
    sheet.comment(
        "In the unit of the service, under [Service]; systemd reads it before it drops root:",
    );
    sheet.comment(alloc::format!("  EnvironmentFile={path}"));
    sheet.comment("Then: sudo systemctl daemon-reload, and restart the service.");
    effective.note_reach(&mut sheet);
    effective.note_files(&mut sheet);
    assign_url(effective, &mut sheet);
    sheet.into_text()
}
