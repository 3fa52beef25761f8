//! `explain` with an error message: the rules that know it, and no password.

use super::*;

const PREFER: &str = "\
django.db.utils.OperationalError: connection to server at \"db.example.com\" (10.0.0.7), port 5432 \
failed: FATAL:  password authentication failed for user \"app\"
connection to server at \"db.example.com\" (10.0.0.7), port 5432 failed: FATAL:  no pg_hba.conf entry \
for host \"10.0.0.9\", user \"app\", database \"shop\", no encryption
";

#[test]
fn a_message_is_explained_by_the_rules_that_know_it() {
    let run = run_on(&["explain", "-"], PREFER.as_bytes());
    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    run.prints(&[
        "authentication-failed: The server does not accept user and password",
        "What to do",
        "Less likely, or behind it",
        "  reported by the second attempt at the same address",
        "`dsnlens explain authentication-failed` shows the rule's page.",
    ]);
    let told = run.stdout.lines().take(2).collect::<Vec<_>>().join(" ");
    for value in ["host `db.example.com`", "address `10.0.0.7`", "user `app`", "database `shop`"] {
        assert!(told.contains(value), "{value}: {told}");
    }
    let argument = run_as_argument("could not translate host name \"db\" to address: Name or x");
    argument.prints(&["dns-failed: The host's name stands for no address here"]);
}

#[track_caller]
fn run_as_argument(message: &str) -> Run {
    let run = run(&["explain", message]);
    assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{message}");
    run
}

#[test]
fn a_name_on_standard_input_is_a_name() {
    let page = run(&["explain", "dns-failed"]);
    assert_eq!(run_on(&["explain", "-"], b"dns-failed\n").stdout, page.stdout);
}

#[test]
fn the_url_in_a_text_is_looked_at_too() {
    let text = "password authentication failed for user \"app\"\nwith postgres://app:hunter2%2540@h/shop\n";
    let run = run_on(&["explain", "-"], text.as_bytes());
    assert!(run.stdout.contains("\npassword-encoded-twice: "), "{}", run.stdout);
    run.prints(&["  the URL in the text has this problem"]);
    assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
}

#[test]
fn what_no_rule_knows_is_said_to_be_unknown() {
    let run = run_on(&["explain", "-"], b"KeyError: 'hunter2'\n");
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("no rule knows this message"), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"));
    let file = b"services:\n  web:\n    environment:\n      DB_PASSWORD: hunter2\n";
    let run = run_on(&["explain", "-"], file);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.contains("this is a docker-compose file"), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2"));
    let run = run_on(&["explain", "-"], b"\xff");
    assert_eq!((run.code, &*run.stderr), (Some(2), "dsnlens: standard input is not UTF-8\n"));
}

#[test]
fn a_traceback_gives_no_password_away() {
    for text in [
        "missing \"=\" after \"postgresql+psycopg://u:hunter2@h/db\" in connection info string",
        "    conn = psycopg.connect(host='h', password='hunter2')\nConnection refused",
        "ValueError: Port could not be cast to integer value as 'hunter2'",
        "could not translate host name \"hunter2@h\" to address: Name or service not known",
        "{'PASSWORD': 'hunter2', 'HOST': 'h'} Connection refused",
    ] {
        for run in [run_as_argument(text), run_on(&["explain", "-"], text.as_bytes())] {
            assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
        }
    }
}
