//! What people paste, variables or an error message: whatever it is, it is answered with spans that
//! fit; what the exports write is recognised; and PyYAML reads the same in what is YAML.

use dsnlens_core::errors;
use dsnlens_core::paste::{self, Form, Pasted};
use dsnlens_core::render::Export;
use dsnlens_core::resolve;
use dsnlens_core::rules::RULES;
use dsnlens_core::syntax::dotenv;
use dsnlens_tests::generate::{self, Environment};
use dsnlens_tests::inputs;
use dsnlens_tests::oracle::Oracle;
use proptest::prelude::*;
use serde_json::Value;

/// What holds for every text.
fn answered(text: &str) -> Option<Pasted<'_>> {
    let pasted = paste::read(text)?;
    let spans = pasted.variables.iter().map(|it| it.span);
    for span in spans.chain(pasted.notes.iter().map(|it| it.span)) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
    }
    for it in &pasted.variables {
        let value = it.value.as_ref().map(|it| &**it.reveal());
        assert_eq!(it.is_literal, value == Some(it.span.of(text)), "{text:?}");
    }
    if pasted.form != Form::Dotenv {
        let written = pasted.dotenv();
        let dotenv = dotenv::parse(written.reveal());
        assert_eq!(dotenv.unreadable, [], "{text:?}");
        let read = dotenv.bindings.iter().map(|it| (it.name, it.value.as_deref().unwrap_or("")));
        assert_eq!(read.collect::<Vec<_>>(), pasted.reveal().collect::<Vec<_>>(), "{text:?}");
    }
    Some(pasted)
}

/// What holds for every text that is taken for an error message.
fn explained(text: &str) {
    let explanation = errors::explain(text);
    let told = explanation.told;
    let told = [told.host, told.address, told.port, told.user, told.database, told.sqlstate];
    let spans = told.into_iter().flatten().chain(explanation.url);
    for span in spans.chain(explanation.causes.iter().map(|it| it.span)) {
        assert!(text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
        let line = explanation.line(span);
        assert!(text.get(line.start..line.end).is_some(), "{line:?} in {text:?}");
        explanation.shown(span);
    }
    let mut rules: Vec<_> = explanation.causes.iter().map(|it| it.rule.name).collect();
    rules.sort_unstable();
    assert!(rules.is_sorted_by(|a, b| a < b), "{rules:?} for {text:?}");
}

/// Every text that a rule states, with something where it varies.
fn messages() -> Vec<String> {
    let texts = RULES.iter().flat_map(|it| it.errors.iter().chain(it.perhaps));
    let texts = texts.map(|it| it.pattern);
    let filled = texts.map(|text| {
        let pieces = text.split('{').enumerate();
        let pieces = pieces.map(|(nth, it)| match nth {
            0 => it.to_owned(),
            _ => {
                let (name, rest) = it.split_once('}').unwrap_or(("", it));
                let value = match name.split_once(':').map_or("", |it| it.1) {
                    "path" | "socket" => "/x",
                    "placeholder" => "None",
                    "ipv6" => "::1",
                    "known" => "gssencmode",
                    "url" => "https://x",
                    "line-end" => "x\n",
                    _ => "x",
                };
                format!("{value}{rest}")
            }
        });
        pieces.collect()
    });
    filled.collect()
}

#[test]
fn every_text_of_a_rule_is_known() {
    for (rule, text) in RULES
        .iter()
        .flat_map(|it| it.errors.iter().chain(it.perhaps).map(move |_| it.name))
        .zip(messages())
    {
        for text in [text.clone(), format!("é: {text}\n"), format!("{text}. {text}")] {
            let explanation = errors::explain(&text);
            let found = explanation.causes.iter().any(|it| it.rule.name == rule);
            assert!(found, "{rule} does not know {text}");
        }
    }
}

/// The messages of `messages.txt`: what names the cause, how the first step begins, the text.
fn met() -> Vec<(String, String, String)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/messages.txt");
    let file = std::fs::read_to_string(file).expect("the messages can be read");
    let entries = file.split("\n== ").skip(1);
    let entries = entries.map(|entry| {
        let (head, text) = entry.split_once('\n').expect("a text follows");
        let (rule, step) = head.split_once(" | ").unwrap_or((head, ""));
        let text = text.split("\n-- ").next().unwrap_or("").trim_end_matches('\n');
        (rule.to_owned(), step.to_owned(), text.to_owned())
    });
    entries.collect()
}

