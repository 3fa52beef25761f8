//! What a session says, what a pooler hides, and what connections cost.

use std::time::Instant;

use serde_json::Value;

use crate::cluster::PASSWORD;
use crate::pgbouncer::{SESSION, TRANSACTION};
use crate::program::{check_url, dsnlens, run};
use crate::servers::{PLAIN, TLS, TLS_18};
use crate::supervised::PATIENCE;

fn url(port: u16, role: &str) -> String {
    format!("postgres://{role}:{PASSWORD}@localhost:{port}/shop?sslmode=prefer")
}

fn pooling(url: &str) -> (Value, Vec<String>) {
    let mut command = dsnlens(&["check", "--format", "json"]);
    let run = run(command.env("DATABASE_URL", url).env("DEBUG", "1"));
    (run.step("pooling"), run.rules())
}

#[test]
fn a_session_says_what_the_server_knows() {
    for (port, version, tls) in [
        (PLAIN.port, "15.", None),
        (TLS.port, "15.", Some("TLSv1.3")),
        (TLS_18.port, "18.", Some("TLSv1.3")),
    ] {
        let detail = &check_url(&url(port, "owner"), &[]).step("session")["detail"];
        assert!(detail["serverVersion"].as_str().unwrap().starts_with(version), "{detail}");
        assert_eq!(detail["user"], "owner");
        assert_eq!(detail["database"], "shop");
        assert_eq!(detail["superuser"], false);
        assert_eq!(detail["canCreate"], true);
        assert_eq!(detail["maxConnections"], 100);
        assert_eq!(detail["reservedConnections"], 3);
        assert!(detail["usedConnections"].as_u64().unwrap() >= 1);
        assert_eq!(detail["backendTls"].as_str(), tls);
        assert_eq!(detail["pooled"], false);
    }
}

#[test]
fn limits_of_a_role_and_of_a_database_are_told() {
    let limits = || {
        let detail = check_url(&url(TLS.port, "md5"), &[]).step("session")["detail"].clone();
        (detail["roleLimit"].as_u64(), detail["databaseLimit"].as_u64())
    };
    assert_eq!(limits(), (None, None));
    TLS.sql("ALTER ROLE md5 CONNECTION LIMIT 40; ALTER DATABASE shop CONNECTION LIMIT 60");
    assert_eq!(limits(), (Some(40), Some(60)));
    TLS.sql("ALTER ROLE md5 CONNECTION LIMIT -1; ALTER DATABASE shop CONNECTION LIMIT -1");
}

#[test]
fn the_program_calls_itself_by_its_name_and_writes_nothing() {
    let before =
        PLAIN.sql("SELECT count(*) FROM pg_class; SELECT pg_current_xact_id_if_assigned()");
    PLAIN.sql("ALTER SYSTEM SET log_connections = on; SELECT pg_reload_conf()");
    pooling(&url(PLAIN.port, "owner"));
    let log = std::fs::read_to_string(PLAIN.process.folder.join("log")).unwrap();
    assert!(log.contains("application_name=dsnlens"), "{log}");
    let after = PLAIN.sql("SELECT count(*) FROM pg_class; SELECT pg_current_xact_id_if_assigned()");
    assert_eq!(before, after);
}

#[test]
fn a_pooler_is_seen() {
    for (port, role) in [(SESSION.port, "owner"), (TRANSACTION.port, "owner")] {
        let run = check_url(&url(port, role), &[]);
        assert_eq!(run.step("session")["detail"]["pooled"], true, "{}", run.stdout);
        assert!(run.rules().contains(&"behind-pooler".into()));
    }
    // Nobody's server process is ended behind a pooler.
    let (step, _) = pooling(&url(SESSION.port, "owner"));
    assert_eq!(step["detail"]["loss"], Value::Null);
}

#[test]
fn a_pooler_per_transaction_gives_itself_away() {
    // Its servers take turns once there are several of them.
    let held: Vec<_> = (0..3)
        .map(|_| std::thread::spawn(|| check_url(&url(TRANSACTION.port, "owner"), &[])))
        .collect();
    held.into_iter().for_each(|it| drop(it.join()));
    let begun = Instant::now();
    loop {
        let (step, rules) = pooling(&url(TRANSACTION.port, "owner"));
        if step["detail"]["backends"].as_u64() > Some(1) {
            assert!(rules.contains(&"behind-pooler".into()), "{rules:?}");
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{step}");
    }
}

#[test]
fn a_kept_connection_is_measured_and_a_lost_one_is_noticed() {
    for port in [TLS.port, TLS_18.port] {
        let (step, _) = pooling(&url(port, "owner"));
        let detail = &step["detail"];
        let ms = |name: &str| detail[name].as_f64().unwrap();
        assert!(ms("reuseMs") > 0.0 && ms("connectMs") > 0.0, "{detail}");
        assert_eq!((&detail["queries"], &detail["backends"]), (&10.into(), &1.into()));
        let lost = detail["loss"]["nextQuery"].as_str().unwrap();
        assert!(lost.starts_with("57P01") || lost.contains("closed"), "{detail}");
        assert!(detail["loss"]["recoveryMs"].as_f64().unwrap() > 0.0);
    }
}

#[test]
fn a_check_ends_where_it_is_told_to() {
    for (until, last) in [("dns", 0), ("tcp", 1), ("sslrequest", 2), ("tls", 3), ("auth", 4)] {
        let mut command = dsnlens(&["check", "--format", "json", "--until", until]);
        let run = run(command.env("DATABASE_URL", url(TLS.port, "owner")).env("DEBUG", "1"));
        let json = run.json();
        let statuses: Vec<_> =
            json["steps"].as_array().unwrap().iter().map(|it| it["status"].as_str()).collect();
        let passed = statuses.iter().filter(|it| **it == Some("pass")).count();
        assert_eq!((passed, statuses.len()), (last + 1, 7), "{until}: {}", run.stdout);
        assert_eq!(json["connected"], until == "auth");
    }
}
