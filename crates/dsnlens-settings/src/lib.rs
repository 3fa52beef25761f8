//! What a Django settings module makes of its environment: an evaluator, with provenance, for the
//! part of Python that such modules are written in.
//!
//! [`read`] takes the text of a module, the modules beside it and an environment, and gives
//! `DATABASES` and `DEBUG` as values that know the bytes they were made of, or the exception that
//! Python would raise. Nothing is run and no file is read. What is not understood is unknown: a
//! value like any other, which reaches what it touches and nothing else. Where a condition is
//! unknown both branches are followed, and what they leave behind differently is unknown.
//!
//! The work is linear in the input, and bounded: of a module that would take longer the rest is
//! unknown. The parser is the crate's own, since it reads within tens of kilobytes of wasm the part
//! of Python that is evaluated; `rustpython-parser` and ruff's parser are ten times that.
//!
//! The references are CPython 3.11, and for each library the release that `libs/` names.
//!
//! ```
//! use dsnlens_settings::{Data, Question, read};
//!
//! let question = Question {
//!     text: "import os\nDATABASES = {'default': {'NAME': os.environ['DB']}}",
//!     env: &[("DB", "shop")],
//!     ..Question::default()
//! };
//! let module = read(&question);
//! let name = module.databases.unwrap().get("default").unwrap().get("NAME").unwrap().clone();
//! assert!(matches!(&name.data, Data::Str(text) if text == "shop"));
//! assert_eq!(module.variables[name.from[0].variable], "DB");
//! ```

#![no_std]
#![forbid(unsafe_code)]
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unreachable,
    clippy::unwrap_used,
    reason = "no input may end in a panic"
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

extern crate alloc;
#[cfg(test)]
extern crate std;

mod acts;
mod answer;
mod ast;
mod bridge;
mod calls;
mod eval;
mod heap;
mod lexer;
mod libs;
mod literals;
mod operators;
mod parser;
mod question;
mod value;

pub use answer::{
    Assumption, Data, DjCall, Exception, From, Module, Place, Reading, Unknown, Value,
};
pub use bridge::evaluate;
pub use eval::read;
pub use question::{Question, Stack, UnknownVariable};

/// The line of a byte, from 1, as Python counts them.
pub(crate) fn line(text: &str, at: usize) -> usize {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let mut previous = 0;
    let mut line = 1;
    for &byte in before {
        line += usize::from(byte == b'\r' || (byte == b'\n' && previous != b'\r'));
        previous = byte;
    }
    line
}
