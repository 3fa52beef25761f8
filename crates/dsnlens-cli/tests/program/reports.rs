//! `dsnlens report`: the case that reproduces an answer, without its secrets.

use super::{run, run_on};
use serde_json::Value;

/// What a case and its report have in common.
fn facts(case: &str) -> (Value, Vec<String>) {
    let answer = run_on(&["resolve", "--jsonl"], case.as_bytes()).json();
    let rules = answer["diagnostics"].as_array().expect("a list").iter();
    let rules = rules.map(|it| it["rule"].as_str().unwrap_or_default().to_owned()).collect();
    let refusal = &answer["refusal"];
    let facts = serde_json::json!([
        answer["settings"],
        answer["reads"]["hosts"],
        answer["ssl"],
        refusal["stage"],
        refusal["type"]
    ]);
    (facts, rules)
}

#[test]
fn a_report_gives_the_same_answer_and_holds_no_secret() {
    for (secret, url) in [
        ("Gr8wolfPack55", "postgres://app:Gr8wolfPack55@db.example.com/shop?sslmode=no"),
        ("Gr8#wolfPack55", "postgres://app:Gr8#wolfPack55@db.example.com/shop"),
        ("Gr8@wolfPack55", "postgres://app:Gr8@wolfPack55@db.example.com/shop"),
        ("Gr8wolfPack55", "host=h dbname=d user=u password=Gr8wolfPack55"),
    ] {
        let report = run(&["report", url]);
        assert_eq!(report.code, Some(0), "{url}: {}", report.stderr);
        for piece in secret.as_bytes().windows(4) {
            let piece = str::from_utf8(piece).expect("ASCII");
            assert!(!report.stdout.contains(piece), "{piece} in {}", report.stdout);
            assert!(!report.stderr.contains(piece), "{piece} in {}", report.stderr);
        }
        let case = serde_json::json!({"env": {"DATABASE_URL": url}}).to_string();
        assert_eq!(facts(&report.stdout), facts(&case), "{url}: {}", report.stdout);
    }
}

#[test]
fn what_no_report_can_hold_is_said() {
    let weak = run(&["report", "postgres://app:secret@db.example.com/shop"]);
    assert_eq!(weak.code, Some(0));
    assert!(weak.stderr.contains("password-default"), "{}", weak.stderr);
    let unknown = run_on(
        &["report", "-"],
        b"services:\n  web:\n    environment:\n      DATABASE_URL: postgres://a:${P}@h/d\n",
    );
    assert_eq!((unknown.code, &*unknown.stdout), (Some(2), ""), "{}", unknown.stderr);
}
