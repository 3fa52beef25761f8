//! Core against the recorded answers of the real code.

use dsnlens_core::DjDatabaseUrl;
use dsnlens_core::clients::libpq::Version;
use dsnlens_tests::{Case, comparison};

fn check(compared: usize, differences: &[String]) {
    println!("{} of {compared} equal", compared - differences.len());
    let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
}

fn named(case: &Case, subject: &str, difference: String) -> String {
    format!("case {} ({subject}) {:?} debug {}\n{difference}", case.id, case.env, case.debug)
}

#[test]
fn every_recorded_answer_of_the_recipe_is_reproduced() {
    let cases = Case::all();
    assert_eq!(cases.len(), 2246, "no recorded case may get lost");
    for version in DjDatabaseUrl::DISTINCT {
        let differences = cases.iter().filter_map(|it| {
            let difference = comparison::settings(&it.inputs(), version, &it.answer(version))?;
            Some(named(it, &version.to_string(), difference))
        });
        check(cases.len(), &differences.collect::<Vec<_>>());
    }
}

#[test]
fn every_recorded_answer_below_the_settings_is_reproduced() {
    let cases = Case::all();
    for version in DjDatabaseUrl::DISTINCT {
        let differences = cases.iter().filter_map(|it| {
            let difference = comparison::below(&it.inputs(), version, &it.whole(version))?;
            Some(named(it, &version.to_string(), difference))
        });
        check(cases.len(), &differences.collect::<Vec<_>>());
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
            compared += 1;
            let difference = comparison::libpq(&case.inputs(), version, recorded);
            differences.extend(difference.map(|it| named(case, &format!("libpq {name}"), it)));
        }
    }
    check(compared, &differences);
}

#[test]
fn one_changed_byte_of_an_answer_is_a_difference() {
    let change = |text: &str| {
        let last = text.char_indices().last().map_or(0, |(at, _)| at);
        format!("{}~", &text[..last])
    };
    for case in Case::all() {
        for version in DjDatabaseUrl::DISTINCT {
            let mut recorded = case.answer(version);
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
            let found = comparison::settings(&case.inputs(), version, &recorded);
            assert!(found.is_some(), "case {} ({version}) hides a change", case.id);
        }
    }
}

#[test]
fn order_and_type_count() {
    let case = &Case::all()[0];
    let version = DjDatabaseUrl::V2_1_0;
    let mut recorded = case.answer(version);
    let settings = recorded.result.as_mut().and_then(|it| it.as_object_mut()).unwrap();
    let name = settings.shift_remove("NAME").unwrap();
    settings.insert("NAME".into(), name);
    assert!(comparison::settings(&case.inputs(), version, &recorded).is_some(), "another order");
    let mut recorded = case.answer(version);
    recorded.result.as_mut().unwrap()["PORT"] = "1234".into();
    assert!(comparison::settings(&case.inputs(), version, &recorded).is_some(), "another type");
}
