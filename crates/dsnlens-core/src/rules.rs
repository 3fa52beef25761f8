//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod alias_unknown;
mod argument_positional;
mod argument_unknown;
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
mod credentials_misread;
mod database_exists;
mod database_missing;
mod database_not_found;
mod database_suspicious;
mod database_too_long;
mod debug_against_remote;
mod debug_ambiguous;
mod default_used;
mod dns_failed;
mod dollar_refers;
mod dollar_replaced;
mod driver_missing;
mod driver_too_old;
mod driver_without_ssl;
mod engine_rejects_sslmode;
mod environment_redirects;
mod extension_missing;
mod fields_empty;
mod fields_ignored;
mod forked_connection;
mod gssapi_without_ticket;
mod health_checks_off;
mod host_is_url;
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
mod option_ignored;
mod option_ineffective;
mod option_name_unsafe;
mod option_repeated;
mod option_retyped;
mod option_sent;
mod option_shadowed;
mod option_too_new;
mod option_unknown;
mod options_kept;
mod options_misplaced;
mod options_overwritten;
mod password_default;
mod password_encoded_twice;
mod password_expires;
mod password_in_error_text;
mod password_missing;
mod password_read_differently;
mod password_unescaped;
mod password_weak;
mod percent_kept;
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
mod service_not_found;
mod setting_invalid;
mod setting_unknown;
mod slash_missing;
mod socket_with_port;
mod ssl_require_lost;
mod sslmode_disabled;
mod sslmode_downgraded;
mod sslmode_from_environment;
mod sslmode_ignored_on_socket;
mod sslmode_not_kept;
mod sslmode_overridden_later;
mod sslmode_plaintext_possible;
mod sslmode_required_locally;
mod sslmode_stricter;
mod sslmode_unknown;
mod sslmode_unverified;
mod sslmode_upgraded;
mod sslrootcert_missing;
mod sslrootcert_strengthens_require;
mod sslrootcert_system_weak;
mod starting_up;
mod statement_canceled;
mod superuser_role;
mod text_is_true;
mod tls_handshake_failed;
mod too_many_connections;
mod tools_older_than_server;
mod transaction_left_open;
mod transaction_pooler;
mod url_another_form;
mod url_empty;
mod url_placeholder;
mod url_quoted;
mod url_refused;
mod variables_unread;
mod variables_unset;
mod version_dependent;
mod wrong_service;

use alloc::vec::Vec;

pub use crate::advice::ModuleCase;
#[cfg(feature = "pages")]
pub use crate::advice::{Example, Page};
pub use crate::rule::Rule;

use crate::advice::{Case, Check, Findings, Live, ModuleCheck};
use crate::diagnostic::{Diagnostic, Severity};
#[cfg(all(feature = "clients", feature = "serde"))]
use crate::promise::Difference;
use crate::rule::Clients;
use crate::span::InputSpan;

/// The one list of the rules, by name, with their checks.
macro_rules! rules {
    ($($name:ident,)+) => {
        /// Every rule, by name.
        pub static RULES: &[&Rule] = &[$(&$name::RULE),+];

        static CHECKS: &[(&Rule, &Check)] = &[$((&$name::RULE, &$name::CHECK)),+];

        static MODULE_CHECKS: &[(&Rule, Option<ModuleCheck>)] =
            &[$((&$name::RULE, $name::MODULE)),+];
    };
}

rules! {
    alias_unknown,
    argument_positional,
    argument_unknown,
    authentication_failed,
    authentication_method_refused,
    behind_pooler,
    certificate_expired,
    certificate_expires_soon,
    certificate_issuer_unknown,
    certificate_name_mismatch,
    certificate_self_signed,
    channel_binding_without_tls,
    cleartext_password_refused,
    client_certificate_missing,
    client_key_unusable,
    cloud_proxy_denied,
    collation_version_mismatch,
    conn_max_age_high,
    connect_timeout_unreadable,
    connect_timeout_unset,
    connection_budget_low,
    connection_closed,
    connection_refused,
    connection_timeout,
    control_character_dropped,
    create_database_denied,
    credentials_differ,
    credentials_misread,
    database_exists,
    database_missing,
    database_not_found,
    database_suspicious,
    database_too_long,
    debug_against_remote,
    debug_ambiguous,
    default_used,
    dns_failed,
    dollar_refers,
    dollar_replaced,
    driver_missing,
    driver_too_old,
    driver_without_ssl,
    engine_rejects_sslmode,
    environment_redirects,
    extension_missing,
    fields_empty,
    fields_ignored,
    forked_connection,
    gssapi_without_ticket,
    health_checks_off,
    host_is_url,
    host_list,
    host_missing,
    host_not_a_service,
    line_end_in_value,
    local_host_spelling,
    network_unreachable,
    no_pg_hba_entry,
    nothing_set,
    object_permission_denied,
    option_blank,
    option_ignored,
    option_ineffective,
    option_name_unsafe,
    option_repeated,
    option_retyped,
    option_sent,
    option_shadowed,
    option_too_new,
    option_unknown,
    options_kept,
    options_misplaced,
    options_overwritten,
    password_default,
    password_encoded_twice,
    password_expires,
    password_in_error_text,
    password_missing,
    password_read_differently,
    password_unescaped,
    password_weak,
    percent_kept,
    percent_nul,
    plaintext_in_use,
    pool_conflict,
    pool_exhausted,
    pooler_rejects_options,
    port_unreadable,
    port_zero,
    provider_cannot_verify,
    provider_endpoint_unknown,
    provider_ipv6_only,
    provider_needs_ca,
    provider_private_host,
    provider_quota,
    provider_requires_ssl,
    provider_retired,
    provider_user_shape,
    provider_without_ssl,
    read_only_server,
    reference_not_expanded,
    relation_not_found,
    role_is_superuser,
    role_not_found,
    root_certificate_unreadable,
    schema_create_denied,
    scheme_unknown,
    server_cannot_start,
    server_error,
    server_message_undecodable,
    server_out_of_resources,
    server_version_unsupported,
    server_without_ssl,
    service_not_found,
    setting_invalid,
    setting_unknown,
    slash_missing,
    socket_with_port,
    ssl_require_lost,
    sslmode_disabled,
    sslmode_downgraded,
    sslmode_from_environment,
    sslmode_ignored_on_socket,
    sslmode_not_kept,
    sslmode_overridden_later,
    sslmode_plaintext_possible,
    sslmode_required_locally,
    sslmode_stricter,
    sslmode_unknown,
    sslmode_unverified,
    sslmode_upgraded,
    sslrootcert_missing,
    sslrootcert_strengthens_require,
    sslrootcert_system_weak,
    starting_up,
    statement_canceled,
    superuser_role,
    text_is_true,
    tls_handshake_failed,
    too_many_connections,
    tools_older_than_server,
    transaction_left_open,
    transaction_pooler,
    url_another_form,
    url_empty,
    url_placeholder,
    url_quoted,
    url_refused,
    variables_unread,
    variables_unset,
    version_dependent,
    wrong_service,
}

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name).copied()
}

