//! `dsnlens rules`: all rules at a glance.

use std::io;

use dsnlens_core::document::RuleSummary;
use dsnlens_core::rules::RULES;

use crate::args::Format;
use crate::output::{self, Exit};
use crate::style::{self, columns, paint, paint_code, wrap};

pub(crate) fn run(format: Format) -> io::Result<Exit> {
    match format {
        Format::Json => {
            output::print_json(&RULES.iter().map(|it| RuleSummary::new(it)).collect::<Vec<_>>())?
        }
        Format::Text => output::print(&table(style::width()))?,
    }
    Ok(Exit::Clean)
}

/// The narrowest column that a title is readable in; below it a title gets lines of its own.
const MIN_TITLE: usize = 24;

fn table(width: usize) -> String {
    let name_width = RULES.iter().map(|it| it.name.len()).max().unwrap_or(0) + 2;
    let severities_width = RULES.iter().map(|it| columns(&severities(it.severities))).max();
    let severities_width = severities_width.unwrap_or(0) + 2;
    let indent = " ".repeat(name_width + severities_width);
    let mut text = String::new();
    for rule in RULES {
        let severities = severities(rule.severities);
        let first = format!(
            "{}{}{severities}{}",
            paint(style::HEADING, rule.name),
            " ".repeat(name_width - rule.name.len()),
            " ".repeat(severities_width - columns(&severities)),
        );
        let title = paint_code(rule.page().title());
        if indent.len() + MIN_TITLE <= width {
            text.push_str(&wrap(&title, &first, &indent, width));
        } else {
            text.push_str(&format!(
                "{}\n{}",
                first.trim_end(),
                wrap(&title, "    ", "    ", width)
            ));
        }
    }
    text.push('\n');
    text.push_str(&wrap(
        &paint_code("`dsnlens explain RULE` shows what a rule means."),
        "",
        "",
        width,
    ));
    text
}

fn severities(severities: &[dsnlens_core::Severity]) -> String {
    let names = severities.iter().map(|&it| paint(style::of(it), it.name()));
    names.collect::<Vec<_>>().join(", ")
}
