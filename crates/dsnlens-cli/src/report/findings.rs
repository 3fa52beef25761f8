//! The findings, set as a compiler sets them: the value with a caret under the exact character,
//! what to do, what to paste.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use dsnlens_core::render::Masked;
use dsnlens_core::{Diagnostic, Fix, MASK, Severity, Span};

use super::Report;
use crate::style::{self, HEADING, QUIET, paint, paint_code, wrap};
use crate::visible::escape;

pub(super) fn render(report: &Report<'_>) -> String {
    list(report, &report.resolution.diagnostics)
}

/// These findings, and how many they are.
pub(super) fn list(report: &Report<'_>, diagnostics: &[Diagnostic<'_>]) -> String {
    let fixes: Vec<_> = diagnostics
        .iter()
        .map(|it| report.resolution.fixes(it, report.inputs, report.recipe))
        .collect();
    let blocks = diagnostics.iter().zip(&fixes).map(|(it, fixes)| finding(report, it, fixes));
    let blocks: Vec<_> =
        blocks.chain([summary(report, diagnostics, fixes.iter().flatten())]).collect();
    blocks.join("\n")
}

fn finding(report: &Report<'_>, diagnostic: &Diagnostic<'_>, fixes: &[Fix]) -> String {
    let severity = diagnostic.severity;
    let name =
        paint(style::of(severity), format_args!("{}[{}]", severity.name(), diagnostic.rule.name));
    let message = paint_code(&escape(&diagnostic.message));
    let mut text = wrap(&format!("{name}: {message}"), "", "  ", report.width);
    text.push_str(&excerpt(report, diagnostic));
    let help = format!("{} {}", paint(HEADING, "help:"), paint_code(&escape(&diagnostic.help)));
    text.push_str(&wrap(&help, " = ", "         ", report.width));
    for (nth, fix) in fixes.iter().enumerate() {
        text.push_str(&paste(report, fix, if nth == 0 { "fix:" } else { "or:" }));
    }
    text
}

/// Lines to paste, unbroken however long they are.
fn paste(report: &Report<'_>, fix: &Fix, label: &str) -> String {
    let title = format!("{} {}", paint(HEADING, label), paint_code(&escape(&fix.title)));
    let mut text = wrap(&title, " = ", "        ", report.width);
    for (name, value) in &fix.variables {
        text.push_str(&format!("    {name}={}\n", report.text(value)));
    }
    text
}

/// The variables that a finding is about, marked where it is.
fn excerpt(report: &Report<'_>, diagnostic: &Diagnostic<'_>) -> String {
    let mut source = String::new();
    let mut annotations = Vec::new();
    let mut seen = Vec::new();
    for input in diagnostic.spans.iter().map(|it| it.input) {
        if seen.contains(&input) {
            continue;
        }
        seen.push(input);
        let Some(value) = report.inputs.get(input) else { continue };
        let marked: Vec<_> =
            diagnostic.spans.iter().filter(|it| it.input == input).map(|it| it.span).collect();
        let secrets = secrets(report, input);
        let masked = Masked::new(value, &secrets, &exposed(value, &secrets, &marked));
        let line = Line::new(input, &masked);
        annotations.extend(marked.iter().map(|&span| {
            let span = line.span(masked.span(span));
            AnnotationKind::Primary.span(source.len() + span.start..source.len() + span.end)
        }));
        source.push_str(&line.text);
        source.push('\n');
    }
    if annotations.is_empty() {
        return String::new();
    }
    let snippet =
        Snippet::source(source).line_numbering(false).fold(false).annotations(annotations);
    let group = Group::with_level(level(diagnostic.severity)).element(snippet);
    let mut text = places(report, &seen);
    text.push_str(&Renderer::styled().term_width(report.width).render(&[group]));
    text.push('\n');
    text
}

