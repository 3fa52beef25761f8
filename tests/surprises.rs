//! What surprises people about TLS, by the number each surprise has had since it was measured.
//!
//! Each was seen with a real Django and a real server; here core says the same.

use dsnlens_core::clients::stages;
use dsnlens_core::ledger::{Origin, Stage};
use dsnlens_core::machine::{Content, File};
use dsnlens_core::{Attempt, Encryption, Inputs, Machine, Resolution, SslMode, Verification, read};

const PRODUCTION: bool = false;
const DEVELOPMENT: bool = true;

fn url(url: &str, debug: bool) -> Resolution<'_> {
    read(&Inputs::url(url).with_debug(debug).into())
}

fn env<'a>(variables: &[(&'a str, &'a str)], debug: bool) -> Resolution<'a> {
    let inputs = Inputs::new(variables.iter().copied()).with_debug(debug);
    read(&inputs.into())
}

/// Where a root certificate is looked for that nobody names.
const DEFAULT_ROOT: &str = "/home/app/.postgresql/root.crt";

/// On a machine where that much is known of this one file.
fn url_beside<'a>(
    url: &'a str,
    path: &'a str,
    content: Content<'a>,
    debug: bool,
) -> Resolution<'a> {
    let machine = Machine {
        root_certificate: Some(DEFAULT_ROOT),
        files: vec![File { path, content }],
        ..Machine::default()
    };
    read(&Inputs::url(url).with_debug(debug).on(machine).into())
}

fn no_root(path: &str) -> String {
    format!(
        "root certificate file \"{path}\" does not exist\nEither provide the file, use the \
         system's trusted roots with sslrootcert=system, or change sslmode to disable server \
         certificate verification."
    )
}

#[track_caller]
fn mode(resolution: &Resolution<'_>, mode: SslMode) {
    assert_eq!(resolution.refusal, None);
    assert_eq!(resolution.tls.and_then(|it| it.sslmode()), Some(mode));
    let effective = &resolution.effective.as_ref().expect("a connection is tried")[0];
    assert_eq!(effective.get("sslmode"), Some(mode.name()));
}

#[track_caller]
fn refused(resolution: &Resolution<'_>, stage: &Stage, message: &str) {
    let refusal = resolution.refusal.as_ref().expect("it is refused");
    assert_eq!((refusal.stage, refusal.message.reveal()), (stage, message.to_owned()));
}

#[test]
fn s1_ssl_require_downgrades_verify_full_and_verify_ca() {
    for asked in ["verify-full", "verify-ca"] {
        let text = format!("postgres://u:p@h/db?sslmode={asked}");
        mode(&url(&text, DEVELOPMENT), asked.parse().expect("a mode"));
        let production = url(&text, PRODUCTION);
        mode(&production, SslMode::Require);
        assert_eq!(production.tls.map(|it| it.verifies()), Some(Verification::Nothing));
        let (winner, line) = production.ledger.winner("sslmode").expect("a winner");
        assert_eq!(line.origin, Origin::Recipe("ssl_require=not DEBUG"));
        let loser = production.ledger.losers(winner).next().expect("a loser").1;
        assert_eq!(loser.value.to_string(), asked);
    }
}

#[test]
fn s2_a_missing_root_file_goes_unnoticed_in_production() {
    let text = "postgres://u:p@h/db?sslmode=verify-full&sslrootcert=/nonexistent/ca.crt";
    mode(&url(text, PRODUCTION), SslMode::Require);
    mode(&url(text, DEVELOPMENT), SslMode::VerifyFull);
    let beside = |debug| url_beside(text, "/nonexistent/ca.crt", Content::Absent, debug);
    mode(&beside(PRODUCTION), SslMode::Require);
    assert_eq!(beside(PRODUCTION).tls.map(|it| it.verifies()), Some(Verification::Nothing));
    refused(&beside(DEVELOPMENT), &stages::LIBPQ, &no_root("/nonexistent/ca.crt"));
}

#[test]
fn s3_with_a_root_file_require_checks_the_chain_and_not_the_name() {
    let text = "postgres://u:p@h/db?sslmode=verify-full&sslrootcert=/etc/ca.crt";
    assert_eq!(url(text, PRODUCTION).tls.map(|it| it.verifies()), Some(Verification::Chain));
    assert_eq!(
        url(text, DEVELOPMENT).tls.map(|it| it.verifies()),
        Some(Verification::ChainAndHost)
    );
    let plain = "postgres://u:p@h/db";
    let beside = |content| url_beside(plain, DEFAULT_ROOT, content, PRODUCTION).tls;
    assert_eq!(beside(Content::Text("")).map(|it| it.verifies()), Some(Verification::Chain));
    assert_eq!(beside(Content::Absent).map(|it| it.verifies()), Some(Verification::Nothing));
    let full = "postgres://u:p@h/db?sslmode=verify-full";
    let missing = url_beside(full, DEFAULT_ROOT, Content::Absent, DEVELOPMENT);
    refused(&missing, &stages::LIBPQ, &no_root(DEFAULT_ROOT));
}

