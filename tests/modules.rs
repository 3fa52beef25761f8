//! Settings modules through the whole answer, against what Python made of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use dsnlens_core::document::{Case, CaseSettings, CaseStack, Document, Unknown};
use dsnlens_core::module::{Files, Preset, SettingsModule};
use dsnlens_core::render::Export;
use dsnlens_core::{
    DATABASE_URL, DjDatabaseUrl, Hole, Inputs, Question, Recipe, Span, resolve, stand_in,
};
use dsnlens_settings::evaluate;
use dsnlens_tests::Case as Recorded;
use serde_json::Value;

fn recorded(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("recorded").join(name);
    let text = fs::read_to_string(path).expect("the recorded answers are there");
    text.lines().map(|it| serde_json::from_str(it).expect("a line is JSON")).collect()
}

fn env(line: &Value) -> BTreeMap<String, String> {
    serde_json::from_value(line["env"].clone()).expect("an environment")
}

fn answer(case: &Case) -> Document {
    case.answer(evaluate, true).unwrap_or_else(|it| panic!("{it:?}"))
}

fn is_unknown(value: &Value) -> bool {
    match value {
        Value::Object(map) => map.contains_key("$unknown") || map.values().any(is_unknown),
        Value::Array(items) => items.iter().any(is_unknown),
        _ => false,
    }
}

/// Whether what is known of `found` is so.
fn agrees(found: &Value, expected: &Value) -> bool {
    match (found, expected) {
        (Value::Object(map), _) if map.contains_key("$unknown") => true,
        (Value::Object(found), Value::Object(expected)) => {
            let is_right = |(key, value): (&String, &Value)| {
                expected.get(key).map_or_else(|| is_unknown(value), |it| agrees(value, it))
            };
            let is_open = found.values().any(is_unknown);
            found.iter().all(is_right)
                && (is_open || expected.keys().all(|it| found.contains_key(it)))
        }
        _ => found == expected,
    }
}

#[test]
fn a_module_is_answered_as_python_runs_it() {
    let lines = recorded("settings.jsonl");
    assert_eq!(lines.len(), 168, "no recorded module may get lost");
    let mut unknown = Vec::new();
    for line in &lines {
        let id = line["id"].as_str().expect("an id");
        let case = Case {
            env: env(line),
            settings: Some(CaseSettings {
                text: line["settings"].as_str().map(str::to_owned),
                path: Some("/srv/app/config/settings.py".into()),
                ..CaseSettings::default()
            }),
            dotenv: line["dotenv"].as_str().map(str::to_owned),
            ..Case::default()
        };
        let found = serde_json::to_value(answer(&case)).expect("a document is JSON");
        let expected = &line["result"];
        let refusal = &found["refusal"];
        let by_module = matches!(refusal["stage"].as_str(), Some("settings" | "recipe"));
        match expected.get("error") {
            Some(error) if by_module => {
                let raised = ["type", "message", "line"].map(|it| &refusal[it]);
                assert_eq!(raised, ["type", "message", "line"].map(|it| &error[it]), "{id}");
            }
            Some(error) => {
                let is_open = found["unknown"].as_array().is_some_and(|it| !it.is_empty());
                assert!(is_open, "{id}: {error} is not raised: {refusal}");
                unknown.push(id);
            }
            None => {
                assert!(!by_module, "{id}: {refusal}");
                let databases = (&found["databases"], &expected["DATABASES"]);
                assert!(agrees(databases.0, databases.1), "{id}: {databases:?}");
                if is_unknown(databases.0) {
                    unknown.push(id);
                }
                if !expected["DEBUG"].is_null() {
                    assert!(
                        agrees(&found["debug"], &expected["DEBUG"]),
                        "{id}: {}",
                        found["debug"]
                    );
                }
            }
        }
    }
    // The reasons: what a class of django-configurations does on import, what pydantic-settings
    // reads, and JSON in base64 are not evaluated.
    assert_eq!(unknown.len(), 3, "{unknown:?}");
}

