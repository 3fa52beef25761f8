//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

#[cfg(feature = "live")]
mod authentication_failed;
#[cfg(feature = "live")]
mod behind_pooler;
#[cfg(feature = "live")]
mod certificate_expired;
#[cfg(feature = "live")]
mod certificate_expires_soon;
#[cfg(feature = "live")]
mod certificate_issuer_unknown;
#[cfg(feature = "live")]
mod certificate_name_mismatch;
#[cfg(feature = "live")]
mod certificate_self_signed;
#[cfg(feature = "live")]
mod cleartext_password_refused;
mod connect_timeout_unset;
#[cfg(feature = "live")]
mod connection_budget_low;
#[cfg(feature = "live")]
mod connection_closed;
#[cfg(feature = "live")]
mod connection_refused;
#[cfg(feature = "live")]
mod connection_timeout;
mod database_missing;
#[cfg(feature = "live")]
mod database_not_found;
#[cfg(feature = "live")]
mod dns_failed;
mod fields_ignored;
mod health_checks_off;
#[cfg(feature = "live")]
mod network_unreachable;
#[cfg(feature = "live")]
mod no_pg_hba_entry;
mod nothing_set;
mod password_unescaped;
#[cfg(feature = "live")]
mod plaintext_in_use;
#[cfg(feature = "live")]
mod role_is_superuser;
#[cfg(feature = "live")]
mod root_certificate_unreadable;
#[cfg(feature = "live")]
mod schema_create_denied;
mod scheme_unknown;
#[cfg(feature = "live")]
mod server_error;
#[cfg(feature = "live")]
mod server_version_unsupported;
#[cfg(feature = "live")]
mod server_without_ssl;
mod sslmode_downgraded;
mod sslmode_required_locally;
#[cfg(feature = "live")]
mod starting_up;
#[cfg(feature = "live")]
mod tls_handshake_failed;
#[cfg(feature = "live")]
mod too_many_connections;
mod url_empty;
mod url_quoted;
#[cfg(feature = "live")]
mod wrong_service;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    #[cfg(feature = "live")]
    &authentication_failed::RULE,
    #[cfg(feature = "live")]
    &behind_pooler::RULE,
    #[cfg(feature = "live")]
    &certificate_expired::RULE,
    #[cfg(feature = "live")]
    &certificate_expires_soon::RULE,
    #[cfg(feature = "live")]
    &certificate_issuer_unknown::RULE,
    #[cfg(feature = "live")]
    &certificate_name_mismatch::RULE,
    #[cfg(feature = "live")]
    &certificate_self_signed::RULE,
    #[cfg(feature = "live")]
    &cleartext_password_refused::RULE,
    &connect_timeout_unset::RULE,
    #[cfg(feature = "live")]
    &connection_budget_low::RULE,
    #[cfg(feature = "live")]
    &connection_closed::RULE,
    #[cfg(feature = "live")]
    &connection_refused::RULE,
    #[cfg(feature = "live")]
    &connection_timeout::RULE,
    &database_missing::RULE,
    #[cfg(feature = "live")]
    &database_not_found::RULE,
    #[cfg(feature = "live")]
    &dns_failed::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    #[cfg(feature = "live")]
    &network_unreachable::RULE,
    #[cfg(feature = "live")]
    &no_pg_hba_entry::RULE,
    &nothing_set::RULE,
    &password_unescaped::RULE,
    #[cfg(feature = "live")]
    &plaintext_in_use::RULE,
    #[cfg(feature = "live")]
    &role_is_superuser::RULE,
    #[cfg(feature = "live")]
    &root_certificate_unreadable::RULE,
    #[cfg(feature = "live")]
    &schema_create_denied::RULE,
    &scheme_unknown::RULE,
    #[cfg(feature = "live")]
    &server_error::RULE,
    #[cfg(feature = "live")]
    &server_version_unsupported::RULE,
    #[cfg(feature = "live")]
    &server_without_ssl::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_required_locally::RULE,
    #[cfg(feature = "live")]
    &starting_up::RULE,
    #[cfg(feature = "live")]
    &tls_handshake_failed::RULE,
    #[cfg(feature = "live")]
    &too_many_connections::RULE,
    &url_empty::RULE,
    &url_quoted::RULE,
    #[cfg(feature = "live")]
    &wrong_service::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
