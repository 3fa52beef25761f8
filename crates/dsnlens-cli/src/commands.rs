//! What the program can be asked to do.

pub(crate) mod cases;
#[cfg(feature = "native")]
pub(crate) mod check;
pub(crate) mod clients;
pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod lint;
pub(crate) mod message;
pub(crate) mod resolve;
pub(crate) mod rules;
#[cfg(feature = "native")]
pub(crate) mod serve;
