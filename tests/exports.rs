//! Every export, read back: by core's own readers for whatever can be generated, and by the
//! program that it is for.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dsnlens_core::client::psql;
use dsnlens_core::clients::cpython;
use dsnlens_core::clients::libpq::KEYWORDS;
use dsnlens_core::document::Document;
use dsnlens_core::ledger::{Origin, Setting};
use dsnlens_core::render::Export;
use dsnlens_core::syntax::dotenv;
use dsnlens_core::syntax::passfile::find_password;
use dsnlens_core::syntax::service_file::parse_service;
use dsnlens_core::{
    DATABASE_URL, DjDatabaseUrl, Inputs, Question, Recipe, Resolution, SslRequire, read, resolve,
};
use dsnlens_tests::generate::{self, Environment};
use dsnlens_tests::oracle::Oracle;
use dsnlens_tests::{Case, Recorded, inputs, recipe};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Keywords and texts: what somebody gave, and the port and the SSL mode in any case.
type Said = BTreeMap<String, String>;

/// What an answer comes to, spelt in one way.
fn said(resolution: &Resolution<'_>) -> Said {
    let mut said = Said::new();
    for keyword in &KEYWORDS {
        let Some((_, line)) = resolution.ledger.winner(keyword.name) else { continue };
        let is_default = matches!(line.origin, Origin::Default { .. });
        let text = cpython::value_str(&line.value).into_owned();
        if !text.is_empty() && (!is_default || keyword.name == "sslmode") {
            said.insert(keyword.name.into(), text);
        }
    }
    said.entry("port".into()).or_insert("5432".into());
    if let (None, Some(user)) = (said.get("dbname"), said.get("user")) {
        said.insert("dbname".into(), user.clone());
    }
    spelt(said)
}

/// Names of hosts have no case, and a port is a number.
fn spelt(mut said: Said) -> Said {
    for (keyword, text) in &mut said {
        match keyword.as_str() {
            "host" if !text.starts_with(['/', '@']) => *text = text.to_ascii_lowercase(),
            "port" => {
                let number = text.trim().parse::<u16>();
                *text = number.map_or_else(|_| text.clone(), |it| it.to_string());
            }
            _ => {}
        }
    }
    said
}

/// What libpq alone reads, given a connection string and its variables.
fn said_by_libpq(conninfo: &str, variables: &[(&str, &str)]) -> Said {
    let variables = variables.iter().copied().chain([(DATABASE_URL, conninfo)]);
    said(&read(&Question::new(Inputs::new(variables)).with_client(&psql::CLIENT)))
}

fn written(export: Export, env: &Environment, recipe: &Recipe) -> Option<String> {
    let inputs = inputs(&env.0, env.1);
    let answer = resolve(Question::new(inputs).with_recipe(recipe.clone()));
    Some(export.write(&answer).ok()?.reveal())
}

/// The variables of a `.env` file.
fn variables(text: &str) -> Vec<(String, String)> {
    let dotenv = dotenv::parse(text);
    assert_eq!(dotenv.unreadable, [], "{text}");
    let value = |it: &dotenv::Binding<'_>| it.value.as_deref().expect("a value").to_owned();
    dotenv.bindings.iter().map(|it| (it.name.to_owned(), value(it))).collect()
}

