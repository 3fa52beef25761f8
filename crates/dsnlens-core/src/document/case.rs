//! What is asked, as data: a line of `--jsonl`, the argument of JS `resolve`.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
// The generated declarations call `ToString`.
use alloc::string::String;
#[cfg(feature = "typescript")]
use alloc::string::ToString;
use alloc::vec::Vec;
use core::str::FromStr;

use serde::Deserialize;

use super::{Dict, Document};
use crate::answer::resolve;
use crate::client::{self, CLIENTS, Client};
use crate::clients::libpq;
use crate::databases::Databases;
use crate::inputs::Inputs;
use crate::module::{Evaluate, Files, Preset, SettingsModule};
use crate::question::Question;
use crate::recipe::{DjDatabaseUrl, Django, Driver, PackageVersion, Recipe};
#[cfg(feature = "whatwg")]
use crate::syntax::whatwg;
use crate::syntax::whatwg::ParseUrl;

/// What is asked: an environment and, optionally, what is known beside it.
#[derive(Clone, Default, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Case {
    /// Environment variables by name.
    pub env: BTreeMap<String, String>,
    /// Django's `DEBUG`. What the settings module makes of the environment where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub debug: Option<bool>,
    /// Who reads it: `"django"` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "ClientName"))]
    pub client: Option<String>,
    /// The settings module: the guide's where absent.
    #[serde(default)]
    #[cfg_attr(
        feature = "typescript",
        ts(
            optional,
            type = r#"
  | { text: string; path?: string; files?: { [path: string]: string } }
  | { preset: "guide" | "config" | "environ" }
  | { databases: { [alias: string]: Json } }"#
        )
    )]
    pub settings: Option<CaseSettings>,
    /// The `.env` file that the settings module reads, where it reads one. None where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dotenv: Option<String>,
    /// The releases that are installed.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<CaseStack>"))]
    pub stack: CaseStack,
}

/// The settings of a case: a module's text, the name of a preset, or the dictionary itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseSettings {
    /// The module as it is written.
    #[serde(default)]
    pub text: Option<String>,
    /// Its path; `settings.py` where absent.
    #[serde(default)]
    pub path: Option<String>,
    /// Other modules that it imports, by their paths.
    #[serde(default)]
    pub files: Files,
    /// A module that is known by its name.
    #[serde(default)]
    pub preset: Option<String>,
    /// `DATABASES` itself: a path is `{"$path": "…"}`, an integer outside 64 bits
    /// `{"$bigint": "…"}`, what is not known `{"$unknown": "why"}`.
    #[serde(default)]
    pub databases: Option<Dict>,
}

/// The releases of a case.
#[derive(Clone, Debug, Default, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaseStack {
    /// dj-database-url, a release from `"0.5.0"` to `"3.1.2"`: `"2.1.0"` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub dj_database_url: Option<String>,
    /// django-environ, a release from `"0.10.0"` to `"0.14.0"`: `"0.14.0"` where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub django_environ: Option<String>,
    /// Django: `"5.2"` where absent.
    #[serde(default)]
    #[cfg_attr(
        feature = "typescript",
        ts(optional, type = r#""4.2" | "5.0" | "5.1" | "5.2" | "6.0" | "6.1""#)
    )]
    pub django: Option<String>,
    /// The driver that Django takes: `"psycopg"` (psycopg 3) where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = r#""psycopg" | "psycopg2""#))]
    pub driver: Option<String>,
    /// libpq, 15 to 18: 18 where absent.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, type = "15 | 16 | 17 | 18"))]
    pub libpq: Option<u8>,
}

/// A word of a case that is none of those it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// The property, such as `client`.
    pub property: &'static str,
    /// What it may be.
    pub expected: String,
}

fn unknown(property: &'static str, expected: impl Into<String>) -> UnknownWord {
    UnknownWord { property, expected: expected.into() }
}

/// What a client may be called.
pub(super) fn unknown_client() -> UnknownWord {
    unknown("client", quoted(CLIENTS.iter().map(|it| it.name)))
}

impl Case {
    /// What core answers; an error where a property has a value that is not one of its words.
    #[cfg(feature = "whatwg")]
    pub fn answer(&self, evaluate: Evaluate, show_secrets: bool) -> Result<Document, UnknownWord> {
        self.answer_with(whatwg::parse, evaluate, show_secrets)
    }

    /// The same with a WHATWG parser from outside.
    pub fn answer_with(
        &self,
        parse_url: ParseUrl,
        evaluate: Evaluate,
        show_secrets: bool,
    ) -> Result<Document, UnknownWord> {
        let answer = resolve(self.question(evaluate)?);
        Ok(Document::with_parser(parse_url, &answer, show_secrets))
    }

