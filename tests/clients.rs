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
    version: String,
    reads: Value,
    error: Option<String>,
}

fn rows<'t, T: Deserialize<'t>>(text: &'t str) -> Vec<T> {
    text.lines().map(|it| serde_json::from_str(it).expect("a recorded line")).collect()
}

/// The settings module of the recordings sets no `ssl_require`.
fn answer(client: &str, url: &str, libpq: Option<u8>) -> Document {
    answer_in(client, BTreeMap::from([("DATABASE_URL".into(), url.into())]), libpq)
}

fn answer_in(client: &str, env: BTreeMap<String, String>, libpq: Option<u8>) -> Document {
    let case = Case {
        env,
        debug: Some(true),
        client: Some(client.into()),
        stack: CaseStack { dj_database_url: Some("3.1.2".into()), libpq, ..CaseStack::default() },
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
        let Some(servers) = answer(&client, &url, None).servers else {
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
const REFUSED_LATER: &[(&str, &[&str])] = &[
    ("psql", &["connect_timeout-1.5", "connect_timeout-abc"]),
    // Django's pool and its persistent connections exclude each other.
    ("django", &["connect_timeout-abc", "p-pool", "pool-true"]),
    // Django has no such backend; its pool takes no text and no number.
    (
        "django-environ",
        &[
            "connect_timeout-abc",
            "p-pool",
            "pool-true",
            "scheme-driver-asyncpg",
            "scheme-driver-psycopg",
            "scheme-prisma",
        ],
    ),
    ("psycopg2", &["connect_timeout-1.5", "connect_timeout-abc"]),
    ("sqlalchemy+psycopg2", &["connect_timeout-1.5", "connect_timeout-abc"]),
    // By the function of C, which takes no text for these arguments.
    ("sqlalchemy+psycopg2", &["own-81", "own-82", "own-83"]),
    ("sqlalchemy+psycopg", &["connect_timeout-abc", "q-database"]),
    // The arguments of `asyncpg.connect()` were not looked at.
    (
        "sqlalchemy+asyncpg",
        &[
            "ssl-false",
            "ssl-1",
            "ssl-0",
            "ssl-no-verify",
            "connect-timeout-pool",
            "p-statement_cache_size",
        ],
    ),
    // Of an adapter that Rails does not have.
    (
        "rails",
        &[
            "scheme-pgsql",
            "scheme-psql",
            "scheme-driver-psycopg",
            "scheme-driver-asyncpg",
            "scheme-jdbc",
            "scheme-ecto",
            "scheme-prisma",
            "socket-nodescheme",
            "jdbc-plus-password",
            "jdbc-multi",
            "jdbc-noslash",
            "jdbc-ssl-true",
            "jdbc-ssl-bare",
            "jdbc-ssl-false",
            "jdbc-sslmode-upper",
            "jdbc-sslmode-bad",
            "jdbc-qhost",
            "jdbc-pct-password",
            "jdbc-userinfo",
        ],
    ),
    // By libpq.
    ("rails", &["sslmode-no-verify", "sslmode-REQUIRE", "sslmode-strict", "port-0"]),
    ("rails", &["param-semicolon"]),
    // A port more than there are hosts.
    ("tokio-postgres", &["user-no-host", "q-port", "q-port-low"]),
    // A text where Postgrex wants an atom or a number.
    (
        "ecto",
        &[
            "ssl-1",
            "ssl-0",
            "ssl-no-verify",
            "ssl-require",
            "connect_timeout-1",
            "connect_timeout-1.5",
            "connect_timeout-abc",
            "connect_timeout--1",
            "p-prepare",
        ],
    ),
    // A text where TLS settings belong.
    ("node-postgres", &["ssl-false", "ssl-require", "jdbc-ssl-false"]),
    ("pgx", &["p-statement_cache_capacity"]),
    // Without a file of root certificates.
    ("pgjdbc", &["jdbc-ssl-true", "jdbc-ssl-bare", "jdbc-sslmode-bad"]),
];

/// Read otherwise than it was recorded, with the reason.
const DIFFERENT: &[(&str, &[&str], &str)] = &[
    ("asyncpg", &["sslcert-sslkey"], "a file that is named is believed to exist"),
    ("node-postgres", &["sslcert-sslkey"], "a file that is named is believed to exist"),
    ("pgx", &["sslcert-sslkey"], "a file that is named is believed to exist"),
    ("sqlx", &["q-user-empty"], "an empty name is shown as none"),
    (
        "django-environ",
        &["q-at-sign-user"],
        "the name in front of an `@` may be a password's piece",
    ),
    // The recording made a map of Ecto's keyword list, in which the last of two wins; what Postgrex
    // asks for is the first.
    ("ecto", &["q-port", "q-port-low", "q-database"], "the authority and the path win"),
];

fn lists(lists: &[(&str, &[&str])], client: &str, id: &str) -> bool {
    lists.iter().any(|(whose, ids)| *whose == client && ids.contains(&id))
}

#[test]
fn every_recorded_reading_is_reproduced() {
    let mut differences = Vec::new();
    let rows = rows::<Read>(READS);
    assert_eq!(rows.len(), 4_552);
    for Read { id, url, client, version, reads, error } in rows {
        if client::find(&client).is_none() {
            continue;
        }
        let libpq = version.split_once("libpq ").and_then(|(_, it)| it.get(..2)?.parse().ok());
        let answer = answer(&client, &url, libpq);
        let told = serde_json::to_value(&answer.reads).expect("plain data");
        let is_known = DIFFERENT.iter().any(|it| it.0 == client && it.1.contains(&&*id));
        let found = differences.len();
        if told != reads {
            differences.push(format!("{client} {id} {url:?}: {told}, really {reads} ({error:?})"));
        }
        // No error, but a word of the recording's.
        let is_refused = error.as_ref().is_some_and(|it| !it.starts_with("not a postgres ENGINE"));
        let is_told = is_refused || lists(REFUSED_LATER, &client, &id);
        if answer.refusal.is_some() != is_told {
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
        let answer = answer_in(&client, env.clone(), None);
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
