//! The evaluator against recorded answers of CPython and of the real libraries.

use std::fs;
use std::path::PathBuf;

use dsnlens_core::PackageVersion as Version;
use dsnlens_settings::{Data, Module, Question, Stack, Value, read};
use serde_json::{Map, Value as Json, json};

fn recorded(name: &str) -> Vec<Json> {
    let folder = match std::env::var_os("DSNLENS_RECORDED") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/recorded"),
    };
    let text = fs::read_to_string(folder.join(name)).expect("the recorded answers are there");
    text.lines().map(|it| serde_json::from_str(it).expect("a line is JSON")).collect()
}

/// A value as the recordings write it.
fn json(value: &Value) -> Json {
    match &value.data {
        Data::None => Json::Null,
        Data::Bool(it) => json!(it),
        Data::Int(it) => json!(it),
        Data::BigInt(it) => json!({"$bigint": it}),
        Data::Float(it) => json!(it),
        Data::Str(it) => json!(it),
        Data::Path(it) => json!({"$path": it}),
        Data::List(items) | Data::Tuple(items) => items.iter().map(json).collect(),
        Data::Dict { entries, more } => {
            let mut map = Map::new();
            for (key, value) in entries {
                let key = match &key.data {
                    Data::Str(key) => key.clone(),
                    _ => json(key).to_string(),
                };
                map.insert(key, json(value));
            }
            if more.is_some() {
                map.insert("$more".into(), json!(true));
            }
            Json::Object(map)
        }
        Data::Unknown { why, .. } => json!({"$unknown": why}),
        _ => json!({"$unknown": "other"}),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Equal,
    Unknown,
    Wrong,
}

/// What is known must be right; what is not known may be anything.
fn compare(found: &Json, expected: &Json) -> Verdict {
    match (found, expected) {
        (Json::Object(map), _) if map.contains_key("$unknown") => Verdict::Unknown,
        (Json::Object(a), Json::Object(b)) => {
            let mut verdict = Verdict::Equal;
            let is_open = a.contains_key("$more");
            for (key, value) in a.iter().filter(|it| it.0 != "$more") {
                let own = match b.get(key) {
                    Some(other) => compare(value, other),
                    None if value.get("$unknown").is_some() => Verdict::Unknown,
                    None => Verdict::Wrong,
                };
                match own {
                    Verdict::Wrong => return Verdict::Wrong,
                    Verdict::Unknown => verdict = Verdict::Unknown,
                    Verdict::Equal => {}
                }
            }
            if is_open {
                return Verdict::Unknown;
            }
            if b.keys().any(|it| !a.contains_key(it)) {
                return Verdict::Wrong;
            }
            if verdict == Verdict::Equal && !a.keys().eq(b.keys()) {
                return Verdict::Wrong;
            }
            verdict
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            let all = a.iter().zip(b).map(|(a, b)| compare(a, b));
            all.fold(Verdict::Equal, |one, other| match (one, other) {
                (Verdict::Wrong, _) | (_, Verdict::Wrong) => Verdict::Wrong,
                (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
                _ => Verdict::Equal,
            })
        }
        _ if found == expected => Verdict::Equal,
        // serde_json reads the last bit of a float otherwise than Python.
        (Json::Number(a), Json::Number(b)) if a.is_f64() && b.is_f64() => {
            let (a, b) = (a.as_f64().unwrap_or(0.0), b.as_f64().unwrap_or(1.0));
            if (a - b).abs() <= a.abs() * 1e-15 { Verdict::Equal } else { Verdict::Wrong }
        }
        _ => Verdict::Wrong,
    }
}

fn worst(verdicts: impl IntoIterator<Item = Verdict>) -> Verdict {
    verdicts.into_iter().fold(Verdict::Equal, |one, other| match (one, other) {
        (Verdict::Wrong, _) | (_, Verdict::Wrong) => Verdict::Wrong,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Verdict::Unknown,
        _ => Verdict::Equal,
    })
}

/// The answer as the recordings write it.
fn outcome(module: &Module) -> Json {
    if let Some(exception) = &module.exception {
        let message = exception.message.as_ref().map_or(json!({"$unknown": ""}), json);
        return json!({"error": {"type": exception.class, "message": message,
            "line": exception.place.line}});
    }
    json!({
        "DATABASES": module.databases.as_ref().map_or(Json::Null, json),
        "DEBUG": module.debug.as_ref().map_or(Json::Null, json),
    })
}

fn judge(module: &Module, expected: &Json) -> Verdict {
    let found = outcome(module);
    match (found.get("error"), expected.get("error")) {
        (None, None) => worst(
            ["DATABASES", "DEBUG"]
                .map(|it| compare(&found[it], expected.get(it).unwrap_or(&Json::Null))),
        ),
        // Something before it may have been raised instead.
        (Some(_), _) if !module.assumed.is_empty() => match compare(&found, expected) {
            Verdict::Wrong => Verdict::Unknown,
            other => other,
        },
        (Some(_), Some(_)) => compare(&found, expected),
        // What is unknown may be an exception.
        (None, Some(_)) => {
            let is_open = !module.unknown.is_empty() || !module.assumed.is_empty();
            if is_open { Verdict::Unknown } else { Verdict::Wrong }
        }
        (Some(_), None) => Verdict::Wrong,
    }
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
