//! The registry as a whole, and the examples of every page.

use super::*;
use crate::clients::libpq::Version;
use crate::live::{Plan, script};
use crate::machine::{Content, File, Machine};
use crate::{
    DjDatabaseUrl, Django, Driver, InputSpan, Inputs, Question, Recipe, SslRequire, Workload,
    resolve,
};
use crate::{paste, syntax::dotenv};
use alloc::string::{String, ToString};
use std::prelude::rust_2024::*;

/// What `rule` says of an example: its severity, message, and the bytes it points at.
fn findings(rule: &Rule, example: &Example) -> Vec<(Severity, String, Vec<String>)> {
    #[cfg(feature = "paste")]
    if let Some(message) = example.message {
        let explanation = crate::errors::explain(message);
        let is_first = explanation.causes.first().is_some_and(|it| it.rule == rule);
        let finding = (rule.severities[0], rule.title.to_string(), Vec::new());
        return Vec::from_iter(is_first.then_some(finding));
    }
    let dotenv = dotenv::parse(if example.is_file { "" } else { example.dotenv });
    assert_eq!(dotenv.unreadable, [], "an example must be readable: {}", example.dotenv);
    let variables = dotenv.bindings.iter().map(|it| (it.name, it.value.as_deref().unwrap_or("")));
    let pasted = example.is_file.then(|| paste::read(example.dotenv).expect("a known form"));
    let of_file = pasted.iter().flat_map(|it| it.reveal());
    let Example { dj_database_url, django, driver, libpq, ssl_require, users, client, .. } =
        *example;
    let variables = variables.chain(of_file);
    let mut inputs =
        Inputs::new(variables).with_workload(Workload { users, ..Workload::default() });
    if let Some(pasted) = &pasted {
        inputs = inputs.with_file(&pasted.facts);
    }
    if let Some(databases) = example.settings.and_then(paste::read).and_then(|it| it.databases) {
        inputs = inputs.with_databases(databases);
    }
    if example.is_without_files {
        let path = "/root/.pg_service.conf";
        let files = alloc::vec![File { path, content: Content::Absent }];
        let service_file = Some(path);
        inputs = inputs.on(Machine { service_file, files, ..Machine::default() });
    }
    let recipe =
        Recipe { dj_database_url, django, driver, libpq, ssl_require, ..Recipe::default() };
    let answer = resolve(Question::new(inputs).with_recipe(recipe).with_client(client));
    let inputs = &answer.question.inputs;
    let diagnostics = match example.observed {
        None => answer.diagnostics.clone(),
        Some(script) => {
            let plan = Plan::new(&answer).expect("a plan");
            answer.diagnose(&plan, &script::read(&plan, script))
        }
    };
    let its = diagnostics.iter().filter(|it| it.rule == rule);
    let text = |name: &str| match inputs.databases() {
        Some(databases) => databases.text,
        None => inputs.get(name).unwrap(),
    };
    let piece = |it: &InputSpan<'_>| it.span.of(text(it.input)).to_string();
    its.map(|it| {
        (it.severity, it.message.to_string(), it.spans.iter().map(piece).collect::<Vec<_>>())
    })
    .collect()
}

#[test]
fn names_are_sorted_unique_and_kebab_case() {
    assert!(RULES.is_sorted_by(|a, b| a.name < b.name));
    for &rule in RULES {
        let is_kebab = rule
            .name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
        assert!(is_kebab && find(rule.name) == Some(rule), "{}", rule.name);
        assert!(rule.severities.is_sorted(), "{}", rule.name);
    }
}

