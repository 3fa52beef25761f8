//! How text is set: its width, its few colours, its indents.

use std::env;
use std::fmt::Display;

use anstyle::{AnsiColor, Style};
use dsnlens_core::Severity;
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// A heading.
pub(crate) const HEADING: Style = Style::new().bold();
/// What can be skipped.
pub(crate) const QUIET: Style = Style::new().dimmed();
/// A literal.
pub(crate) const CODE: Style = AnsiColor::Cyan.on_default();
/// The frame around an excerpt, in the colour of annotate-snippets.
pub(crate) const FRAME: Style = AnsiColor::BrightBlue.on_default().bold();
/// What went well.
#[cfg(feature = "native")]
pub(crate) const PASS: Style = AnsiColor::Green.on_default().bold();
/// What went wrong.
pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// What to worry about.
pub(crate) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// What is good to know.
pub(crate) const INFO: Style = AnsiColor::BrightBlue.on_default().bold();

/// The colour of a severity.
pub(crate) const fn of(severity: Severity) -> Style {
    match severity {
        Severity::Error => ERROR,
        Severity::Warning => WARNING,
        Severity::Info => INFO,
    }
}

/// `text` in a style.
pub(crate) fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}

/// `prose` with its `code` in its colour. The backticks stay, for whoever sees no colour.
pub(crate) fn paint_code(prose: &str) -> String {
    let mut painted = String::with_capacity(prose.len());
    let mut rest = prose;
    while let Some((before, code, behind)) = first_code(rest) {
        painted.push_str(before);
        painted.push_str(&paint(CODE, format_args!("`{code}`")));
        rest = behind;
    }
    painted.push_str(rest);
    painted
}

fn first_code(prose: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = prose.split_once('`')?;
    let (code, behind) = rest.split_once('`')?;
    Some((before, code, behind))
}

/// The columns to write in: the terminal's, within what is pleasant to read; 80 without one.
pub(crate) fn width() -> usize {
    let said = env::var("COLUMNS").ok().and_then(|it| it.parse().ok());
    said.filter(|it| *it > 0).unwrap_or_else(textwrap::termwidth).clamp(40, 100)
}

/// `prose` in lines of at most `width` columns, the first behind `first`, the others behind
/// `other`. A word that is longer stands alone, whole.
pub(crate) fn wrap(prose: &str, first: &str, other: &str, width: usize) -> String {
    let options = Options::new(width)
        .initial_indent(first)
        .subsequent_indent(other)
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit);
    let mut text = textwrap::fill(prose, options);
    text.push('\n');
    text
}

/// How many columns `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_painted_with_its_backticks() {
        let painted = paint_code("set `a=1` or `b");
        assert_eq!(painted, format!("set {CODE}`a=1`{CODE:#} or `b"));
    }

    #[test]
    fn names_and_urls_stay_whole() {
        let text =
            wrap("use verify-full postgres://a-very-long.example.com/db now", "- ", "  ", 16);
        assert_eq!(text, "- use\n  verify-full\n  postgres://a-very-long.example.com/db\n  now\n");
    }
}
