//! The variables that a finding is about, as a compiler quotes its source: with a caret under the
//! exact character.
//!
//! The renderer's work grows with the marks times the length of a line, so both are bounded here:
//! a few marks, and of a long line what is around them.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use dsnlens_core::Masked;
use dsnlens_core::{Diagnostic, InputSpan, Severity, Span};

use super::Report;
use super::limits::thousands;
use crate::style::{self, paint, wrap};
use crate::visible::escape;

/// How many places of a finding are marked.
const MARKS: usize = 8;
/// The longest line that is shown whole, in bytes.
const WHOLE: usize = 1000;
/// What is shown of a longer one on either side of a mark, and of its start.
const AROUND: usize = 60;

pub(super) fn render(report: &Report<'_>, diagnostic: &Diagnostic<'_>) -> String {
    let known =
        diagnostic.spans.iter().filter(|it| report.question().inputs.get(it.input).is_some());
    let marked: Vec<_> = known.clone().take(MARKS).collect();
    let mut source = String::new();
    let mut annotations = Vec::new();
    let mut firsts: Vec<InputSpan<'_>> = Vec::new();
    for &&first in &marked {
        let name = first.input;
        if firsts.iter().any(|it| it.input == name) {
            continue;
        }
        firsts.push(first);
        let value = report.question().inputs.written(name).unwrap_or_default();
        let marks: Vec<_> = marked.iter().filter(|it| it.input == name).map(|it| it.span).collect();
        let secrets = secrets(report, name);
        let masked = Masked::pointing_at(value, &secrets, &marks);
        let mut marks: Vec<_> = marks.into_iter().map(|it| masked.span(it)).collect();
        // One mask may stand for many of them.
        marks.dedup();
        let line = Line::new(name, &masked.text, &marks);
        annotations.extend(marks.iter().map(|&mark| {
            let span = line.span(mark);
            AnnotationKind::Primary.span(source.len() + span.start..source.len() + span.end)
        }));
        source.push_str(&line.text);
        source.push('\n');
    }
    if annotations.is_empty() {
        // The line of a settings module says where; what else stands in it may be secret.
        return places(report, &diagnostic.spans);
    }
    let snippet =
        Snippet::source(source).line_numbering(false).fold(false).annotations(annotations);
    let group = Group::with_level(level(diagnostic.severity)).element(snippet);
    let mut text = places(report, &firsts);
    text.push_str(&Renderer::styled().term_width(report.width).render(&[group]));
    text.push('\n');
    let more: Vec<_> = known.skip(MARKS).collect();
    if !more.is_empty() {
        let note = format!("{} {}", paint(style::HEADING, "note:"), unmarked(report, &more));
        text.push_str(&wrap(&note, " = ", "         ", report.width));
    }
    text
}

/// That there are more places. Where one lies in a secret, their number would say something of it.
fn unmarked(report: &Report<'_>, more: &[&InputSpan<'_>]) -> String {
    let mut names: Vec<_> = more.iter().map(|it| it.input).collect();
    names.dedup();
    let secrets: Vec<_> = names.iter().map(|it| (*it, secrets(report, it))).collect();
    let is_secret = |it: &InputSpan<'_>| {
        secrets.iter().any(|(name, secrets)| {
            // The secrets ascend.
            let behind = secrets.partition_point(|secret| secret.end <= it.span.start);
            *name == it.input && secrets.get(behind).is_some_and(|secret| secret.overlaps(it.span))
        })
    };
    match more.len() {
        _ if more.iter().any(|it| is_secret(it)) => "more places are not marked".into(),
        1 => "1 more place is not marked".into(),
        number => format!("{} more places are not marked", thousands(number)),
    }
}

