//! Core against the real code itself, asked again: the recorded environments, so that what was
//! recorded stays true, and random ones.
//!
//! `DSNLENS_CASES` says how many random ones, `DSNLENS_SEED` which.

use std::collections::BTreeMap;

use dsnlens_core::client::psql;
use dsnlens_core::clients::libpq::{KEYWORDS, Version};
use dsnlens_core::syntax::dotenv;
use dsnlens_core::{DjDatabaseUrl, Driver, Inputs, Question, Recipe, read};
use dsnlens_settings::Stack;
use dsnlens_tests::evaluated::{Verdict, judge, outcome};
use dsnlens_tests::generate::{self, Environment, Files};
use dsnlens_tests::modules::{self, Module};
use dsnlens_tests::oracle::Oracle;
use dsnlens_tests::{Case, Recorded, comparison, inputs};
use serde_json::{Value, json};

fn question(env: &BTreeMap<String, String>, debug: bool) -> String {
    json!({"env": env, "debug": debug}).to_string()
}

/// Fails with the first of `differences`.
fn check(asked: usize, differences: &[String]) {
    println!("{} of {asked} equal", asked - differences.len());
    let shown: Vec<_> = differences.iter().take(12).map(String::as_str).collect();
    assert!(differences.is_empty(), "{} differ:\n{}", differences.len(), shown.join("\n"));
}

#[test]
fn what_was_recorded_is_still_true() {
    let cases = Case::all();
    for version in DjDatabaseUrl::DISTINCT {
        let mut differences = Vec::new();
        let questions = cases.iter().map(|it| (it, question(&it.env, it.debug)));
        Oracle::stack(version).ask(questions, |case, answer| {
            let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
            let recorded = case.whole(version);
            // As text, so that key order and types count.
            for (part, answered, recorded) in [
                ("result", &answer.result, &recorded.result),
                ("django_params", &answer.django_params, &recorded.django_params),
                ("django_connect_error", &answer.django_connect_error, &recorded.django_connect_error),
                ("libpq", &answer.libpq, &recorded.libpq),
                ("libpq_direct", &answer.libpq_direct, &recorded.libpq_direct),
            ] {
                let text = |it: &Option<Value>| it.as_ref().map(Value::to_string);
                let (answered, recorded) = (text(answered), text(recorded));
                if answered != recorded {
                    let id = case.id;
                    differences.push(format!(
                        "case {id} ({version}) {part}\n  recorded {recorded:?}\n  real     {answered:?}"
                    ));
                }
            }
            if answer.error != recorded.error {
                differences.push(format!("case {} ({version}): {:?}", case.id, answer.error));
            }
        });
        check(cases.len(), &differences);
    }
}

#[test]
fn django_4_2_differs_where_it_was_recorded_to() {
    let cases = Case::all();
    for version in DjDatabaseUrl::DISTINCT {
        let mut differences = Vec::new();
        let questions = cases.iter().map(|it| (it, question(&it.env, it.debug)));
        Oracle::stack_of_django_4_2(version).ask(questions, |case, answer| {
            let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
            let recorded = case.whole(version);
            let recorded = recorded.django_params_4_2.or(recorded.django_params);
            let text = |it: &Option<Value>| it.as_ref().map(Value::to_string);
            let (answered, recorded) = (text(&answer.django_params), text(&recorded));
            if answered != recorded {
                let id = case.id;
                differences.push(format!(
                    "case {id} ({version})\n  recorded {recorded:?}\n  real     {answered:?}"
                ));
            }
        });
        check(cases.len(), &differences);
    }
}

#[test]
fn libpq_15_of_the_system_reads_as_core_does() {
    let seed = generate::seed();
    let count = generate::cases(2000);
    let recorded = Case::all().into_iter().map(|it| it.env);
    let generated = generate::values(seed, generate::environment()).map(|it| it.0).take(count);
    let urls = recorded.chain(generated).filter_map(|mut it| it.remove("DATABASE_URL"));
    let questions = urls.map(|it| (it.clone(), json!(it).to_string()));
    let (mut asked, mut found) = (0, Vec::new());
    Oracle::system_libpq().ask(questions, |url, answer| {
        let answer: Value = serde_json::from_str(answer).expect("an answer is JSON");
        let version = answer["version"].as_u64().expect("a version");
        assert_eq!(version / 10_000, 15, "install Debian 12's `libpq5`, which is libpq 15");
        asked += 1;
        let difference = comparison::libpq(&Inputs::url(&url), Version::V15, &answer);
        found.extend(difference.map(|it| format!("{url}\n{it}")));
    });
    check(asked, &found);
}