    /// What it asks; an error where a property has a value that is not one of its words.
    pub fn question(&self, evaluate: Evaluate) -> Result<Question<'_>, UnknownWord> {
        let client = match self.client.as_deref() {
            None => client::DEFAULT,
            Some(name) => client::find(name).ok_or_else(unknown_client)?,
        };
        let recipe = self.stack.recipe()?;
        let module = self.module(client, &recipe, evaluate)?;
        Ok(Question { client, inputs: self.inputs(), recipe, module })
    }

    /// The texts of its settings module, by their paths.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let settings = self.settings.iter();
        let files = settings.clone().flat_map(|it| &it.files.0);
        let files = files.filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)));
        let module = settings.filter_map(|it| {
            Some((it.path.as_deref().unwrap_or(Preset::PATH), it.text.as_deref()?))
        });
        module.chain(files)
    }

    fn module(
        &self,
        client: &Client,
        recipe: &Recipe,
        evaluate: Evaluate,
    ) -> Result<Option<SettingsModule<'_>>, UnknownWord> {
        let given = self.settings.as_ref();
        let (path, text, files) = match given {
            Some(CaseSettings { text: None, preset: None, databases: Some(_), .. }) => {
                return Ok(None);
            }
            Some(CaseSettings { text: Some(text), preset: None, databases: None, path, files }) => {
                (path.as_deref().unwrap_or(Preset::PATH), text.as_str(), files)
            }
            None | Some(CaseSettings { text: None, preset: Some(_), databases: None, .. }) => {
                let name = given.and_then(|it| it.preset.as_deref());
                let preset = match name {
                    None => client.preset.unwrap_or(Preset::GUIDE),
                    Some(name) => Preset::find(name).ok_or_else(|| {
                        unknown("settings.preset", quoted(Preset::ALL.iter().map(|it| it.name)))
                    })?,
                };
                if preset.is_compiled(recipe) {
                    return Ok(None);
                }
                (Preset::PATH, preset.text, Files::NONE)
            }
            Some(_) => {
                let expected = "an object with one of `text`, `preset` and `databases`";
                return Err(unknown("settings", expected));
            }
        };
        Ok(Some(SettingsModule {
            path,
            root: "",
            text,
            files,
            dotenv: Some(self.dotenv.as_deref().unwrap_or("")),
            has_all_variables: true,
            evaluate,
        }))
    }

    /// The inputs it describes.
    fn inputs(&self) -> Inputs<'_> {
        let variables = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let inputs = Inputs::new(variables).with_debug(self.debug);
        match self.settings.as_ref().and_then(|it| it.databases.as_ref()) {
            Some(databases) => inputs.with_databases(Databases {
                path: "DATABASES",
                text: "",
                aliases: databases.entries(),
            }),
            None => inputs,
        }
    }
}

impl CaseStack {
    /// Those of its keys that are texts.
    pub const TEXTS: [&'static str; 4] = ["djDatabaseUrl", "djangoEnviron", "django", "driver"];

    fn recipe(&self) -> Result<Recipe, UnknownWord> {
        let mut recipe = Recipe::default();
        if let Some(version) = &self.dj_database_url {
            recipe.dj_database_url = DjDatabaseUrl::from_str(version).map_err(|_| {
                unknown("stack.djDatabaseUrl", "a release from \"0.5.0\" to \"3.1.2\"")
            })?;
        }
        if let Some(version) = &self.django_environ {
            let [first, last] = PackageVersion::DJANGO_ENVIRON;
            let release = PackageVersion::from_str(version).ok();
            recipe.django_environ =
                release.filter(|it| (first..=last).contains(it)).ok_or_else(|| {
                    let expected = alloc::format!("a release from \"{first}\" to \"{last}\"");
                    unknown("stack.djangoEnviron", expected)
                })?;
        }
        if let Some(version) = &self.django {
            recipe.django = version
                .parse()
                .map_err(|_| unknown("stack.django", quoted(Django::ALL.map(Django::version))))?;
        }
        if let Some(name) = &self.driver {
            recipe.driver = name
                .parse()
                .map_err(|_| unknown("stack.driver", quoted(Driver::ALL.map(Driver::name))))?;
        }
        if let Some(version) = self.libpq {
            recipe.libpq = libpq::Version::ALL
                .into_iter()
                .find(|it| it.number() == version)
                .ok_or_else(|| unknown("stack.libpq", "15, 16, 17 or 18"))?;
        }
        Ok(recipe)
    }
}

/// Words as a message lists them.
fn quoted<'w>(words: impl IntoIterator<Item = &'w str>) -> String {
    let words: Vec<_> = words.into_iter().map(|it| alloc::format!("\"{it}\"")).collect();
    match words.split_last() {
        Some((last, [])) => last.to_owned(),
        Some((last, others)) => alloc::format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
