//! Settings modules through the whole answer, against what Python made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dsnlens_core::document::{Case, CaseSettings, CaseStack, Document, Unknown};
use dsnlens_core::module::Preset;
use dsnlens_core::{DjDatabaseUrl, Inputs, Question, Recipe, resolve};
use dsnlens_settings::evaluate;
use dsnlens_tests::Case as Recorded;
use serde_json::Value;

fn recorded(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name);
    let text = fs::read_to_string(path).expect("the recorded answers are there");
    text.lines().map(|it| serde_json::from_str(it).expect("a line is JSON")).collect()
}

fn env(line: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(line["env"].clone()).expect("an environment")
}

fn answer(case: &Case) -> Document {
    case.answer(evaluate, true).unwrap_or_else(|it| panic!("{it:?}"))
}

fn is_unknown(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("$unknown") || map.values().any(is_unknown),
        Value::Array(items) => items.iter().any(is_unknown),
        _ => false,
    }
}

/// Whether what is known of `found` is so.
fn agrees(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(map), _) if map.contains_key("$unknown") => true,
        (Value::Object(found), Value::Object(expected)) => {
            let is_right = |(key, value): (&String, &Value)| {
                expected.get(key).map_or_else(|| is_unknown(value), |it| agrees(value, it))
            };
            let is_open = found.values().any(is_unknown);
            found.iter().all(is_right)
                && (is_open || expected.keys().all(|it| found.contains_key(it)))
        }
        _ => found == expected,
    }
}

#[test]
fn a_module_is_answered_as_python_runs_it() {
    let lines = recorded("settings.jsonl");
    assert_eq!(lines.len(), 168, "no recorded module may get lost");
    let mut unknown = Vec::new();
    for line in &lines {
        let id = line["id"].as_str().expect("an id");
        let case = Case {
            env: env(line),
            settings: Some(CaseSettings {
                text: line["settings"].as_str().map(str::to_owned),
                path: Some("/srv/app/config/settings.py".into()),
                ..CaseSettings::default()
            }),
            dotenv: line["dotenv"].as_str().map(str::to_owned),
            ..Case::default()
        };
        let found = serde_json::to_value(answer(&case)).expect("a document is JSON");
        let expected = &line["result"];
        let refusal = &found["refusal"];
        let by_module = matches!(refusal["stage"].as_str(), Some("settings" | "recipe"));
        match expected.get("error") {
            Some(error) if by_module => {
                let raised = ["type", "message", "line"].map(|it| &refusal[it]);
                assert_eq!(raised, ["type", "message", "line"].map(|it| &error[it]), "{id}");
            }
            Some(error) => {
                let is_open = found["unknown"].as_array().is_some_and(|it| !it.is_empty());
                assert!(is_open, "{id}: {error} is not raised: {refusal}");
                unknown.push(id);
            }
            None => {
                assert!(!by_module, "{id}: {refusal}");
                let databases = (&found["databases"], &expected["DATABASES"]);
                assert!(agrees(databases.0, databases.1), "{id}: {databases:?}");
                if is_unknown(databases.0) {
                    unknown.push(id);
                }
                if !expected["DEBUG"].is_null() {
                    assert!(
                        agrees(&found["debug"], &expected["DEBUG"]),
                        "{id}: {}",
                        found["debug"]
                    );
                }
            }
        }
    }
    // The reasons: what a class of django-configurations does on import, what pydantic-settings
    // reads, and JSON in base64 are not evaluated.
    assert_eq!(unknown.len(), 3, "{unknown:?}");
}