fn borrowed(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    variables.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// What a shell exports: lines of `export NAME=word`, and comments.
fn exported(text: &str) -> Vec<(String, String)> {
    let mut rest = text;
    let mut variables = Vec::new();
    while !rest.is_empty() {
        let Some(behind) = rest.strip_prefix("export ") else {
            assert!(rest.starts_with('#'), "{text}");
            rest = rest.split_once('\n').map_or("", |it| it.1);
            continue;
        };
        let (name, behind) = behind.split_once('=').expect("an assignment");
        let (mut value, mut is_quoted) = (String::new(), false);
        let mut chars = behind.chars();
        loop {
            match (chars.next().expect("a line end"), is_quoted) {
                ('\'', _) => is_quoted = !is_quoted,
                ('\\', false) => value.extend(chars.next()),
                ('\n', false) => break,
                (c, _) => value.push(c),
            }
        }
        variables.push((name.to_owned(), value));
        rest = chars.as_str();
    }
    variables
}

/// Fails unless `text` says what `ours` says, or says in a comment that it does not.
fn same_or_noted(ours: &Said, theirs: &Said, text: &str) {
    for (keyword, value) in ours {
        let is_noted = text.contains(&format!("write OPTIONS['{keyword}'] ="))
            || text.contains(&format!("No variable says {keyword}="))
            || text.contains(&format!("{keyword} is left out:"))
            || text.contains("# Django refuses this form");
        let is_same = theirs.get(keyword) == Some(value);
        assert!(
            is_same != is_noted,
            "{keyword} is {value:?} and {:?}:\n{text}",
            theirs.get(keyword)
        );
    }
}

fn read_back(env: &Environment, version: DjDatabaseUrl) {
    let recipe = recipe(version);
    let inputs = inputs(&env.0, env.1);
    let ours = said(&read(&Question::new(inputs).with_recipe(recipe.clone())));
    let write = |export| written(export, env, &recipe);
    let Some(conninfo) = write(Export::Conninfo) else { return };
    let conninfo = conninfo.strip_suffix('\n').expect("a line end");
    assert_eq!(said_by_libpq(conninfo, &[]), ours, "{conninfo}");

    let url = write(Export::Url).expect("a URL");
    let url = url.strip_suffix('\n').expect("a line end");
    assert_eq!(said_by_libpq(url, &[]), ours, "{url}");

    let text = write(Export::Variables).expect("variables");
    same_or_noted(&ours, &said_by_libpq("", &borrowed(&exported(&text))), &text);

    for export in [Export::Dotenv, Export::Fields, Export::Server] {
        let text = write(export).expect("a file");
        if text.contains(" # for a shell;") {
            continue;
        }
        let variables = variables(&text);
        let there = Inputs::new(borrowed(&variables)).with_debug(env.1);
        let there = read(&Question::new(there).with_recipe(recipe.clone()));
        if there.refusal.is_some() {
            assert!(text.contains("# Django refuses this form"), "{text}");
            continue;
        }
        same_or_noted(&ours, &said(&there), &text);
    }

    let service = write(Export::Service).expect("a section");
    let label = service.lines().find_map(|it| it.strip_prefix('[')?.strip_suffix(']'));
    let entries = parse_service(&service, label.expect("a section"), &recipe.libpq);
    let entries = entries.expect("readable").expect("a section");
    let pairs = entries.iter().map(|it| (it.keyword.to_owned(), it.value.text.to_owned()));
    let theirs = spelt(pairs.collect());
    let mut options = ours.clone();
    options.remove("password");
    same_or_noted(&options, &theirs, &service);

    let passfile = write(Export::Pgpass).expect("lines");
    let is_held = !passfile.contains("cannot hold");
    let place = ["host", "dbname", "user", "password"];
    let has_line_end = place.iter().filter_map(|it| ours.get(*it)).any(|it| it.contains('\n'));
    let ends_in_one = ours.get("password").is_some_and(|it| it.ends_with('\r'));
    assert!(
        is_held != (has_line_end || ends_in_one) || !ours.contains_key("password"),
        "{passfile}"
    );
    if let Some(password) = ours.get("password").filter(|_| is_held) {
        let first = |keyword: &str| {
            let list = ours.get(keyword).map_or("", |it| it.split(',').next().unwrap_or(""));
            Some(list).filter(|it| !it.is_empty())
        };
        let host = first("host").or(first("hostaddr")).unwrap_or("localhost");
        let [dbname, user] = ["dbname", "user"].map(|it| ours.get(it).map_or("anybody", |it| it));
        let place = [host, first("port").unwrap_or("5432"), dbname, user];
        // The hosts of `ours` are in lower case.
        let found = find_password(
            &passfile.to_ascii_lowercase(),
            place.map(str::to_ascii_lowercase).each_ref().map(|it| it.as_str()),
        );
        assert_eq!(found.map(|it| it.password), Some(password.to_ascii_lowercase()), "{passfile}");
    }

    for export in Export::ALL {
        // What another client has no words for is not written for it.
        let Some(text) = write(export) else {
            let is_of_another = matches!(
                export,
                Export::Prisma | Export::Jdbc | Export::Sqlalchemy | Export::Rails | Export::Npgsql
            );
            assert!(is_of_another, "{} is not written", export.name());
            continue;
        };
        assert!(text.ends_with('\n'), "{text}");
    }
}

proptest! {
    #![proptest_config(generate::config(generate::cases(2048)))]

    #[test]
    fn what_is_written_is_read_as_it_was_meant(env in generate::environment()) {
        for version in DjDatabaseUrl::DISTINCT {
            read_back(&env, version);
        }
    }
}

#[test]
fn recorded_environments_are_read_as_they_were_meant() {
    for case in Case::all() {
        for version in DjDatabaseUrl::DISTINCT {
            read_back(&(case.env.clone(), case.debug), version);
        }
    }
}

/// Passwords and names that people have, and those that nobody should.
const AWKWARD: [&str; 22] = [
    "correct-horse",
    "it's",
    "a b",
    "a#b #c",
    "$HOME",
    "it's $HOME",
    "5$",
    "it's 5$",
    "a\\b",
    "a\\\\b",
    "\\",
    "it's \\",
    "\"",
    "'\"\\",
    "two\nlines",
    "`id`",
    "100%",
    "%41",
    "~",
    "é 日本 🐘",
    "${HOME}",
    "!$&*(){}[]|;<>?:@/=,.",
];

/// `DB_*` variables with an awkward value wherever it can stand.
fn awkward(value: &str) -> Environment {
    let env = [("DB_HOST", "db.example.com"), ("DB_NAME", value), ("DB_USER", value)];
    let env = env.into_iter().chain([("DB_PASSWORD", value)]);
    (env.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), false)
}

