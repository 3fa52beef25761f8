//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod connect_timeout_unset;
mod database_missing;
mod fields_ignored;
mod health_checks_off;
mod nothing_set;
mod password_unescaped;
mod scheme_unknown;
mod sslmode_downgraded;
mod sslmode_required_locally;
mod url_empty;
mod url_quoted;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &connect_timeout_unset::RULE,
    &database_missing::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    &nothing_set::RULE,
    &password_unescaped::RULE,
    &scheme_unknown::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_required_locally::RULE,
    &url_empty::RULE,
    &url_quoted::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
