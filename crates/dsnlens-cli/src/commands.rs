//! What the program can be asked to do.

pub(crate) mod cases;
#[cfg(feature = "native")]
pub(crate) mod check;
pub(crate) mod clients;
pub(crate) mod compare;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod lint;
pub(crate) mod manual;
pub(crate) mod message;
pub(crate) mod report;
pub(crate) mod resolve;
pub(crate) mod rules;
#[cfg(feature = "native")]
pub(crate) mod serve;
