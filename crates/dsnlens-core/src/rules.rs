//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod connect_timeout_unreadable;
mod connect_timeout_unset;
mod database_missing;
mod debug_ambiguous;
mod engine_rejects_sslmode;
mod environment_redirects;
mod fields_empty;
mod fields_ignored;
mod health_checks_off;
mod nothing_set;
mod option_blank;
mod option_name_unsafe;
mod option_repeated;
mod option_retyped;
mod option_shadowed;
mod option_too_new;
mod option_unknown;
mod options_overwritten;
mod password_unescaped;
mod pool_conflict;
mod scheme_unknown;
mod sslmode_downgraded;
mod sslmode_required_locally;
mod url_empty;
mod url_quoted;
mod version_dependent;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &connect_timeout_unreadable::RULE,
    &connect_timeout_unset::RULE,
    &database_missing::RULE,
    &debug_ambiguous::RULE,
    &engine_rejects_sslmode::RULE,
    &environment_redirects::RULE,
    &fields_empty::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    &nothing_set::RULE,
    &option_blank::RULE,
    &option_name_unsafe::RULE,
    &option_repeated::RULE,
    &option_retyped::RULE,
    &option_shadowed::RULE,
    &option_too_new::RULE,
    &option_unknown::RULE,
    &options_overwritten::RULE,
    &password_unescaped::RULE,
    &pool_conflict::RULE,
    &scheme_unknown::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_required_locally::RULE,
    &url_empty::RULE,
    &url_quoted::RULE,
    &version_dependent::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