#[test]
fn the_text_of_the_guides_module_is_the_compiled_one() {
    for version in [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V3_1_2] {
        let recipe = Recipe { dj_database_url: version, ..Recipe::default() };
        let stack =
            CaseStack { dj_database_url: Some(version.version().into()), ..CaseStack::default() };
        for Recorded { env, debug, .. } in Recorded::all() {
            let case = Case {
                env: env.clone(),
                debug: Some(debug),
                settings: Some(CaseSettings {
                    text: Some(Preset::GUIDE.text.into()),
                    ..CaseSettings::default()
                }),
                stack: stack.clone(),
                ..Case::default()
            };
            let found = answer(&case);
            let inputs = Inputs::new(env.iter().map(|(name, value)| (&**name, &**value)));
            let question = Question::new(inputs.with_debug(debug)).with_recipe(recipe.clone());
            let compiled = Document::new(&resolve(question), true);
            let all = |it: &Document| {
                let refusal = it.refusal.as_ref();
                let refusal = refusal.map(|it| (it.r#type.clone(), it.message.clone()));
                (it.settings.clone(), refusal, it.connect_params.clone(), it.effective.clone())
            };
            assert_eq!(all(&found), all(&compiled), "{env:?}");
            // A service is in a file of the machine, whoever reads the variables.
            let is_service = |it: &&Unknown| it.why.starts_with("the service ");
            assert_eq!(found.unknown, compiled.unknown, "{env:?}");
            assert_eq!(found.unknown.iter().find(|it| !is_service(it)), None, "{env:?}");
        }
    }
}

#[test]
fn a_release_that_only_the_evaluator_knows_reads_the_guides_module() {
    let url = "postgres://u:p@db.example.com/shop?sslmode=verify-full";
    let types = |version: &str| {
        let case = Case {
            env: BTreeMap::from([("DATABASE_URL".into(), url.into())]),
            stack: CaseStack { dj_database_url: Some(version.into()), ..CaseStack::default() },
            ..Case::default()
        };
        let found = answer(&case);
        (found.refusal.map(|it| it.r#type), found.settings.is_some())
    };
    // Its `config()` has no `conn_health_checks` yet.
    assert_eq!(types("1.0.0"), (Some("TypeError".into()), false));
    assert_eq!(types("1.3.0"), (None, true));
}

#[test]
fn a_value_says_what_it_took_the_place_of() {
    let text = "import os, dj_database_url\nDEBUG = False\n\
                DATABASES = {'default': dj_database_url.config(ssl_require=not DEBUG)}\n\
                DATABASES['default']['CONN_MAX_AGE'] = 60\n";
    let url = "postgres://u:p@db.example.com/shop?sslmode=verify-full";
    let case = |text: &str| Case {
        env: BTreeMap::from([("DATABASE_URL".into(), url.into())]),
        settings: Some(CaseSettings { text: Some(text.into()), ..CaseSettings::default() }),
        ..Case::default()
    };
    let ages = |document: &Document| {
        let lines = document.ledger.iter().filter(|it| it.key == "CONN_MAX_AGE");
        lines.map(|it| (it.fate, serde_json::to_value(&it.value).unwrap())).collect::<Vec<_>>()
    };
    let touched = answer(&case(text));
    assert_eq!(ages(&touched), [("overridden", 0.into()), ("won", 60.into())]);
    let untouched = answer(&case(text.rsplit_once("DATABASES[").unwrap().0));
    let line = |fate| {
        let mut lines = untouched.ledger.iter().filter(|it| it.key == "sslmode");
        let line = lines.find(|it| it.fate == fate).unwrap();
        serde_json::to_value(line).unwrap()
    };
    let (won, lost) = (line("won"), line("overridden"));
    assert_eq!((&won["value"], &won["origin"]["line"]), (&"require".into(), &3.into()));
    assert_eq!(
        (&lost["value"], &lost["origin"]["name"]),
        (&"verify-full".into(), &"DATABASE_URL".into())
    );
    let span = |it| usize::try_from(won["origin"][it].as_u64().unwrap()).unwrap();
    assert_eq!(&text[span("start")..span("end")], "not DEBUG");
}

#[test]
fn a_variable_that_only_the_module_knows_tells_no_secret_and_no_length() {
    let text = "import os\nH, W = os.environ['PLACE'].split('/')\nDATABASES = {'default': {\n\
                'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': H,\n\
                'PASSWORD': os.environ['WORD'], 'USER': os.environ['WHO'].lower()}}\n";
    let shown = |secret: &str| {
        let env = [
            ("PLACE", format!("db.example.com/{secret}")),
            ("WORD", secret.to_owned()),
            ("WHO", format!("APP{secret}")),
        ];
        let case = Case {
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            settings: Some(CaseSettings { text: Some(text.into()), ..CaseSettings::default() }),
            ..Case::default()
        };
        let found = case.answer(evaluate, false).expect("a case");
        serde_json::to_value((&found.inputs, &found.ledger, &found.refusal)).expect("JSON")
    };
    let (short, long) = (shown("quiet-otter"), shown("quiet-otter-quiet-otter-52"));
    assert!(!short[0].to_string().contains("otter"), "{short}");
    assert_eq!(short[0]["PLACE"], "db.example.com********");
    // The user's name was made of all of it, and is shown as any user's name is.
    let without_user = |mut it: Value| {
        let lines = it[1].as_array_mut().expect("lines");
        lines.retain(|it| it["key"] != "user");
        it
    };
    assert_eq!(without_user(short), without_user(long));
}
