//! `--jsonl`: cases in, answers out.

use super::*;

fn lines(run: &Run) -> Vec<serde_json::Value> {
    run.stdout.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn each_case_is_answered_as_if_it_were_alone() {
    let url = "postgres://app:hunter2@h/db?sslmode=verify-full";
    let cases = format!(
        "{{\"env\":{{\"DATABASE_URL\":\"{url}\"}}}}\n{{\"env\":{{}},\"debug\":true}}\n\
         {{\"env\":{{\"DATABASE_URL\":\"x://h\"}},\"stack\":{{\"djDatabaseUrl\":\"3.1.2\"}}}}\n"
    );
    let answers = run_on(&["resolve", "--jsonl"], cases.as_bytes());
    // Findings are no failure here.
    assert_eq!((answers.code, &*answers.stderr), (Some(0), ""));
    let answers = lines(&answers);
    assert_eq!(answers[0], run(&["resolve", url, "--format", "json"]).json());
    assert_eq!(answers[1], run(&["resolve", "--debug", "true", "--format", "json"]).json());
    assert_eq!(answers[2]["refusal"]["type"], "UnknownSchemeError");
}

#[test]
fn a_line_that_is_no_case_leaves_its_neighbours_alone() {
    let good = r#"{"env":{"DB_HOST":"h"}}"#;
    for bad in [
        "hunter2",
        "",
        "  ",
        "[]",
        r#"[{"A":"hunter2"}]"#,
        "{}",
        r#"{"env":{"DB_PORT":5432}}"#,
        r#"{"env":{"hunter2":["hunter2"]}}"#,
        r#"{"env":{},"hunter2":"hunter2"}"#,
        r#"{"env":{},"debug":"hunter2"}"#,
        r#"{"env":{},"stack":{"djDatabaseUrl":"hunter2"}}"#,
        r#"{"env":{"A":"hunter2"}"#,
        r#"{"env":{}} hunter2"#,
    ] {
        let run = run_on(&["resolve", "--jsonl"], format!("{good}\n{bad}\n{good}\n").as_bytes());
        assert_eq!((run.code, &*run.stderr), (Some(2), ""), "{bad}");
        assert!(!run.stdout.contains("hunter2"), "{}", run.stdout);
        let answers = lines(&run);
        assert_eq!(answers.len(), 3, "{bad}");
        assert_eq!(answers[0], answers[2]);
        assert_eq!(answers[0]["settings"]["HOST"], "h");
        let keys: Vec<_> = answers[1].as_object().unwrap().keys().collect();
        assert_eq!(keys, ["schemaVersion", "refusal"]);
        assert_eq!(answers[1]["refusal"]["stage"], "input");
        let message = answers[1]["refusal"]["message"].as_str().unwrap();
        assert!(message.starts_with("line 2: "), "{message}");
    }
    let mut bytes = format!("{good}\n").into_bytes();
    bytes.extend(b"{\"env\":{\"A\":\"\xff\"}}\n");
    let run = run_on(&["resolve", "--jsonl"], &bytes);
    assert_eq!((run.code, lines(&run).len()), (Some(2), 2));
}

#[test]
fn the_driver_and_django_are_named_by_a_case() {
    let case = |stack: &str| {
        let url = "postgres://u:p@h/d?foo=1";
        format!("{{\"env\":{{\"DATABASE_URL\":\"{url}\"}},\"stack\":{stack}}}\n")
    };
    let refusal = |stack: &str| {
        let run = run_on(&["resolve", "--jsonl"], case(stack).as_bytes());
        let refusal = lines(&run)[0]["refusal"].clone();
        let text = |key: &str| refusal[key].as_str().unwrap().to_owned();
        (text("stage"), text("message"))
    };
    let named = |stage: &str, message: &str| (stage.to_owned(), message.to_owned());
    let unknown = "invalid connection option \"foo\"\n";
    assert_eq!(refusal(r#"{"driver":"psycopg"}"#), named("psycopg", unknown));
    let prefixed = format!("invalid dsn: {unknown}");
    let psycopg2 = r#"{"driver":"psycopg2","django":"6.1","libpq":17}"#;
    assert_eq!(refusal(psycopg2), named("psycopg2", &prefixed));
    for (stack, message) in [
        (r#"{"driver":"psycopg3"}"#, "`stack.driver` must be \"psycopg\" or \"psycopg2\""),
        (
            r#"{"django":"3.2"}"#,
            "`stack.django` must be \"4.2\", \"5.0\", \"5.1\", \"5.2\", \"6.0\" or \"6.1\"",
        ),
        (r#"{"django":5}"#, "`libpq` is a number, the others are strings"),
    ] {
        let (stage, found) = refusal(stack);
        assert!(stage == "input" && found.contains(message), "{found}");
    }
}

#[test]
fn line_ends_may_be_anybodys() {
    let run = run_on(&["resolve", "--jsonl"], b"{\"env\":{}}\r\n{\"env\":{}}\n\n");
    assert_eq!((run.code, lines(&run).len()), (Some(0), 2));
    let run = run_on(&["resolve", "--jsonl"], b"");
    assert_eq!((run.code, &*run.stdout), (Some(0), ""));
}

#[test]
fn an_answer_does_not_wait_for_the_next_question() {
    use std::io::{BufRead, BufReader};
    let mut command = program(&["resolve", "--jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut questions = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        questions.write_all(b"{\"env\":{}}\n").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.starts_with("{\"schemaVersion\":1,"));
    }
    drop(questions);
    assert!(child.wait().unwrap().success());
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let mut command = program(&["resolve", "--jsonl"]);
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    drop(child.stdout.take());
    let mut questions = child.stdin.take().unwrap();
    let cases = "{\"env\":{}}\n".repeat(10_000);
    questions.write_all(cases.as_bytes()).ok();
    drop(questions);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(0), &b""[..]));
}