/// Where stretches stand in a file. The column would be one of the masked value.
fn places(report: &Report<'_>, stretches: &[InputSpan<'_>]) -> String {
    let places = stretches.iter().take(MARKS).filter_map(|it| report.variables.place(it));
    let places = places.map(|(path, line, _)| format!("{}:{line}", path.display()));
    let mut places: Vec<_> = places.collect();
    places.dedup();
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

/// A variable as a line of a `.env` file, with nothing hidden in it; of a long one only what is
/// around the marks.
struct Line<'m> {
    text: String,
    masked: &'m str,
    /// What is shown of the masked value, and where in the text that begins.
    pieces: Vec<(Span, usize)>,
}

impl<'m> Line<'m> {
    fn new(name: &str, masked: &'m str, marks: &[Span]) -> Line<'m> {
        let mut line = Line { text: format!("{name}="), masked, pieces: Vec::new() };
        let mut shown = 0;
        for piece in pieces(masked, marks) {
            if piece.start > shown {
                line.text.push('…');
            }
            line.pieces.push((piece, line.text.len()));
            line.text.push_str(&escape(piece.of(masked)));
            shown = piece.end;
        }
        if shown < masked.len() {
            line.text.push('…');
        }
        line
    }

    /// Where a mark lies in the line.
    fn span(&self, mark: Span) -> Span {
        Span::new(self.place(mark.start), self.place(mark.end))
    }

    fn place(&self, offset: usize) -> usize {
        let behind = self.pieces.partition_point(|(piece, _)| piece.start <= offset);
        let Some((piece, at)) = behind.checked_sub(1).and_then(|it| self.pieces.get(it)) else {
            return self.text.len();
        };
        let before = Span::new(piece.start, offset.min(piece.end));
        at + escape(before.of(self.masked)).len()
    }
}

/// What to show of a value: all of it, or its start and both ends of each mark.
fn pieces(masked: &str, marks: &[Span]) -> Vec<Span> {
    if masked.len() <= WHOLE {
        return vec![Span::new(0, masked.len())];
    }
    let around = |at: usize| {
        let start = masked.floor_char_boundary(at.saturating_sub(AROUND));
        Span::new(start, masked.ceil_char_boundary(at.saturating_add(AROUND)))
    };
    let ends = marks.iter().flat_map(|it| [it.start, it.end]);
    let mut wanted: Vec<_> = ends.chain([0]).map(around).collect();
    wanted.sort_by_key(|it| it.start);
    let mut pieces: Vec<Span> = Vec::new();
    for piece in wanted {
        match pieces.last_mut() {
            Some(last) if piece.start <= last.end => last.end = last.end.max(piece.end),
            _ => pieces.push(piece),
        }
    }
    pieces
}

/// What is hidden in a variable.
fn secrets(report: &Report<'_>, input: &str) -> Vec<Span> {
    let hidden = report.resolution().secrets.iter();
    hidden.filter(|it| it.input == input && !report.show_secrets).map(|it| it.span).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_the_marks_and_what_is_around_them_is_shown() {
        let value =
            format!("postgres://{}é{}#{}", "a".repeat(5_000), "b".repeat(99), "c".repeat(5_000));
        let at = value.find('#').unwrap();
        let line = Line::new("X", &value, &[Span::new(at, at + 1)]);
        let expected =
            format!("X=postgres://{}…{}#{}…", "a".repeat(49), "b".repeat(60), "c".repeat(60),);
        assert_eq!(line.text, expected);
        assert_eq!(line.span(Span::new(at, at + 1)).of(&line.text), "#");

        let all = line.span(Span::new(0, value.len()));
        assert_eq!(all, Span::new(2, expected.len() - '…'.len_utf8()));
    }

    #[test]
    fn a_long_mark_is_shown_at_both_ends() {
        let value = format!("{}<{}>{}", "a".repeat(500), "\u{202e}".repeat(500), "c".repeat(500));
        let mark = Span::new(500, 500 + 1502);
        let line = Line::new("X", &value, &[mark]);
        let shown = line.span(mark).of(&line.text);
        assert!(
            shown.starts_with(r"<\u{202e}\u{202e}") && shown.ends_with(r"\u{202e}>"),
            "{shown}"
        );
        assert!(shown.contains('…') && line.text.len() < 1_000);
    }
}
