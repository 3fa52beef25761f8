//! Readers of bytes. They know grammars and positions, and nothing of precedence.

pub mod dotenv;
mod intent;
pub mod libpq;
pub mod passfile;
pub mod python;
pub mod service_file;
mod slice;
mod source;
pub mod whatwg;

pub use intent::{Intent, intent};
pub use slice::Slice;
pub use source::Source;