#[test]
fn the_text_of_the_guides_module_is_the_compiled_one() {
    for version in [DjDatabaseUrl::V2_1_0, DjDatabaseUrl::V3_1_2] {
        let recipe = Recipe { dj_database_url: version, ..Recipe::default() };
        let stack =
            CaseStack { dj_database_url: Some(version.version().into()), ..CaseStack::default() };
        for Recorded { env, debug, .. } in Recorded::all() {
            let case = Case {
                env: env.clone(),
                debug: Some(debug),
                settings: Some(CaseSettings {
                    text: Some(Preset::GUIDE.text.into()),
                    ..CaseSettings::default()
                }),
                stack: stack.clone(),
                ..Case::default()
            };
            let found = answer(&case);
            let inputs = Inputs::new(env.iter().map(|(name, value)| (&**name, &**value)));
            let question = Question::new(inputs.with_debug(debug)).with_recipe(recipe.clone());
            let compiled = Document::new(&resolve(question), true);
            let all = |it: &Document| {
                let refusal = it.refusal.as_ref();
                let refusal = refusal.map(|it| (it.r#type.clone(), it.message.clone()));
                (it.settings.clone(), refusal, it.connect_params.clone(), it.effective.clone())
            };
            assert_eq!(all(&found), all(&compiled), "{env:?}");
            // A service is in a file of the machine, whoever reads the variables.
            let is_service = |it: &&Unknown| it.why.starts_with("the service ");
            assert_eq!(found.unknown, compiled.unknown, "{env:?}");
            assert_eq!(found.unknown.iter().find(|it| !is_service(it)), None, "{env:?}");
        }
    }
}

#[test]
fn a_release_that_only_the_evaluator_knows_reads_the_guides_module() {
    let url = "postgres://u:p@db.example.com/shop?sslmode=verify-full";
    let types = |version: &str| {
        let case = Case {
            env: BTreeMap::from([("DATABASE_URL".into(), url.into())]),
            stack: CaseStack { dj_database_url: Some(version.into()), ..CaseStack::default() },
            ..Case::default()
        };
        let found = answer(&case);
        (found.refusal.map(|it| it.r#type), found.settings.is_some())
    };
    // Its `config()` has no `conn_health_checks` yet.
    assert_eq!(types("1.0.0"), (Some("TypeError".into()), false));
    assert_eq!(types("1.3.0"), (None, true));
}

#[test]
fn a_value_says_what_it_took_the_place_of() {
    let text = "import os, dj_database_url\nDEBUG = False\n\
                DATABASES = {'default': dj_database_url.config(ssl_require=not DEBUG)}\n\
                DATABASES['default']['CONN_MAX_AGE'] = 60\n";
    let url = "postgres://u:p@db.example.com/shop?sslmode=verify-full";
    let case = |text: &str| Case {
        env: BTreeMap::from([("DATABASE_URL".into(), url.into())]),
        settings: Some(CaseSettings { text: Some(text.into()), ..CaseSettings::default() }),
        ..Case::default()
    };
    let ages = |document: &Document| {
        let lines = document.ledger.iter().filter(|it| it.key == "CONN_MAX_AGE");
        lines.map(|it| (it.fate, serde_json::to_value(&it.value).unwrap())).collect::<Vec<_>>()
    };
    let touched = answer(&case(text));
    assert_eq!(ages(&touched), [("overridden", 0.into()), ("won", 60.into())]);
    let untouched = answer(&case(text.rsplit_once("DATABASES[").unwrap().0));
    let line = |fate| {
        let mut lines = untouched.ledger.iter().filter(|it| it.key == "sslmode");
        let line = lines.find(|it| it.fate == fate).unwrap();
        serde_json::to_value(line).unwrap()
    };
    let (won, lost) = (line("won"), line("overridden"));
    assert_eq!((&won["value"], &won["origin"]["line"]), (&"require".into(), &3.into()));
    assert_eq!(
        (&lost["value"], &lost["origin"]["name"]),
        (&"verify-full".into(), &"DATABASE_URL".into())
    );
    let span = |it| usize::try_from(won["origin"][it].as_u64().unwrap()).unwrap();
    assert_eq!(&text[span("start")..span("end")], "not DEBUG");
}

#[test]
fn a_variable_that_only_the_module_knows_tells_no_secret_and_no_length() {
    let text = "import os\nH, W = os.environ['PLACE'].split('/')\nDATABASES = {'default': {\n\
                'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'HOST': H,\n\
                'PASSWORD': os.environ['WORD'], 'USER': os.environ['WHO'].lower()}}\n";
    let shown = |secret: &str| {
        let env = [
            ("PLACE", format!("db.example.com/{secret}")),
            ("WORD", secret.to_owned()),
            ("WHO", format!("APP{secret}")),
        ];
        let case = Case {
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            settings: Some(CaseSettings { text: Some(text.into()), ..CaseSettings::default() }),
            ..Case::default()
        };
        let found = case.answer(evaluate, false).expect("a case");
        serde_json::to_value((&found.inputs, &found.ledger, &found.refusal)).expect("JSON")
    };
    let (short, long) = (shown("quiet-otter"), shown("quiet-otter-quiet-otter-52"));
    assert!(!short[0].to_string().contains("otter"), "{short}");
    assert_eq!(short[0]["PLACE"], "db.example.com********");
    // The user's name was made of all of it, and is shown as any user's name is.
    let without_user = |mut it: Value| {
        let lines = it[1].as_array_mut().expect("lines");
        lines.retain(|it| it["key"] != "user");
        it
    };
    assert_eq!(without_user(short), without_user(long));
}

/// A case of `modules.jsonl`.
fn module_case(line: &Value) -> Case {
    let files = serde_json::from_value(line["files"].clone()).unwrap_or_default();
    Case {
        env: env(line),
        settings: Some(CaseSettings {
            text: line["settings"].as_str().map(str::to_owned),
            path: Some("config/settings.py".into()),
            files,
            ..CaseSettings::default()
        }),
        dotenv: line["dotenv"].as_str().map(str::to_owned),
        stack: CaseStack { dj_database_url: Some("3.1.2".into()), ..CaseStack::default() },
        ..Case::default()
    }
}

#[test]
fn modules_as_projects_have_them_are_never_answered_wrong() {
    let lines = recorded("modules.jsonl");
    assert_eq!(lines.len(), 102, "no recorded module may get lost");
    let mut unknown = Vec::new();
    for line in &lines {
        let id = line["id"].as_str().expect("an id");
        let found = serde_json::to_value(answer(&module_case(line))).expect("JSON");
        let (expected, refusal) = (&line["result"], &found["refusal"]);
        let is_told = found["unknown"].as_array().is_some_and(|it| !it.is_empty());
        let by_module = matches!(refusal["stage"].as_str(), Some("settings" | "recipe"));
        match expected.get("error") {
            Some(error) if by_module => {
                let raised = ["type", "message", "line"].map(|it| &refusal[it]);
                assert_eq!(raised, ["type", "message", "line"].map(|it| &error[it]), "{id}");
                assert_eq!(found["databases"], Value::Null, "{id}");
            }
            Some(error) => {
                assert!(is_told, "{id}: {error} is not raised: {refusal}");
                unknown.push(id);
            }
            None if expected["DATABASES"].is_object() => {
                assert!(!by_module, "{id}: {refusal}");
                let databases = (&found["databases"], &expected["DATABASES"]);
                assert!(agrees(databases.0, databases.1), "{id}: {databases:?}");
                if is_unknown(databases.0) {
                    assert!(is_told, "{id}");
                    unknown.push(id);
                }
            }
            None => {
                assert!(is_told || !refusal.is_null(), "{id}: {found}");
                unknown.push(id);
            }
        }
        if let Some(debug) = expected["DEBUG"].as_bool() {
            assert!(agrees(&found["debug"], &debug.into()), "{id}: {}", found["debug"]);
        }
    }
    unknown.sort_unstable();
    unknown.dedup_by_key(|it| it.split('#').next());
    // The conditions, calls and statements that are not evaluated.
    let names: Vec<_> = unknown.iter().filter_map(|it| it.split('#').next()).collect();
    assert_eq!(names, UNKNOWN, "what else is known has to stay so");
}

/// The modules of `modules.jsonl` of which something is unknown.
const UNKNOWN: [&str; 22] = [
    "any-short",
    "class-config",
    "comp-unknown-cond",
    "deco-side",
    "exec-new",
    "file-ops",
    "gen-never",
    "getattr-vars",
    "init-side",
    "list-databases",
    "map-side-effect",
    "match",
    "method-side",
    "own-exc-attr",
    "property-side",
    "settings-name",
    "thread",
    "unknown-cond",
    "unknown-cond2",
    "unknown-return",
    "vars",
    "while-endless-cond",
];

/// A variable's name, what is written in it, and where its holes are; all of it without.
type Holed<'h> = (&'h str, &'h str, &'h [(usize, usize)]);

/// What a module makes of variables of which stretches are not known.
fn with_holes(text: &str, holes: &[Holed<'_>]) -> Value {
    let holes: Vec<_> = holes
        .iter()
        .map(|(name, written, spans)| {
            let why = format!("{name} comes from elsewhere");
            let holes: Vec<_> = match spans {
                [] => vec![Hole::whole(why)],
                spans => {
                    let spans = spans.iter().map(|it| Span::new(it.0, it.1));
                    spans.map(|it| Hole::at(it, why.clone())).collect()
                }
            };
            (*name, *written, stand_in(written, &holes), holes)
        })
        .collect();
    let mut inputs = Inputs::default();
    for (name, written, read, holes) in &holes {
        inputs = inputs.with_holes(name, read, written, holes.iter().cloned());
    }
    let module = SettingsModule {
        path: "settings.py",
        root: "",
        text,
        files: Files::NONE,
        dotenv: Some(""),
        has_all_variables: true,
        evaluate,
    };
    let answer = resolve(Question::new(inputs).with_module(module));
    serde_json::to_value(Document::new(&answer, true)).expect("JSON")
}

#[test]
fn a_hole_in_the_structure_of_a_url_leaves_all_of_it_open() {
    let text = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
    // `${SCHEME}://u:p@h.example.com/d`, and `…@${HOST}/d`.
    let scheme = with_holes(text, &[(DATABASE_URL, "${X}://u:p@h.example.com/d", &[(0, 4)])]);
    assert_eq!(scheme["refusal"], Value::Null, "{scheme}");
    for setting in ["ENGINE", "HOST", "NAME", "USER"] {
        assert!(is_unknown(&scheme["settings"][setting]), "{setting}: {scheme}");
    }
    assert_eq!(scheme["unknown"][0]["path"], DATABASE_URL);
    let url = "postgres://u:p@${X}/d";
    let host = with_holes(text, &[(DATABASE_URL, url, &[(15, 19)])]);
    assert!(is_unknown(&host["settings"]["HOST"]), "{host}");
    assert_eq!(host["settings"]["NAME"], "d");
    assert_eq!(host["unknown"].as_array().map(Vec::len), Some(1), "{host}");
    // One that anything may be behind: no exception is claimed either.
    let port = with_holes(text, &[(DATABASE_URL, "postgres://u:p@h:${X}/d", &[(17, 21)])]);
    assert_eq!(port["refusal"], Value::Null, "{port}");
    assert!(is_unknown(&port["settings"]["PORT"]), "{port}");
}

#[test]
fn no_part_of_a_variable_with_a_hole_is_a_value_to_a_module() {
    let url = "postgres://u:p@${X}/d?sslmode=require";
    let hole: &[(usize, usize)] = &[(15, 19)];
    for text in [
        "import environ\nenv = environ.Env()\nDATABASES = {'default': env.db()}\n",
        "import os\nfrom urllib.parse import urlparse\nu = urlparse(os.environ['DATABASE_URL'])\n\
         DATABASES = {'default': {'ENGINE': 'x', 'NAME': u.path[1:], 'HOST': u.hostname}}\n",
        "import os\nDATABASES = {'default': {'ENGINE': 'x', 'NAME': 'a'}}\n\
         if '0' in os.environ['DATABASE_URL']:\n    DATABASES['default']['NAME'] = 'b'\n",
        "import dj_database_url\nDATABASES = {'default': {'ENGINE': 'x'}, 'other': dj_database_url.config()}\n\
         DATABASES['default']['NAME'] = DATABASES['other']['NAME']\n",
    ] {
        let found = with_holes(text, &[(DATABASE_URL, url, hole)]);
        assert_eq!(found["refusal"], Value::Null, "{found}");
        assert!(is_unknown(&found["settings"]["NAME"]), "{text}: {found}");
        assert!(!found["databases"].to_string().contains("00"), "{text}: {found}");
    }
    let text = "import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',\n\
                'NAME': os.environ['A'], 'HOST': os.environ['A'] + '.example.com', 'USER': 'u'}}\n";
    let found = with_holes(text, &[("A", "x${X}", &[(1, 5)])]);
    assert!(is_unknown(&found["settings"]["NAME"]) && is_unknown(&found["settings"]["HOST"]));
    assert_eq!(found["settings"]["USER"], "u");
    let told: Vec<_> = found["unknown"].as_array().into_iter().flatten().collect();
    assert_eq!((told.len(), &told[0]["path"]), (1, &"A".into()), "{found}");
}

#[test]
fn what_is_set_beside_a_url_with_a_hole_is_known() {
    let text = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n\
                DATABASES['default']['CONN_MAX_AGE'] = 60\n";
    let found = with_holes(text, &[(DATABASE_URL, "postgres://u:${X}@h/d", &[(13, 17)])]);
    assert_eq!(found["settings"]["CONN_MAX_AGE"], 60);
    assert!(is_unknown(&found["settings"]["HOST"]), "{found}");
}

#[test]
fn no_exception_is_claimed_behind_a_variable_with_a_hole() {
    let text = "import os\nPORT = int(os.environ['A'])\nDATABASES = {'default': {}}\n\
                DATABASES['default']['NAME'] = os.environ['NOT_SET']\n";
    for holes in [&[(1, 5)][..], &[]] {
        let found = with_holes(text, &[("A", "x${X}", holes)]);
        assert_eq!(found["refusal"], Value::Null, "{found}");
        assert!(is_unknown(&found["databases"]), "{found}");
        assert!(is_unknown(&found["debug"]), "{found}");
    }
    let found = with_holes(text, &[("B", "x${X}", &[(1, 5)])]);
    assert_eq!(found["refusal"]["type"], "KeyError", "{found}");
}

/// What a module is refused with, as everybody sees it, and as it is.
fn refusal(text: &str, variables: &[(&str, &str)]) -> [Value; 2] {
    let case = Case {
        env: variables.iter().map(|it| (it.0.to_owned(), it.1.to_owned())).collect(),
        settings: Some(CaseSettings { text: Some(text.into()), ..CaseSettings::default() }),
        stack: CaseStack { dj_database_url: Some("3.1.2".into()), ..CaseStack::default() },
        ..Case::default()
    };
    [false, true].map(|shows| {
        let found = case.answer(evaluate, shows).expect("a case");
        serde_json::to_value(found).expect("JSON")["refusal"]["message"].clone()
    })
}

#[test]
fn an_exception_shows_no_literal_that_it_quotes() {
    let dj = "import dj_database_url\n";
    for (text, shown) in [
        ("int('quiet-otter')", "invalid literal for int() with base 10: '********'"),
        ("float('otter7')", "could not convert string to float: '********'"),
        ("raise ValueError('the password is Kx7vQ2mB')", "the password is ********"),
        ("{}['otter']", "'********'"),
        (
            "from decouple import config\nconfig('A', default='otter', cast=bool)",
            "Invalid truth value: ********",
        ),
        (
            &format!("{dj}dj_database_url.parse('postgres://u:quiet#otter@h/d')"),
            "This string is not a valid url, possibly because some of its parts is not properly \
             urllib.parse.quote()'ed.",
        ),
        ("None.otter", "'NoneType' object has no attribute 'otter'"),
        ("import os\nos.environ['MY_DB']", "'MY_DB'"),
        ("import environ\nenviron.Env()('MY_DB')", "Set the MY_DB environment variable"),
        (
            "import os\nos.getenv('MY_DB')\nraise RuntimeError('MY_DB is required, see the docs')",
            "MY_DB is required, see the docs",
        ),
    ] {
        let [masked, _] = refusal(text, &[]);
        assert_eq!(masked, shown, "{text}");
    }
    for text in [
        &format!("{dj}dj_database_url.parse('otter52://h/d')"),
        "from urllib.parse import urlparse\nurlparse('postgres://u:otter/x@h/d').port",
        "try:\n    int('otter')\nexcept ValueError as e:\n    raise RuntimeError('x', e)",
        "try:\n    int('otter')\nexcept ValueError as e:\n    raise RuntimeError(f'x {e}')",
    ] {
        let [masked, whole] = refusal(text, &[]);
        assert!(whole.to_string().contains("otter"), "{text}: {whole}");
        assert!(!masked.to_string().contains("otter"), "{text}: {masked}");
    }
}

#[test]
fn an_exception_shows_nothing_of_a_variable() {
    for text in [
        "import os\nint(os.environ['A'])",
        "import os\ntry:\n    int(os.environ['A'])\nexcept ValueError as e:\n    raise RuntimeError(str(e))",
        "import os\ntry:\n    int(os.environ['A'])\nexcept ValueError as e:\n    raise RuntimeError('x', e)",
        "import os\nraise RuntimeError('x', os.environ['A'])",
        "import environ\nenviron.Env()('B')",
        "from environs import Env\nimport os\nEnv()(os.environ['A'])",
        "from decouple import config\nimport os\nconfig(os.environ['A'])",
    ] {
        let [masked, whole] = refusal(text, &[("A", "otter"), ("B", "$otter")]);
        assert!(whole.to_string().contains("otter"), "{text}: {whole}");
        assert!(!masked.to_string().contains("otter"), "{text}: {masked}");
    }
}

#[test]
fn what_a_module_leaves_behind_is_said_to_be_unknown() {
    let found = |text: &str| {
        let settings = CaseSettings { text: Some(text.into()), ..CaseSettings::default() };
        let case = Case { settings: Some(settings), ..Case::default() };
        serde_json::to_value(answer(&case)).expect("JSON")
    };
    let raised = found("DATABASES = {'default': {'NAME': 'a'}}\nraise ValueError('x')\n");
    assert_eq!((&raised["databases"], &raised["settings"]), (&Value::Null, &Value::Null));
    let own = "class Bad(ValueError):\n    def __str__(self):\n        return 'x'\nraise Bad()\n";
    let own = found(own);
    assert_eq!(own["refusal"]["type"], "Bad");
    assert_eq!(own["unknown"][0]["why"], "the text of this exception is not known");
    for text in ["DATABASES = None\n", "DATABASES = [('default', {})]\n", "DATABASES = 'x'\n"] {
        let found = found(text);
        assert_eq!(found["unknown"][0]["why"], "DATABASES is not a dictionary", "{text}");
        assert!(is_unknown(&found["databases"]), "{found}");
    }
}

#[test]
fn nothing_is_run_behind_a_loop_that_does_not_end() {
    for (head, is_known) in [
        ("while True:\n    pass\n", false),
        ("while True:\n    if DEBUG:\n        break\n", false),
        ("while 1:\n    for x in 'ab':\n        break\n", false),
        ("import socket\nwhile True:\n    if socket.gethostname():\n        continue\n", false),
        ("while True:\n    break\n", true),
        ("while True:\n    if not DEBUG:\n        break\n", true),
        ("import socket\nwhile True:\n    if socket.gethostname():\n        break\n", true),
        ("n = 0\nwhile n < 3:\n    n += 1\n", true),
    ] {
        let text = format!(
            "DEBUG = False\n{head}DATABASES = {{'default': {{'ENGINE': 'x', 'NAME': 'n'}}}}\n"
        );
        let settings = CaseSettings { text: Some(text.clone()), ..CaseSettings::default() };
        let case = Case { settings: Some(settings), ..Case::default() };
        let found = serde_json::to_value(answer(&case)).expect("JSON");
        assert_eq!(!is_unknown(&found["databases"]), is_known, "{text}{found}");
    }
    let text = "while True:\n    raise RuntimeError('x')\nDATABASES = {}\n";
    assert_eq!(refusal(text, &[])[1], "x");
}

#[test]
fn a_release_below_core_s_leaves_the_url_open_without_an_evaluator() {
    let url = "postgres://u:quiet-otter@db.example.com/shop";
    for version in DjDatabaseUrl::ALL.into_iter().filter(|it| !it.is_compiled()) {
        let recipe = Recipe { dj_database_url: version, ..Recipe::default() };
        let answer = resolve(Question::new(Inputs::url(url)).with_recipe(recipe));
        let found = serde_json::to_value(Document::new(&answer, false)).expect("JSON");
        assert!(is_unknown(&found["settings"]["HOST"]), "{found}");
        let why = found["unknown"][0]["why"].as_str().expect("a reason");
        assert!(why.ends_with("needs the settings reader"), "{why}");
        assert!(!found.to_string().contains("otter"), "{found}");
        assert!(found["refusal"].is_null() && found["effective"].is_null(), "{found}");
    }
    let compiled: Vec<_> = DjDatabaseUrl::compiled().collect();
    assert_eq!(compiled.first(), Some(&DjDatabaseUrl::V2_1_0));
    assert!(compiled.iter().all(|it| it.is_compiled()));
}

#[test]
fn exports_for_the_guides_module_are_refused_for_another_one() {
    let text = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
    let module = |text| SettingsModule {
        path: "settings.py",
        root: "",
        text,
        files: Files::NONE,
        dotenv: Some(""),
        has_all_variables: true,
        evaluate,
    };
    let answer = |text| {
        let inputs = Inputs::url("postgres://u:p@db.example.com/shop");
        resolve(Question::new(inputs).with_module(module(text)))
    };
    let own = answer(text);
    for export in [Export::Fields, Export::Settings] {
        let refused = export.write(&own).expect_err("it would write the guide's");
        assert!(refused.to_string().contains("settings module with its own DATABASES"));
    }
    assert!(Export::Dotenv.write(&own).is_ok() && Export::Url.write(&own).is_ok());
    assert!(Export::Fields.write(&answer(Preset::GUIDE.text)).is_ok());
}
