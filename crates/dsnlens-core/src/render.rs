//! The answer in words.

mod masked;
mod verdict;

pub use masked::Masked;
pub use verdict::{Phrase, verdict};
