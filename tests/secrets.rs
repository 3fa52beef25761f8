//! No four characters of a secret in a row, and no difference when only its length changes: for
//! every kind of text, in every output.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use dsnlens_core::document::{Check, Document};
use dsnlens_core::errors;
use dsnlens_core::render::{Export, verdict};
use dsnlens_core::syntax::{dotenv, paste};
use dsnlens_core::{Client, DjDatabaseUrl, Inputs, Recipe, is_relevant, resolve_as};
use dsnlens_tests::program::PROGRAM;
use dsnlens_tests::recipe;
use dsnlens_tests::secret::{Pair, is_ambiguous, leak, marks, pairs, texts};

/// What is shown of one text, by output.
type Shown = BTreeMap<String, String>;

/// Everything that core says about a text as a URL, as a file and as a message.
fn by_core(text: &str, is_all: bool) -> Shown {
    let mut shown = Shown::new();
    let mut tell = |inputs: &Inputs<'_>, what: &str| {
        let django = DjDatabaseUrl::ALL.map(|version| (Client::Django, recipe(version)));
        for (client, recipe) in django.into_iter().chain([(Client::Libpq, Recipe::default())]) {
            let place =
                |name: &str| format!("{name} of {what} to {client:?} {:?}", recipe.dj_database_url);
            let resolution = resolve_as(client, inputs, &recipe);
            let document = Document::new(&resolution, inputs, &recipe, false);
            shown.insert(place("JSON"), serde_json::to_string(&document).unwrap());
            shown.insert(place("Debug"), format!("{resolution:?} {inputs:?}"));
            let sentence: String = verdict(&resolution).iter().map(|it| it.text()).collect();
            shown.insert(place("verdict"), sentence);
            if !is_all || recipe.dj_database_url != DjDatabaseUrl::default() {
                continue;
            }
            let check = Check::new(inputs, &recipe, &resolution, None, &[], &[], false);
            shown.insert(place("check"), serde_json::to_string(&check).unwrap());
            for export in Export::ALL {
                let text = export.write(&resolution, inputs, &recipe).map(|it| it.to_string());
                shown.insert(place(export.name()), format!("{text:?}"));
            }
        }
    };
    tell(&Inputs::url(text), "a URL");
    let dotenv = dotenv::parse(text);
    let bound = dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
    tell(&Inputs::new(bound.filter(|(name, _)| is_relevant(name))), "a file");
    if let Some(pasted) = paste::read(text) {
        tell(&Inputs::new(pasted.reveal()), "what was pasted");
        let notes: Vec<_> = pasted.notes.iter().map(|it| &it.text).collect();
        let names: Vec<_> = pasted.variables.iter().map(|it| &it.name).collect();
        let said = format!("{} {:?} {names:?} {notes:?}", pasted.form, pasted.part);
        shown.insert("pasted".into(), said);
    }
    let explanation = errors::explain(text);
    let lines = explanation.causes.iter().map(|it| explanation.shown(explanation.line(it.span)));
    let lines: Vec<_> = lines.collect();
    let told = explanation.told;
    let told = [told.host, told.address, told.port, told.user, told.database, told.sqlstate];
    let told = told.map(|it| it.map(|it| explanation.shown(it)));
    let masked = explanation.masked().text;
    shown.insert("explanation".into(), format!("{explanation:?} {lines:?} {told:?} {masked}"));
    shown
}

fn run(args: &[&str], stdin: &str) -> String {
    let mut command = Command::new(&*PROGRAM);
    command.args(args).env_clear().stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(stdin.as_bytes()).ok();
    let output = child.wait_with_output().unwrap();
    [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap()).concat()
}

/// What the program prints of a text.
fn by_program(text: &str) -> Shown {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("secrets.env");
    std::fs::write(&file, text).unwrap();
    let file = file.to_str().unwrap();
    let case = serde_json::json!({ "env": { "DATABASE_URL": text } }).to_string();
    let mut shown = Shown::new();
    for format in ["text", "json", "sarif", "github"] {
        let url = ["resolve", "-", "--format", format];
        shown.insert(format!("{format} of a URL"), run(&url, text));
        let psql = ["resolve", "-", "--client", "libpq", "--format", format];
        shown.insert(format!("{format} of a URL for libpq"), run(&psql, text));
        let file = ["resolve", "--env-file", file, "--format", format];
        shown.insert(format!("{format} of a file"), run(&file, ""));
    }
    shown.insert("jsonl".into(), run(&["resolve", "--jsonl"], &case));
    shown.insert("explain".into(), run(&["explain", "-"], text));
    shown
}

/// What is wrong with what is shown of texts that differ in a secret's length, once for each text.
fn faults(show: impl Fn(&str) -> Shown, Pair([short, long]): &Pair) -> Vec<String> {
    let mut faults = Vec::new();
    for ((form, text), (_, longer)) in texts(short).zip(texts(long)) {
        if is_ambiguous(form, short) {
            continue;
        }
        let (shown, other) = (show(&text), show(&longer));
        faults.extend(shown.iter().find_map(|(place, shown)| {
            let same = other.get(place).map_or("", |it| it);
            let at = shown.bytes().zip(same.bytes()).take_while(|(a, b)| a == b).count();
            match leak(short, shown) {
                Some(piece) => {
                    let excerpt = excerpt(shown, shown.find(piece)?);
                    Some(format!("{place} shows `{piece}` of {text:?}: …{excerpt}"))
                }
                None if same == shown => None,
                None => {
                    let excerpts = [shown, same].map(|it| excerpt(it, at));
                    Some(format!("{place} tells the length of {text:?}: …{excerpts:?}"))
                }
            }
        }));
    }
    faults
}

/// What stands around a place of a text.
fn excerpt(text: &str, at: usize) -> String {
    let nearby =
        text.char_indices().filter(|(it, _)| (at.saturating_sub(60)..at + 60).contains(it));
    nearby.map(|(_, it)| it).collect()
}

#[track_caller]
fn check(faults: Vec<String>) {
    let first = faults.iter().take(40).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(faults.is_empty(), "{} faults, such as\n{first}", faults.len());
}

#[test]
fn core_tells_nothing_of_a_secret() {
    let pairs = marks().step_by(5).flat_map(|it| pairs(&it));
    check(pairs.flat_map(|it| faults(|text| by_core(text, false), &it)).collect());
}

#[test]
fn nothing_is_exported_of_what_is_no_password() {
    let pairs = ["#", "&", "a'b;\"", "/@"].into_iter().flat_map(pairs);
    check(pairs.flat_map(|it| faults(|text| by_core(text, true), &it)).collect());
}

#[test]
fn the_program_prints_nothing_of_a_secret() {
    let pairs = ["#", "&", "a'b;\""].into_iter().map(|it| pairs(it)[0].clone());
    check(pairs.flat_map(|it| faults(by_program, &it)).collect());
}
