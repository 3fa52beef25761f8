//! The answer in words, and in the forms that other programs read.

mod export;
mod masked;
mod verdict;

pub use export::{Export, NoExport, UnknownExport};
pub use masked::{Masked, is_mark};
pub use verdict::{Phrase, verdict};