/// What core says otherwise than the real code, and knows it.
struct KnownDifference {
    reason: &'static str,
    /// An environment where it shows; where it does not any more, this entry has to go.
    example: (&'static str, &'static str),
    covers: fn(&Recorded) -> bool,
}

const KNOWN_DIFFERENCES: [KnownDifference; 2] = [
    KnownDifference {
        reason: "what psycopg writes for libpq ends at a NUL; core works out what is lost once, and \
             not for each host of several",
        example: ("DATABASE_URL", "postgres://u:p@a%00,b/db"),
        covers: |answer| {
            let attempts = answer.libpq.as_ref().and_then(|it| it["attempts"].as_array());
            let params = answer.django_params.as_ref().map(Value::to_string).unwrap_or_default();
            attempts.is_some_and(|it| it.len() > 1) && params.contains("\\u0000")
        },
    },
    KnownDifference {
        reason: "Python 3.11 quotes by Unicode 14; characters assigned later are escaped by it and \
                 printable to Rust, whose tables are newer",
        example: ("DATABASE_URL", "postgres://u:p@h/db?connect_timeout=\u{1b4e}"),
        covers: |answer| {
            let below = answer.libpq.as_ref().and_then(|it| it["error"]["message"].as_str());
            let message = answer.error.as_ref().map(|it| it.message.as_str()).or(below);
            message.is_some_and(|it| it.contains("\\u") || it.contains("\\U"))
        },
    },
];

#[test]
fn every_known_difference_is_still_one() {
    for version in DjDatabaseUrl::DISTINCT {
        let environments = KNOWN_DIFFERENCES.iter().map(|it| {
            let (name, value) = it.example;
            let env = (BTreeMap::from([(name.to_owned(), value.to_owned())]), false);
            let question = question(&env.0, env.1);
            ((it, env), question)
        });
        Oracle::stack(version).ask(environments, |(known, env), answer| {
            let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
            assert!((known.covers)(&answer), "not covered: {}", known.reason);
            let differs = !differences(&env, version, &answer).is_empty();
            assert!(differs, "no difference any more: {}", known.reason);
        });
    }
}

/// A sample, since the environments are those that psycopg 3 is asked about.
#[test]
fn random_environments_with_psycopg2() {
    let seed = generate::seed();
    let asked = generate::cases(2000);
    for dj_database_url in [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V3_1_2] {
        let stack = Recipe {
            driver: Driver::Psycopg2,
            libpq: Version::V17,
            ..dsnlens_tests::recipe(dj_database_url)
        };
        let generated = generate::values(seed, generate::environment()).take(asked);
        let recorded = Case::all().into_iter().step_by(10).map(|it| (it.env, it.debug));
        let environments = recorded.chain(generated).map(|it| {
            let question = question(&it.0, it.1);
            (it, question)
        });
        let (mut count, mut found) = (0, Vec::new());
        Oracle::stack_with_psycopg2(dj_database_url).ask(environments, |env, answer| {
            let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
            count += 1;
            let difference = comparison::below_in(&inputs(&env.0, env.1), stack.clone(), &answer);
            found.extend(difference.map(|it| format!("{}\n{it}", question(&env.0, env.1))));
        });
        check(count, &found);
    }
}

/// What core says otherwise than the real code.
fn differences(env: &Environment, version: DjDatabaseUrl, answer: &Recorded) -> Vec<String> {
    let inputs = inputs(&env.0, env.1);
    let direct = answer.libpq_direct.as_ref();
    let found = [
        comparison::settings(&inputs, version, answer),
        comparison::below(&inputs, version, answer),
        direct.and_then(|it| comparison::libpq(&inputs, Version::V18, it)),
    ];
    found.into_iter().flatten().map(|it| format!("{}\n{it}", question(&env.0, env.1))).collect()
}

