//! Django with psycopg2 against the recorded answers of the real ones.

use std::collections::BTreeMap;

use dsnlens_core::clients::libpq::Version;
use dsnlens_core::document::Document;
use dsnlens_core::{DjDatabaseUrl, Django, Driver, Inputs, Question, Recipe, resolve};
use dsnlens_tests::{Case, inputs};
use serde::Deserialize;
use serde_json::Value;

/// An environment, and what the real stack makes of it.
#[derive(Deserialize)]
struct Row {
    id: u32,
    /// Where it is missing, the environment is that of [`Case`] with the same number.
    env: Option<BTreeMap<String, String>>,
    #[serde(default)]
    debug: bool,
    /// By dj-database-url's version or `both`; with ` Django 4.2` behind it where that differs.
    #[serde(flatten)]
    answers: BTreeMap<String, Answered>,
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Answered {
    /// What Django hands to psycopg2.
    params: Option<Value>,
    /// What libpq settles on.
    effective: Option<Value>,
    error: Option<Raised>,
    /// Another backend's settings.
    #[serde(default)]
    other: bool,
}

#[derive(Clone, Debug, Deserialize)]
struct Raised {
    stage: String,
    r#type: String,
    message: String,
}

/// What the recording and core say differently.
struct KnownDifference {
    reason: &'static str,
    covers: fn(&Answered, &Found) -> bool,
}

const KNOWN_DIFFERENCES: [KnownDifference; 2] = [
    KnownDifference {
        reason: "`get_connection_params()` was asked directly; a first query asks for the pool \
                 before",
        covers: |recorded, found| {
            let is_pool = |it: &Raised| it.message == "Database pooling requires psycopg >= 3";
            recorded.error.as_ref().is_some_and(is_pool)
                && found.raises("Pooling doesn't support persistent connections.")
        },
    },
    KnownDifference {
        reason: "the connection was the last that was asked for, and an asynchronous one can be \
                 made; Django cannot use it",
        covers: |recorded, found| {
            recorded.error.is_none()
                && found.raises("set_session cannot be used in asynchronous mode")
        },
    },
];

/// What core says.
#[derive(Debug, PartialEq)]
struct Found {
    params: Option<String>,
    effective: Option<Value>,
    /// Stage, class and text.
    refusal: Option<(String, String, String)>,
}

impl Found {
    fn raises(&self, message: &str) -> bool {
        self.refusal.as_ref().is_some_and(|it| it.2 == message)
    }
}

fn found(inputs: Inputs<'_>, dj_database_url: DjDatabaseUrl, django: Django) -> Found {
    let stack = Recipe {
        dj_database_url,
        django,
        driver: Driver::Psycopg2,
        libpq: Version::V17,
        ..Recipe::default()
    };
    let document = Document::new(&resolve(Question::new(inputs).with_recipe(stack)), true);
    let text = |it: &_| serde_json::to_string(it).expect("JSON");
    let refusal = document.refusal.map(|it| {
        let is_psycopg2 = it.stage == "psycopg2";
        let message = if is_psycopg2 { &*it.message } else { it.message.trim_end_matches('\n') };
        (it.stage.to_owned(), it.r#type, message.to_owned())
    });
    let effective = document.effective.map(|it| {
        assert_eq!(it.len(), 1, "psycopg2 hands every server over in one call");
        listed(&serde_json::to_value(&it[0]).expect("JSON"))
    });
    let is_connected = refusal.as_ref().is_none_or(|it| it.0 == "libpq");
    Found {
        params: document.connect_params.as_ref().map(text),
        effective: effective.filter(|_| is_connected),
        refusal,
    }
}

/// What core lists of a connection. This libpq has GSSAPI, which it uses only with a ticket.
fn listed(effective: &Value) -> Value {
    let mut listed = effective.as_object().expect("an object").clone();
    listed.retain(|name, value| match &**name {
        "connect_timeout" | "load_balance_hosts" => false,
        "gssencmode" => value != "prefer",
        _ => true,
    });
    Value::Object(listed)
}

/// The recorded answer in the same shape; `None` where core does not model the backend.
fn expected(answered: &Answered) -> Option<Found> {
    let stage = answered.error.as_ref().map_or("", |it| &it.stage);
    if answered.other || stage == "load_backend" {
        return None;
    }
    let refusal = answered.error.as_ref().map(|it| {
        let stage = match (&*it.stage, &*it.r#type) {
            ("connect", "OperationalError") => "libpq",
            ("make_dsn" | "connect", _) => "psycopg2",
            ("recipe", _) => "recipe",
            _ => "django",
        };
        // The address is a stand-in.
        let message = it.message.split_once("\" failed: ").map_or(&*it.message, |it| it.1);
        let message = message.rsplit_once(" failed: ").map_or(message, |it| it.1);
        let message = if stage == "libpq" { message.trim_end_matches('\n') } else { message };
        (stage.to_owned(), it.r#type.clone(), message.to_owned())
    });
    let is_connected = refusal.as_ref().is_none_or(|it| it.0 == "libpq");
    let effective = answered.effective.as_ref().filter(|_| is_connected).map(listed);
    Some(Found { params: answered.params.as_ref().map(Value::to_string), effective, refusal })
}

#[test]
fn every_recorded_answer_of_psycopg2_is_reproduced() {
    let cases: BTreeMap<u32, Case> = Case::all().into_iter().map(|it| (it.id, it)).collect();
    let lines = include_str!("recorded/psycopg2.jsonl").lines();
    let (mut compared, mut known) = (0, [0; KNOWN_DIFFERENCES.len()]);
    let mut differences = Vec::new();
    for line in lines {
        let row: Row = serde_json::from_str(line).expect("a recorded row is readable");
        let (env, debug) = match &row.env {
            Some(env) => (env, row.debug),
            None => (&cases[&row.id].env, cases[&row.id].debug),
        };
        for version in [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V3_1_2] {
            let answer = |django: &str| {
                let names = [format!("{version}{django}"), format!("both{django}")];
                names.iter().find_map(|it| row.answers.get(it))
            };
            let newer = answer("").expect("an answer");
            let older = answer(" Django 4.2").unwrap_or(newer);
            for (django, answered) in [(Django::V5_2, newer), (Django::V4_2, older)] {
                let Some(expected) = expected(answered) else { continue };
                compared += 1;
                let found = found(inputs(env, debug), version, django);
                if found == expected {
                    continue;
                }
                match KNOWN_DIFFERENCES.iter().position(|it| (it.covers)(answered, &found)) {
                    Some(nth) => known[nth] += 1,
                    None => differences.push(format!(
                        "case {} ({version}, Django {django}) {env:?} debug {debug}\n  \
                         real {expected:?}\n  core {found:?}",
                        row.id
                    )),
                }
            }
        }
    }
    println!("{} of {compared} equal, {known:?} known to differ", compared - differences.len());
    let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
    assert!(compared > 6500, "no recorded answer may get lost");
    for (known, count) in KNOWN_DIFFERENCES.iter().zip(known) {
        assert!(count > 0, "no difference any more: {}", known.reason);
    }
}
