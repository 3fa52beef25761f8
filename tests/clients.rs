//! Each client against what the real one read, and how it got on with five real servers.

use std::collections::BTreeMap;

use dsnlens_core::client;
use dsnlens_core::document::{Case, CaseStack, Document};
use serde::Deserialize;
use serde_json::Value;

const HANDSHAKES: &str = include_str!("recorded/handshakes.jsonl");
const READS: &str = include_str!("recorded/reads.jsonl");

/// Environments with awkward URLs and variables, which `reads.jsonl` has none of.
const ENVIRONMENTS: &str = include_str!("recorded/reads-environments.jsonl");

#[derive(Deserialize)]
struct Environment {
    env: BTreeMap<String, String>,
    client: String,
    reads: Value,
    error: Option<String>,
}

#[derive(Deserialize)]
struct Handshake {
    id: String,
    url: String,
    server: String,
    client: String,
    connected: bool,
    tls: Option<bool>,
}

#[derive(Deserialize)]
struct Read {
    id: String,
    url: String,
    client: String,
    reads: Value,
    error: Option<String>,
}

fn rows<'t, T: Deserialize<'t>>(text: &'t str) -> Vec<T> {
    text.lines().map(|it| serde_json::from_str(it).expect("a recorded line")).collect()
}

/// The settings module of the recordings sets no `ssl_require`.
fn answer(client: &str, url: &str) -> Document {
    answer_in(client, BTreeMap::from([("DATABASE_URL".into(), url.into())]))
}

fn answer_in(client: &str, env: BTreeMap<String, String>) -> Document {
    let case = Case {
        env,
        debug: Some(true),
        client: Some(client.into()),
        stack: CaseStack { dj_database_url: Some("3.1.2".into()), ..CaseStack::default() },
        ..Case::default()
    };
    case.answer(dsnlens_settings::evaluate, true).unwrap_or_else(|it| panic!("{client}: {it:?}"))
}

fn check(differences: &[String]) {
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn every_recorded_handshake_is_foretold() {
    let mut differences = Vec::new();
    let rows = rows::<Handshake>(HANDSHAKES);
    assert_eq!(rows.len(), 1_148);
    for row in rows.into_iter().filter(|it| client::find(&it.client).is_some()) {
        let Handshake { id, url, server, client, connected, tls } = row;
        let Some(servers) = answer(&client, &url).servers else {
            differences.push(format!("{client} {id} {server}: unknown"));
            continue;
        };
        let told = match &*server {
            "nossl" => servers.without_tls,
            "good" => servers.trusted,
            "self" => servers.self_signed,
            "badhost" => servers.wrong_host,
            "tlsonly" => servers.tls_required,
            other => panic!("{other}"),
        };
        let real = match (connected, tls) {
            (true, Some(true)) => "tls",
            (true, _) => "plain",
            (false, _) => "fails",
        };
        if told != real {
            differences.push(format!("{client} {id} {server}: {told}, really {real}"));
        }
    }
    check(&differences);
}

/// Refused when the connection is made, which the recording of what is read does not do.
const REFUSED_LATER: &[(&str, &str)] = &[
    ("psql", "connect_timeout-1.5"),
    ("psql", "connect_timeout-abc"),
    ("django", "connect_timeout-abc"),
    // Django's pool and its persistent connections exclude each other.
    ("django", "p-pool"),
    ("django", "pool-true"),
    // A text where TLS settings belong.
    ("node-postgres", "ssl-false"),
    ("node-postgres", "ssl-require"),
    ("node-postgres", "jdbc-ssl-false"),
    ("pgx", "p-statement_cache_capacity"),
    // Without a file of root certificates.
    ("pgjdbc", "jdbc-ssl-true"),
    ("pgjdbc", "jdbc-ssl-bare"),
    ("pgjdbc", "jdbc-sslmode-bad"),
];

/// Read otherwise than it was recorded, with the reason.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("node-postgres", "sslcert-sslkey", "a file that is named is believed to exist"),
    ("pgx", "sslcert-sslkey", "a file that is named is believed to exist"),
];

#[test]
fn every_recorded_reading_is_reproduced() {
    let mut differences = Vec::new();
    let rows = rows::<Read>(READS);
    assert_eq!(rows.len(), 2_600);
    for Read { id, url, client, reads, error } in rows {
        if client::find(&client).is_none() {
            continue;
        }
        let answer = answer(&client, &url);
        let is_known = DIFFERENT.iter().any(|it| (it.0, it.1) == (&*client, &*id));
        let found = differences.len();
        let told = serde_json::to_value(&answer.reads).expect("plain data");
        if told != reads {
            differences.push(format!("{client} {id} {url:?}: {told}, really {reads} ({error:?})"));
        }
        let is_later = REFUSED_LATER.contains(&(&client, &id));
        if answer.refusal.is_some() != (error.is_some() || is_later) {
            let refusal = answer.refusal.map(|it| it.message);
            differences.push(format!("{client} {id} {url:?}: {refusal:?}, really {error:?}"));
        }
        match is_known {
            true if differences.len() == found => {
                differences.push(format!("{client} {id}: no difference any more"));
            }
            true => differences.truncate(found),
            false => {}
        }
    }
    check(&differences);
}

/// What is read of `env`, or the error: its text, or its class and its text.
#[test]
fn every_recorded_environment_is_reproduced() {
    let mut differences = Vec::new();
    for Environment { env, client, reads, error } in rows::<Environment>(ENVIRONMENTS) {
        if client::find(&client).is_none() {
            continue;
        }
        let answer = answer_in(&client, env.clone());
        let Some(error) = error else {
            let told = serde_json::to_value(&answer.reads).expect("plain data");
            if told != reads {
                differences.push(format!("{client} {env:?}: {told}, really {reads}"));
            }
            continue;
        };
        let is_it = answer.refusal.as_ref().is_some_and(|it| {
            it.message == error || format!("{}: {}", it.r#type, it.message) == error
        });
        if !is_it {
            differences.push(format!("{client} {env:?}: {:?}, really {error:?}", answer.refusal));
        }
    }
    check(&differences);
}