/// A file of this test's own.
fn file(name: &str, text: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("a file can be written");
    path
}

/// What a shell prints.
fn shell(shell: &str, script: &str, argument: &OsStr) -> String {
    let mut command = Command::new(shell);
    command.args(["-c", script, shell]).arg(argument).env_clear().env("PATH", "/usr/bin:/bin");
    let output = command.env("LC_ALL", "C.UTF-8").output().expect("a shell starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn a_shell_sources_what_is_meant_for_it() {
    for (nth, value) in AWKWARD.into_iter().enumerate() {
        let env = awkward(value);
        for program in ["bash", "sh"] {
            let source = |export: Export| {
                let text = written(export, &env, &Recipe::default()).expect("a file");
                let path = file(&format!("{program}-{nth}-{}", export.name()), &text);
                let out = shell(program, "set -a; . \"$1\"; exec env -0", path.as_os_str());
                let pairs = out.split('\0').filter_map(|it| it.split_once('='));
                (text, pairs.map(|(a, b)| (a.to_owned(), b.to_owned())).collect::<Said>())
            };
            let (_, set) = source(Export::Variables);
            for name in ["PGDATABASE", "PGUSER", "PGPASSWORD"] {
                assert_eq!(
                    set.get(name).map(String::as_str),
                    Some(value),
                    "{program} {name} {set:?}"
                );
            }
            let fields = written(Export::Fields, &env, &Recipe::default()).expect("a file");
            // What only python-dotenv reads says so.
            if !fields.contains(" # for python-dotenv;") {
                let (text, set) = source(Export::Fields);
                for name in ["DB_NAME", "DB_USER", "DB_PASSWORD"] {
                    let found = set.get(name).map(String::as_str);
                    assert_eq!(found, Some(value), "{program} {name}\n{text}");
                }
            }
            let (text, set) = source(Export::Dotenv);
            let url = read(&Inputs::url(&set[DATABASE_URL]).into());
            let password = url.ledger.winner("password").expect("a password").1.value.to_text();
            assert_eq!(password.reveal(), value, "{program}\n{text}");
        }
    }
}

#[test]
fn a_command_line_is_what_was_meant() {
    let stubs = "
        psql() { printf '%s\\0' \"$PGPASSWORD\" \"$@\"; }
        heroku() { printf '%s\\0' \"$@\"; }
        railway() { cat; printf '\\0%s' \"$@\"; }
        . \"$1\"";
    for (nth, value) in AWKWARD.into_iter().enumerate() {
        let env = awkward(value);
        let url = written(Export::Url, &env, &Recipe::default()).expect("a URL");
        let url = url.trim_end();
        for program in ["bash", "sh"] {
            let run = |export: Export| {
                let text = written(export, &env, &Recipe::default()).expect("a command");
                let path = file(&format!("{program}-{nth}-{}", export.name()), &text);
                let out = shell(program, stubs, path.as_os_str());
                out.split('\0').map(str::to_owned).collect::<Vec<_>>()
            };
            let psql = run(Export::Psql);
            assert_eq!(psql[0], value);
            let theirs = said_by_libpq(&psql[1], &[("PGPASSWORD", value)]);
            assert_eq!(theirs, said_by_libpq(url, &[]));
            assert!(!said_by_libpq(&psql[1], &[]).contains_key("password"));
            let heroku = run(Export::Heroku);
            assert_eq!(heroku[..2], ["config:set".to_owned(), format!("DATABASE_URL={url}")]);
            let railway = run(Export::Railway);
            assert_eq!(railway, [url, "variable", "set", DATABASE_URL, "--stdin"]);
        }
    }
}

#[test]
fn python_dotenv_reads_what_is_meant_for_it() {
    let text =
        |value| written(Export::Fields, &awkward(value), &Recipe::default()).expect("a file");
    let questions = AWKWARD.map(|it| ((it, text(it)), json!(text(it)).to_string()));
    Oracle::dotenv().ask(questions.into_iter(), |(value, text), answer| {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        for name in ["DB_NAME", "DB_USER", "DB_PASSWORD"] {
            let pairs = answer["bindings"].as_array().expect("pairs");
            let read = pairs.iter().find(|it| it[0] == name).map(|it| &it[1]);
            let is_same = read == Some(&json!(value));
            assert!(is_same != text.contains("# for a shell;"), "{name} {read:?}\n{text}");
        }
    });
}

#[test]
fn libpq_reads_what_is_meant_for_it() {
    let mut questions = Vec::new();
    for (nth, value) in AWKWARD.into_iter().enumerate() {
        let write = |export| written(export, &awkward(value), &Recipe::default()).expect("a text");
        let question = |conninfo: &str, env: Value| {
            json!({"conninfo": conninfo.strip_suffix('\n').unwrap_or(conninfo), "env": env})
                .to_string()
        };
        for export in [Export::Conninfo, Export::Url] {
            questions.push(((value, export), question(&write(export), json!({}))));
        }
        let variables: Said = exported(&write(Export::Variables)).into_iter().collect();
        questions.push(((value, Export::Variables), question("", json!(variables))));
        let service = write(Export::Service);
        let label = service.lines().find_map(|it| it.strip_prefix('[')?.strip_suffix(']'));
        let path = file(&format!("service-{nth}"), &service);
        let conninfo = format!("service={}", label.expect("a section"));
        let question = question(&conninfo, json!({ "PGSERVICEFILE": path }));
        questions.push(((value, Export::Service), question));
    }
    Oracle::exports().ask(questions.into_iter(), |(value, export), answer| {
        let found: Said = serde_json::from_str(answer).expect("an answer is JSON");
        let mut expected = Said::from([
            ("host".to_owned(), "db.example.com".to_owned()),
            ("port".to_owned(), "5432".to_owned()),
            ("sslmode".to_owned(), "require".to_owned()),
            ("connect_timeout".to_owned(), "10".to_owned()),
        ]);
        let is_service = export == Export::Service;
        if !(is_service && value.contains('\n')) {
            expected.extend(["dbname", "user"].map(|it| (it.to_owned(), value.to_owned())));
        }
        if !is_service {
            expected.insert("password".to_owned(), value.to_owned());
        }
        for (keyword, value) in expected {
            assert_eq!(found.get(&keyword), Some(&value), "{} of {}", keyword, export.name());
        }
    });
}

#[test]
fn libpq_finds_the_password_in_its_file() {
    let mut questions = Vec::new();
    let hosts = ["db.example.com", "::1", "/run/x y", "/var/run/postgresql", ""];
    for value in AWKWARD.into_iter().chain(["*", "#x", ":"]) {
        for host in hosts {
            let mut env = awkward(value);
            env.0.insert("DB_HOST".into(), host.into());
            let write = |export| written(export, &env, &Recipe::default()).expect("a text");
            let passfile = write(Export::Pgpass);
            let conninfo = write(Export::Conninfo);
            let mut conninfo = said_by_libpq(&conninfo, &[]);
            conninfo.remove("password");
            let conninfo: Vec<_> = conninfo
                .iter()
                .map(|(name, value)| {
                    let value = value.replace('\\', "\\\\").replace('\'', "\\'");
                    format!("{name}='{value}'")
                })
                .collect();
            let question = json!({"conninfo": conninfo.join(" "), "passfile": passfile});
            questions.push(((value, passfile), question.to_string()));
        }
    }
    Oracle::exports().ask(questions.into_iter(), |(value, passfile), answer| {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        let expected = if value.contains('\n') { "" } else { value };
        assert_eq!(answer, expected, "{passfile}");
    });
}

#[test]
fn yaml_holds_the_url() {
    let questions = AWKWARD.map(|value| {
        let write = |export| written(export, &awkward(value), &Recipe::default()).expect("a text");
        let yaml = json!({ "yaml": write(Export::DigitalOcean) }).to_string();
        (write(Export::Url), yaml)
    });
    Oracle::exports().ask(questions.into_iter(), |url, answer| {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        let variable = &answer["services"][0]["envs"][0];
        assert_eq!(variable["key"], DATABASE_URL);
        assert_eq!(variable["value"], url.trim_end());
    });
}

/// The forms that another client's own reader reads, and that client.
const ELSEWHERE: [(Export, &str); 3] =
    [(Export::Prisma, "prisma"), (Export::Jdbc, "pgjdbc"), (Export::Sqlalchemy, "sqlalchemy")];

/// The URL in such a form.
fn url_of(export: Export, text: &str) -> String {
    match export {
        Export::Prisma => variables(text).pop().expect("a variable").1,
        _ => text.lines().last().expect("a line").to_owned(),
    }
}

/// Environments in which a URL of the recordings is read by psql, or a generated one by Django.
fn sources() -> impl Iterator<Item = dsnlens_core::document::Case> {
    let recorded = include_str!("recorded/reads.jsonl").lines().filter_map(|it| {
        let row: Value = serde_json::from_str(it).expect("a recorded line");
        let url = row["url"].as_str()?.to_owned();
        (row["client"] == "psql")
            .then(|| (Some("psql".to_owned()), BTreeMap::from([(DATABASE_URL.to_owned(), url)])))
    });
    let generated = generate::values(generate::seed(), generate::environment());
    let generated = generated.take(generate::cases(400)).map(|(env, _)| (None, env));
    recorded.chain(generated).map(|(client, env)| dsnlens_core::document::Case {
        env,
        client,
        ..dsnlens_core::document::Case::default()
    })
}

#[test]
fn other_clients_read_what_is_meant_for_them() {
    let read = |case: &dsnlens_core::document::Case| {
        let answer = case.answer(dsnlens_settings::evaluate, true).expect("a case");
        let mut reads = serde_json::to_value(&answer.reads).expect("plain data");
        // A database that nobody names is called like the user, and names of hosts have no case.
        if reads["database"].is_null() {
            let effective = answer.effective.as_ref().and_then(|it| it.first());
            let effective = effective.map(|it| serde_json::to_value(it).expect("plain data"));
            let named = effective.map(|it| it["dbname"].clone()).filter(|it| it != "<os user>");
            reads["database"] = named.unwrap_or(reads["user"].clone());
        }
        (reads.to_string().to_lowercase(), answer.servers, answer.refusal.map(|it| it.message))
    };
    let mut offered = BTreeMap::new();
    for case in sources() {
        // dj-database-url makes a number of it, and `reads` takes 0 for nothing.
        if case.env.values().any(|it| it.contains("=0")) {
            continue;
        }
        let question = case.question(dsnlens_settings::evaluate).expect("a question");
        let answer = resolve(question);
        for (export, client) in ELSEWHERE {
            let Ok(text) = export.write(&answer) else { continue };
            let url = url_of(export, &text.reveal());
            let there = dsnlens_core::document::Case {
                env: BTreeMap::from([(DATABASE_URL.to_owned(), url)]),
                client: Some(client.into()),
                ..dsnlens_core::document::Case::default()
            };
            assert_eq!(read(&there), read(&case), "{client} {:?}\n{:?}", case.env, there.env);
            *offered.entry(client).or_insert(0) += 1;
        }
    }
    println!("{offered:?}");
    assert!(offered.len() == 3 && offered.values().all(|it| *it > 40), "{offered:?}");
}

/// A connection string as .NET's `DbConnectionStringBuilder` reads it.
fn pairs(text: &str) -> Said {
    let mut pairs = Said::new();
    let mut rest = text;
    while let Some((name, behind)) = rest.split_once('=') {
        let value;
        match behind.strip_prefix('"') {
            Some(mut quoted) => {
                let mut text = String::new();
                loop {
                    let (piece, behind) = quoted.split_once('"').expect("a closing quote");
                    text.push_str(piece);
                    quoted = behind;
                    match quoted.strip_prefix('"') {
                        Some(behind) => {
                            text.push('"');
                            quoted = behind;
                        }
                        None => break,
                    }
                }
                (value, rest) = (text, quoted.strip_prefix(';').unwrap_or(quoted));
            }
            None => {
                let (text, behind) = behind.split_once(';').unwrap_or((behind, ""));
                (value, rest) = (text.to_owned(), behind);
            }
        }
        assert_eq!(pairs.insert(name.to_owned(), value), None, "{name} twice in {text}");
    }
    pairs
}

/// Npgsql cannot run here; what its form must hold is compared with its documentation.
#[test]
fn a_connection_string_of_net_holds_what_was_meant() {
    for value in AWKWARD.into_iter().chain([" a;b='c\"d", "\"", "="]) {
        let text = written(Export::Npgsql, &awkward(value), &Recipe::default()).expect("a text");
        let (_, line) = text.split_once("certificate.\n").expect("a comment");
        let line = line.strip_suffix('\n').expect("a line");
        let pairs = pairs(line.rsplit_once("option.\n").map_or(line, |it| it.1));
        for (name, expected) in [
            ("Host", "db.example.com"),
            ("Port", "5432"),
            ("Username", value),
            ("Password", value),
            ("Database", value),
            ("SSL Mode", "Require"),
        ] {
            assert_eq!(pairs.get(name).map(String::as_str), Some(expected), "{name} in {text}");
        }
    }
    let env = |url: &str| (BTreeMap::from([(DATABASE_URL.to_owned(), url.to_owned())]), true);
    let write = |url| written(Export::Npgsql, &env(url), &Recipe::default());
    for url in [
        "postgres://u:p@h/d?sslmode=require&sslrootcert=/ca",
        "postgres://u:p@h/d?sslmode=prefer&sslrootcert=/ca",
        "postgres://u:p@/d?host=/run",
        "postgres://u:p@h/d?hostaddr=10.0.0.1",
    ] {
        assert_eq!(write(url), None, "{url}");
    }
    let several = write("postgres://u:p@h1,h2/d?port=1,2&sslmode=verify-full&sslrootcert=/ca");
    let several = several.expect("a text");
    assert!(several.contains("Host=h1:1,h2:2;"), "{several}");
    assert!(several.contains("Root Certificate=/ca;SSL Mode=VerifyFull"), "{several}");
}

#[test]
fn rails_gets_libpqs_keywords_in_yaml() {
    let questions = AWKWARD.map(|value| {
        let text = written(Export::Rails, &awkward(value), &Recipe::default()).expect("a text");
        (value, json!({ "yaml": text }).to_string())
    });
    Oracle::exports().ask(questions.into_iter(), |value, answer| {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        let production = &answer["production"];
        assert_eq!(production["adapter"], "postgresql");
        for (name, expected) in [
            ("host", "db.example.com"),
            ("port", "5432"),
            ("username", value),
            ("password", value),
            ("database", value),
            ("sslmode", "require"),
            ("connect_timeout", "10"),
        ] {
            assert_eq!(production[name], expected, "{name} of {production}");
        }
    });
    let template = written(Export::Rails, &awkward("<%= x %>"), &Recipe::default());
    assert_eq!(template, None, "Rails would run it");
}

/// What the corrected settings module must come to, by core: the recipe, but that TLS is demanded
/// only where that weakens nothing and the host is another machine.
fn corrected(inputs: &Inputs<'_>, version: DjDatabaseUrl) -> Option<Vec<Value>> {
    let mut recipe = Recipe { ssl_require: SslRequire::Never, ..recipe(version) };
    let question = Question::new(inputs.clone());
    let unforced = read(&question.clone().with_recipe(recipe.clone()));
    let (ledger, settings) = (&unforced.ledger, unforced.settings.as_ref()?);
    let lines = settings.options().iter().filter_map(|it| ledger.line(*it));
    let mode = lines.filter(|it| it.key.reveal() == "sslmode").find_map(|it| it.value.as_str());
    let host = settings.setting(ledger, Setting::Host).and_then(|it| ledger.line(it));
    let host = host.and_then(|it| it.value.as_str()).unwrap_or_default();
    let is_verified = matches!(mode, Some("verify-ca" | "verify-full"));
    if !is_verified && !recipe.local_hosts.iter().any(|it| it == host) {
        recipe.ssl_require = SslRequire::NotDebug;
    }
    let document = Document::new(&resolve(question.with_recipe(recipe)), true);
    let effective = document.effective?;
    Some(effective.iter().map(|it| serde_json::to_value(it).expect("JSON")).collect())
}

fn settings_as_executed(version: DjDatabaseUrl, environments: impl Iterator<Item = Environment>) {
    let questions = environments.map(|(env, debug)| {
        let question = Question::new(inputs(&env, debug)).with_recipe(recipe(version));
        let text = Export::Settings.write(&resolve(question));
        let text = text.expect("the recipe is what it is").reveal();
        let question = json!({"env": env, "debug": debug, "settings": text}).to_string();
        ((env, debug), question)
    });
    let (mut asked, mut connected) = (0, 0);
    Oracle::stack(version).ask(questions, |(mut env, debug), answer| {
        asked += 1;
        let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
        // What the variables themselves get wrong, no settings module can put right.
        let real = answer.libpq.as_ref().and_then(|it| it["attempts"].as_array());
        let Some(real) = real else { return };
        connected += 1;
        if env.get(DATABASE_URL).is_some_and(String::is_empty) {
            env.remove(DATABASE_URL);
        }
        // The settings have a limit of their own.
        env.remove("PGCONNECT_TIMEOUT");
        let result = answer.result.as_ref().expect("settings");
        assert_eq!(result["CONN_HEALTH_CHECKS"], true);
        assert!(!result["OPTIONS"]["connect_timeout"].is_null(), "{env:?}");
        // With these, which of the modes counts is what is corrected.
        let is_system = env.values().any(|it| it.contains("system"));
        let expected = corrected(&inputs(&env, debug), version);
        let without_error = |it: &Value| {
            let mut effective = it["effective"].clone();
            effective.as_object_mut().expect("an object").remove("option_error");
            effective
        };
        let found: Vec<_> = real.iter().map(without_error).collect();
        assert!(is_system || Some(&found) == expected.as_ref(), "{env:?}\n{found:?}\n{expected:?}");
    });
    println!("{connected} of {asked} get as far as libpq");
    assert!(connected > asked / 2);
}

#[test]
fn the_corrected_settings_come_to_what_was_asked_for() {
    for version in DjDatabaseUrl::DISTINCT {
        settings_as_executed(version, Case::all().into_iter().map(|it| (it.env, it.debug)));
    }
}

#[test]
fn with_the_systems_authorities_the_mode_is_the_strictest() {
    let url = "postgres://u:p@db.example.com/db?sslrootcert=system";
    for url in [url.to_owned(), format!("{url}&sslmode=require")] {
        let env = BTreeMap::from([(DATABASE_URL.to_owned(), url)]);
        let text = written(Export::Settings, &(env.clone(), false), &Recipe::default());
        let question = json!({"env": env, "debug": false, "settings": text}).to_string();
        let questions = [((), question)].into_iter();
        Oracle::stack(DjDatabaseUrl::default()).ask(questions, |(), answer| {
            let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
            let effective = &answer["libpq"]["attempts"][0]["effective"];
            assert_eq!(effective["sslmode"], "verify-full");
            assert!(effective["option_error"].is_null(), "{effective}");
        });
    }
}
