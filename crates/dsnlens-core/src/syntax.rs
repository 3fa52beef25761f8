//! Readers of bytes. They know grammars and positions, and nothing of precedence.

mod bare;
pub mod dotenv;
pub(crate) mod intent;
pub mod libpq;
pub mod passfile;
#[cfg(feature = "paste")]
pub mod paste;
mod placeholder;
pub mod python;
pub mod service_file;
pub mod shell;
mod slice;
mod source;
pub mod sql;
pub mod whatwg;
pub mod words;
pub mod yaml;

pub use bare::bare;
pub use intent::{Intent, intent};
pub use placeholder::{Placeholder, PlaceholderKind, is_sample, placeholders, stands_for};
pub use slice::Slice;
pub use source::Source;
