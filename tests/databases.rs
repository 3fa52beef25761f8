//! `DATABASES` as it is written in a settings module, against the recorded answers of the real
//! Django, psycopg and libpq to the same module.

use dsnlens_core::document::Case;
use dsnlens_core::module::Evaluated;
use dsnlens_core::paste;
use dsnlens_core::{DjDatabaseUrl, Inputs, Refusal, resolve};
use dsnlens_tests::{Recorded, comparison};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Module {
    settings: String,
    answer: Recorded,
}

fn modules() -> Vec<Module> {
    let lines = include_str!("recorded/databases.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a recorded module is readable")).collect()
}

fn difference(Module { settings, answer }: &Module) -> Option<String> {
    let databases = paste::read(settings).and_then(|it| it.databases).expect("a dictionary");
    let inputs = Inputs::default().with_debug(false).with_databases(databases);
    let version = DjDatabaseUrl::V3_1_2;
    let above = comparison::settings(&inputs, version, answer);
    let difference = above.or_else(|| comparison::below(&inputs, version, answer))?;
    Some(format!("{settings}{difference}"))
}

#[test]
fn every_recorded_dictionary_is_read_as_django_reads_it() {
    let modules = modules();
    assert!(modules.len() >= 100, "no recorded module may get lost");
    let differences: Vec<_> = modules.iter().filter_map(difference).collect();
    println!("{} of {} equal", modules.len() - differences.len(), modules.len());
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}

#[test]
fn a_changed_dictionary_is_a_difference() {
    for mut module in modules().into_iter().filter(|it| it.settings.contains("'app'")) {
        module.settings = module.settings.replace("'app'", "'apq'");
        assert!(difference(&module).is_some(), "{}", module.settings);
    }
}

/// `DATABASES` with values of other types than Django works with, against what Django raises.
#[test]
fn what_django_cannot_use_is_refused_in_its_own_words() {
    let lines = include_str!("recorded/shapes.jsonl").lines();
    let mut differences = Vec::new();
    let mut errors = 0;
    for line in lines {
        let recorded: Value = serde_json::from_str(line).expect("JSON");
        errors += usize::from(!recorded["error"].is_null());
        // Of two releases one answer is kept where they agree.
        let older = recorded.get("Django 4.2").unwrap_or(&recorded["error"]);
        for (django, expected) in [("5.2", &recorded["error"]), ("4.2", older)] {
            let databases = serde_json::json!({"databases": recorded["databases"]});
            let case = serde_json::json!(
                {"env": {}, "settings": databases, "stack": {"django": django}}
            );
            let case: Case = serde_json::from_value(case).expect("a case");
            let question = case.question(|_, _| Evaluated::default()).expect("a question");
            let refusal = resolve(question).resolution.refusal;
            let raised = |it: Refusal<'_>| serde_json::json!({"type": it.kind, "message": it.message.reveal()});
            let raised = refusal.filter(|it| it.stage.name == "django").map(raised);
            let raised = raised.unwrap_or_default();
            if raised != *expected {
                differences.push(format!("{line}\n  core with Django {django} {raised}"));
            }
        }
    }
    assert!(errors > 100, "no recorded error may get lost");
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), differences.join("\n"));
}
