//! What an application really does with its `DATABASE_URL` or `DB_*` variables.
//!
//! [`resolve`] takes a [`Question`] and gives an [`Answer`]: the settings, where each value came from
//! and what it overrode, the SSL mode and what it guarantees, and findings.
//! It reproduces dj-database-url 2.1.0 to 3.1.2, Django 5.2, psycopg 3.3 and libpq 18.
//!
//! It does no I/O, reads no clock, and cannot panic or fail: that a client would refuse the
//! inputs is an answer like any other, a [`Refusal`].
//!
//! ```
//! use dsnlens_core::{Inputs, resolve};
//!
//! let inputs = Inputs::url("postgres://app:secret@db.example.com/shop?sslmode=verify-full");
//! let resolution = resolve(inputs).resolution;
//! let (winner, line) = resolution.ledger.winner("sslmode").unwrap();
//! assert_eq!(line.value.to_string(), "require");
//! let loser = resolution.ledger.losers(winner).next().unwrap().1;
//! assert_eq!(loser.value.to_string(), "verify-full");
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
#[cfg(any(test, feature = "typescript"))]
#[cfg_attr(feature = "typescript", macro_use)]
extern crate std;

mod advice;
mod answer;
pub mod client;
pub mod clients;
pub mod databases;
mod diagnostic;
#[cfg(feature = "serde")]
pub mod document;
#[cfg(feature = "paste")]
pub mod errors;
mod file_facts;
mod inputs;
mod intent;
pub mod ledger;
pub mod live;
pub mod machine;
mod masked;
pub mod module;
#[cfg(feature = "paste")]
pub mod paste;
mod promise;
pub mod provider;
mod question;
mod recipe;
mod refusal;
pub mod render;
mod resolution;
mod rule;
pub mod rules;
mod secret;
pub mod shown;
mod source;
mod span;
pub mod syntax;
mod tls;
pub mod visible;
mod workload;

pub use answer::resolve;
pub use client::{CLIENTS, Client};
pub use databases::{place_shown, reads as expression_read, shown as expression_shown};
pub use diagnostic::{ChangedLines, Diagnostic, FileFix, Fix, ModuleEdit, Proposal, Severity};
pub use file_facts::{Dollar, FileFacts, Network, Service, Unexpanded};
pub use inputs::{DATABASE_URL, Debug, Hole, Inputs, Variable, is_known, is_relevant, stand_in};
pub use intent::Intent;
pub use machine::{Machine, MachineFile};
pub use masked::{Masked, is_mark};
pub use question::{Answer, Question};
pub use recipe::{
    Call, DjDatabaseUrl, Django, Driver, FieldDefaults, PackageVersion, Recipe, SslRequire,
    UnknownVersion,
};
pub use refusal::Refusal;
pub use resolution::{Mode, Resolution, Unknown, read};
pub use secret::{MASK, Secret, Text};
pub use span::{InputSpan, Span};
pub use tls::{
    Attempt, Encryption, Peer, Release, ServerKind, Setback, SslMode, TlsMode, TlsPolicy,
    TrustedRoots, Verification,
};
pub use workload::{Advice, Budget, Pooler, RESERVED_CONNECTIONS, Workload};
