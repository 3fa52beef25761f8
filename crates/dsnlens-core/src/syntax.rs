//! Readers of bytes. They know grammars and positions, and nothing of precedence.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;

mod bare;
pub mod dotenv;
pub mod libpq;
pub mod passfile;
mod placeholder;
pub mod python;
pub mod service_file;
pub mod shell;
mod slice;
pub mod sql;
pub(crate) mod token;
#[cfg(feature = "clients")]
pub mod url;
pub mod whatwg;
pub mod words;
pub mod yaml;

/// Where in a list each text stands. One type for all who look something up, since each one's own
/// would be on the page with all its code.
pub(crate) type Places<'s> = BTreeMap<Cow<'s, str>, usize>;

pub use bare::bare;
pub use placeholder::{Placeholder, PlaceholderKind, is_sample, placeholders, stands_for};
pub use slice::Slice;
