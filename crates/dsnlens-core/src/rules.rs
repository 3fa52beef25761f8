//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod authentication_failed;
mod behind_pooler;
mod certificate_expired;
mod certificate_expires_soon;
mod certificate_issuer_unknown;
mod certificate_name_mismatch;
mod certificate_self_signed;
mod channel_binding_without_tls;
mod cleartext_password_refused;
mod conn_max_age_high;
mod connect_timeout_unreadable;
mod connect_timeout_unset;
mod connection_budget_low;
mod connection_closed;
mod connection_refused;
mod connection_timeout;
mod control_character_dropped;
mod credentials_differ;
mod database_missing;
mod database_not_found;
mod database_suspicious;
mod database_too_long;
mod debug_against_remote;
mod debug_ambiguous;
mod dns_failed;
mod dollar_replaced;
mod engine_rejects_sslmode;
mod environment_redirects;
mod fields_empty;
mod fields_ignored;
mod health_checks_off;
mod host_list;
mod host_missing;
mod host_not_a_service;
mod line_end_in_value;
mod local_host_spelling;
mod network_unreachable;
mod no_pg_hba_entry;
mod nothing_set;
mod option_blank;
mod option_ineffective;
mod option_name_unsafe;
mod option_repeated;
mod option_retyped;
mod option_shadowed;
mod option_too_new;
mod option_unknown;
mod options_overwritten;
mod password_default;
mod password_encoded_twice;
mod password_expires;
mod password_in_error_text;
mod password_missing;
mod password_read_differently;
mod password_unescaped;
mod password_weak;
mod percent_nul;
mod plaintext_in_use;
mod pool_conflict;
mod pooler_rejects_options;
mod port_unreadable;
mod port_zero;
mod provider_cannot_verify;
mod provider_ipv6_only;
mod provider_needs_ca;
mod provider_private_host;
mod provider_requires_ssl;
mod provider_retired;
mod provider_user_shape;
mod provider_without_ssl;
mod reference_not_expanded;
mod role_is_superuser;
mod root_certificate_unreadable;
mod schema_create_denied;
mod scheme_unknown;
mod server_error;
mod server_version_unsupported;
mod server_without_ssl;
mod slash_missing;
mod socket_with_port;
mod sslmode_disabled;
mod sslmode_downgraded;
mod sslmode_from_environment;
mod sslmode_ignored_on_socket;
mod sslmode_overridden_later;
mod sslmode_plaintext_possible;
mod sslmode_required_locally;
mod sslmode_unknown;
mod sslmode_unverified;
mod sslmode_upgraded;
mod sslrootcert_missing;
mod sslrootcert_strengthens_require;
mod sslrootcert_system_weak;
mod starting_up;
mod superuser_role;
mod tls_handshake_failed;
mod too_many_connections;
mod transaction_pooler;
mod url_another_form;
mod url_empty;
mod url_placeholder;
mod url_quoted;
mod variables_unread;
mod version_dependent;
mod wrong_service;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &authentication_failed::RULE,
    &behind_pooler::RULE,
    &certificate_expired::RULE,
    &certificate_expires_soon::RULE,
    &certificate_issuer_unknown::RULE,
    &certificate_name_mismatch::RULE,
    &certificate_self_signed::RULE,
    &channel_binding_without_tls::RULE,
    &cleartext_password_refused::RULE,
    &conn_max_age_high::RULE,
    &connect_timeout_unreadable::RULE,
    &connect_timeout_unset::RULE,
    &connection_budget_low::RULE,
    &connection_closed::RULE,
    &connection_refused::RULE,
    &connection_timeout::RULE,
    &control_character_dropped::RULE,
    &credentials_differ::RULE,
    &database_missing::RULE,
    &database_not_found::RULE,
    &database_suspicious::RULE,
    &database_too_long::RULE,
    &debug_against_remote::RULE,
    &debug_ambiguous::RULE,
    &dns_failed::RULE,
    &dollar_replaced::RULE,
    &engine_rejects_sslmode::RULE,
    &environment_redirects::RULE,
    &fields_empty::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    &host_list::RULE,
    &host_missing::RULE,
    &host_not_a_service::RULE,
    &line_end_in_value::RULE,
    &local_host_spelling::RULE,
    &network_unreachable::RULE,
    &no_pg_hba_entry::RULE,
    &nothing_set::RULE,
    &option_blank::RULE,
    &option_ineffective::RULE,
    &option_name_unsafe::RULE,
    &option_repeated::RULE,
    &option_retyped::RULE,
    &option_shadowed::RULE,
    &option_too_new::RULE,
    &option_unknown::RULE,
    &options_overwritten::RULE,
    &password_default::RULE,
    &password_encoded_twice::RULE,
    &password_expires::RULE,
    &password_in_error_text::RULE,
    &password_missing::RULE,
    &password_read_differently::RULE,
    &password_unescaped::RULE,
    &password_weak::RULE,
    &percent_nul::RULE,
    &plaintext_in_use::RULE,
    &pool_conflict::RULE,
    &pooler_rejects_options::RULE,
    &port_unreadable::RULE,
    &port_zero::RULE,
    &provider_cannot_verify::RULE,
    &provider_ipv6_only::RULE,
    &provider_needs_ca::RULE,
    &provider_private_host::RULE,
    &provider_requires_ssl::RULE,
    &provider_retired::RULE,
    &provider_user_shape::RULE,
    &provider_without_ssl::RULE,
    &reference_not_expanded::RULE,
    &role_is_superuser::RULE,
    &root_certificate_unreadable::RULE,
    &schema_create_denied::RULE,
    &scheme_unknown::RULE,
    &server_error::RULE,
    &server_version_unsupported::RULE,
    &server_without_ssl::RULE,
    &slash_missing::RULE,
    &socket_with_port::RULE,
    &sslmode_disabled::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_from_environment::RULE,
    &sslmode_ignored_on_socket::RULE,
    &sslmode_overridden_later::RULE,
    &sslmode_plaintext_possible::RULE,
    &sslmode_required_locally::RULE,
    &sslmode_unknown::RULE,
    &sslmode_unverified::RULE,
    &sslmode_upgraded::RULE,
    &sslrootcert_missing::RULE,
    &sslrootcert_strengthens_require::RULE,
    &sslrootcert_system_weak::RULE,
    &starting_up::RULE,
    &superuser_role::RULE,
    &tls_handshake_failed::RULE,
    &too_many_connections::RULE,
    &transaction_pooler::RULE,
    &url_another_form::RULE,
    &url_empty::RULE,
    &url_placeholder::RULE,
    &url_quoted::RULE,
    &variables_unread::RULE,
    &version_dependent::RULE,
    &wrong_service::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}
