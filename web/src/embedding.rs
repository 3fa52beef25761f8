//! The page as an element of somebody else's, which says what is put in and is told what comes of
//! it.

#[cfg(feature = "element")]
mod element;
#[cfg(not(feature = "element"))]
mod never;

#[cfg(feature = "element")]
pub(crate) use element::Embedding;
#[cfg(feature = "element")]
pub use element::{Element, Given, Tell};
#[cfg(not(feature = "element"))]
pub(crate) use never::Embedding;
