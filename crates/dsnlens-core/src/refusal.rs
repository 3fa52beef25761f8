//! An error of the real stack, which is an answer like any other.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::ledger::Stage;
use crate::machine::MachineFile;
use crate::secret::Text;
use crate::span::InputSpan;

/// The first error that the real stack raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// Who raises it.
    pub stage: &'static Stage,
    /// What that stage calls the error: an exception's class such as `ValueError`, `CONNECTION_BAD`.
    pub kind: Cow<'static, str>,
    /// Its text, word for word.
    pub message: Text<'a>,
    /// The bytes it is about.
    pub spans: Vec<InputSpan<'a>>,
    /// The file and the line of the settings module that raises it.
    pub raised_at: Option<(&'a str, usize)>,
    /// The file of the machine that would prevent it, where the question does not say what is in it.
    pub unless: Option<MachineFile>,
}
