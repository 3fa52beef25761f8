//! `check` where there is no server to be had. Against real ones it is tested in `tests/live`.

use super::*;

/// A port that nobody listens at.
fn closed_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}

fn statuses(run: &Run) -> Vec<String> {
    let json = run.json();
    let steps = json["steps"].as_array().unwrap().iter();
    steps.map(|it| format!("{} {}", it["step"], it["status"]).replace('"', "")).collect()
}

#[test]
fn the_first_step_that_fails_ends_it() {
    let url = format!("postgres://app:hunter2@127.0.0.1:{}/shop", closed_port());
    let json = run(&["check", "--format", "json", &url]);
    assert_eq!((json.code, &*json.stderr), (Some(1), ""));
    assert_eq!(
        statuses(&json),
        [
            "dns skip",
            "tcp fail",
            "sslrequest skip",
            "tls skip",
            "auth skip",
            "session skip",
            "pooling skip"
        ]
    );
    let answer = json.json();
    assert_eq!(answer["diagnostics"][0]["rule"], "connection-refused");
    assert_eq!((&answer["connected"], &answer["tls"]), (&false.into(), &false.into()));
    assert_eq!(answer["sqlstate"], serde_json::Value::Null);
    let keys: Vec<_> = answer.as_object().unwrap().keys().take(3).collect();
    assert_eq!(keys, ["schemaVersion", "resolution", "steps"]);

    let text = run(&["check", &url]);
    assert_eq!(text.code, Some(1));
    text.prints(&[
        "No connection: the step tcp failed.",
        "Summary",
        "  PASS  Database Configuration  ENGINE is django.db.backends.postgresql",
        "  FAIL  Database Connection     failed at tcp",
        "  PASS  DATABASE_URL Support    set, and it decides",
        "  PASS  Connection Pooling      CONN_MAX_AGE is 600",
        "  PASS  DATABASE_URL Parsing    database shop at 127.0.0.1",
    ]);
    assert!(text.stdout.contains("error[connection-refused]"), "{}", text.stdout);
}

#[test]
fn what_is_refused_before_is_not_tried() {
    let run = run(&["check", "--format", "json", "postgres://app:hunter2@h:x/shop"]);
    assert_eq!(run.code, Some(1));
    assert!(statuses(&run).iter().all(|it| it.ends_with(" skip")), "{}", run.stdout);
    assert_eq!(run.json()["resolution"]["refusal"]["stage"], "recipe");
    assert_eq!(run.json()["summary"][4]["pass"], false);
    assert!(!run.stdout.contains("hunter2"));
}

#[test]
fn another_database_cannot_be_checked() {
    let run = run(&["check", "mysql://app:hunter2@h/shop", "--debug", "true"]);
    assert_eq!(run.code, Some(3), "{}", run.stdout);
}

#[test]
fn wrong_usage_gives_nothing_away() {
    for args in [
        &["check", "--until", "nothing", "postgres://u:hunter2@h/db"][..],
        &["check", "--timeout", "0", "postgres://u:hunter2@h/db"],
        &["check", "--log=hunter2=hunter2=hunter2", "postgres://u:hunter2@h/db"],
    ] {
        let run = run(args);
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(!run.stderr.contains("u:hunter2") && run.stdout.is_empty(), "{}", run.stderr);
    }
}

#[test]
fn a_rule_can_be_left_out() {
    let url = format!("postgres://app:hunter2@127.0.0.1:{}/shop", closed_port());
    let run = run(&["check", "--ignore", "connection-refused", "--format", "json", &url]);
    assert_eq!(run.json()["diagnostics"].as_array().unwrap().len(), 0);
    assert_eq!(run.json()["connected"], false);
    // A connection that does not come about is worth a number of its own, whoever explains it.
    assert_eq!(run.code, Some(1));
}
