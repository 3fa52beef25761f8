//! Findings as annotations, for what shows them beside the lines of a file or of a log.

pub(crate) mod github;
pub(crate) mod sarif;

use std::path::Path;

use dsnlens_core::rules::Rule;
use dsnlens_core::{Answer, ChangedLines, Diagnostic, InputSpan, MASK, Severity};
use dsnlens_lint::Report;

use crate::inputs::Variables;
use crate::visible::escape;

/// A finding, or the error of a stack that no rule explains.
pub(crate) struct Annotation<'r> {
    rule: Option<&'static Rule>,
    severity: Severity,
    message: String,
    help: Option<String>,
    /// The variable it is about.
    variable: Option<&'r str>,
    place: Option<Place<'r>>,
    /// What may be written in files instead: a title, and the lines of each.
    fixes: Vec<FileEdits>,
}

/// A fix that edits files, without a secret in it.
struct FileEdits {
    title: String,
    files: Vec<(String, ChangedLines)>,
}

/// The fixes that edit files; one that a secret is in cannot be shown whole, and is none.
fn edits(answer: &Answer<'_>, diagnostic: &Diagnostic<'_>) -> Vec<FileEdits> {
    let fixes = answer.fixes(diagnostic).into_iter().filter(|it| !it.files.is_empty());
    let fixes = fixes.filter_map(|fix| {
        let files = fix.files.iter().map(|it| (it.path.clone(), it.changed_lines(false)));
        let files: Vec<_> = files.collect();
        let is_open = files.iter().all(|it| it.1.after.iter().all(|it| !it.contains(MASK)));
        is_open.then(|| FileEdits { title: fix.title.into_owned(), files })
    });
    fixes.collect()
}

/// Where something stands in a `.env` file.
struct Place<'r> {
    path: &'r Path,
    line: usize,
    /// The first column and the one behind the last, counted from 1; `None` where the file spells
    /// the value in another way.
    columns: Option<(usize, Option<usize>)>,
}

/// What there is to annotate, worst first. No secret is in it, nor the length of one: columns are
/// those of the line with its secrets masked.
pub(crate) fn annotations<'r>(
    answer: &Answer<'r>,
    variables: &'r Variables,
) -> Vec<Annotation<'r>> {
    let place = |span: &InputSpan<'r>| place(answer, variables, span);
    let findings = answer.diagnostics.iter().map(|it| Annotation {
        rule: Some(it.rule),
        severity: it.severity,
        message: escape(&it.message).into_owned(),
        help: Some(escape(&it.help).into_owned()),
        variable: it.spans.first().map(|it| it.input),
        place: it.spans.first().and_then(place),
        fixes: edits(answer, it),
    });
    let is_explained = answer.diagnostics.iter().any(|it| it.severity == Severity::Error);
    let refusal = answer.resolution.certain_refusal().filter(|_| !is_explained).map(|it| {
        let text = it.message.to_string();
        let span = it.spans.first();
        Annotation {
            rule: None,
            severity: Severity::Error,
            message: format!("{}: {}", it.kind, escape(text.trim_end())),
            help: None,
            variable: span.map(|it| it.input),
            place: span.and_then(place),
            fixes: Vec::new(),
        }
    });
    refusal.into_iter().chain(findings).collect()
}

/// The same of what was found in a repository.
pub(crate) fn of_report(report: &Report) -> Vec<Annotation<'_>> {
    let annotations = report.findings.iter().map(|it| Annotation {
        rule: it.rule,
        severity: it.severity,
        message: escape(&it.message).into_owned(),
        help: it.help.as_deref().map(|it| escape(it).into_owned()),
        variable: None,
        place: Some(Place {
            path: Path::new(&it.place.path),
            line: it.place.line,
            columns: Some((it.place.column, it.place.end)),
        }),
        fixes: Vec::new(),
    });
    annotations.collect()
}

fn place<'r>(
    answer: &Answer<'r>,
    variables: &'r Variables,
    span: &InputSpan<'r>,
) -> Option<Place<'r>> {
    let (path, line, column) = variables.place(span)?;
    let columns = column.and_then(|column| {
        let masked = answer.masked(span.input, false);
        let place = masked.span(span.span);
        let before = masked.text.get(..place.start)?.chars().count();
        let inside = masked.text.get(place.start..place.end)?.chars().count();
        Some((column + before, Some(column + before + inside)))
    });
    Some(Place { path, line, columns })
}
