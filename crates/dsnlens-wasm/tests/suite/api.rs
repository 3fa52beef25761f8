//! The JS API as JavaScript sees it; run by `in_browser` and by `in_node`.

use dsnlens_wasm::{resolve, version};
use js_sys::{JSON, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

fn js(value: &Value) -> JsValue {
    JSON::parse(&value.to_string()).expect("JSON is JSON")
}

fn rust(value: &JsValue) -> Value {
    let text = JSON::stringify(value).expect("plain data").as_string().expect("a text");
    serde_json::from_str(&text).expect("JSON is JSON")
}

fn answer(case: &Value) -> Value {
    rust(&resolve(js(case).into(), None).expect("a case is answered").into())
}

fn revealed(case: &Value) -> Value {
    let options = js(&json!({"showSecrets": true}));
    rust(&resolve(js(case).into(), Some(options.into())).expect("a case is answered").into())
}

#[track_caller]
fn refused(case: &Value, options: Option<Value>, message: &str) {
    let options = options.map(|it| js(&it).into());
    let error = resolve(js(case).into(), options).err().expect("a TypeError");
    assert!(error.is_instance_of::<js_sys::TypeError>());
    let text = Reflect::get(&error, &"message".into()).unwrap().as_string().unwrap();
    assert_eq!(text, message);
}

#[wasm_bindgen_test]
fn a_url_is_resolved_and_redacted() {
    let url = "postgres://app:hunter2@db.example.com:5432/shop?sslmode=verify-full";
    let answer = answer(&json!({"env": {"DATABASE_URL": url}}));
    assert_eq!(answer["schemaVersion"], 1);
    assert_eq!(answer["settings"]["PASSWORD"], "********");
    assert_eq!(answer["settings"]["PORT"], 5432);
    assert_eq!(answer["ssl"]["mode"], "require");
    assert_eq!(answer["diagnostics"][0]["rule"], "sslmode-downgraded");
    assert!(!answer.to_string().contains("hunter2"));
    let revealed = revealed(&json!({"env": {"DATABASE_URL": url}}));
    assert_eq!(revealed["settings"]["PASSWORD"], "hunter2");
}

#[wasm_bindgen_test]
fn positions_are_utf_16_code_units() {
    // An astral character is four bytes and two units; a combining accent two bytes, one unit.
    let url = "postgres://\u{1f600}e\u{301}:p#ss@h/db";
    let answer = answer(&json!({"env": {"DATABASE_URL": url}}));
    let span = &answer["diagnostics"][0]["spans"][0];
    // Of the text as it is shown.
    let units: Vec<u16> = url.replace("p#ss", "********").encode_utf16().collect();
    let (start, end) = (span["start"].as_u64().unwrap(), span["end"].as_u64().unwrap());
    let pointed = String::from_utf16(&units[start as usize..end as usize]).unwrap();
    assert_eq!(pointed, "********");
}

#[wasm_bindgen_test]
fn a_wrong_argument_is_a_type_error_that_names_the_property() {
    let env = json!({});
    refused(&json!([]), None, "dsnlens: case must be an object");
    refused(&json!({}), None, "dsnlens: case.env must be an object");
    refused(&json!({"env": {"A": 1}}), None, "dsnlens: case.env.A must be a string");
    refused(&json!({"env": env, "debug": 1}), None, "dsnlens: case.debug must be a boolean");
    refused(&json!({"env": env, "url": ""}), None, "dsnlens: case.url is not a property of a case");
    let wrong = "dsnlens: case.stack.djDatabaseUrl must be a release from \"0.5.0\" to \"3.1.2\"";
    refused(&json!({"env": env, "stack": {"djDatabaseUrl": "9"}}), None, wrong);
    let wrong = "dsnlens: case.stack.driver must be \"psycopg\" or \"psycopg2\"";
    refused(&json!({"env": env, "stack": {"driver": "psycopg3"}}), None, wrong);
    let wrong = "dsnlens: case.stack.django must be a string";
    refused(&json!({"env": env, "stack": {"django": 5.2}}), None, wrong);
    let options = json!({"showSecrets": "yes"});
    let wrong = "dsnlens: options.showSecrets must be a boolean";
    refused(&json!({"env": env}), Some(options), wrong);
}

/// What is beyond the first module, and the property that asks for it.
#[cfg(not(feature = "full"))]
#[wasm_bindgen_test]
fn what_takes_the_full_module_is_named() {
    let cases = [
        (json!({"client": "prisma"}), "client"),
        (json!({"client": "hunter2"}), "client"),
        (json!({"settings": {"text": "DATABASES = {}"}}), "settings"),
        (json!({"settings": {"preset": "environ"}}), "settings"),
        (json!({"stack": {"djDatabaseUrl": "0.5.0"}}), "stack.djDatabaseUrl"),
        (
            json!({"stack": {"djDatabaseUrl": "0.5.0"}, "settings": {"preset": "guide"}}),
            "stack.djDatabaseUrl",
        ),
    ];
    for (mut case, property) in cases {
        case["env"] = json!({"DATABASE_URL": "postgres://u:p@h/d"});
        let answer: JsValue = resolve(js(&case).into(), None).expect("it is a case").into();
        assert_eq!(answer.as_string().as_deref(), Some(property), "{case}");
    }
    for mut case in [
        json!({"client": "psql"}),
        json!({"settings": {"preset": "guide"}}),
        json!({"settings": {"databases": {"default": {}}}}),
    ] {
        case["env"] = json!({});
        assert_eq!(answer(&case)["schemaVersion"], 1, "{case}");
    }
}

#[wasm_bindgen_test]
fn a_port_is_a_number_of_javascript() {
    let url = "postgres://u:p@h:9007199254740993/d";
    let answer = revealed(&json!({"env": {"DATABASE_URL": url}, "client": "psql"}));
    assert_eq!(answer["reads"]["hosts"], json!([["h", 9_007_199_254_740_992_i64]]));
}

#[wasm_bindgen_test]
fn the_version_is_the_crates() {
    assert_eq!(version(), env!("CARGO_PKG_VERSION"));
}

#[wasm_bindgen_test]
fn every_recorded_answer_is_reproduced_through_javascript() {
    for line in include_str!("../../../../tests/recorded/cases.jsonl").lines() {
        let recorded: Value = serde_json::from_str(line).unwrap();
        for version in ["2.1.0", "3.1.2"] {
            let case = json!({
                "env": recorded["env"], "debug": recorded["debug"], "stack": {"djDatabaseUrl": version},
            });
            let answer = revealed(&case);
            let expected = &recorded[version];
            match expected.get("result") {
                Some(settings) => {
                    // Numbers beyond 2^53 are doubles in JavaScript, so the texts are compared there.
                    let settings = rust(&js(settings));
                    assert_eq!(answer["settings"].to_string(), settings.to_string(), "{line}");
                }
                None => {
                    let refusal = &answer["refusal"];
                    assert_eq!(refusal["message"], expected["error"]["message"], "{line}");
                    assert_eq!(refusal["type"], expected["error"]["type"], "{line}");
                }
            }
        }
    }
}
