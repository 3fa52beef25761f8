//! The answer in words, and in the forms that other programs read.

mod export;
mod verdict;

pub use export::{Export, NoExport, UnknownExport};
pub use verdict::{Phrase, verdict};
