//! The evaluator against recorded answers of CPython and of the real libraries.

use std::fs;
use std::path::PathBuf;

use dsnlens_core::PackageVersion as Version;
use dsnlens_settings::{Question, Stack, read};
use dsnlens_tests::evaluated::{Verdict, compare, json, judge, outcome, worst};
use serde_json::{Value as Json, json};

fn recorded(name: &str) -> Vec<Json> {
    let folder = match std::env::var_os("DSNLENS_RECORDED") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recorded"),
    };
    let text = fs::read_to_string(folder.join(name)).expect("the recorded answers are there");
    text.lines().map(|it| serde_json::from_str(it).expect("a line is JSON")).collect()
}

fn env(line: &Json) -> Vec<(&str, &str)> {
    let env = line["env"].as_object().expect("an environment");
    env.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or(""))).collect()
}

struct Tally {
    name: String,
    equal: usize,
    unknown: Vec<String>,
    wrong: Vec<String>,
}

impl Tally {
    fn new(name: &str) -> Tally {
        Tally { name: name.into(), equal: 0, unknown: Vec::new(), wrong: Vec::new() }
    }

    fn add(&mut self, id: &str, verdict: Verdict, details: impl FnOnce() -> String) {
        match verdict {
            Verdict::Equal => self.equal += 1,
            Verdict::Unknown => self.unknown.push(format!("{id}: {}", details())),
            Verdict::Wrong => self.wrong.push(format!("{id}: {}", details())),
        }
    }

    fn print(&self) {
        let (unknown, wrong) = (self.unknown.len(), self.wrong.len());
        println!("{}: {} equal, {unknown} unknown, {wrong} WRONG", self.name, self.equal);
        for it in self.unknown.iter().take(20) {
            println!("  unknown {it}");
        }
        for it in self.wrong.iter().take(20) {
            println!("  WRONG {it}");
        }
    }
}

#[test]
fn settings_modules() {
    let mut tally = Tally::new("settings.jsonl");
    let lines = recorded("settings.jsonl");
    for line in &lines {
        let id = line["id"].as_str().expect("an id");
        let env = env(line);
        let question = Question {
            text: line["settings"].as_str().expect("a module"),
            path: "/srv/app/config/settings.py",
            env: &env,
            // The file that stood beside the modules when they were run.
            dotenv: Some(match id.starts_with("cookiecutter") {
                true => "DATABASE_URL=postgres://env:file@h/db\nCONN_MAX_AGE=5\n",
                false => "",
            }),
            ..Question::default()
        };
        let module = read(&question);
        let verdict = judge(&module, &line["result"]);
        tally.add(id, verdict, || {
            format!(
                "{}\n    expected {}\n    found    {}\n    {:?}",
                line["env"],
                line["result"],
                outcome(&module),
                module.unknown
            )
        });
    }
    tally.print();
    assert_eq!(lines.len(), 168, "no recorded module may get lost");
    assert!(tally.wrong.is_empty(), "{} wrong", tally.wrong.len());
    assert!(tally.equal >= 160, "{} of 168 equal", tally.equal);
}

#[test]
fn releases_of_dj_database_url() {
    let mut tally = Tally::new("dj-versions.jsonl");
    for line in recorded("dj-versions.jsonl") {
        let env = env(&line);
        let text = format!(
            "import os\nfrom dj_database_url import config\nDEBUG = {}\nDATABASES = {}\n",
            if line["debug"] == true { "True" } else { "False" },
            line["call"].as_str().expect("a call"),
        );
        for (version, answer) in line["answers"].as_object().expect("answers") {
            let stack =
                Stack { dj_database_url: version.parse().expect("a version"), ..Stack::default() };
            let question = Question { text: &text, env: &env, stack, ..Question::default() };
            let module = read(&question);
            let verdict = match (&module.exception, answer.get("error")) {
                (Some(it), Some(error)) => worst([
                    compare(&json!(it.class), &error["type"]),
                    compare(&it.message.as_ref().map_or(Json::Null, json), &error["message"]),
                ]),
                (None, None) => {
                    compare(&module.databases.as_ref().map_or(Json::Null, json), &answer["result"])
                }
                _ => Verdict::Wrong,
            };
            tally.add(version, verdict, || {
                format!("{env:?}\n    expected {answer}\n    found    {}", outcome(&module))
            });
        }
    }
    tally.print();
    assert!(tally.wrong.is_empty() && tally.unknown.is_empty(), "{} wrong", tally.wrong.len());
}

