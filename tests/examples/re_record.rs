//! `cargo run -p dsnlens-tests --example re_record`: asks the real code about every recorded
//! environment again and writes `recorded/cases.jsonl` anew.
//!
//! What the oracles cannot be asked is kept: older versions of Django, libpq and Python, and what
//! SQLite says. Run twice, it changes nothing.

use std::fs;
use std::path::Path;

use dsnlens_core::DjDatabaseUrl;
use dsnlens_tests::oracle::Oracle;
use dsnlens_tests::with_cursors;
use serde_json::{Map, Value, json};

/// The keys of an answer that are asked, in the order in which they stand.
const ASKED: [&str; 5] = ["result", "error", "django_params", "django_connect_error", "libpq"];

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/cases.jsonl");
    let text = fs::read_to_string(&path).expect("the recorded answers are there");
    let mut cases: Vec<Map<String, Value>> =
        text.lines().map(|it| serde_json::from_str(it).expect("a case is JSON")).collect();
    let [old, between, new] = DjDatabaseUrl::DISTINCT.map(|version| ask(version, &cases));
    for (((case, old), between), new) in cases.iter_mut().zip(old).zip(between).zip(new) {
        record_between(case, &old, between);
        record(case, [old, new]);
    }
    let lines: String =
        cases.iter().map(|it| serde_json::to_string(it).expect("a case is JSON") + "\n").collect();
    let changed = text.lines().zip(lines.lines()).filter(|(before, after)| before != after).count();
    fs::write(&path, lines).expect("the recorded answers can be written");
    println!("{changed} of {} cases changed", cases.len());
}

fn ask(version: DjDatabaseUrl, cases: &[Map<String, Value>]) -> Vec<Map<String, Value>> {
    let mut answers = Vec::new();
    let question = |it: &Map<_, _>| json!({"env": it["env"], "debug": it["debug"]}).to_string();
    let questions = cases.iter().map(|it| ((), question(it)));
    Oracle::stack(version).ask(questions, |(), answer| {
        answers.push(serde_json::from_str(answer).expect("an answer is JSON"));
    });
    answers
}

/// Puts answers into a case: what both versions say alike into `both`, the rest under its version.
fn record(case: &mut Map<String, Value>, mut answers: [Map<String, Value>; 2]) {
    let [direct, same] = answers.each_mut().map(|it| it.shift_remove("libpq_direct"));
    assert_eq!(direct, same, "libpq does not know about dj-database-url");
    if let Some(direct) = direct {
        case["libpq"]["18"] = direct;
    }
    let mut both = case.get("both").and_then(Value::as_object).cloned().unwrap_or_default();
    for key in ASKED {
        let [old, new] = answers.each_ref().map(|it| it.get(key));
        // As text, so that the order of keys counts.
        let is_alike = old.map(Value::to_string) == new.map(Value::to_string);
        let is_shared = is_alike && !["result", "error"].contains(&key);
        put(&mut both, key, old.filter(|_| is_shared));
        let recorded = [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V3_1_2];
        for (version, value) in recorded.iter().zip([old, new]) {
            let own = case[&version.to_string()].as_object_mut().expect("an answer");
            put(own, key, value.filter(|_| !is_shared));
        }
    }
    if !both.is_empty() {
        case["both"] = both.into();
    }
}

/// Writes down what 2.2.0 answers, where that is more than 2.1.0's answer with the new key.
fn record_between(
    case: &mut Map<String, Value>,
    old: &Map<String, Value>,
    mut between: Map<String, Value>,
) {
    let mut expected = old.clone();
    if let Some(result) = expected.get_mut("result") {
        *result = with_cursors(result.take());
    }
    case.shift_remove("2.2.0");
    // As texts, since the order of keys counts.
    let [between_text, expected_text] = [json!(between), json!(expected)].map(|it| it.to_string());
    if between_text != expected_text {
        between.retain(|key, _| ASKED.contains(&key.as_str()));
        case.insert("2.2.0".to_owned(), between.into());
    }
}

/// A key that is there keeps its place.
fn put(answer: &mut Map<String, Value>, key: &str, value: Option<&Value>) {
    match value {
        Some(value) => answer.insert(key.to_owned(), value.clone()),
        None => answer.shift_remove(key),
    };
}