#[test]
fn every_page_has_its_sections_in_order_and_names_its_sources() {
    for rule in RULES {
        let page = rule.page();
        let headings: Vec<_> = page.lines().filter(|it| it.starts_with("# ")).collect();
        let expected =
            ["# What happens", "# Why it matters", "# What to do", "# References", "# Examples"];
        assert_eq!(headings, expected, "{}", rule.name);
        assert!(!page.title().is_empty() && !page.title().ends_with('.'), "{}", rule.name);
        let references = page.lines().skip_while(|it| *it != "# References").skip(1);
        let references = references.take_while(|it| !it.starts_with("# "));
        let references: Vec<_> = references.filter(|it| !it.trim().is_empty()).collect();
        assert!(!references.is_empty(), "{} names no source", rule.name);
        for it in references {
            assert!(it.starts_with("- [") && it.contains("](https://"), "{}: {it}", rule.name);
        }
    }
}

#[cfg(feature = "paste")]
#[test]
fn every_error_text_can_be_found_and_comes_with_a_first_step() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in RULES {
        for (text, list) in rule
            .errors
            .iter()
            .map(|it| (it, "errors"))
            .chain(rule.perhaps.iter().map(|it| (it, "perhaps")))
        {
            let pieces: Vec<_> = crate::errors::Pattern::new(text.pattern).pieces().collect();
            let first = pieces[0].1;
            assert!(first.len() >= 4, "{}: {} starts with what varies", rule.name, text.pattern);
            assert!(!first.starts_with(' '), "{}: {}", rule.name, text.pattern);
            let is_open = pieces.iter().rev().skip(1).any(|it| it.1.is_empty());
            assert!(!is_open, "{}: {} has two places without a word", rule.name, text.pattern);
            let step = if text.step.is_empty() { rule.step } else { text.step };
            let is_step =
                step.len() > 8 && step.starts_with(|c: char| c.is_uppercase() || c == '`');
            assert!(is_step && !step.ends_with(['.', ':']), "{}: {step}", rule.name);
            assert!(
                seen.insert((text.pattern, rule.name)),
                "{} twice in {}",
                text.pattern,
                rule.name
            );
            let other = (list == "errors").then_some(text.pattern);
            if let Some(other) = other {
                let owner = RULES.iter().find(|it| it.errors.iter().any(|it| it.pattern == other));
                assert_eq!(owner.map(|it| it.name), Some(rule.name), "{other} has one owner");
            }
        }
        // Nobody pastes what only this program says.
        let is_ours = rule.name == "cleartext-password-refused";
        let fails = rule.is_live() && rule.severities == [Severity::Error] && !is_ours;
        assert!(!fails || !rule.errors.is_empty(), "{} has no text", rule.name);
        let is_known = !rule.errors.is_empty() || !rule.perhaps.is_empty();
        assert_eq!(rule.title, if is_known { rule.page().title() } else { "" });
    }
}

#[test]
fn every_example_says_what_the_rule_does() {
    for &rule in RULES {
        let examples: Vec<_> = rule.page().examples().collect();
        assert!(examples.iter().any(|it| it.reports), "{} never reports", rule.name);
        assert!(examples.iter().any(|it| !it.reports), "{} is never silent", rule.name);
        let mut unseen: Vec<_> = rule.severities.to_vec();
        // Settings modules are evaluated in `tests/module_rules.rs`.
        if rule.is_of_module() {
            continue;
        }
        for example in examples.iter().filter(|it| it.module.is_none()) {
            let found = findings(rule, example);
            assert_eq!(!found.is_empty(), example.reports, "{}: {}", rule.name, example.dotenv);
            for (severity, message, _) in found {
                assert!(rule.severities.contains(&severity), "{} lists {severity:?}", rule.name);
                let is_sentence = !message.ends_with('.') && !message.contains('\n');
                assert!(is_sentence, "{}: {message}", rule.name);
                unseen.retain(|it| *it != severity);
            }
        }
        assert!(unseen.is_empty(), "no example of {} shows {unseen:?}", rule.name);
    }
}

