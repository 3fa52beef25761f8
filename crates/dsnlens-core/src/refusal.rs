//! An error of the real stack, which is an answer like any other.

use alloc::vec::Vec;

use crate::ledger::Stage;
use crate::secret::Text;
use crate::span::InputSpan;

/// The first error that the real stack raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// Who raises it.
    pub stage: Stage,
    /// The exception's class, such as `ValueError`.
    pub kind: &'static str,
    /// The exception's text, word for word.
    pub message: Text<'a>,
    /// The bytes it is about.
    pub spans: Vec<InputSpan<'a>>,
}
