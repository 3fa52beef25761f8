//! Fixes that `dsnlens lint --fix` writes, read by the real readers of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use dsnlens_core::paste;
use dsnlens_core::syntax::{dotenv, yaml};
use dsnlens_lint::{Options, Repository};
use dsnlens_tests::oracle::Oracle;
use serde_json::{Value, json};

/// The URLs of the recorded cases that a line can hold.
fn urls() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded/cases.jsonl");
    let cases = fs::read_to_string(path).expect("it is there");
    let cases = cases.lines().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
    let urls = cases.filter_map(|it| Some(it["env"]["DATABASE_URL"].as_str()?.to_owned()));
    let urls: BTreeSet<_> =
        urls.filter(|it| !it.is_empty() && !it.chars().any(char::is_control)).collect();
    urls.into_iter().collect()
}

/// A kind of file, and how a URL is written into it.
struct Kind {
    name: fn(usize) -> String,
    write: fn(&str, usize) -> String,
    oracle: fn() -> Oracle,
    /// The URL in the oracle's answer.
    read: fn(&Value) -> Option<&str>,
}

const KINDS: [Kind; 3] = [
    Kind {
        name: |nth| format!(".env.{nth}"),
        write: |url, nth| {
            let quoted = match nth % 3 {
                0 => dotenv::quote_verbatim(url).into_owned(),
                1 => format!("\"{}\"", url.replace('\\', "\\\\").replace('"', "\\\"")),
                _ => format!("'{}'", url.replace('\\', "\\\\").replace('\'', "\\'")),
            };
            format!("# shop\nexport A=1\nDATABASE_URL={quoted} # prod\nB='2'\n")
        },
        oracle: Oracle::dotenv,
        read: |it| {
            let bindings = it["bindings"].as_array()?;
            bindings.iter().find(|it| it[0] == "DATABASE_URL")?[1].as_str()
        },
    },
    Kind {
        name: |nth| format!("compose.{nth}.yml"),
        write: |url, nth| {
            let url = url.replace('$', "$$");
            let quoted = match nth % 2 {
                0 => format!("\"{}\"", yaml::escape(&url)),
                _ => format!("'{}'", url.replace('\'', "''")),
            };
            format!(
                "services:\n  web:\n    environment:\n      DATABASE_URL: {quoted} # prod\n      B: 2\n"
            )
        },
        oracle: Oracle::yaml,
        read: |it| it[0]["services"]["web"]["environment"]["DATABASE_URL"].as_str(),
    },
    Kind {
        name: |nth| format!("{nth}_settings.py"),
        write: |url, nth| {
            let quoted = match nth % 2 {
                0 => json!(url).to_string(),
                _ => format!("'{}'", url.replace('\\', "\\\\").replace('\'', "\\'")),
            };
            format!("import os\n\nos.environ[\"DATABASE_URL\"] = {quoted}  # prod\n")
        },
        oracle: Oracle::python,
        read: |it| it["DATABASE_URL"].as_str(),
    },
];

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lint-fixes");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("it is ours");
    }
    // What is above it is another repository.
    fs::create_dir_all(folder.join(".git")).expect("it is ours");
    folder
}

#[test]
fn a_fix_reads_back_the_same_with_the_real_reader() {
    let folder = folder();
    let mut files: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for (nth, url) in urls().iter().enumerate() {
        for (kind, it) in KINDS.iter().enumerate() {
            let (name, text) = ((it.name)(nth), (it.write)(url, nth));
            fs::write(folder.join(&name), &text).expect("a file");
            files.insert(name, (kind, text));
        }
    }
    let options = Options { start: folder.clone(), paths: vec![".".into()], ..Options::default() };
    let changes = Repository::read(options).fix();
    let mut by_kind: [Vec<(String, String)>; 3] = Default::default();
    for change in &changes {
        change.write().expect("the file can be written");
        let after = fs::read_to_string(folder.join(&change.shown)).expect("a file");
        let (kind, before) = &files[&change.shown];
        assert_eq!(after.lines().count(), before.lines().count(), "{}", change.shown);
        let differ = after.lines().zip(before.lines()).filter(|(one, other)| one != other).count();
        assert_eq!(differ, 1, "{}: one line changes", change.shown);
        by_kind[*kind].push((change.shown.clone(), after));
    }
    for (kind, changed) in KINDS.iter().zip(&by_kind) {
        println!("{} files were fixed", changed.len());
        assert!(changed.len() > 200, "{}", changed.len());
        let questions = changed.iter().map(|it| (it, json!(it.1).to_string()));
        (kind.oracle)().ask(questions, |(name, text), answer| {
            let real: Value = serde_json::from_str(answer).expect("an answer is JSON");
            let real = (kind.read)(&real).unwrap_or_else(|| panic!("{name}: no URL in {real}"));
            let pasted = paste::read(text).expect("it is recognized");
            let ours = pasted.get("DATABASE_URL").expect("it has one");
            if ours.holes.is_empty() {
                let real = match name.ends_with(".yml") {
                    true => real.replace("$$", "$"),
                    false => real.to_owned(),
                };
                assert_eq!(*ours.value.as_ref().expect("a value").reveal(), real, "{name}");
            }
        });
    }
    // What was fixed stays so.
    let options = Options { start: folder, paths: vec![".".into()], ..Options::default() };
    assert!(Repository::read(options).fix().is_empty());
}
