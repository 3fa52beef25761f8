//! Writes fixes into the files they are about, as far as they read back the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dsnlens_core::paste::Beside;
use dsnlens_core::{Span, Text};

use crate::environment::Environment;
use crate::lines::{Lines, holds_only_a_name};
use crate::read::{LARGEST, read};
use crate::walk::Source;

/// What a fix changes.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    /// The part of the file.
    pub(crate) part: Option<String>,
    /// The variables, whole.
    pub(crate) variables: Vec<(&'static str, Text<'static>)>,
    /// What they are before it, masked.
    pub(crate) before: Vec<String>,
}

/// A file that changes.
pub struct Change {
    /// The file.
    path: PathBuf,
    /// Its path as it is shown.
    pub shown: String,
    /// The values that change, by their lines.
    pub lines: BTreeMap<usize, ChangedLine>,
    before: String,
    pub(crate) after: String,
}

/// A line with a value that changes, masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLine {
    /// As it is.
    pub before: String,
    /// As it will be.
    pub after: String,
}

/// A value that is about to change, as it may be shown.
pub(crate) struct Shown {
    pub(crate) line: usize,
    head: String,
    tail: String,
}

impl Shown {
    /// What stands around a value. A line may hold more than one secret: of what is in front of the
    /// value only its name is shown, of what is behind it only marks.
    pub(crate) fn of(source: &Source, span: Span) -> Shown {
        let lines = Lines::new(&source.text);
        let line = lines.number(span.start);
        let head = lines.before(span.start).unwrap_or("");
        let head = if holds_only_a_name(head) { head } else { "… " };
        let behind = source.text.get(span.end..).unwrap_or("");
        let tail = behind.split('\n').next().unwrap_or("").trim_end();
        let is_mark = |it: char| "\"')]},;".contains(it);
        let tail = if tail.chars().all(is_mark) { tail } else { " …" };
        Shown { line, head: head.to_owned(), tail: tail.to_owned() }
    }

    pub(crate) fn with(&self, value: &str) -> String {
        format!("{}{value}{}", self.head, self.tail)
    }
}

/// Where the values of a fix stand, as they may be shown; those of its variables that have a place.
pub(crate) fn shown(source: &Source, edit: &Edit, beside: &Beside<'_>) -> Vec<Shown> {
    let all = Environment::all(source, beside);
    let Some(environment) = all.iter().find(|it| it.part == edit.part) else { return Vec::new() };
    let spots = edit.variables.iter().filter_map(|(name, _)| environment.spot(name));
    spots.map(|it| Shown::of(source, it.span)).collect()
}

/// The text of a file with a fix in it; `None` where the file would not read back as the fix says.
pub(crate) fn rewritten(source: &Source, edit: &Edit, beside: &Beside<'_>) -> Option<String> {
    let mut text = source.text.clone();
    for (name, value) in &edit.variables {
        let source = source.with_text(text);
        text = with(&source, &edit.part, name, &value.reveal(), beside)?;
    }
    (text != source.text).then_some(text)
}

/// A file with one variable changed: in its own quotes where it has some.
fn with(
    source: &Source,
    part: &Option<String>,
    name: &str,
    value: &str,
    beside: &Beside<'_>,
) -> Option<String> {
    if value.contains(['\n', '\r']) {
        return None;
    }
    let before = Environment::all(source, beside);
    let span = before.iter().find(|it| it.part == *part)?.spot(name)?.span;
    let (head, tail) = (source.text.get(..span.start)?, source.text.get(span.end..)?);
    let quote = head.chars().next_back().filter(|it| matches!(it, '\'' | '"'));
    let quote = quote.filter(|it| tail.starts_with(*it));
    let dollars = value.replace('$', "$$");
    let values = [value, &dollars];
    let spellings = values.iter().flat_map(|value| spellings(value, quote));
    let texts = spellings.map(|it| format!("{head}{it}{tail}"));
    texts.into_iter().find(|text| {
        let after = Environment::all(&source.with_text(text.clone()), beside);
        let mut both = after.iter().zip(&before);
        after.len() == before.len()
            && both.all(|(it, before)| it.is_before_but(before, span, value))
    })
}

/// How a value may be written where it stands.
fn spellings(value: &str, quote: Option<char>) -> Vec<String> {
    let escaped = |quote: char| {
        let backslashes = value.replace('\\', "\\\\");
        backslashes.replace(quote, &format!("\\{quote}"))
    };
    match quote {
        Some('\'') => vec![value.to_owned(), value.replace('\'', "''"), escaped('\'')],
        Some(quote) => vec![value.to_owned(), escaped(quote)],
        None => vec![value.to_owned(), format!("'{value}'"), format!("\"{}\"", escaped('"'))],
    }
}

impl Change {
    pub(crate) fn new(source: &Source) -> Change {
        Change {
            path: source.path.clone(),
            shown: source.shown.clone(),
            lines: BTreeMap::new(),
            before: source.text.clone(),
            after: source.text.clone(),
        }
    }

    pub(crate) fn is_any(&self) -> bool {
        self.after != self.before
    }

    /// Writes it: beside the file first, so that no half of it is ever there.
    pub fn write(&self) -> io::Result<()> {
        if read(&self.path, LARGEST)? != self.before {
            return Err(io::Error::other("changed since it was read"));
        }
        // A link stays one.
        let path = fs::canonicalize(&self.path)?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".dsnlens-{}", std::process::id()));
        let beside = path.with_file_name(name);
        let written = write(&path, &beside, &self.after);
        if written.is_err() {
            fs::remove_file(&beside).ok();
        }
        written
    }
}

fn write(path: &Path, beside: &Path, text: &str) -> io::Result<()> {
    let permissions = fs::metadata(path)?.permissions();
    // Nobody else reads it before it has the permissions of the file.
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(beside)?;
    file.write_all(text.as_bytes())?;
    file.set_permissions(permissions)?;
    file.sync_all()?;
    fs::rename(beside, path)
}
