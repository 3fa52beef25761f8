//! How the URL readers of other languages take a URL apart, with the bytes that each part was
//! written in. A file a reader; none knows what becomes of a part.

mod edited;
pub mod elixir;
pub mod go;
pub mod go_keyvalue;
pub mod java;
pub mod javascript;
pub mod ruby;
pub mod sqlalchemy;
pub mod whatwg_split;

pub use edited::Edited;