fn ask_at_random(version: DjDatabaseUrl) {
    let seed = generate::seed();
    let asked = generate::cases(2000);
    println!("dj-database-url {version}");
    let environments = generate::values(seed, generate::environment()).take(asked);
    let questions = environments.map(|it| {
        let question = question(&it.0, it.1);
        (it, question)
    });
    let mut found = Vec::new();
    Oracle::stack(version).ask(questions, |env, answer| {
        let answer: Recorded = serde_json::from_str(answer).expect("an answer is JSON");
        if !KNOWN_DIFFERENCES.iter().any(|it| (it.covers)(&answer)) {
            found.extend(differences(&env, version, &answer));
        }
    });
    check(asked, &found);
}

#[test]
fn random_environments_with_dj_database_url_2_1_0() {
    ask_at_random(DjDatabaseUrl::V2_1_0);
}

#[test]
fn random_environments_with_dj_database_url_2_2_0() {
    ask_at_random(DjDatabaseUrl::V2_2_0);
}

#[test]
fn random_environments_with_dj_database_url_3_1_2() {
    ask_at_random(DjDatabaseUrl::V3_1_2);
}

/// What CPython makes of random modules: what is known must be right.
#[test]
fn random_settings_modules() {
    let seed = generate::seed();
    let asked = generate::cases(400);
    println!("settings modules");
    let question =
        |it: &Module| json!({"settings": it.text, "env": it.env, "dotenv": it.dotenv}).to_string();
    let modules = modules::modules(seed).take(asked);
    let (mut equal, mut unknown, mut wrong) = (0, 0, Vec::new());
    let mut raised: BTreeMap<String, usize> = BTreeMap::new();
    Oracle::modules(DjDatabaseUrl::V3_1_2).ask(
        modules.map(|it| (it.clone(), question(&it))),
        |it, answer| {
            let real: Value = serde_json::from_str(answer).expect("an answer is JSON");
            let env: Vec<_> = it.env.iter().map(|(name, value)| (&**name, &**value)).collect();
            let module = dsnlens_settings::read(&dsnlens_settings::Question {
                text: &it.text,
                path: "config/settings.py",
                env: &env,
                dotenv: Some(&it.dotenv),
                stack: Stack { dj_database_url: DjDatabaseUrl::V3_1_2, ..Stack::default() },
                ..dsnlens_settings::Question::default()
            });
            if let Some(class) = real["error"]["type"].as_str() {
                *raised.entry(class.to_owned()).or_default() += 1;
            }
            // It took too long on this machine.
            let is_answered = real["error"]["type"] != "none";
            match judge(&module, &real) {
                _ if !is_answered => unknown += 1,
                Verdict::Equal => equal += 1,
                Verdict::Unknown => unknown += 1,
                Verdict::Wrong => wrong.push(format!(
                    "{}\n{:?} {:?}\n  real {real}\n  here {}\n",
                    it.text,
                    it.env,
                    it.dotenv,
                    outcome(&module)
                )),
            }
        },
    );
    let share = |it: usize| it * 100 / asked.max(1);
    println!("{equal} equal, {unknown} with something unknown ({} %)", share(unknown));
    println!("{} % raise: {raised:?}", share(raised.values().sum()));
    check(asked, &wrong);
}

#[test]
fn random_dotenv_files() {
    let seed = generate::seed();
    let asked = generate::cases(2000) / 4;
    println!("python-dotenv");
    let texts = generate::values(seed, generate::dotenv()).take(asked);
    let mut found = Vec::new();
    Oracle::dotenv().ask(texts.map(|it| (it.clone(), json!(it).to_string())), |text, answer| {
        let real: Value = serde_json::from_str(answer).expect("an answer is JSON");
        let dotenv = dotenv::parse(&text);
        let bindings: Vec<_> = dotenv.bindings.iter().map(|it| (it.name, &it.value)).collect();
        let unreadable: Vec<_> = dotenv.unreadable.iter().map(|it| it.line).collect();
        let core = json!({"bindings": bindings, "unreadable": unreadable});
        if core != real {
            found.push(format!("{text:?}\n  real {real}\n  core {core}"));
        }
    });
    check(asked, &found);
}

