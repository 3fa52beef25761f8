//! A section of `pg_service.conf`: a keyword and a value a line, without quotes and escapes.

use super::effective::Effective;
use super::sheet::Sheet;
use crate::secret::Text;

/// libpq refuses a longer line (`parseServiceFileInfo()`, `fe-connect.c`).
const LONGEST_LINE: usize = 1021;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let label = effective.label();
    let mut sheet = Sheet::new("#");
    sheet.comment("~/.pg_service.conf");
    sheet.comment(alloc::format!("psql service={label}"));
    sheet.comment("The password stands in ~/.pgpass: `dsnlens export pgpass` writes it.");
    effective.note_lost_mode(&mut sheet);
    sheet.line(alloc::format!("[{label}]"));
    for parameter in effective.parameters.iter().filter(|it| it.keyword.name != "password") {
        let (keyword, value) = (parameter.keyword.name, parameter.reveal());
        let is_lost = value.contains('\n')
            || value.ends_with(|c| matches!(c, ' ' | '\t'..='\r'))
            || keyword.len() + 1 + value.len() > LONGEST_LINE;
        match is_lost {
            false => {
                sheet.put_line(Text::plain(keyword).and("=").and_text(parameter.written(value)))
            }
            true => sheet.comment(alloc::format!(
                "{keyword} is left out: this file cannot hold a value that ends in a blank, has \
                 more than one line, or is longer than {LONGEST_LINE} bytes."
            )),
        }
    }
    sheet.into_text()
}