#[test]
fn django_environ() {
    let mut tally = Tally::new("environ.jsonl");
    for line in recorded("environ.jsonl") {
        let env = env(&line);
        let version = line["stack"]["django-environ"].as_str().expect("a version");
        let stack = Stack {
            django_environ: version.parse::<Version>().expect("a version"),
            ..Stack::default()
        };
        let text = "import environ\nenv = environ.Env()\nDATABASES = env.db()\n";
        let question = Question { text, env: &env, stack, ..Question::default() };
        let module = read(&question);
        let verdict = match (&module.exception, line.get("error")) {
            (Some(it), Some(error)) => worst([
                compare(&json!(it.class), &error["type"]),
                compare(&it.message.as_ref().map_or(Json::Null, json), &error["message"]),
            ]),
            (None, None) => {
                compare(&module.databases.as_ref().map_or(Json::Null, json), &line["settings"])
            }
            _ => Verdict::Wrong,
        };
        tally.add(version, verdict, || {
            let expected = line.get("error").unwrap_or(&line["settings"]);
            format!("{env:?}\n    expected {expected}\n    found    {}", outcome(&module))
        });
    }
    tally.print();
    assert!(tally.wrong.is_empty(), "{} wrong", tally.wrong.len());
}

#[test]
fn env_files() {
    let load = "import os\nfrom dotenv import load_dotenv\nload_dotenv()\n";
    let environ = "import os, environ\nenviron.Env.read_env()\n";
    let comments = "import os, environ\nenviron.Env.read_env(parse_comments=True)\n";
    let decouple = "from decouple import config\n";
    let readers = [
        ("python-dotenv 1.2.4", load, Version(0, 14, 0)),
        ("django-environ 0.14.0/0.12.0/0.10.0", environ, Version(0, 14, 0)),
        ("django-environ 0.14.0/0.12.0/0.10.0", environ, Version(0, 10, 0)),
        ("django-environ 0.12+ parse_comments=True", comments, Version(0, 14, 0)),
        ("django-environ 0.11.2", environ, Version(0, 11, 2)),
        ("python-decouple 3.8", decouple, Version(0, 14, 0)),
    ];
    let mut tally = Tally::new("dotenv.jsonl");
    for line in recorded("dotenv.jsonl") {
        // python-dotenv 1.2.1, which is the one that is read here, has `#a`.
        if line["text"] == "DATABASE_URL= #a" {
            continue;
        }
        for (reader, head, version) in readers {
            let expected = &line[reader];
            // `None` is never set.
            let wanted = expected.get("DATABASE_URL").cloned().unwrap_or(Json::Null);
            let read_back = match reader.starts_with("python-decouple") {
                true => "DATABASES = config('DATABASE_URL', default=None)\n",
                false => "DATABASES = os.environ.get('DATABASE_URL')\n",
            };
            let text = format!("{head}{read_back}");
            let question = Question {
                text: &text,
                env: &[("HOME", "/home/app")],
                dotenv: line["text"].as_str(),
                stack: Stack { django_environ: version, ..Stack::default() },
                ..Question::default()
            };
            let module = read(&question);
            let found = module.databases.as_ref().map_or(json!("absent"), json);
            let verdict = compare(&found, &wanted);
            tally.add(reader, verdict, || {
                format!("{}\n    expected {wanted}\n    found {found}", line["text"])
            });
        }
    }
    tally.print();
    assert!(tally.wrong.is_empty(), "{} wrong", tally.wrong.len());
}

#[test]
fn generated_modules() {
    let mut tally = Tally::new("settings-generated.jsonl");
    for line in recorded("settings-generated.jsonl") {
        let env = env(&line);
        let question = Question {
            text: line["settings"].as_str().expect("a module"),
            path: "/srv/app/config/settings.py",
            env: &env,
            dotenv: Some(""),
            ..Question::default()
        };
        let module = read(&question);
        let verdict = judge(&module, &line["result"]);
        tally.add(line["id"].as_str().expect("an id"), verdict, || {
            if verdict == Verdict::Unknown {
                return String::new();
            }
            format!(
                "{}\n{}\n    expected {}\n    found    {}",
                line["env"],
                line["settings"].as_str().unwrap_or(""),
                line["result"],
                outcome(&module),
            )
        });
    }
    tally.unknown.iter_mut().for_each(String::clear);
    let all = tally.equal + tally.unknown.len() + tally.wrong.len();
    println!("{} % unknown", tally.unknown.len() * 100 / all.max(1));
    tally.unknown.truncate(0);
    tally.print();
    assert!(tally.wrong.is_empty(), "{} wrong", tally.wrong.len());
}
