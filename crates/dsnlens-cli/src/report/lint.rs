//! What is wrong in a repository, set as a compiler sets it: place, rule, text, help, fix.

use dsnlens_core::Severity;
use dsnlens_lint::{Finding, FixText, Report};

use super::findings::counted;
use super::limits::is_short;
use super::seen;
use crate::style::{self, HEADING, QUIET, paint, paint_code, wrap};

/// The whole report.
pub(crate) fn render(report: &Report, width: usize) -> String {
    let blocks = report.findings.iter().map(|it| finding(it, width));
    let blocks: Vec<_> = blocks.chain([summary(report, width)]).collect();
    blocks.join("\n")
}

fn finding(it: &Finding, width: usize) -> String {
    let name = match it.rule {
        Some(rule) => format!("{}[{}]", it.severity.name(), rule.name),
        None => it.severity.name().to_owned(),
    };
    let place = format!("{}:{}:{}", seen(&it.place.path), it.place.line, it.place.column);
    let mut text = format!("{}: {}\n", paint(HEADING, place), paint(style::of(it.severity), name));
    text.push_str(&wrap(&paint_code(&seen(&it.message)), "  ", "  ", width));
    if let Some(help) = &it.help {
        let help = format!("{} {}", paint(HEADING, "help:"), paint_code(&seen(help)));
        text.push_str(&wrap(&help, "  = ", "          ", width));
    }
    for (nth, fix) in it.fixes.iter().enumerate() {
        text.push_str(&paste(fix, if nth == 0 { "fix:" } else { "or:" }, width));
    }
    text
}

/// Lines to paste, unbroken: whole, or not at all.
fn paste(fix: &FixText, label: &str, width: usize) -> String {
    let title = format!("{} {}", paint(HEADING, label), paint_code(&seen(&fix.title)));
    let mut text = wrap(&title, "  = ", "         ", width);
    for line in fix.text.lines() {
        match is_short(line) {
            true => text.push_str(&format!("      {}\n", seen(line))),
            false => {
                let note = "too long to show; `--format json` has it";
                text.push_str(&wrap(&paint_code(note), "      ", "      ", width));
            }
        }
    }
    text
}

/// The last line: how many findings in how many files.
fn summary(report: &Report, width: usize) -> String {
    let files = match report.files {
        0 => "no file configures a database".to_owned(),
        1 => "1 file".to_owned(),
        files => format!("{files} files"),
    };
    let count =
        |severity: Severity| report.findings.iter().filter(|it| it.severity == severity).count();
    let counted = counted(count);
    if counted.is_empty() {
        return match report.files {
            0 => format!("{files}\n"),
            _ => format!("no findings in {files}\n"),
        };
    }
    let mut text = format!("{} in {files}", counted.join(", "));
    let worst = report.findings.iter().filter(|it| it.rule.is_some()).min_by_key(|it| it.severity);
    if let Some(rule) = worst.and_then(|it| it.rule) {
        let more = format!("; `dsnlens explain {}` says more", rule.name);
        text.push_str(&paint_code(&more));
    }
    let mut text = wrap(&text, "", "", width);
    let is_masked = |it: &FixText| it.text.contains(dsnlens_core::MASK);
    if report.findings.iter().flat_map(|it| &it.fixes).any(is_masked) {
        let note = format!("{} stands for the password", dsnlens_core::MASK);
        text.push_str(&wrap(&paint(QUIET, note), "", "", width));
    }
    text
}