#[test]
fn a_finding_keeps_its_place_among_those_as_bad() {
    let mut findings = Findings::of(RULES[0]);
    for (severity, message) in [
        (Severity::Info, "e"),
        (Severity::Warning, "c"),
        (Severity::Error, "a"),
        (Severity::Warning, "d"),
        (Severity::Error, "b"),
    ] {
        findings.report(severity, message, "");
    }
    let order: String = findings.worst_first().iter().map(|it| &*it.message).collect();
    assert_eq!(order, "abcde");
}

#[test]
fn examples_run_on_the_default_releases_or_those_they_name() {
    let releases = |kind| {
        let example = Example::new(kind, "");
        (example.dj_database_url, example.libpq)
    };
    assert_eq!(releases("env,silent"), Default::default());
    assert_eq!(releases("env,silent,3.1.2").0, DjDatabaseUrl::V3_1_2);
    assert_eq!(releases("env,silent,libpq 15").1, Version::V15);
    assert_eq!(Example::new("env,silent,Django 4.2", "").django, Django::V4_2);
    assert_eq!(Example::new("env,silent,psycopg2", "").driver, Driver::Psycopg2);
}

#[test]
fn an_example_may_be_of_another_settings_module() {
    let example = Example::new("env,reports,without-ssl_require", "");
    assert_eq!((example.reports, example.ssl_require), (true, SslRequire::Never));
    let example = Example::new("env,silent,3.1.2", "");
    assert_eq!(example.dj_database_url, DjDatabaseUrl::V3_1_2);
    assert_eq!(example.ssl_require, SslRequire::NotDebug);
}

#[test]
fn an_example_may_state_a_number_of_users() {
    assert_eq!(Example::new("env,reports,500 users", "").users, Some(500));
    assert_eq!(Example::new("env,silent,libpq 15", "").users, None);
}

#[test]
fn nothing_of_django_is_said_to_psql() {
    let mut found = std::collections::BTreeSet::new();
    for parameters in [
        "",
        "?sslmode=disable",
        "?sslmode=allow",
        "?sslmode=require",
        "?sslmode=verify-ca",
        "?sslmode=verify-full",
        "?sslmode=requre",
        "?sslrootcert=system",
        "?sslmode=require&sslrootcert=system",
        "?sslmode=disable&channel_binding=require",
        "?sslmode=require&sslmode=disable",
        "?foo=1",
        "?connect_timeout=abc",
        "?application_name=%E9",
    ] {
        for authority in [
            "u:p@db.example.com",
            "postgres:postgres@db.example.com:5433",
            "u:p#1@db.example.com",
            "u:%E9@localhost",
            "u:p@%2Frun",
            "u:p@ec2-3-91-8-1.compute-1.amazonaws.com",
            "u:p@db.abcdefghijklmnopqrst.supabase.co",
            "u:p@x.db.ondigitalocean.com:25060",
            "u:p@postgres.railway.internal",
            "u:p@h1,h2",
            "",
        ] {
            for variables in [&[][..], &[("PGSSLMODE", "require"), ("PGSSLROOTCERT", "/ca.crt")]] {
                let url = alloc::format!("postgres://{authority}/shop{parameters}");
                let variables = variables.iter().copied().chain([("DATABASE_URL", &*url)]);
                let question = Question::new(Inputs::new(variables));
                let answer = resolve(question.with_client(&crate::client::psql::CLIENT));
                let refusal = answer.resolution.refusal.iter();
                let mut said: String =
                    refusal.map(|it| alloc::format!("{} {}", it.kind, it.message)).collect();
                for it in &answer.diagnostics {
                    found.insert(it.rule.name);
                    said.push_str(&alloc::format!(
                        "{} {} {:?}",
                        it.message,
                        it.help,
                        answer.fixes(it)
                    ));
                }
                for word in [
                    "Django",
                    "settings.py",
                    "psycopg",
                    "dj-database",
                    "DEBUG",
                    "ssl_require",
                    "Error",
                ] {
                    assert!(!said.contains(word), "{url}: {word} in {said}");
                }
            }
        }
    }
    assert!(found.len() > 9, "{found:?}");
}
