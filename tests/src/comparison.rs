//! Core against an answer of the real code: same settings in the same order with the same types,
//! same exception class and text, same options at every stage below.

use dsnlens_core::client::psql;
use dsnlens_core::clients::django;
use dsnlens_core::clients::libpq::Version;
use dsnlens_core::clients::stages;
use dsnlens_core::document::Document;
use dsnlens_core::{DjDatabaseUrl, Driver, Inputs, Question, Recipe, resolve};
use serde_json::Value;

use crate::{Raised, Recorded, recipe};

/// How core's settings differ from `answer`, if they do.
pub fn settings(inputs: &Inputs<'_>, version: DjDatabaseUrl, answer: &Recorded) -> Option<String> {
    let found = resolve(Question::new(inputs.clone()).with_recipe(recipe(version)));
    let document = Document::new(&found, true);
    let refusal = found.resolution.refusal.filter(|it| it.stage == &stages::RECIPE);
    let error =
        refusal.map(|it| Raised { r#type: it.kind.into_owned(), message: it.message.reveal() });
    // As text, so that key order and types count.
    let settings = document.settings.map(|it| text(&it));
    let expected = answer.result.as_ref().map(text);
    let is_same = settings == expected && error == answer.error;
    (!is_same).then(|| {
        format!(
            "  real {expected:?} {:?}\n  core {settings:?} {error:?}",
            answer.error.as_ref().map(|it| (&it.r#type, &it.message))
        )
    })
}

/// How core's answer below the settings differs from `answer`, if it does.
pub fn below(inputs: &Inputs<'_>, version: DjDatabaseUrl, answer: &Recorded) -> Option<String> {
    below_in(inputs, recipe(version), answer)
}

/// Compares with the answer of another stack.
pub fn below_in(inputs: &Inputs<'_>, recipe: Recipe, answer: &Recorded) -> Option<String> {
    let driver = recipe.driver;
    let found = resolve(Question::new(inputs.clone()).with_recipe(recipe));
    let document = Document::new(&found, true);
    let expected = Below::answered(answer, driver);
    let found = Below::of(&document);
    (found != expected).then(|| format!("  real {expected:?}\n  core {found:?}"))
}

/// How core's reading of the URL as this libpq differs from `answer`, if it does.
pub fn libpq(inputs: &Inputs<'_>, version: Version, answer: &Value) -> Option<String> {
    let recipe = Recipe { libpq: version, ..Recipe::default() };
    let question = Question { client: &psql::CLIENT, inputs: inputs.clone(), recipe, module: None };
    let document = Document::new(&resolve(question), true);
    let params = document.connect_params.as_ref().map(json);
    // `PQconnectStart()`, which is asked, leaves it to `PQconnectdb()` to wait.
    let waits = |it: &str| it.ends_with("for connection option \"connect_timeout\"");
    let refusal = document.refusal.as_ref().filter(|it| !waits(&it.message));
    let refusal = refusal.map(|it| {
        assert_eq!((it.stage, &*it.r#type), ("libpq", "CONNECTION_BAD"));
        it.message.clone()
    });
    // psycopg was asked, which gives libpq's texts the names of exceptions.
    let error = match answer.get("error") {
        // libpq takes any bytes, and psycopg cannot decode them; so what libpq refuses later is not
        // known.
        Some(error) if error["type"] == "UnicodeDecodeError" => {
            let has_bytes = params.is_some_and(|it| it.to_string().contains("$bytes"));
            let is_taken = refusal.is_some() || has_bytes;
            return (!is_taken).then(|| format!("  real {answer}\n  core {refusal:?}"));
        }
        // Of the older versions the text alone was written down.
        Some(Value::String(text)) => Some(format!("{text}\n")),
        Some(error) => Some(type_and_message(error).1),
        None => answer["effective"]["option_error"].as_str().map(str::to_owned),
    };
    let effective = document.effective.as_ref().map(|it| without_error(&json(&it[0])));
    let expected = answer.get("effective").map(without_error);
    // Of the older versions only what they read was written down.
    let is_settled = version == Version::V18 && expected.is_some();
    let is_same = params.as_ref() == answer.get("params")
        && (refusal == error || params.is_some() && !is_settled)
        && (effective == expected || !is_settled);
    (!is_same).then(|| format!("  real {answer}\n  core {params:?} {refusal:?} {effective:?}"))
}

#[derive(Debug, PartialEq)]
struct Below {
    connect_params: Option<String>,
    effective: Option<Vec<Value>>,
    /// Stage, class and text.
    refusal: Option<(String, String, String)>,
}

impl Below {
    fn of(document: &Document) -> Below {
        let refusal = document.refusal.as_ref().filter(|it| it.stage != "recipe");
        Below {
            connect_params: document.connect_params.as_ref().map(text),
            effective: document
                .effective
                .as_ref()
                .map(|it| it.iter().map(|it| without_error(&json(it))).collect()),
            refusal: refusal
                .map(|it| (it.stage.to_owned(), it.r#type.to_owned(), it.message.clone())),
        }
    }

    fn answered(answer: &Recorded, driver: Driver) -> Below {
        let mut below = Below { connect_params: None, effective: None, refusal: None };
        let raised = |stage: &str, error: &Value| {
            let (class, message) = type_and_message(error);
            Some((stage.to_owned(), class, message))
        };
        let error_of = |answer: &'_ Value| answer.get("error").filter(|it| it.is_object()).cloned();
        let params = answer.django_params.as_ref().filter(|_| answer.error.is_none());
        let Some(params) = params else { return below };
        // Below the settings core knows the backends that end in libpq.
        let engine = answer.result.as_ref().and_then(|it| it["ENGINE"].as_str());
        if !engine.is_none_or(django::is_modelled) {
            return below;
        }
        if let Some(error) = &answer.django_connect_error {
            below.refusal = raised("django", error);
        }
        if let Some(error) = error_of(params) {
            below.refusal = below.refusal.or(raised("django", &error));
            return below;
        }
        let Some(libpq) = &answer.libpq else { return below };
        // Python objects are no part of core's answer.
        let mut params = params.clone();
        if let Some(params) = params.as_object_mut() {
            params.retain(|_, value| value.get("$py").is_none());
        }
        below.connect_params = Some(params.to_string());
        if let Some(error) = error_of(libpq) {
            below.refusal = below.refusal.or(raised(driver.name(), &error));
            return below;
        }
        let attempts = libpq["attempts"].as_array().expect("attempts");
        let mut refuse = |stage, messages: Vec<Option<&str>>, which: fn(&[&str]) -> String| {
            let messages: Option<Vec<&str>> = messages.into_iter().collect();
            if let Some(messages) = messages.filter(|it| !it.is_empty()) {
                let message = which(&messages);
                let error = serde_json::json!({"type": "OperationalError", "message": message});
                below.refusal = below.refusal.take().or(raised(stage, &error));
            }
        };
        // psycopg raises what it met last; of libpq's texts the first is told.
        let unresolved = attempts.iter().map(|it| it["resolve_port_error"].as_str());
        refuse("psycopg", unresolved.collect(), |it| it[it.len() - 1].to_owned());
        let refused = attempts.iter().map(|it| it["effective"]["option_error"].as_str());
        refuse("libpq", refused.collect(), |it| it[0].to_owned());
        let effective = attempts.iter().map(|it| without_error(&it["effective"])).collect();
        below.effective = Some(effective);
        below
    }
}

fn type_and_message(error: &Value) -> (String, String) {
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("type"), text("message"))
}

fn without_error(effective: &Value) -> Value {
    let mut effective = effective.clone();
    let options = effective.as_object_mut().expect("an object");
    options.remove("option_error");
    // Where libpq has GSSAPI that is its default, which it uses only with a ticket.
    if options.get("gssencmode").is_some_and(|it| it == "prefer") {
        options.remove("gssencmode");
    }
    effective
}

fn text(it: &impl serde::Serialize) -> String {
    serde_json::to_string(it).expect("an answer is JSON")
}

fn json(it: &impl serde::Serialize) -> Value {
    serde_json::to_value(it).expect("an answer is JSON")
}
