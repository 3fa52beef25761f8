//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod connect_timeout_unset;
mod control_character_dropped;
mod database_missing;
mod database_suspicious;
mod database_too_long;
mod fields_ignored;
mod health_checks_off;
mod host_list;
mod host_missing;
mod nothing_set;
mod password_encoded_twice;
mod password_read_differently;
mod password_unescaped;
mod percent_nul;
mod port_unreadable;
mod port_zero;
mod scheme_unknown;
mod slash_missing;
mod socket_with_port;
mod sslmode_downgraded;
mod sslmode_required_locally;
mod url_empty;
mod url_placeholder;
mod url_quoted;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &connect_timeout_unset::RULE,
    &control_character_dropped::RULE,
    &database_missing::RULE,
    &database_suspicious::RULE,
    &database_too_long::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    &host_list::RULE,
    &host_missing::RULE,
    &nothing_set::RULE,
    &password_encoded_twice::RULE,
    &password_read_differently::RULE,
    &password_unescaped::RULE,
    &percent_nul::RULE,
    &port_unreadable::RULE,
    &port_zero::RULE,
    &scheme_unknown::RULE,
    &slash_missing::RULE,
    &socket_with_port::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_required_locally::RULE,
    &url_empty::RULE,
    &url_placeholder::RULE,
    &url_quoted::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
