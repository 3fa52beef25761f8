//! What the rules say of the recorded URLs, client by client: a refusal is explained, and a fix is
//! read by the client that it is for.

use std::collections::BTreeMap;

use dsnlens_core::document::{Case, CaseStack, Document};
use dsnlens_core::{Severity, client};
use serde::Deserialize;
use serde_json::Value;

const READS: &str = include_str!("recorded/reads.jsonl");

#[derive(Deserialize)]
struct Read {
    id: String,
    url: String,
    client: String,
}

fn answer(client: &str, url: &str) -> Document {
    let case = Case {
        env: BTreeMap::from([("DATABASE_URL".into(), url.into())]),
        client: Some(client.into()),
        stack: CaseStack::default(),
        ..Case::default()
    };
    case.answer(dsnlens_settings::evaluate, true).unwrap_or_else(|it| panic!("{client}: {it:?}"))
}

/// The clients whose rules are not those of a settings module.
fn rows() -> impl Iterator<Item = Read> {
    let rows = READS.lines().map(|it| serde_json::from_str(it).expect("a recorded line"));
    rows.filter(|it: &Read| client::find(&it.client).is_some_and(|it| !it.has_settings))
}

fn check(wrong: &[String]) {
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_recorded_refusal_is_explained() {
    let mut unexplained = Vec::new();
    let mut count = 0;
    for Read { id, url, client } in rows() {
        let answer = answer(&client, &url);
        let Some(refusal) = answer.refusal else { continue };
        count += 1;
        let is_explained = answer
            .diagnostics
            .iter()
            .any(|it| it.severity == Severity::Error.name() || it.rule == "service-not-found");
        if !is_explained {
            unexplained.push(format!("{client} {id} {url:?}: {}", refusal.message));
        }
    }
    assert!(count > 1_000, "{count}");
    check(&unexplained);
}

/// What is kept by a fix of a rule that is not about it.
fn target(answer: &Document) -> Value {
    serde_json::to_value(&answer.reads).expect("plain data")
}

#[test]
fn every_fix_is_read_by_the_client_that_it_is_for() {
    let mut wrong = Vec::new();
    let mut fixed = BTreeMap::new();
    for Read { id, url, client } in rows() {
        let before = answer(&client, &url);
        for found in &before.diagnostics {
            let Some(to) = found.fix.as_ref().and_then(|it| it.env.get("DATABASE_URL")) else {
                continue;
            };
            let after = answer(&client, to);
            let mut say = |what: &str| {
                wrong.push(format!("{client} {id} {url:?} {}: {to:?} {what}", found.rule));
            };
            if after.diagnostics.iter().any(|it| it.rule == found.rule) {
                say("is found again");
            }
            let is_read = after.refusal.as_ref().is_none_or(|it| {
                before.refusal.as_ref().is_some_and(|before| before.message != it.message)
            });
            if !is_read {
                say("is refused");
            }
            let keeps = ["option-ignored", "option-sent", "sslmode-not-kept"];
            if keeps.contains(&found.rule) && target(&before) != target(&after) {
                say("reads something else");
            }
            *fixed.entry(found.rule).or_insert(0) += 1;
        }
    }
    for rule in
        ["credentials-misread", "option-ignored", "option-sent", "sslmode-not-kept", "url-refused"]
    {
        assert!(fixed.get(rule).is_some_and(|it| *it > 10), "{rule}: {fixed:?}");
    }
    check(&wrong);
}