#[test]
fn random_service_files_and_password_files() {
    let seed = generate::seed();
    let asked = generate::cases(2000);
    println!("libpq's files");
    let cases = generate::values(seed, generate::files()).take(asked);
    let question = |Files { conninfo, env, files }: &Files| {
        json!({"conninfo": conninfo, "env": env, "files": files}).to_string()
    };
    let mut found = Vec::new();
    let mut answers = BTreeMap::new();
    Oracle::files().ask(cases.map(|it| (it.clone(), question(&it))), |case, answer| {
        let real: Value = serde_json::from_str(answer).expect("an answer is JSON");
        *answers.entry(kind(&real)).or_insert(0) += 1;
        found.extend(
            difference_of_files(&case, &real).map(|it| format!("{}\n{it}", question(&case))),
        );
    });
    println!("{answers:?}");
    check(asked, &found);
}

/// An error without what it quotes, or where the password is from.
fn kind(real: &Value) -> String {
    match real["error"].as_str() {
        Some(error) => error.split('"').next().unwrap_or_default().to_owned(),
        None if real["password"] == real["values"]["password"] => "no file's password".into(),
        None => "a file's password".into(),
    }
}

/// How libpq with files differs from core, if it does.
fn difference_of_files(case: &Files, real: &Value) -> Option<String> {
    let inputs = case.inputs(real["account"].as_str().expect("an account has a name"));
    let resolution = read(&Question::new(inputs).with_client(&psql::CLIENT));
    let refusal = resolution.refusal.map(|it| it.message.reveal());
    if refusal.as_deref() != real["error"].as_str() {
        return Some(format!("  real {:?}\n  core {refusal:?}", real["error"].as_str()));
    }
    if refusal.is_some() {
        return None;
    }
    let text = |keyword: &str| {
        let (_, line) = resolution.ledger.winner(keyword)?;
        Some(line.value.to_text().reveal())
    };
    let differs = |keyword: &&str| match *keyword {
        "password" => text(keyword).unwrap_or_default() != real["password"],
        // Where it is not named, libpq makes up its default, and core does not.
        "passfile" => false,
        // What stands for an empty one is no option's value.
        "user" | "dbname" if text(keyword).unwrap_or_default().is_empty() => false,
        keyword => match text(keyword) {
            Some(text) => text != real["values"][keyword],
            None => real["changed"].as_array().is_some_and(|it| it.contains(&json!(keyword))),
        },
    };
    let keyword = KEYWORDS.iter().map(|it| it.name).find(differs)?;
    Some(format!(
        "  {keyword}\n  real {} (password {})\n  core {:?}",
        real["values"][keyword],
        real["password"],
        text(keyword)
    ))
}

/// Python's clients, asked about generated URLs.
const CLIENTS: [&str; 6] = [
    "psycopg",
    "psycopg2",
    "asyncpg",
    "sqlalchemy+psycopg",
    "sqlalchemy+psycopg2",
    "sqlalchemy+asyncpg",
];

#[test]
fn pythons_clients_read_as_core_does() {
    let count = generate::cases(250);
    let urls: Vec<_> = generate::values(generate::seed(), generate::url()).take(count).collect();
    for client in CLIENTS {
        let questions = urls.iter().filter(|it| !it.contains('\0'));
        let questions =
            questions.map(|url| (url, json!({"client": client, "url": url}).to_string()));
        let (mut asked, mut found) = (0, Vec::new());
        Oracle::clients().ask(questions, |url, answer| {
            let real: Value = serde_json::from_str(answer).expect("an answer is JSON");
            asked += 1;
            let case = dsnlens_core::document::Case {
                env: BTreeMap::from([("DATABASE_URL".to_owned(), url.clone())]),
                client: Some(client.to_owned()),
                ..dsnlens_core::document::Case::default()
            };
            let told = case.answer(dsnlens_settings::evaluate, true).expect("a case");
            let refusal = told.refusal.map(|it| format!("{}: {}", it.r#type, it.message));
            let reads = serde_json::to_value(&told.reads).expect("plain data");
            let is_same = match &real["error"] {
                Value::Null => real["reads"] == reads,
                // `repr()` escapes what Unicode 14 does not have; core's has a newer Unicode.
                error if error.as_str().is_some_and(|it| it.contains("\\U000")) => {
                    refusal.is_some()
                }
                // What is refused, is refused in the same words.
                error => refusal.as_deref() == error.as_str(),
            };
            if !is_same {
                found.push(format!("{client} {url:?}\n  told {reads} {refusal:?}\n  real {real}"));
            }
        });
        check(asked, &found);
    }
}
