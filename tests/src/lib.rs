//! The recorded answers of the real code, as data, and what it takes to ask it again.
//!
//! `recorded/README.md` says how they were obtained.

pub mod comparison;
pub mod generate;
pub mod media_type;
pub mod oracle;
pub mod program;
pub mod snippets;

pub mod invariants;

use std::collections::BTreeMap;

use dsnlens_core::{DjDatabaseUrl, Inputs, Recipe};
use serde::Deserialize;
use serde_json::Value;

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
    pub v2_1_0: Answer,
    /// By dj-database-url's version.
    #[serde(rename = "3.1.2")]
    pub v3_1_2: Answer,
    /// What does not depend on that version.
    #[serde(default)]
    pub both: Answer,
    /// What libpq makes of `DATABASE_URL`, by its version; 18 where another is missing.
    #[serde(default)]
    pub libpq: BTreeMap<String, Option<Value>>,
}

/// What one version of the settings module does.
#[derive(Clone, Default, Deserialize)]
pub struct Answer {
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
    pub fn whole(&self, version: DjDatabaseUrl) -> Answer {
        let own = self.answer(version).clone();
        let both = self.both.clone();
        Answer {
            django_params: own.django_params.or(both.django_params),
            django_params_4_2: own.django_params_4_2.or(both.django_params_4_2),
            django_connect_error: own.django_connect_error.or(both.django_connect_error),
            libpq: own.libpq.or(both.libpq),
            libpq_direct: self.libpq.get("18").cloned().flatten(),
            ..own
        }
    }

    /// What one version of the settings module does.
    pub const fn answer(&self, version: DjDatabaseUrl) -> &Answer {
        match version {
            DjDatabaseUrl::V2_1_0 => &self.v2_1_0,
            DjDatabaseUrl::V3_1_2 => &self.v3_1_2,
        }
    }

    /// The same for core.
    pub fn inputs(&self) -> Inputs<'_> {
        inputs(&self.env, self.debug)
    }
}

/// An environment as core takes it.
pub fn inputs(env: &BTreeMap<String, String>, debug: bool) -> Inputs<'_> {
    Inputs::new(env.iter().map(|(name, value)| (name.as_str(), value.as_str()))).with_debug(debug)
}

/// The reference recipe with this dj-database-url installed.
pub fn recipe(dj_database_url: DjDatabaseUrl) -> Recipe {
    Recipe { dj_database_url, ..Recipe::default() }
}
