//! A `.env` file with the `DB_*` variables.

use alloc::string::String;

use super::effective::Effective;
use super::sheet::Sheet;
use crate::clients::settings::FIELDS;
use crate::secret::Text;
use crate::syntax::dotenv::{Readers, quote};

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment(".env: list it in .gitignore, and never commit it.");
    sheet.comment("DATABASE_URL must not be set, not even to nothing: it would win.");
    effective.note_lost_mode(&mut sheet);
    let keywords = ["host", "dbname", "user", "password", "port"];
    let fields = FIELDS.into_iter().zip(keywords);
    // An empty one is left to libpq, where one that is missing would get the recipe's default.
    let values = fields.clone().map(|(name, it)| (name, effective.text(it).unwrap_or("")));
    effective.note_differences(&values.collect::<alloc::vec::Vec<_>>(), &mut sheet);
    for (name, keyword) in fields {
        let value = effective.get(keyword);
        let written = value.map(|it| it.written(assigned(it.reveal()))).unwrap_or_default();
        sheet.put_line(Text::plain(name).and("=").and_text(written));
    }
    sheet.into_text()
}

/// A value with its quotes, and who cannot read it; all of it is as secret as the value.
fn assigned(value: &str) -> String {
    let (written, readers) = quote(value);
    let note = match readers {
        Readers::Both => "",
        Readers::Dotenv => " # for python-dotenv; a shell reads this value differently",
        Readers::Shell => " # for a shell; python-dotenv reads this value differently",
    };
    alloc::format!("{written}{note}")
}
