//! A table of names, values and remarks that stays readable in few columns.

use crate::style::{columns, wrap};

/// A line of the table.
pub(super) struct Row {
    /// What it is about.
    pub(super) name: String,
    /// What that is; painted or not.
    pub(super) value: String,
    /// What there is to say of it, a line each.
    pub(super) remarks: Vec<String>,
}

/// The widest name and value that shape the columns; a wider one moves what is behind it.
const MAX_NAME: usize = 20;
const MAX_VALUE: usize = 26;
/// The narrowest column for remarks.
const MIN_REMARK: usize = 24;

/// Sets the rows. Values are never broken, so that they can be copied.
pub(super) fn render(rows: &[Row], width: usize) -> String {
    let widest = |column: fn(&Row) -> &str, max: usize| {
        rows.iter().map(|it| columns(column(it))).filter(|it| *it <= max).max().unwrap_or(0)
    };
    let value_at = 2 + widest(|it| &it.name, MAX_NAME) + 2;
    let wanted = value_at + widest(|it| &it.value, MAX_VALUE) + 2;
    let remark_at = wanted.min(width.saturating_sub(MIN_REMARK)).max(value_at + 2);
    let indent = " ".repeat(remark_at);

    let mut text = String::new();
    for row in rows {
        let mut line = format!("  {}", row.name);
        pad(&mut line, value_at);
        line.push_str(&row.value);
        let mut remarks = row.remarks.iter();
        // Behind a value that is too wide, the first remark stands if it fits.
        let room = width.saturating_sub(columns(&line) + 2);
        let is_wide = columns(&line) + 2 > remark_at;
        match row.remarks.first() {
            Some(remark) if is_wide && columns(remark) > room => {
                text.push_str(line.trim_end());
                text.push('\n');
            }
            Some(remark) => {
                pad(&mut line, remark_at);
                text.push_str(&wrap(remark, &line, &indent, width));
                remarks.next();
            }
            None => {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        for remark in remarks {
            text.push_str(&wrap(remark, &indent, &indent, width));
        }
    }
    text
}

/// Sets names, each with a sentence.
pub(super) fn facts(facts: &[(&str, &str)], width: usize) -> String {
    let at = 2 + facts.iter().map(|(name, _)| columns(name)).max().unwrap_or(0) + 2;
    let indent = " ".repeat(at);
    let set = |(name, fact): &(&str, &str)| {
        let mut first = format!("  {name}");
        pad(&mut first, at);
        wrap(fact, &first, &indent, width)
    };
    facts.iter().map(set).collect()
}

/// Fills `line` up to a column, with two blanks at least.
fn pad(line: &mut String, to: usize) {
    let blanks = to.saturating_sub(columns(line)).max(2);
    line.extend(std::iter::repeat_n(' ', blanks));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, value: &str, remarks: &[&str]) -> Row {
        let remarks = remarks.iter().map(|it| it.to_string()).collect();
        Row { name: name.into(), value: value.into(), remarks }
    }

    #[test]
    fn columns_line_up_and_long_values_stay_whole() {
        let long = "a-host-with-a-very-long-name.example.com";
        let rows = [
            row("port", "5432", &["DATABASE_URL"]),
            row("sslmode", "require", &["recipe (ssl_require=not DEBUG)", "over `prefer`"]),
            row("host", long, &["DATABASE_URL and then some"]),
            row("user", "日本", &[]),
        ];
        assert_eq!(
            render(&rows, 48),
            "  port     5432     DATABASE_URL
  sslmode  require  recipe (ssl_require=not
                    DEBUG)
                    over `prefer`
  host     a-host-with-a-very-long-name.example.com
                    DATABASE_URL and then some
  user     日本
"
        );
    }
}
