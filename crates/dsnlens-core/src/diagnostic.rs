//! A finding: what happens in this stack, where, and what to paste instead.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::rule::Rule;
use crate::secret::Text;
use crate::span::{InputSpan, Span};

/// What happens if nothing is done, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It will not connect, or is misread.
    Error,
    /// It connects, but is unsafe or fails under load.
    Warning,
    /// Portability or cost.
    Info,
}

impl Severity {
    /// All three, worst first.
    pub const ALL: [Severity; 3] = [Severity::Error, Severity::Warning, Severity::Info];

    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// One finding of one rule.
#[derive(Clone, Debug)]
pub struct Diagnostic<'a> {
    /// The rule.
    pub rule: &'static Rule,
    /// What happens if nothing is done.
    pub severity: Severity,
    /// One sentence in lower case, without a full stop and without a secret.
    pub message: Cow<'static, str>,
    /// The bytes it is about; none where something is missing.
    pub spans: Vec<InputSpan<'a>>,
    /// What to do.
    pub help: Cow<'static, str>,
    /// What might be written instead, the likelier first; [`Answer::fixes`] verifies it.
    ///
    /// [`Answer::fixes`]: crate::Answer::fixes
    pub proposals: Vec<Proposal>,
}

/// Changes that a rule holds for a cure; nobody has looked yet whether they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub(crate) title: Cow<'static, str>,
    pub(crate) edits: Vec<Edit>,
    pub(crate) module: Vec<ModuleEdit>,
}

impl Proposal {
    /// A proposal that edits a settings module.
    pub fn of_module(title: impl Into<Cow<'static, str>>, module: Vec<ModuleEdit>) -> Proposal {
        Proposal { title: title.into(), edits: Vec::new(), module }
    }

    /// What it does, as an order.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// What it changes of a settings module.
    pub fn module_edits(&self) -> &[ModuleEdit] {
        &self.module
    }
}

/// A stretch of a file of a settings module, and what to write there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleEdit {
    /// The file's path.
    pub path: String,
    /// The stretch.
    pub span: Span,
    /// What to write; what was copied from elsewhere in the file may be secret.
    pub text: Text<'static>,
}

/// Variables to paste. Reading them again finds the rule silent and no new error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order.
    pub title: Cow<'static, str>,
    /// The variables that change, whole.
    pub variables: Vec<(&'static str, Text<'static>)>,
    /// The files of the settings module that change, whole.
    pub files: Vec<FileFix>,
}

/// A file of a settings module that a fix changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFix {
    /// Its path.
    pub path: String,
    /// Its text as it is.
    pub before: Text<'static>,
    /// Its text as it will be.
    pub after: Text<'static>,
}

/// What a fix changes of a file: lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedLines {
    /// The first line that changes, counted from 1.
    pub line: usize,
    /// The lines as they are.
    pub before: Vec<String>,
    /// The lines as they will be.
    pub after: Vec<String>,
}

impl FileFix {
    /// The lines from the first that changes to the last.
    pub fn changed_lines(&self, show_secrets: bool) -> ChangedLines {
        let lines = |it: &Text<'_>| -> Vec<String> {
            let text =
                if show_secrets { it.reveal() } else { alloc::string::ToString::to_string(it) };
            text.split_inclusive('\n').map(String::from).collect()
        };
        let (before, after) = (lines(&self.before), lines(&self.after));
        let is_same = |pair: &(&String, &String)| pair.0 == pair.1;
        let head = before.iter().zip(&after).take_while(is_same).count();
        let most = before.len().min(after.len()) - head;
        let tail =
            before.iter().rev().zip(after.iter().rev()).take_while(is_same).count().min(most);
        let kept = |it: Vec<String>| {
            let end = it.len() - tail;
            it.into_iter().take(end).skip(head).collect()
        };
        ChangedLines { line: head + 1, before: kept(before), after: kept(after) }
    }
}

impl Fix {
    /// Whether a part of what it writes is secret.
    pub fn is_secret(&self) -> bool {
        self.variables.iter().any(|it| it.1.is_secret())
            || self.files.iter().any(|it| it.after.is_secret())
    }
}

/// A stretch of a variable's value, and what to write there. A variable that is not set is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) variable: &'static str,
    pub(crate) span: Span,
    pub(crate) text: Text<'static>,
}

impl Edit {
    /// Writes `text` in the place of a stretch.
    pub(crate) fn replace(variable: &'static str, span: Span, text: Text<'static>) -> Edit {
        Edit { variable, span, text }
    }

    /// Writes `text`, no part of it secret, in the place of a stretch.
    pub(crate) fn write(
        variable: &'static str,
        span: Span,
        text: impl Into<Cow<'static, str>>,
    ) -> Edit {
        Edit::replace(variable, span, Text::plain(text))
    }

    /// Takes a stretch out.
    pub(crate) fn delete(variable: &'static str, span: Span) -> Edit {
        Edit::replace(variable, span, Text::default())
    }
}
