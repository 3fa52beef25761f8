//! Core against the recorded answers of the real code: same settings in the same order with the
//! same types, or the same exception class and text.

use dsnlens_core::clients::libpq::Version;
use dsnlens_core::document::Document;
use dsnlens_core::ledger::Stage;
use dsnlens_core::{Client, DjDatabaseUrl, Recipe, resolve, resolve_as};
use dsnlens_tests::{Answer, Case, Raised, recipe};
use serde_json::Value;

/// How core's answer differs from the recorded one, if it does.
fn difference(case: &Case, version: DjDatabaseUrl, recorded: &Answer) -> Option<String> {
    let inputs = case.inputs();
    let resolution = resolve(&inputs, &recipe(version));
    let document = Document::new(&resolution, true);
    let refusal = resolution.refusal.filter(|it| it.stage == Stage::Recipe);
    let error =
        refusal.map(|it| Raised { r#type: it.kind.to_owned(), message: it.message.reveal() });
    // As text, so that key order and types count.
    let settings = document.settings.map(|it| serde_json::to_string(&it).unwrap());
    let expected = recorded.result.as_ref().map(|it| serde_json::to_string(it).unwrap());
    if settings == expected && error == recorded.error {
        return None;
    }
    Some(format!(
        "case {} ({version}): {:?}\n  recorded {expected:?} {:?}\n  core     {settings:?} {error:?}",
        case.id, case.env, recorded.error,
    ))
}

#[test]
fn every_recorded_answer_of_the_recipe_is_reproduced() {
    let cases = Case::all();
    assert_eq!(cases.len(), 2246, "no recorded case may get lost");
    for version in DjDatabaseUrl::ALL {
        let differences: Vec<_> =
            cases.iter().filter_map(|it| difference(it, version, it.answer(version))).collect();
        let agreeing = cases.len() - differences.len();
        println!("dj-database-url {version}: {agreeing} of {} equal", cases.len());
        let shown: Vec<_> = differences.iter().take(10).map(String::as_str).collect();
        assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
    }
}

/// Recorded answers of libpq that core does not give, and why. One that core does give fails too.
const KNOWN_DIFFERENCES: [(u32, &str); 4] = [
    (3068, "the recorder took no host from PGHOST; libpq does, as its error messages show"),
    (3069, "the same"),
    (3152, "the same"),
    (3153, "the same"),
];

/// How core's answer below the settings differs from the recorded one, if it does.
fn difference_below(case: &Case, version: DjDatabaseUrl) -> Option<String> {
    let inputs = case.inputs();
    let document = Document::new(&resolve(&inputs, &recipe(version)), true);
    let params = case.below(version, |it| &it.django_params);
    let connect_error = case.below(version, |it| &it.django_connect_error);
    let libpq = case.below(version, |it| &it.libpq);
    let expected = Below::recorded(case.answer(version), params, connect_error, libpq);
    let found = Below::of(&document);
    (found != expected).then(|| {
        format!(
            "case {} ({version}) {:?} debug {}\n  recorded {expected:?}\n  core     {found:?}",
            case.id, case.env, case.debug
        )
    })
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
        let json = |it: &_| serde_json::to_value(it).expect("an answer is JSON");
        let refusal = document.refusal.as_ref().filter(|it| it.stage != "recipe");
        Below {
            connect_params: document
                .connect_params
                .as_ref()
                .map(|it| serde_json::to_string(it).expect("an answer is JSON")),
            effective: document.effective.as_ref().map(|it| it.iter().map(json).collect()),
            refusal: refusal
                .map(|it| (it.stage.to_owned(), it.r#type.to_owned(), it.message.clone())),
        }
    }

    fn recorded(
        answer: &Answer,
        params: Option<&Value>,
        connect_error: Option<&Value>,
        libpq: Option<&Value>,
    ) -> Below {
        let mut below = Below { connect_params: None, effective: None, refusal: None };
        let raised = |stage: &str, error: &Value| {
            let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
            Some((stage.to_owned(), text("type"), text("message")))
        };
        let error_of = |answer: &'_ Value| answer.get("error").filter(|it| it.is_object()).cloned();
        let Some(params) = params.filter(|_| answer.error.is_none()) else { return below };
        if let Some(error) = error_of(params) {
            // That a driver is not installed is no refusal.
            if error["stage"] != "load_backend" {
                below.refusal = raised("django", &error);
            }
            return below;
        }
        let Some(libpq) = libpq else { return below };
        // Python objects are no part of core's answer.
        let mut params = params.clone();
        if let Some(params) = params.as_object_mut() {
            params.retain(|_, value| value.get("$py").is_none());
        }
        below.connect_params = Some(params.to_string());
        if let Some(error) = connect_error {
            let mut error = error.clone();
            if error["stage"] == "isolation_level" {
                let value =
                    &answer.result.as_ref().expect("settings")["OPTIONS"]["isolation_level"];
                let value = value.as_str().map_or(value.to_string(), str::to_owned);
                error["type"] = "ImproperlyConfigured".into();
                error["message"] = format!(
                    "Invalid transaction isolation level {value} specified. Use one of the \
                     psycopg.IsolationLevel values."
                )
                .into();
            }
            below.refusal = raised("django", &error);
        }
        if let Some(error) = error_of(libpq) {
            below.refusal = below.refusal.or(raised("psycopg", &error));
            return below;
        }
        let attempts = libpq["attempts"].as_array().expect("attempts");
        let unresolved = attempts.iter().map(|it| it["resolve_port_error"].as_str());
        if let Some(Some(message)) = unresolved.clone().next()
            && unresolved.clone().all(|it| it.is_some())
        {
            let error = serde_json::json!({"type": "OperationalError", "message": message});
            below.refusal = below.refusal.or(raised("psycopg", &error));
        }
        let refused = attempts.iter().map(|it| it["effective"]["option_error"].as_str());
        if let Some(Some(message)) = refused.clone().next()
            && refused.clone().all(|it| it.is_some())
        {
            let error = serde_json::json!({"type": "OperationalError", "message": message});
            below.refusal = below.refusal.or(raised("libpq", &error));
        }
        let effective = attempts.iter().map(|it| without_error(&it["effective"])).collect();
        below.effective = Some(effective);
        below
    }
}

fn without_error(effective: &Value) -> Value {
    let mut effective = effective.clone();
    effective.as_object_mut().expect("an object").remove("option_error");
    effective
}

#[test]
fn every_recorded_answer_below_the_settings_is_reproduced() {
    let cases = Case::all();
    for version in DjDatabaseUrl::ALL {
        let differences: Vec<_> =
            cases.iter().filter_map(|it| difference_below(it, version)).collect();
        let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
        assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
    }
}

#[test]
fn every_recorded_answer_of_libpq_itself_is_reproduced() {
    let cases = Case::all();
    let mut compared = 0;
    let mut differences = Vec::new();
    for case in cases.iter().filter(|it| !it.libpq.is_empty()) {
        for (name, version) in ["15", "16", "17", "18"].into_iter().zip(Version::ALL) {
            let recorded = case.libpq.get(name).or(case.libpq.get("18")).and_then(|it| it.as_ref());
            let Some(recorded) = recorded else { continue };
            let inputs = case.inputs();
            let recipe = Recipe { libpq: version, ..Recipe::default() };
            let document = Document::new(&resolve_as(Client::Libpq, &inputs, &recipe), true);
            let json = |it: &_| serde_json::to_value(it).expect("an answer is JSON");
            let params = document.connect_params.as_ref().map(|it| json(it));
            let refusal = document
                .refusal
                .as_ref()
                .filter(|_| params.is_none())
                .map(|it| (it.r#type.to_owned(), it.message.clone()));
            let error = recorded.get("error").map(|it| match it.as_str() {
                // Of the older versions the text alone was written down.
                Some(text) => ("ProgrammingError".to_owned(), format!("{text}\n")),
                None => {
                    let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
                    (text("type"), text("message"))
                }
            });
            let effective = document.effective.as_ref().map(|it| json(&it[0]));
            let expected = recorded.get("effective").map(without_error);
            compared += 1;
            let is_same = params.as_ref() == recorded.get("params")
                && refusal == error
                && (version != Version::V18 || expected.is_none() || effective == expected);
            let is_known =
                version == Version::V18 && KNOWN_DIFFERENCES.iter().any(|(id, _)| *id == case.id);
            if is_same == is_known {
                differences.push(format!(
                    "case {} (libpq {name}) {:?}\n  recorded {recorded}\n  core     {params:?} {refusal:?} {effective:?}",
                    case.id, case.env
                ));
            }
        }
    }
    println!("libpq itself: {} of {compared} equal", compared - differences.len());
    let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
}

#[test]
fn one_changed_byte_of_an_answer_is_a_difference() {
    let change = |text: &str| {
        let last = text.char_indices().last().map_or(0, |(at, _)| at);
        format!("{}~", &text[..last])
    };
    for case in Case::all() {
        for version in DjDatabaseUrl::ALL {
            let mut recorded = case.answer(version).clone();
            match (&mut recorded.result, &mut recorded.error) {
                (Some(result), _) => {
                    let Some(serde_json::Value::String(name)) = result.get_mut("NAME") else {
                        continue;
                    };
                    *name = change(name);
                }
                (None, Some(error)) => error.message = change(&error.message),
                (None, None) => panic!("case {} has no answer", case.id),
            }
            let found = difference(&case, version, &recorded);
            assert!(found.is_some(), "case {} ({version}) hides a change", case.id);
        }
    }
}

#[test]
fn order_and_type_count() {
    let case = &Case::all()[0];
    let version = DjDatabaseUrl::V2_1_0;
    let mut recorded = case.answer(version).clone();
    let settings = recorded.result.as_mut().and_then(|it| it.as_object_mut()).unwrap();
    let name = settings.shift_remove("NAME").unwrap();
    settings.insert("NAME".into(), name);
    assert!(difference(case, version, &recorded).is_some(), "another order");
    let mut recorded = case.answer(version).clone();
    recorded.result.as_mut().unwrap()["PORT"] = "1234".into();
    assert!(difference(case, version, &recorded).is_some(), "another type");
}