#[test]
fn s4_system_roots_and_ssl_require_do_not_go_together() {
    let weak = |mode| {
        format!(
            "weak sslmode \"{mode}\" may not be used with sslrootcert=system (use \"verify-full\")"
        )
    };
    let text = "postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system";
    refused(&url(text, PRODUCTION), &stages::LIBPQ, &weak("require"));
    mode(&url(text, DEVELOPMENT), SslMode::VerifyFull);
    let system = ("PGSSLROOTCERT", "system");
    let remote = env(&[system, ("DB_HOST", "h")], PRODUCTION);
    refused(&remote, &stages::LIBPQ, &weak("require"));
    refused(&env(&[system], PRODUCTION), &stages::LIBPQ, &weak("prefer"));
}

#[test]
fn s5_ssl_require_upgrades_what_was_meant_to_be_weak() {
    for asked in ["disable", "allow", "prefer"] {
        let text = format!("postgres://u:p@h.flycast/db?sslmode={asked}");
        mode(&url(&text, PRODUCTION), SslMode::Require);
    }
}

#[test]
fn s6_a_local_url_gets_require_and_local_fields_get_prefer() {
    mode(&url("postgres://u:p@localhost/db", PRODUCTION), SslMode::Require);
    mode(&env(&[("DB_HOST", "localhost")], PRODUCTION), SslMode::Prefer);
    mode(&env(&[("DB_HOST", "LOCALHOST")], PRODUCTION), SslMode::Require);
}

#[test]
fn s7_without_an_option_the_environment_decides() {
    let bare = ("DATABASE_URL", "postgres://u:p@h/db");
    mode(&env(&[bare], DEVELOPMENT), SslMode::Prefer);
    mode(&env(&[bare, ("PGSSLMODE", "require")], DEVELOPMENT), SslMode::Require);
    mode(&env(&[bare, ("PGREQUIRESSL", "1")], DEVELOPMENT), SslMode::Require);
    mode(&env(&[bare, ("PGSSLMODE", "disable")], PRODUCTION), SslMode::Require);
    let empty = env(&[bare, ("PGSSLMODE", "")], DEVELOPMENT);
    refused(&empty, &stages::LIBPQ, "invalid sslmode value: \"\"");
}

#[test]
fn s8_prefer_falls_back_to_plain_text() {
    let tls = env(&[("DB_HOST", "localhost")], PRODUCTION).tls.expect("a connection");
    assert_eq!(tls.attempts(), [Attempt::Tls, Attempt::Plain]);
    assert_eq!(tls.encryption(), Encryption::Opportunistic);
}

#[test]
fn s9_requiressl_0_takes_tls_away_in_production() {
    let text = "postgres://u:p@h/db?sslmode=require&requiressl=0";
    mode(&url(text, PRODUCTION), SslMode::Prefer);
    // Alone it stands before the recipe's sslmode, and the last one counts.
    mode(&url("postgres://u:p@h/db?requiressl=0", PRODUCTION), SslMode::Require);
}

#[test]
fn s10_an_options_name_can_bring_options_along() {
    let text = "postgres://u:p@h/db?sslmode=require&application_name%3Dx%20sslmode=disable";
    let resolution = url(text, PRODUCTION);
    mode(&resolution, SslMode::Disable);
    let (_, line) = resolution.ledger.winner("sslmode").expect("a winner");
    assert_eq!(line.stage, &stages::PSYCOPG);
    let span = line.origin.input_span().expect("it was written in the URL").span;
    assert_eq!(span.of(text), "disable");
}

#[test]
fn s11_on_a_socket_no_mode_does_anything() {
    for host in ["/var/run/postgresql", ""] {
        let resolution = env(&[("DB_HOST", host)], PRODUCTION);
        mode(&resolution, SslMode::Require);
        let tls = resolution.tls.expect("a connection");
        assert_eq!((tls.is_socket(), tls.encryption()), (true, Encryption::Never));
        assert_eq!(tls.attempts(), [Attempt::Plain]);
    }
}
