//! What can be seen of the machine the program runs on, and of the servers it connects to.
//!
//! Facts only: what a fact means for a connection is for others to say.

#![forbid(unsafe_code)]

pub mod gather;
pub mod observe;
