//! `dsnlens clients`, and a client that is one file and one line.

use super::{program, run, run_on};

#[test]
fn every_client_is_listed() {
    let text = run(&["clients"]).stdout;
    for name in ["django", "psql", "sketch"] {
        assert!(text.lines().any(|it| it.starts_with(name)), "{text}");
    }
    let json = run(&["clients", "--format", "json"]).json();
    let names: Vec<_> = json.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!((&names[0], names.last().unwrap()), (&"django".into(), &"sketch".into()));
    let psql = names.iter().position(|it| it == "psql").unwrap();
    assert_eq!(json[psql]["stages"], serde_json::json!(["libpq"]));
}

#[test]
fn a_new_client_reads_reports_and_exports_nothing_it_does_not_know() {
    let url = "postgres://u:correct-horse@db.example.com";
    let report = run(&["resolve", "--client", "sketch", url]);
    assert!(
        report.stdout.starts_with("DATABASE_URL · read by A sketch of a client\n"),
        "{}",
        report.stdout
    );
    assert!(
        report.stdout.contains("The sketch would connect to db.example.com"),
        "{}",
        report.stdout
    );
    let json = run(&["resolve", "--client", "sketch", "--format", "json", url]).json();
    assert_eq!(json["client"], "sketch");
    let cases = br#"{"env":{"DATABASE_URL":"postgres://h"},"client":"sketch"}"#;
    let lines = run_on(&["resolve", "--jsonl"], cases).stdout;
    assert!(lines.contains(r#""client":"sketch""#), "{lines}");
    assert!(run(&["export", "url", "--client", "sketch", url]).code != Some(0));
    let wrong = program(&["resolve", "--client", "libpq", url]).output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn psql_refuses_in_libpqs_words() {
    let json = |url| run(&["resolve", "--client", "psql", "--format", "json", url]).json();
    let refusal = json("postgres://u:correct-horse@h/d?connect_timeout=abc")["refusal"].clone();
    assert_eq!(refusal["stage"], "libpq");
    assert_eq!(refusal["type"], "CONNECTION_BAD");
    let text = "invalid integer value \"abc\" for connection option \"connect_timeout\"";
    assert_eq!(refusal["message"], text);
    let accepted = json("postgres://%E9:p@h/d");
    assert_eq!(accepted["refusal"], serde_json::Value::Null);
    assert_eq!(accepted["effective"][0]["user"], serde_json::json!({"$bytes": "e9"}));
}
