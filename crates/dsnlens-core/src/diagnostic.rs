//! A finding: what happens in this stack, where, and what to paste instead.

use alloc::string::String;
use alloc::vec::Vec;

use crate::rules::Rule;
use crate::secret::Text;
use crate::span::InputSpan;

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
    pub message: String,
    /// The bytes it is about; none where something is missing.
    pub spans: Vec<InputSpan<'a>>,
    /// What to do.
    pub help: String,
    /// Inputs without the problem, where there are such.
    pub fix: Option<Fix>,
}

/// Variables to paste. Held back unless reading them again finds the rule silent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an order.
    pub title: String,
    /// The variables that change, whole.
    pub variables: Vec<(&'static str, Text<'static>)>,
}
