//! Each failure has a rule of its own, and nobody else's.

use crate::certificates::{AUTHORITY, Identity, params};
use crate::cluster::{Cluster, Options, PASSWORD, Release};
use crate::pgbouncer::SESSION;
use crate::program::{FILES, check, check_url, psql};
use crate::scripted::{self, Act, Stage, message};
use crate::servers::{EXPIRED, FULL, PLAIN, SELF_SIGNED, STARTING_UP, TLS, TLS_18, WRONG_HOST};

fn url(port: u16, role: &str, rest: &str) -> String {
    format!("postgres://{role}:{PASSWORD}@localhost:{port}/{rest}")
}

/// That a URL fails for this reason and no other.
#[track_caller]
fn fails(url: &str, rule: &str, sqlstate: Option<&str>) {
    let run = check_url(url, &[]);
    let json = run.json();
    assert_eq!(json["connected"], false, "{url}: {}", run.stdout);
    assert_eq!(run.errors(), [rule], "{url}: {}", run.stdout);
    assert_eq!(json["sqlstate"].as_str(), sqlstate, "{url}");
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_certificate_fails_for_its_own_reason() {
    let ca = format!("postgres?sslmode=verify-full&sslrootcert={}", FILES.path("ca.crt"));
    let stranger = format!("postgres?sslmode=verify-ca&sslrootcert={}", FILES.path("stranger.crt"));
    fails(&url(EXPIRED.port, "app", &ca), "certificate-expired", None);
    fails(&url(SELF_SIGNED.port, "app", &ca), "certificate-self-signed", None);
    fails(&url(WRONG_HOST.port, "app", &ca), "certificate-name-mismatch", None);
    fails(&url(TLS.port, "app", &stranger), "certificate-issuer-unknown", None);
    fails(&url(TLS_18.port, "app", &stranger), "certificate-issuer-unknown", None);
    let missing = "postgres?sslmode=verify-full";
    fails(&url(TLS.port, "app", missing), "root-certificate-unreadable", None);
    let empty = format!("postgres?sslmode=require&sslrootcert={}", FILES.path("empty.crt"));
    fails(&url(TLS.port, "app", &empty), "root-certificate-unreadable", None);
}

#[test]
fn a_server_without_tls_is_named() {
    fails(&url(PLAIN.port, "app", "postgres?sslmode=require"), "server-without-ssl", None);
}

#[test]
fn a_log_in_fails_for_its_own_reason() {
    let wrong = format!("postgres://app:wrong@localhost:{}/postgres", TLS.port);
    for mode in ["require", "prefer", "allow", "disable"] {
        fails(&format!("{wrong}?sslmode={mode}"), "authentication-failed", Some("28P01"));
    }
    // `prefer` then tries in plain text, which this role may not: that is not the reason.
    let wrong = format!("postgres://tls_only:wrong@localhost:{}/postgres", TLS.port);
    fails(&format!("{wrong}?sslmode=prefer"), "authentication-failed", Some("28P01"));
    fails(&format!("{wrong}?sslmode=allow"), "authentication-failed", Some("28P01"));
    let nobody = url(TLS.port, "nobody", "postgres?sslmode=require");
    fails(&nobody, "authentication-failed", Some("28P01"));
    let nologin = url(TLS.port, "nologin", "postgres?sslmode=require");
    fails(&nologin, "authentication-failed", Some("28000"));
    let silent = format!("postgres://app@localhost:{}/postgres?sslmode=require", TLS.port);
    fails(&silent, "authentication-failed", None);
}

#[test]
fn pg_hba_conf_is_named() {
    fails(&url(TLS.port, "tls_only", "postgres?sslmode=disable"), "no-pg-hba-entry", Some("28000"));
    fails(
        &url(TLS.port, "plain_only", "postgres?sslmode=require"),
        "no-pg-hba-entry",
        Some("28000"),
    );
    for mode in ["disable", "prefer", "allow", "require"] {
        let rest = format!("postgres?sslmode={mode}");
        fails(&url(TLS.port, "rejected", &rest), "no-pg-hba-entry", Some("28000"));
        fails(&url(TLS.port, "stranger", &rest), "no-pg-hba-entry", Some("28000"));
    }
}

#[test]
fn a_password_is_not_sent_in_the_clear() {
    let plain = url(PLAIN.port, "clear", "postgres?sslmode=disable");
    fails(&plain, "cleartext-password-refused", None);
    assert_eq!(check_url(&plain, &["--allow-cleartext"]).json()["connected"], true);
    let encrypted = url(TLS.port, "clear", "postgres?sslmode=require");
    assert_eq!(check_url(&encrypted, &[]).json()["connected"], true);
}

#[test]
fn a_database_is_missing_or_closed() {
    fails(&url(TLS.port, "app", "nothing?sslmode=require"), "database-not-found", Some("3D000"));
    fails(&url(TLS.port, "noconnect", "closed?sslmode=require"), "server-error", Some("42501"));
    let options = "postgres?sslmode=require&options=-c%20nosuch%3D1";
    fails(&url(TLS.port, "app", options), "server-error", Some("42704"));
}

#[test]
fn connections_run_out() {
    let limited = url(TLS.port, "limited", "postgres?sslmode=require");
    fails(&limited, "too-many-connections", Some("53300"));
    let url = url(FULL.port, "app", "postgres?sslmode=disable");
    fails(&url, "too-many-connections", Some("53300"));
}

#[test]
fn a_server_that_is_not_ready_says_so() {
    let url = url(STARTING_UP.port, "app", "postgres?sslmode=disable");
    fails(&url, "starting-up", Some("57P03"));
}

#[test]
fn a_pooler_fails_in_its_own_words() {
    // It has one code for nearly everything.
    fails(
        &url(SESSION.port, "app", "nothing?sslmode=require"),
        "database-not-found",
        Some("08P01"),
    );
    let wrong = format!("postgres://app:wrong@localhost:{}/postgres?sslmode=require", SESSION.port);
    let run = check_url(&wrong, &[]);
    assert_eq!(run.errors(), ["authentication-failed"], "{}", run.stdout);
}

#[test]
fn a_name_is_unknown() {
    let url = format!("postgres://app:{PASSWORD}@no-such-host.invalid/postgres");
    fails(&url, "dns-failed", None);
}

#[test]
fn a_socket_is_missing() {
    let url = format!("postgres://app:{PASSWORD}@%2Fno%2Fsuch%2Fplace/postgres");
    fails(&url, "connection-refused", None);
}

#[test]
fn several_hosts_are_tried_in_turn() {
    let (closed, open) = (crate::supervised::free_port(), TLS.port);
    let url = format!(
        "postgres://app:{PASSWORD}@/postgres?host=127.0.0.1,127.0.0.1&port={closed},{open}\
         &sslmode=require"
    );
    for client in ["django", "psql"] {
        let run = check_url(&url, &["--client", client]);
        assert_eq!(run.json()["connected"], true, "{client}: {}", run.stdout);
        let steps = run.json()["steps"].to_string();
        assert!(steps.contains("refused"), "{steps}");
    }
    // A server that answers ends it for libpq, and not for psycopg.
    let url = format!(
        "postgres://rejected:{PASSWORD}@/postgres?host=127.0.0.1,127.0.0.1&port={open},{}\
         &sslmode=require",
        TLS_18.port
    );
    let tries = |client| {
        let json = check_url(&url, &["--client", client]).json();
        let steps = json["steps"].as_array().unwrap().iter();
        steps.filter(|it| it["step"] == "tcp").count()
    };
    assert_eq!((tries("django"), tries("psql")), (2, 1));
}

#[test]
fn what_works_has_its_warnings() {
    let run = check_url(&url(PLAIN.port, "app", "postgres?sslmode=prefer"), &[]);
    assert!(run.rules().contains(&"plaintext-in-use".into()), "{:?}", run.rules());
    let run = check_url(&url(WRONG_HOST.port, "owner", "shop?sslmode=require"), &[]);
    assert_eq!(run.rules(), ["certificate-expires-soon"]);
    let run = check_url(&url(EXPIRED.port, "owner", "shop?sslmode=require"), &[]);
    assert_eq!(run.rules(), ["certificate-expired"]);
    let ca = format!("shop?sslmode=verify-full&sslrootcert={}", FILES.path("ca.crt"));
    for port in [TLS.port, TLS_18.port] {
        let run = check_url(&url(port, "owner", &ca), &[]);
        assert_eq!(
            (run.rules().len(), run.json()["verified"].as_str()),
            (0, Some("chain-and-host"))
        );
        assert_eq!(run.code, Some(0), "{}", run.stdout);
        let run = check_url(&url(port, "app", &ca), &[]);
        assert_eq!(run.rules(), ["schema-create-denied"]);
        let run = check(&[("DATABASE_URL", &url(port, "postgres", &ca))], &[]);
        assert_eq!(run.rules(), ["role-is-superuser"]);
    }
}

#[test]
fn a_missing_renewal_of_the_authority_is_told_from_one_of_the_server() {
    let mut old = crate::certificates::authority_params("An old authority");
    crate::certificates::in_days(&mut old, -1);
    let old = AUTHORITY.below(old);
    let identity = old.sign(&params("localhost", &["localhost"])).followed_by(&old);
    let options = Options { tls: Some(&identity), ..Options::default() };
    let cluster = Cluster::start(Release::V15, "old-authority", &options);
    let ca = format!("postgres?sslmode=verify-ca&sslrootcert={}", FILES.path("ca.crt"));
    let run = check_url(&url(cluster.port, "app", &ca), &[]);
    assert_eq!(run.errors(), ["certificate-expired"]);
    assert!(run.json()["diagnostics"].to_string().contains("An old authority"), "{}", run.stdout);
}

/// PostgreSQL 16 lets an administrator choose the number (`scram_iterations`).
#[test]
fn many_iterations_are_computed_as_psql_does() {
    for server in [&*TLS_18, &*TLS] {
        server.sql("CREATE ROLE many LOGIN");
    }
    for iterations in [200_000, 1_000_000] {
        TLS_18.sql(&format!(
            "SET scram_iterations = {iterations}; ALTER ROLE many PASSWORD '{PASSWORD}'"
        ));
        // PostgreSQL 15 takes such a secret, too.
        let secret = TLS_18.sql("SELECT rolpassword FROM pg_authid WHERE rolname = 'many'");
        assert!(secret.starts_with(&format!("SCRAM-SHA-256${iterations}:")), "{secret}");
        TLS.sql(&format!("ALTER ROLE many PASSWORD '{}'", secret.trim()));
        for port in [TLS_18.port, TLS.port] {
            let run = check_url(&url(port, "many", "postgres?sslmode=require"), &[]);
            assert_eq!(run.json()["connected"], true, "{iterations}: {}", run.stdout);
            let real = format!("host=localhost port={port} user=many dbname=postgres");
            assert_eq!(psql(&format!("{real} password={PASSWORD}")), Some(true));
            let wrong = format!("postgres://many:wrong@localhost:{port}/postgres?sslmode=require");
            fails(&wrong, "authentication-failed", Some("28P01"));
        }
    }
}

#[test]
fn a_limit_of_this_program_is_called_so() {
    let acts = vec![
        Act::Say(message(b'R', b"\0\0\0\x0aSCRAM-SHA-256\0\0")),
        Act::Challenge(10_000_001),
        Act::Wait,
    ];
    let port = scripted::serve(Stage::LogIn, acts, &Identity::self_signed(&params("x", &[])));
    let url = url(port, "app", "postgres?sslmode=disable");
    fails(&url, "authentication-failed", None);
    let run = check_url(&url, &[]);
    assert_eq!(run.step("auth")["detail"]["error"], "own-limit", "{}", run.stdout);
    let said = run.json()["diagnostics"][0]["message"].to_string();
    assert!(said.contains("DSN Lens stops at a limit of its own"), "{said}");
    assert!(said.contains("10000001 SCRAM iterations") && said.contains("10000000"), "{said}");
}
