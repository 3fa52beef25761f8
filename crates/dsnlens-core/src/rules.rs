//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod authentication_failed;
mod authentication_method_refused;
mod behind_pooler;
mod certificate_expired;
mod certificate_expires_soon;
mod certificate_issuer_unknown;
mod certificate_name_mismatch;
mod certificate_self_signed;
mod channel_binding_without_tls;
mod cleartext_password_refused;
mod client_certificate_missing;
mod client_key_unusable;
mod cloud_proxy_denied;
mod collation_version_mismatch;
mod conn_max_age_high;
mod connect_timeout_unreadable;
mod connect_timeout_unset;
mod connection_budget_low;
mod connection_closed;
mod connection_refused;
mod connection_timeout;
mod control_character_dropped;
mod create_database_denied;
mod credentials_differ;
mod database_missing;
mod database_not_found;
mod database_suspicious;
mod database_too_long;
mod debug_against_remote;
mod debug_ambiguous;
mod dns_failed;
mod dollar_replaced;
mod driver_missing;
mod driver_too_old;
mod driver_without_ssl;
mod engine_rejects_sslmode;
mod environment_redirects;
mod fields_empty;
mod fields_ignored;
mod forked_connection;
mod gssapi_without_ticket;
mod health_checks_off;
mod host_list;
mod host_missing;
mod host_not_a_service;
mod line_end_in_value;
mod local_host_spelling;
mod network_unreachable;
mod no_pg_hba_entry;
mod nothing_set;
mod object_permission_denied;
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
mod pool_exhausted;
mod pooler_rejects_options;
mod port_unreadable;
mod port_zero;
mod provider_cannot_verify;
mod provider_endpoint_unknown;
mod provider_ipv6_only;
mod provider_needs_ca;
mod provider_private_host;
mod provider_quota;
mod provider_requires_ssl;
mod provider_retired;
mod provider_user_shape;
mod provider_without_ssl;
mod read_only_server;
mod reference_not_expanded;
mod relation_not_found;
mod role_is_superuser;
mod role_not_found;
mod root_certificate_unreadable;
mod schema_create_denied;
mod scheme_unknown;
mod server_cannot_start;
mod server_error;
mod server_message_undecodable;
mod server_out_of_resources;
mod server_version_unsupported;
mod server_without_ssl;
mod setting_unknown;
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
mod statement_canceled;
mod superuser_role;
mod tls_handshake_failed;
mod too_many_connections;
mod tools_older_than_server;
mod transaction_left_open;
mod transaction_pooler;
mod url_another_form;
mod url_empty;
mod url_placeholder;
mod url_quoted;
mod variables_unread;
mod version_dependent;
mod wrong_service;

pub(crate) use option_unknown::is_option_of_another;

pub use crate::advice::Rule;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};

/// Every rule, by name.
pub static RULES: &[&Rule] = &[
    &authentication_failed::RULE,
    &authentication_method_refused::RULE,
    &behind_pooler::RULE,
    &certificate_expired::RULE,
    &certificate_expires_soon::RULE,
    &certificate_issuer_unknown::RULE,
    &certificate_name_mismatch::RULE,
    &certificate_self_signed::RULE,
    &channel_binding_without_tls::RULE,
    &cleartext_password_refused::RULE,
    &client_certificate_missing::RULE,
    &client_key_unusable::RULE,
    &cloud_proxy_denied::RULE,
    &collation_version_mismatch::RULE,
    &conn_max_age_high::RULE,
    &connect_timeout_unreadable::RULE,
    &connect_timeout_unset::RULE,
    &connection_budget_low::RULE,
    &connection_closed::RULE,
    &connection_refused::RULE,
    &connection_timeout::RULE,
    &control_character_dropped::RULE,
    &create_database_denied::RULE,
    &credentials_differ::RULE,
    &database_missing::RULE,
    &database_not_found::RULE,
    &database_suspicious::RULE,
    &database_too_long::RULE,
    &debug_against_remote::RULE,
    &debug_ambiguous::RULE,
    &dns_failed::RULE,
    &dollar_replaced::RULE,
    &driver_missing::RULE,
    &driver_too_old::RULE,
    &driver_without_ssl::RULE,
    &engine_rejects_sslmode::RULE,
    &environment_redirects::RULE,
    &fields_empty::RULE,
    &fields_ignored::RULE,
    &forked_connection::RULE,
    &gssapi_without_ticket::RULE,
    &health_checks_off::RULE,
    &host_list::RULE,
    &host_missing::RULE,
    &host_not_a_service::RULE,
    &line_end_in_value::RULE,
    &local_host_spelling::RULE,
    &network_unreachable::RULE,
    &no_pg_hba_entry::RULE,
    &nothing_set::RULE,
    &object_permission_denied::RULE,
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
    &pool_exhausted::RULE,
    &pooler_rejects_options::RULE,
    &port_unreadable::RULE,
    &port_zero::RULE,
    &provider_cannot_verify::RULE,
    &provider_endpoint_unknown::RULE,
    &provider_ipv6_only::RULE,
    &provider_needs_ca::RULE,
    &provider_private_host::RULE,
    &provider_quota::RULE,
    &provider_requires_ssl::RULE,
    &provider_retired::RULE,
    &provider_user_shape::RULE,
    &provider_without_ssl::RULE,
    &read_only_server::RULE,
    &reference_not_expanded::RULE,
    &relation_not_found::RULE,
    &role_is_superuser::RULE,
    &role_not_found::RULE,
    &root_certificate_unreadable::RULE,
    &schema_create_denied::RULE,
    &scheme_unknown::RULE,
    &server_cannot_start::RULE,
    &server_error::RULE,
    &server_message_undecodable::RULE,
    &server_out_of_resources::RULE,
    &server_version_unsupported::RULE,
    &server_without_ssl::RULE,
    &setting_unknown::RULE,
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
    &statement_canceled::RULE,
    &superuser_role::RULE,
    &tls_handshake_failed::RULE,
    &too_many_connections::RULE,
    &tools_older_than_server::RULE,
    &transaction_left_open::RULE,
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
