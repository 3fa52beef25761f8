//! Core against the recorded answers of the real code: same settings in the same order with the
//! same types, or the same exception class and text.

use dsnlens_core::document::Document;
use dsnlens_core::ledger::Stage;
use dsnlens_core::{DjDatabaseUrl, resolve};
use dsnlens_tests::{Answer, Case, Raised, recipe};

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
