//! `DATABASES` as it is written in a settings module, against the recorded answers of the real
//! Django, psycopg and libpq to the same module.

use dsnlens_core::paste;
use dsnlens_core::{DjDatabaseUrl, Inputs};
use dsnlens_tests::{Recorded, comparison};
use serde::Deserialize;

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