/// Where variables stand in a `.env` file. The column would be one of the masked value.
fn places(report: &Report<'_>, names: &[&str]) -> String {
    let places = names.iter().filter_map(|name| report.variables.place(name));
    let places = places.map(|(path, line, _)| format!("{}:{line}", path.display()));
    let places: Vec<_> = places.collect();
    match places[..] {
        [] => String::new(),
        _ => format!("{} {}\n", paint(style::FRAME, "-->"), escape(&places.join(", "))),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    }
}

/// A variable as a line of a `.env` file, with nothing hidden in it.
struct Line<'m> {
    text: String,
    masked: &'m str,
    value_at: usize,
}

impl<'m> Line<'m> {
    fn new(name: &str, masked: &'m Masked) -> Line<'m> {
        let text = format!("{name}={}", escape(&masked.text));
        Line { text, masked: &masked.text, value_at: name.len() + 1 }
    }

    /// Where a stretch of the masked value lies in the line.
    fn span(&self, span: Span) -> Span {
        let place =
            |offset: usize| self.value_at + escape(self.masked.get(..offset).unwrap_or("")).len();
        Span::new(place(span.start), place(span.end))
    }
}

/// Where passwords stand in a variable. Those that hold nothing else are hidden whole, whether
/// or not the stack got as far as reading them.
fn secrets(report: &Report<'_>, input: &str) -> Vec<Span> {
    let length = report.inputs.get(input).map_or(0, str::len);
    match input {
        _ if report.show_secrets => Vec::new(),
        "DB_PASSWORD" | "PGPASSWORD" => vec![Span::new(0, length)],
        _ => {
            let known = report.resolution.secrets.iter();
            known.filter(|it| it.input == input).map(|it| it.span).collect()
        }
    }
}

/// The marked stretches to show although they lie in a secret: single characters of a longer one.
/// A mark around a whole password is not a wish to see it.
fn exposed(value: &str, secrets: &[Span], marked: &[Span]) -> Vec<Span> {
    let is_character = |span: Span| span.of(value).chars().count() == 1;
    let is_whole = |span: Span| {
        secrets.iter().any(|it| it.overlaps(span) && it.end - it.start <= span.end - span.start)
    };
    marked.iter().copied().filter(|&it| is_character(it) && !is_whole(it)).collect()
}

/// The last line: how many, and where to read on.
fn summary<'f>(
    report: &Report<'_>,
    diagnostics: &[Diagnostic<'_>],
    mut fixes: impl Iterator<Item = &'f Fix>,
) -> String {
    let counted = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| {
        let count = diagnostics.iter().filter(|it| it.severity == severity).count();
        let (one, many) = match severity {
            Severity::Error => ("error", "errors"),
            Severity::Warning => ("warning", "warnings"),
            Severity::Info => ("remark", "remarks"),
        };
        let words = format!("{count} {}", if count == 1 { one } else { many });
        (count > 0).then(|| paint(style::of(severity), words))
    });
    let is_explained = diagnostics.iter().any(|it| it.severity == Severity::Error);
    let unexplained = (report.resolution.refusal.is_some() && !is_explained)
        .then(|| paint(style::ERROR, "1 error that no rule explains"));
    let counted: Vec<_> = unexplained.into_iter().chain(counted.into_iter().flatten()).collect();
    let Some(worst) = diagnostics.first() else {
        return match &counted[..] {
            [] => "no findings\n".into(),
            counted => format!("{}\n", counted.join(", ")),
        };
    };
    let more = format!("`dsnlens explain {}` says more", worst.rule.name);
    let mut text =
        wrap(&format!("{}; {}", counted.join(", "), paint_code(&more)), "", "", report.width);
    let is_redacted = |fix: &Fix| fix.variables.iter().any(|(_, value)| value.is_secret());
    if !report.show_secrets && fixes.any(is_redacted) {
        let note = format!("{MASK} stands for the password; `--show-secrets` shows it");
        text.push_str(&wrap(&paint(QUIET, note), "", "", report.width));
    }
    text
}