/// How other programs repeat a text.
fn repeated(text: &str) -> [String; 6] {
    let logged = text.lines().map(|it| format!("web-1  | 2026-11-28 10:00:00.123 UTC [77] {it}\n"));
    [
        text.to_owned(),
        format!(
            "Traceback (most recent call last):\n  File \"app.py\", line 3, in <module>\n{text}\n"
        ),
        logged.collect(),
        format!("{{\"level\":\"error\",\"message\":{}}}", serde_json::to_string(text).unwrap()),
        format!(
            "(psycopg2.OperationalError) {text}\n\n(Background on this error at: https://sqlalche.me/e/20/e3q8)"
        ),
        format!(
            "psycopg.OperationalError: {text}\n\nThe above exception was the direct cause of the \
             following exception:\n\ndjango.db.utils.OperationalError: {text}\n"
        ),
    ]
}

#[test]
fn messages_that_people_meet_are_explained_however_they_are_repeated() {
    let met = met();
    assert!(met.len() > 380, "{} messages", met.len());
    let mut wrong = Vec::new();
    for (rule, step, text) in &met {
        // Some forms make small letters of it all.
        let is_lowered = text.lines().count() == 1;
        let lowered = is_lowered.then(|| text.to_lowercase());
        for text in repeated(text).into_iter().chain(lowered) {
            let explanation = errors::explain(&text);
            let first = explanation.causes.first();
            let found = first.map_or("nothing", |it| it.rule.name);
            let is_right = found == rule && explanation.unknown.is_none();
            if !is_right || !first.is_some_and(|it| it.step.starts_with(step)) {
                let step = first.map_or("", |it| it.step);
                wrong.push(format!("{rule}: {found}, {step}, for {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Pieces of every form, which chance puts together.
const PIECES: [&str; 74] = [
    "jobs:",
    "steps:",
    "variables:",
    "script:",
    "envVars:",
    "docker run -e ",
    "ENV ",
    "Environment=",
    "[env]\n",
    "os.environ['",
    "${{ secrets.X }}",
    "$(X)",
    "DATABASE_URL",
    "DB_HOST",
    "PGHOST",
    "postgres://",
    "jdbc:postgresql:",
    "u:p@h/db",
    "=",
    ": ",
    ":",
    "- ",
    "-",
    "\n",
    "\n  ",
    "\n    ",
    "\n      ",
    " ",
    "\t",
    "\r\n",
    "'",
    "\"",
    "\\",
    "`",
    "$",
    "${A:-b}",
    "#",
    " #",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    "|",
    ">",
    "&a ",
    "*a",
    "<<: *a",
    "---\n",
    "environment",
    "services",
    "env",
    "name",
    "value",
    "valueFrom",
    "kind",
    "Secret",
    "ConfigMap",
    "data",
    "'ENGINE'",
    "'django.db.backends.postgresql'",
    "DATABASES",
    "dj_database_url.config",
    "psql ",
    "-h ",
    "host",
    "set -x ",
    "$env:",
    "║",
    "│",
    "export ",
    "é",
];

proptest! {
    #![proptest_config(generate::config(4096))]

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        answered(&text);
        explained(&text);
    }

    #[test]
    fn any_message_is_explained(
        pieces in prop::collection::vec(
            prop::sample::select(
                [messages(), ["\n", " ", "é", "'", "postgres://u:p@h/d", "FATAL:  ", "password=", "(1)",
                    "connection to server at \"h\", port 1 failed: "].map(String::from).to_vec()].concat(),
            ),
            0..12,
        ),
    ) {
        explained(&pieces.concat());
    }

    #[test]
    fn any_pieces_are_answered(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40),
    ) {
        answered(&pieces.concat());
        explained(&pieces.concat());
    }

    #[test]
    fn any_value_of_a_file_is_read_back(
        values in prop::collection::vec("[a-z'\"\\\\$#{}: \\n\\r\u{e9}=&;-]{0,12}", 1..4),
    ) {
        let names = ["DB_HOST", "DB_NAME", "DB_PASSWORD", "DB_USER"];
        let object: serde_json::Map<_, _> = names
            .iter()
            .zip(&values)
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
            .collect();
        let text = serde_json::to_string(&object).unwrap();
        let pasted = answered(&text).expect("an object of variables");
        prop_assert_eq!(pasted.form, Form::Json);
        let expected: Vec<_> = names.into_iter().zip(values.iter().map(String::as_str)).collect();
        prop_assert_eq!(pasted.reveal().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_exported_is_recognised(env in generate::environment()) {
        exports_are_recognised(&env);
    }
}

fn exports_are_recognised(env: &Environment) {
    let answer = resolve(inputs(&env.0, env.1));
    for (export, form) in [
        (Export::Dotenv, Form::Dotenv),
        (Export::Fields, Form::Dotenv),
        (Export::Server, Form::Dotenv),
    ] {
        let Ok(text) = export.write(&answer) else { continue };
        let text = text.reveal();
        let pasted = answered(&text).unwrap_or_else(|| panic!("not recognised:\n{text}"));
        assert_eq!(pasted.form, form, "{text}");
        let file = dotenv::parse(&text);
        for (name, value) in pasted.reveal() {
            let there = file.bindings.iter().rev().find(|it| it.name == name);
            assert_eq!(there.and_then(|it| it.value.as_deref()), Some(value), "{text}");
        }
    }
    let Ok(url) = Export::Url.write(&answer) else { return };
    let url = url.reveal();
    let pasted = answered(&url).unwrap_or_else(|| panic!("not recognised:\n{url}"));
    assert_eq!(pasted.form, Form::Url, "{url}");
    // A mark that ends the URL could as well be the sentence's, or the list's.
    let core =
        |url: &str| url.trim_end().trim_end_matches(|c| "\"'`“”‘’>);,".contains(c)).to_owned();
    let read: Vec<_> = pasted.reveal().map(|(name, value)| (name, core(value))).collect();
    assert_eq!(read, [("DATABASE_URL", core(&url))]);
}

/// Files as people have them: whole ones, pieces, and every style of YAML.
const FILES: [&str; 39] = [
    "on: push\njobs:\n  test:\n    env:\n      DATABASE_URL: postgres://u:p@localhost/x\n      DB_PORT: 5432\n    steps:\n      - run: |\n          x: y\n",
    "services:\n  - type: web\n    name: shop\n    envVars:\n      - key: DB_HOST\n        value: 'db'\n",
    "variables: {DB_HOST: pg, DB_NAME: \"x\"}\ntest:\n  script: [x]\n  services:\n    - name: postgres:16\n      alias: pg\n",
    "services:\n  web:\n    environment:\n      DATABASE_URL: postgres://u:p@db/shop\n      DEBUG: 'true'\n",
    "services:\n  web:\n    environment:\n      - DATABASE_URL=postgres://u:p@db/shop\n      - DEBUG=1\n",
    "services:\n  web:\n    environment:\n    - DB_HOST=db\n    - 'DB_PASSWORD=a b # c'\n    - \"DB_NAME=x\\ty\"\n",
    "version: \"3\"\nservices:\n  db:\n    image: postgres\n    environment: {POSTGRES_PASSWORD: x}\n  app:\n    environment: {DB_HOST: db, DB_PASSWORD: 'a, b', DB_NAME: \"{x}\"}\n",
    "services:\n  app:\n    environment: [DB_HOST=db, 'DB_PASSWORD=a,b', \"DB_NAME=x\"]\n",
    "x-env: &env\n  DB_HOST: db\n  DB_PORT: 5432\nservices:\n  app:\n    environment: *env\n",
    "x-env: &env\n  DB_HOST: db\n  DB_PORT: 5432\nservices:\n  app:\n    environment:\n      <<: *env\n      DB_PORT: 5433\n",
    "x-a: &a {DB_HOST: a}\nx-b: &b {DB_NAME: b}\nservices:\n  app:\n    environment:\n      <<: [*a, *b]\n      DB_USER: u\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD: >-\n        one\n        two\n      DB_NAME: |\n        shop\n      DB_HOST: |-\n        h\n      DB_USER: >\n        a\n\n        b\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD: \"one\n        two\\\n        three\\n\\u00e9\"\n      DB_NAME: 'a\n        b'\n      DB_USER: a\n        b\n",
    "services:\n  app:\n    environment:\n      \"DB_HOST\": db\n      'DB_NAME': shop\n      DB_USER : u\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD: p#w\n      DB_NAME: shop # not this\n      DB_USER: 'u' # nor this\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD: !!str 0123\n      DB_NAME: &name shop\n      DB_USER: *name\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD:\n        s3cret\n      DB_NAME:\n        \"shop\"\n",
    "services:\n  app:\n    environment:\n      DB_PASSWORD: a'b\"c\n      DB_NAME: http://x:1/y\n      DB_USER: -x\n",
    "services:\n  app:\n    environment:\n      # none\n      DB_HOST: db\n\n      DB_NAME: shop\n    # end\n    ports:\n      - 80:80\n  other:\n    environment:\n      X: y\n",
    "services:\n    app:\n        environment:\n            - DB_HOST=db\n            # a comment\n            - DB_PASSWORD=x=y\n        volumes:\n            - .:/app\n",
    "environment:\n  DB_HOST: db\n",
    "environment:\n- DB_HOST=db\n- DB_NAME=${NAME:-shop}\n",
    "app:\n  environment:\n    DATABASE_URL: ${DATABASE_URL:?missing}\n",
    "# c\n---\nservices:\n  app:\n    environment:\n      DB_HOST: db\n",
    "services:\r\n  app:\r\n    environment:\r\n      DB_HOST: db\r\n      DB_NAME: 'x'\r\n",
    "services:\n  app:\n    command: [\"a\", \"b: c\"]\n    labels:\n      a.b/c: \"x\"\n    environment:\n      DB_HOST: db\n",
    "services:\n  app:\n    command: >\n      sh -c \"python manage.py migrate &&\n             gunicorn: x\"\n    environment:\n      DB_HOST: db\n",
    "services:\n  app:\n    healthcheck:\n      test: [\"CMD-SHELL\", \"pg_isready\"]\n      interval: 5s\n    environment:\n      DATABASE_URL: \"postgresql://u:p%40@db:5432/shop?sslmode=disable\"\n",
    "kind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: web\n    env:\n    - name: DB_HOST\n      value: db\n    - name: DB_PORT\n      value: \"5432\"\n",
    "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n        - image: x\n          name: web\n          env:\n            - {name: DB_HOST, value: db}\n            - name: DB_NAME\n              value: 'shop'\n",
    "env:\n- name: DB_HOST\n  value: db\n- value: shop\n  name: DB_NAME\n",
    "- name: DB_HOST\n  value: db\n- name: DB_NAME\n  value: >-\n    a\n    b\n",
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  DB_HOST: db\n  DB_PORT: \"5432\"\n",
    "apiVersion: v1\ndata:\n  DATABASE_URL: |-\n    postgres://u:p@db/shop\nkind: ConfigMap\n",
    "kind: Secret\nstringData:\n  DB_PASSWORD: \"s3cret\\\\\"\n  DB_USER: u\n",
    "kind: ConfigMap\ndata:\n  DB_HOST: a\n---\nkind: ConfigMap\ndata:\n  DB_NAME: b\n",
    "kind: ConfigMap\ndata: {DB_HOST: a, \"DB_NAME\": 'b c'}\n",
    "DB_HOST: db\nDB_PASSWORD: \"a: b\"\n",
    "  - DB_HOST=db\n  - DB_NAME=shop\n",
];

/// Every pair of a name and a text in a document, in whichever of the ways it is written.
fn pairs(value: &Value, pairs: &mut Vec<(String, String)>) {
    let text = |it: &Value| it.as_str().map(str::to_owned);
    match value {
        Value::Array(items) => {
            for item in items {
                let pair = item.as_str().and_then(|it| it.split_once('='));
                pairs.extend(pair.map(|(name, value)| (name.to_owned(), value.to_owned())));
                self::pairs(item, pairs);
            }
        }
        Value::Object(map) => {
            let name = map.get("key").or(map.get("name")).and_then(text);
            let named = name.zip(map.get("value").and_then(text));
            pairs.extend(named);
            for (name, value) in map {
                pairs.extend(text(value).map(|value| (name.clone(), value)));
                self::pairs(value, pairs);
            }
        }
        _ => {}
    }
}

fn is_known(name: &str) -> bool {
    dsnlens_core::is_relevant(name)
}

#[test]
fn pyyaml_reads_the_same_in_files() {
    let questions = FILES.iter().map(|text| (*text, serde_json::to_string(text).unwrap()));
    let mut asked = 0;
    Oracle::yaml().ask(questions, |text, answer| {
        let documents: Value = serde_json::from_str(answer).unwrap();
        assert!(documents.is_array(), "PyYAML refuses it:\n{text}");
        let mut theirs = Vec::new();
        // An anchor's own place is no service's.
        for mut document in documents.as_array().unwrap().clone() {
            if let Some(map) = document.as_object_mut() {
                map.retain(|name, _| !name.starts_with("x-"));
            }
            pairs(&document, &mut theirs);
        }
        theirs.retain(|(name, _)| is_known(name));
        theirs.sort();
        let pasted = answered(text).unwrap_or_else(|| panic!("not recognised:\n{text}"));
        let ours = pasted.reveal().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut ours: Vec<_> = ours.collect();
        ours.sort();
        assert_eq!(ours, theirs, "{text}");
        asked += 1;
    });
    assert_eq!(asked, FILES.len());
}

#[test]
fn pyyaml_reads_the_same_in_any_value() {
    // Of one variable, with a plain one behind it.
    let awkward = "abx #:'\"\\-,{}[]|>&*!%@?=$é".chars().map(String::from);
    let pieces = awkward.chain(["\n        ", "\\n", "''"].map(String::from));
    let piece = prop::sample::select(pieces.collect::<Vec<_>>());
    let value = prop::collection::vec(piece, 0..7).prop_map(|it| it.concat());
    let quote = prop::sample::select(vec!["", "", "'", "\""]);
    let cases = generate::cases(20_000);
    // PyYAML ends the name of an anchor, an alias or a tag sooner than YAML 1.2 does.
    let is_plain = |it: &(String, &str)| !it.0.trim_start().starts_with(['&', '*', '!']);
    let values = generate::values(generate::seed(), (value, quote));
    let values = values.filter(|it| !it.1.is_empty() || is_plain(it)).take(cases);
    let texts = values.map(|(value, quote)| {
        format!("environment:\n  DB_PASSWORD: {quote}{value}{quote}\n  DB_HOST: h\n")
    });
    let texts: Vec<_> = texts.collect();
    let questions = texts.iter().map(|text| (text, serde_json::to_string(text).unwrap()));
    let mut compared = 0;
    Oracle::yaml().ask(questions, |text, answer| {
        let documents: Value = serde_json::from_str(answer).unwrap();
        let Some(theirs) = documents.pointer("/0/environment") else { return };
        let Some(password) = theirs["DB_PASSWORD"].as_str() else { return };
        // Nothing is the shell's value to compose.
        let pasted = answered(text).unwrap_or_else(|| panic!("not recognised:\n{text}"));
        let ours = pasted.get("DB_PASSWORD").and_then(|it| Some(&**it.value.as_ref()?.reveal()));
        // Compose reads `$$` as `$`.
        let password = &*password.replace("$$", "$");
        let is_nothing = password.is_empty() && ours.is_none();
        assert!(is_nothing || ours == Some(password), "{ours:?}, PyYAML {password:?}:\n{text}");
        assert_eq!(pasted.get("DB_HOST").map(|it| it.span.of(text)), Some("h"), "{text}");
        compared += 1;
    });
    assert!(compared > cases / 4, "only {compared} of {cases} were YAML");
}

/// The files of other tools, as they are met: what each is read as.
#[test]
fn files_of_other_tools_are_read_as_what_they_are() {
    const URL: &str = "postgres://app:s3cret@db.example.com/shop";
    let setups = include_str!("data/setups.txt").split("=== ").skip(1);
    let mut wrong = Vec::new();
    for setup in setups {
        let (head, text) = setup.split_once('\n').expect("a head");
        let (name, expected) = head.split_once(" → ").unwrap_or((head, ""));
        let text = text.replace("{}", URL);
        let read = answered(&text).map(|it| {
            let value = it.variables.iter().rev().find(|it| it.name == "DATABASE_URL");
            let value = match value {
                None => "nothing",
                Some(it) if !it.holes.is_empty() => "unknown",
                Some(it) if it.value.as_ref().is_some_and(|it| **it.reveal() == *URL) => "known",
                Some(_) => "another value",
            };
            format!("{}, {value}", it.form.name())
        });
        let read = read.unwrap_or_else(|| {
            let urls = paste::unrecognized(&text).urls;
            format!("unrecognized, {} found", urls.len())
        });
        if read != expected {
            wrong.push(format!("=== {name} → {read}"));
        }
    }
    assert!(wrong.is_empty(), "not as expected:\n{}", wrong.join("\n"));
}
