//! What can be seen of the machine the program runs on, and of the servers it connects to.
//!
//! Facts only: what a fact means for a connection is for others to say.

#![forbid(unsafe_code)]
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "no file and no server may end in a panic"
)]
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used,
        reason = "a failing test panics"
    )
)]

mod file;
pub mod gather;
pub mod observe;
