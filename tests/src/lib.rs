//! The recorded answers of the real code, as data, and what it takes to ask it again.
//!
//! `recorded/README.md` says how they were obtained.

pub mod comparison;
pub mod evaluated;
pub mod generate;
pub mod media_type;
pub mod modules;
pub mod oracle;
pub mod program;
pub mod reported;
pub mod secret;
pub mod snippets;

pub mod invariants;

use std::collections::BTreeMap;

use dsnlens_core::{CLIENTS, Client, DjDatabaseUrl, Inputs, Recipe};
use serde::Deserialize;
use serde_json::Value;

/// The clients that are shipped: the sketch is there for tests alone.
pub fn shipped_clients() -> impl Iterator<Item = &'static Client> {
    CLIENTS.iter().copied().filter(|it| it.name != "sketch")
}

/// An environment, and what the real stack makes of it.
#[derive(Clone, Deserialize)]
pub struct Case {
    /// Its number, which never changes.
    pub id: u32,
    /// What it is about.
    pub tags: Vec<String>,
    /// The environment variables.
    pub env: BTreeMap<String, String>,
    /// Django's `DEBUG`.
    pub debug: bool,
    /// By dj-database-url's version.
    #[serde(rename = "2.1.0")]
    pub v2_1_0: Recorded,
    /// By dj-database-url's version; where it is missing, the answer of 2.1.0 with one more key.
    #[serde(rename = "2.2.0")]
    pub v2_2_0: Option<Recorded>,
    /// By dj-database-url's version.
    #[serde(rename = "3.1.2")]
    pub v3_1_2: Recorded,
    /// What does not depend on that version.
    #[serde(default)]
    pub both: Recorded,
    /// What libpq makes of `DATABASE_URL`, by its version; 18 where another is missing.
    #[serde(default)]
    pub libpq: BTreeMap<String, Option<Value>>,
}

/// What one version of the settings module does.
#[derive(Clone, Default, Deserialize)]
pub struct Recorded {
    /// `DATABASES['default']`.
    pub result: Option<Value>,
    /// The exception instead.
    pub error: Option<Raised>,
    /// What Django's backend hands to psycopg, or its exception.
    pub django_params: Option<Value>,
    /// The same of Django 4.2, where it differs.
    pub django_params_4_2: Option<Value>,
    /// What Django raises between the two.
    pub django_connect_error: Option<Value>,
    /// psycopg's attempts with what libpq settles on, or psycopg's exception.
    pub libpq: Option<Value>,
    /// What libpq makes of `DATABASE_URL`, where it was asked in the same breath.
    #[serde(default)]
    pub libpq_direct: Option<Value>,
}

/// An exception.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Raised {
    /// Its class.
    pub r#type: String,
    /// Its text.
    pub message: String,
}

impl Case {
    /// All recorded cases.
    pub fn all() -> Vec<Case> {
        let lines = include_str!("../recorded/cases.jsonl").lines();
        let read = |line| serde_json::from_str(line).expect("a recorded case is readable");
        lines.map(read).collect()
    }

    /// The whole answer under one version, what does not depend on it included.
    pub fn whole(&self, version: DjDatabaseUrl) -> Recorded {
        let libpq_direct = self.libpq.get("18").cloned().flatten();
        let own = match (version, &self.v2_2_0) {
            (DjDatabaseUrl::V2_2_0, Some(own)) => return Recorded { libpq_direct, ..own.clone() },
            _ => self.answer(version),
        };
        let both = self.both.clone();
        Recorded {
            django_params: own.django_params.or(both.django_params),
            django_params_4_2: own.django_params_4_2.or(both.django_params_4_2),
            django_connect_error: own.django_connect_error.or(both.django_connect_error),
            libpq: own.libpq.or(both.libpq),
            libpq_direct,
            ..own
        }
    }

    /// What one version of the settings module does.
    pub fn answer(&self, version: DjDatabaseUrl) -> Recorded {
        match (version, &self.v2_2_0) {
            (DjDatabaseUrl::V2_1_0, _) => self.v2_1_0.clone(),
            (DjDatabaseUrl::V3_1_2, _) => self.v3_1_2.clone(),
            (DjDatabaseUrl::V2_2_0, Some(own)) => own.clone(),
            (DjDatabaseUrl::V2_2_0, None) => {
                let mut answer = self.v2_1_0.clone();
                answer.result = answer.result.map(with_cursors);
                answer
            }
            _ => panic!("nothing is recorded of {version}"),
        }
    }

    /// The same for core.
    pub fn inputs(&self) -> Inputs<'_> {
        inputs(&self.env, self.debug)
    }
}

/// Settings of 2.1.0 as 2.2.0 gives them where it reads the same: with the key of its new parameter.
pub fn with_cursors(settings: Value) -> Value {
    let Value::Object(settings) = settings else { return settings };
    let mut more = serde_json::Map::new();
    for (key, value) in settings {
        let is_before = key == "CONN_HEALTH_CHECKS";
        more.insert(key, value);
        if is_before {
            more.insert("DISABLE_SERVER_SIDE_CURSORS".into(), false.into());
        }
    }
    more.into()
}

/// An environment as core takes it.
pub fn inputs(env: &BTreeMap<String, String>, debug: bool) -> Inputs<'_> {
    Inputs::new(env.iter().map(|(name, value)| (name.as_str(), value.as_str()))).with_debug(debug)
}

/// The reference recipe with this dj-database-url installed.
pub fn recipe(dj_database_url: DjDatabaseUrl) -> Recipe {
    Recipe { dj_database_url, ..Recipe::default() }
}