/// The rule that says of one client what a comparison says of several.
#[cfg(all(feature = "clients", feature = "serde"))]
pub(crate) fn of(difference: Difference) -> &'static Rule {
    match difference.is_weaker() {
        true => &sslmode_not_kept::RULE,
        false => &sslmode_stricter::RULE,
    }
}

/// Whether a rule is about the client that is asked, and about what it reads.
fn is_asked(rule: &Rule, case: &Case<'_, '_>) -> bool {
    let client = case.question.client;
    let is_about = match rule.scope.clients {
        Clients::Any => true,
        Clients::EndsInLibpq => client.ends_in_libpq,
        Clients::WithSettings => client.has_settings,
        Clients::WithoutSettings => !client.has_settings,
    };
    let is_guides = case.question.module.is_none();
    is_about
        && (rule.scope.is_of_given || !case.is_given())
        && (is_guides || !rule.scope.is_of_guide)
}

/// What every rule has to say, worst first; of one severity, by the rules' names.
pub(crate) fn advise<'a>(case: &Case<'_, 'a>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    let of_module = case.resolution.module.as_ref().map_or(&[][..], |it| &it.findings);
    for (rule, check) in CHECKS {
        match check {
            Check::Case(Some(check)) if is_asked(rule, case) => check(case, findings.under(rule)),
            Check::Case(_) | Check::Live(_) | Check::Never => {}
        }
        findings.take_over(rule, of_module);
    }
    let mut found = findings.worst_first();
    if case.is_given() {
        // Nothing rests on a value that is not known.
        let ledger = &case.resolution.ledger;
        let unknown = ledger.lines().filter(|(_, it)| it.value.unknown().is_some());
        let unknown: Vec<_> = unknown.filter_map(|(_, it)| it.origin.input_span()).collect();
        found.retain(|it| !it.spans.iter().any(|it| unknown.contains(it)));
    }
    if case.is_open() {
        found.retain(|it| it.rule.is_of_module() || it.rule.name == "setting-unknown");
    }
    // What points at something unknown rests on its stand-in.
    if !case.inputs.holes().is_empty() {
        found.retain(|it| it.spans.iter().all(|it| case.resolution.ledger.hole(*it).is_none()));
    }
    // Of several errors the one that the stack raises comes first.
    let about = case.resolution.refusal.iter().flat_map(|it| &it.spans).next();
    // What another rule explains is not said twice.
    let explains = |it: &Diagnostic<'_>| {
        it.rule != &url_refused::RULE
            && it.severity == Severity::Error
            && (it.rule == &credentials_misread::RULE || about.is_some_and(|at| is_about(it, at)))
    };
    if found.iter().any(explains) {
        found.retain(|it| it.rule != &url_refused::RULE);
    }
    if let Some(about) = about
        && let Some(place) = found.iter().position(|it| is_about(it, about))
        && let Some(before) = found.get_mut(..=place)
    {
        before.rotate_right(1);
    }
    found
}

/// What the rules about settings modules say of one, and what they propose for the findings of
/// others.
pub fn advise_module<'a>(case: &ModuleCase<'_, 'a>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    for (rule, check) in MODULE_CHECKS {
        if let Some(check) = check {
            check(case, findings.under(rule));
        }
    }
    findings.worst_first()
}

/// Whether an error lies where the stack's own does: at a value, or at the option's name before it.
fn is_about(it: &Diagnostic<'_>, about: &InputSpan<'_>) -> bool {
    let is_near = |at: &InputSpan<'_>| {
        at.input == about.input
            && (at.span.overlaps(about.span) || at.span.end + 1 == about.span.start)
    };
    it.severity == Severity::Error && it.spans.iter().any(is_near)
}

/// The same of the rules that need a real server's answers.
pub(crate) fn advise_live<'a>(case: &Case<'_, 'a>, live: &Live<'_>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    for (rule, check) in CHECKS {
        if let Check::Live(Some(check)) = check {
            check(case, live, findings.under(rule));
        }
    }
    findings.worst_first()
}

#[cfg(all(test, feature = "files", feature = "live", feature = "pages", feature = "whatwg"))]
mod tests;
