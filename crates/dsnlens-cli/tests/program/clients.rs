//! `dsnlens clients`, and a client that is one file and one line.

use super::{program, run, run_on};

#[test]
fn every_client_is_listed() {
    let text = run(&["clients"]).stdout;
    let json = run(&["clients", "--format", "json"]).json();
    let names: Vec<_> = json.as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    for name in ["django", "psql", "node-postgres", "ecto", "npgsql", "sketch"] {
        assert!(text.lines().any(|it| it.starts_with(name)), "{text}");
        assert!(names.contains(&name.into()), "{names:?}");
    }
    assert_eq!(json[1]["stages"], serde_json::json!(["libpq"]));
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

/// What `dsnlens compare` says of a URL.
fn compare(url: &str, more: &[&str]) -> serde_json::Value {
    run(&[&["compare", "--format", "json", url], more].concat()).json()
}

#[test]
fn clients_that_read_the_same_are_a_group() {
    let all = compare("postgres://app:correct-horse@db.example.com/shop", &[]);
    assert_eq!(all["groups"].as_array().unwrap()[0][0], "django");
    let names: Vec<_> = all["clients"].as_array().unwrap().iter().map(|it| &it["client"]).collect();
    assert!(!names.contains(&&"npgsql".into()), "it takes no URL: {names:?}");
    let few = ["--clients", "psql,django,tokio-postgres,node-postgres"];
    let raw = compare("postgres://app:p@ss@db.example.com/shop", &few);
    let groups = serde_json::json!([["psql", "tokio-postgres"], ["django", "node-postgres"]]);
    assert_eq!(raw["groups"], groups);
    let text = run(&["compare", "postgres://app:p@ss@db.example.com/shop"]);
    assert_eq!(text.code, Some(1));
    assert!(text.stdout.contains("fix: percent-encode"), "{}", text.stdout);
    assert!(text.stdout.contains("(not the same)"), "{}", text.stdout);
}

#[test]
fn who_agrees_is_decided_with_the_passwords_and_shown_without() {
    let url = "postgres://app:p@ss@db.example.com/shop?password=hunter2";
    for args in [&["compare", url][..], &["compare", "--format", "json", url]] {
        let told = run(args).stdout;
        assert!(!told.contains("hunter2") && !told.contains("p@ss"), "{told}");
    }
    let shown = run(&["compare", "--show-secrets", url]).stdout;
    assert!(shown.contains("hunter2"), "{shown}");
}

#[test]
fn what_a_client_does_not_keep_of_the_sslmode_is_a_warning() {
    let url =
        "postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full&sslrootcert=/ca";
    let text = run(&["compare", url]).stdout.replace("\n  ", " ");
    assert!(text.contains("ecto would connect without TLS"), "{text}");
    assert!(text.contains("prisma would accept any certificate"), "{text}");
    // What fails everywhere fails for another reason.
    let sent = "postgres://app:correct-horse@db.example.com/shop?sslmode=require&pgbouncer=true";
    let text =
        run(&["compare", "--clients", "pgx,node-postgres", sent]).stdout.replace("\n  ", " ");
    assert!(text.contains("node-postgres would verify the certificate as well"), "{text}");
    assert!(!text.contains("pgx would verify") && !text.contains("and pgx"), "{text}");
}

#[test]
fn a_client_without_libpq_is_neither_checked_nor_exported() {
    let url = "postgres://app:correct-horse@db.example.com/shop";
    let check = run(&["check", "--client", "prisma", url]);
    assert_eq!(check.code, Some(3), "{}", check.stderr);
    assert!(check.stderr.contains("Prisma does not use libpq"), "{}", check.stderr);
    let export = run(&["export", "url", "--client", "prisma", url]);
    assert_eq!(export.code, Some(1));
    assert!(export.stderr.contains("does not use libpq"), "{}", export.stderr);
}

#[test]
fn cases_are_compared_a_line_each() {
    let cases = br#"{"env":{"DATABASE_URL":"postgres://h/d"},"client":"sqlx"}
{"env":{},"hunter2":1}
"#;
    let told = run_on(&["compare", "--jsonl", "--clients", "django,psql"], cases);
    let lines: Vec<serde_json::Value> =
        told.stdout.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    assert_eq!(lines[0]["groups"], serde_json::json!([["django", "psql"]]));
    assert_eq!(lines[1]["refusal"]["stage"], "input");
    assert_eq!((lines.len(), told.code), (2, Some(2)));
}

#[test]
fn a_url_that_is_not_known_is_unknown_to_every_client() {
    let folder = std::env::temp_dir().join(format!("dsnlens-unknown-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("compose.yml");
    let text = "services:\n  web:\n    environment:\n      DATABASE_URL: ${X}\n";
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let told = run(&["compare", "--env-file", file, "--format", "json"]).json();
    for client in told["clients"].as_array().unwrap() {
        let host = &client["reads"]["hosts"][0][0];
        assert!(host["$unknown"].is_string(), "{client}");
        assert_eq!(client["refusal"], serde_json::Value::Null, "{client}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
