//! The findings, set as a compiler sets them: the value with a caret under the exact character,
//! what to do, what to paste.

use dsnlens_core::{ChangedLines, Diagnostic, FileFix, Fix, MASK, Severity};

use super::limits::is_short;
use super::{Report, excerpt, seen};
use crate::style::{self, FRAME, HEADING, QUIET, paint, paint_code, wrap};
use crate::visible::escape;

/// So many lines of a file are shown of a fix.
const LINES: usize = 24;

pub(super) fn render(report: &Report<'_>) -> String {
    list(report, &report.answer.diagnostics)
}

/// These findings, and how many they are.
pub(super) fn list(report: &Report<'_>, diagnostics: &[Diagnostic<'_>]) -> String {
    let fixes: Vec<_> = diagnostics.iter().map(|it| report.answer.fixes(it)).collect();
    let blocks = diagnostics.iter().zip(&fixes).map(|(it, fixes)| finding(report, it, fixes));
    let blocks: Vec<_> =
        blocks.chain([summary(report, diagnostics, fixes.iter().flatten())]).collect();
    blocks.join("\n")
}

fn finding(report: &Report<'_>, diagnostic: &Diagnostic<'_>, fixes: &[Fix]) -> String {
    let severity = diagnostic.severity;
    let name =
        paint(style::of(severity), format_args!("{}[{}]", severity.name(), diagnostic.rule.name));
    let message = paint_code(&seen(&diagnostic.message));
    let mut text = wrap(&format!("{name}: {message}"), "", "  ", report.width);
    text.push_str(&excerpt::render(report, diagnostic));
    let help = format!("{} {}", paint(HEADING, "help:"), paint_code(&seen(&diagnostic.help)));
    text.push_str(&wrap(&help, " = ", "         ", report.width));
    for (nth, fix) in fixes.iter().enumerate() {
        text.push_str(&paste(report, fix, if nth == 0 { "fix:" } else { "or:" }));
    }
    text
}

/// Lines to paste, unbroken: whole, or not at all.
fn paste(report: &Report<'_>, fix: &Fix, label: &str) -> String {
    let title = format!("{} {}", paint(HEADING, label), paint_code(&seen(&fix.title)));
    let mut text = wrap(&title, " = ", "        ", report.width);
    for (name, value) in &fix.variables {
        let value = report.text(value);
        match is_short(&value) {
            true => text.push_str(&format!("    {name}={value}\n")),
            false => {
                let note = format!("{name}: too long to show; `--format json` has it");
                text.push_str(&wrap(&paint_code(&note), "    ", "    ", report.width));
            }
        }
    }
    for file in &fix.files {
        text.push_str(&changed(report, file));
    }
    text
}

/// The lines of a file that a fix changes, as they are and as they will be.
fn changed(report: &Report<'_>, file: &FileFix) -> String {
    let ChangedLines { line, before, after } = file.changed_lines(report.show_secrets);
    let is_paired = before.len() == after.len();
    // Of lines in pairs only those that change.
    let pairs: Vec<_> = (line..).zip(before.iter().zip(&after)).collect();
    let hunks: Vec<(usize, Vec<&String>, Vec<&String>)> = match is_paired {
        true => {
            let differs = pairs.into_iter().filter(|(_, (old, new))| old != new);
            differs.map(|(line, (old, new))| (line, vec![old], vec![new])).collect()
        }
        false => vec![(line, before.iter().collect(), after.iter().collect())],
    };
    let count: usize = hunks.iter().map(|it| it.1.len() + it.2.len()).sum();
    let is_shown = count <= LINES && before.iter().chain(&after).all(|it| is_short(it));
    let path = escape(&file.path);
    if !is_shown {
        let note = format!("{path}: too long to show; `--format json` has it");
        return wrap(&paint_code(&note), "    ", "    ", report.width);
    }
    let mut text = String::new();
    for (line, old, new) in hunks {
        text.push_str(&format!("    {} {path}:{line}\n", paint(FRAME, "-->")));
        for (sign, lines) in [("-", old), ("+", new)] {
            for line in lines {
                text.push_str(&format!(
                    "    {sign} {}\n",
                    escape(line.trim_end_matches(['\n', '\r']))
                ));
            }
        }
    }
    text
}

/// The last line: how many, and where to read on.
fn summary<'f>(
    report: &Report<'_>,
    diagnostics: &[Diagnostic<'_>],
    mut fixes: impl Iterator<Item = &'f Fix>,
) -> String {
    let counted =
        counted(|severity| diagnostics.iter().filter(|it| it.severity == severity).count());
    let is_explained = diagnostics.iter().any(|it| it.severity == Severity::Error);
    let unexplained = (report.resolution().certain_refusal().is_some() && !is_explained)
        .then(|| paint(style::ERROR, "1 error that no rule explains"));
    let counted: Vec<_> = unexplained.into_iter().chain(counted).collect();
    let Some(worst) = diagnostics.first() else {
        return match &counted[..] {
            [] => "no findings\n".into(),
            counted => format!("{}\n", counted.join(", ")),
        };
    };
    let more = format!("`dsnlens explain {}` says more", worst.rule.name);
    let mut text =
        wrap(&format!("{}; {}", counted.join(", "), paint_code(&more)), "", "", report.width);
    let is_redacted = |fix: &Fix| {
        let shows_mask = |it: &FileFix| {
            let lines = it.changed_lines(false);
            lines.after.iter().chain(&lines.before).any(|it| it.contains(MASK))
        };
        fix.variables.iter().any(|(_, value)| value.is_secret()) || fix.files.iter().any(shows_mask)
    };
    if !report.show_secrets && fixes.any(is_redacted) {
        let note = format!("{MASK} stands for the password; `--show-secrets` shows it");
        text.push_str(&wrap(&paint(QUIET, note), "", "", report.width));
    }
    text
}

/// How many findings there are of each severity that has some.
pub(super) fn counted(count: impl Fn(Severity) -> usize) -> Vec<String> {
    let counted = Severity::ALL.map(|severity| {
        let count = count(severity);
        let (one, many) = match severity {
            Severity::Error => ("error", "errors"),
            Severity::Warning => ("warning", "warnings"),
            Severity::Info => ("remark", "remarks"),
        };
        let words = format!("{count} {}", if count == 1 { one } else { many });
        (count > 0).then(|| paint(style::of(severity), words))
    });
    counted.into_iter().flatten().collect()
}
