//! A settings module with `DATABASES` in it is judged as what it is.

use super::*;

/// Answers about dictionaries as they are written, and what must stand in them.
const MODULES: [(&str, &str, &[&str], i32); 5] = [
    (
        "misplaced.py",
        "DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \
         \"HOST\": \"db.example.com\",\n        \"NAME\": \"shop\",\n        \"PASSWORD\": \"quiet-otter-52\",\n        \
         \"SSLMODE\": \"verify-full\",\n    }\n}\n",
        &[
            "warning[setting-unknown]: Django ignores `SSLMODE` here",
            "'sslmode': 'verify-full'",
            "misplaced.py:4",
        ],
        0,
    ),
    (
        "misspelt.py",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', \
         'HOST': 'localhost', 'PASWORD': 'quiet-otter-52'}}\n",
        &["`PASWORD` is not a key of Django's; `PASSWORD`?", "no password is sent"],
        1,
    ),
    (
        "read.py",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', \
         'NAME': env('DB_NAME'), 'PASSWORD': env('DB_PASSWORD', default='quiet-otter-52'), \
         'OPTIONS': {'sslmode': env('DB_SSLMODE', default='prefer')}}}\n",
        &["Unknown: ", "reads DB_NAME, DB_PASSWORD, DB_SSLMODE", "no findings"],
        0,
    ),
    (
        "other.py",
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'x'}}\n",
        &["These settings select django.db.backends.sqlite3"],
        0,
    ),
    (
        "call.py",
        "DATABASES = {'default': dj_database_url.config(\n    default='postgres://u:quiet-otter-52@db.example.com/d')}\n",
        &["sslmode=prefer", "the default applies where the application's DATABASE_URL is not set"],
        0,
    ),
];

#[test]
fn a_dictionary_is_judged_as_what_it_is() {
    for (name, text, expected, code) in MODULES {
        let path = file(name, text);
        for format in ["text", "json", "sarif", "github"] {
            let run = run(&["resolve", "--env-file", &path, "--format", format]);
            let all = format!("{}\n{}", run.stdout, run.stderr);
            // A SARIF log lists every rule.
            let all_texts = if format == "sarif" { "" } else { &*all };
            for guides in ["election_cart", "ssl_require", "guide"] {
                assert!(!all_texts.contains(guides), "{name} {format}: {guides} in {all}");
            }
            assert!(!all.contains("quiet-otter-52"), "{name} {format}: {all}");
            assert_eq!(run.code, Some(code), "{name} {format}: {all}");
            let words: Vec<_> = all.split_whitespace().collect();
            let flat = words.join(" ");
            let is_there = |it: &&str| format != "text" || flat.contains(*it);
            let missing: Vec<_> = expected.iter().filter(|it| !is_there(it)).collect();
            assert!(missing.is_empty(), "{name}: {missing:?} missing in {all}");
        }
    }
}

#[test]
fn what_is_unknown_is_neither_checked_nor_exported() {
    let path = file("unknown.py", MODULES[2].1);
    for command in [&["check"][..], &["export", "url"]] {
        let run = run(&[command, &["--env-file", &path]].concat());
        let all = format!("{}\n{}", run.stdout, run.stderr);
        assert!(all.contains("DB_NAME"), "{all}");
        assert_eq!(run.code, Some(if command == ["check"] { 3 } else { 1 }), "{all}");
    }
}

#[test]
fn no_other_settings_module_is_written_for_a_dictionary() {
    for (name, module) in [("own.py", MODULES[0]), ("misspelt_own.py", MODULES[1])] {
        for form in ["settings", "fields"] {
            let run = run(&["export", form, "--env-file", &file(name, module.1)]);
            assert_eq!((run.stdout.as_str(), run.code), ("", Some(1)), "{}", run.stderr);
            assert!(run.stderr.contains("with its own DATABASES, and"), "{}", run.stderr);
        }
    }
}

#[test]
fn a_case_may_hold_the_dictionary_itself() {
    let case = r#"{"env":{"DATABASE_URL":"x"},"settings":{"databases":{"default":{"ENGINE":"django.db.backends.postgresql","NAME":{"$unknown":"why"},"HOST":"h","PORT":{"$bigint":"99999999999999999999"},"PWD":"quiet-otter-52","OPTIONS":{"sslrootcert":{"$path":"/ca"}}},"replica":{}}}}"#;
    let run = run_on(&["resolve", "--jsonl"], case.as_bytes());
    for expected in [
        r#""NAME":{"$unknown":"why"}"#,
        r#""PORT":{"$bigint":"99999999999999999999"}"#,
        r#""sslrootcert":{"$path":"/ca"}"#,
        r#""replica":{}}"#,
        r#""unknown":[{"path":"DATABASES","line":null,"expression":null,"why":"why"}]"#,
        r#""rule":"setting-unknown""#,
    ] {
        assert!(run.stdout.contains(expected), "{expected} in {}", run.stdout);
    }
    assert!(!run.stdout.contains("quiet-otter-52"));
    let run =
        run_on(&["resolve", "--jsonl"], r#"{"env":{},"settings":{"database":{}}}"#.as_bytes());
    assert!(run.stdout.contains("`databases`"), "{}", run.stdout);
    assert_eq!(run.code, Some(2));
}
