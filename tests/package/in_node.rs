//! The package under Node: every function, every refusal, and the program's own answers.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use dsnlens_tests::program::PROGRAM;
use dsnlens_tests::{Case, shipped_clients};
use serde_json::{Value, json};

use crate::project::{Project, root, succeeded};

/// Runs a script that prints JSON.
fn asked(project: &Project, script: &str) -> Value {
    serde_json::from_str(&project.node(script)).expect("it prints JSON")
}

#[test]
fn the_readmes_examples_print_what_it_says() {
    let readme = fs::read_to_string(root().join("crates/dsnlens-wasm/npm/README.md"));
    let readme = readme.expect("it is there");
    let fences: Vec<_> = readme.split("```").skip(1).step_by(2).collect();
    let scripts: Vec<_> = fences.iter().filter_map(|it| it.strip_prefix("js\n")).collect();
    let printed: Vec<_> = fences.iter().filter_map(|it| it.strip_prefix("text\n")).collect();
    assert!(scripts.len() >= 2 && scripts.len() == printed.len());
    let project = Project::new("readme");
    for (script, expected) in scripts.into_iter().zip(printed) {
        assert_eq!(project.node(script), expected);
    }
}

#[test]
fn commonjs_imports_it() {
    let project = Project::new("commonjs");
    let script = r#"
        const main = async () => {
            const { default: init, resolve } = await import("dsnlens");
            await init();
            console.log(resolve({ env: process.env }).schemaVersion);
        };
        main();
    "#;
    project.write("main.cjs", script);
    let output = project.run(Command::new("node").arg("main.cjs"));
    assert_eq!(succeeded(output, "node"), "1\n");
}

#[test]
fn the_element_is_defined_where_there_are_elements_alone() {
    let script = r#"
        const before = Object.keys(globalThis);
        await import("dsnlens/element");
        const more = Object.keys(globalThis).filter((it) => !before.includes(it));
        console.log(JSON.stringify([more, typeof customElements]));
    "#;
    assert_eq!(asked(&Project::new("element-in-node"), script), json!([[], "undefined"]));
}

#[test]
fn nothing_is_answered_before_the_start() {
    let script = r#"
        import init, { clients, compare, explain, resolve, rules, version } from "dsnlens";
        const told = [resolve, compare, version].map((it) => {
            try { return it({ env: {} }); } catch (error) { return error.message; }
        });
        const pages = [rules().length, explain(rules()[0].name).title === rules()[0].title];
        pages.push(clients().map(({ name }) => name), clients() !== clients());
        const starts = [init(), init()];
        await Promise.all(starts);
        await init("no such file");
        console.log(JSON.stringify({ told, pages, same: starts[0] === starts[1], version: version() }));
    "#;
    let answer = asked(&Project::new("start"), script);
    let early = |name| {
        format!("dsnlens: {name}() was called too early; `await init()` first, the default export")
    };
    assert_eq!(answer["told"], json!([early("resolve"), early("compare"), early("version")]));
    let clients: Vec<_> = shipped_clients().map(|it| it.name).collect();
    assert_eq!(answer["pages"], json!([dsnlens_core::rules::RULES.len(), true, clients, true]));
    assert_eq!(answer["same"], true);
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn a_start_that_failed_may_be_tried_again() {
    let script = r#"
        import { readFile } from "node:fs/promises";
        import init, { version } from "dsnlens";
        const told = [];
        for (const source of [new Uint8Array([1, 2, 3]), new URL("nowhere.wasm", import.meta.url), 7]) {
            await init(source).catch((error) => told.push([error.name, error.message]));
        }
        await init(readFile("node_modules/dsnlens/dsnlens_bg.wasm"));
        console.log(JSON.stringify({ told, version: version() }));
    "#;
    let answer = asked(&Project::new("retry"), script);
    let told = answer["told"].as_array().expect("a list");
    assert_eq!(told.len(), 3);
    for error in told {
        assert_eq!(error[0], "Error");
        let message = error[1].as_str().expect("a text");
        assert!(message.starts_with("dsnlens: cannot start the WebAssembly module: "), "{message}");
    }
    assert_eq!(answer["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn the_full_module_is_read_when_it_is_needed() {
    let script = r#"
        import { renameSync } from "node:fs";
        import init, { compare, resolve, version } from "dsnlens";
        const file = "node_modules/dsnlens/dsnlens-all_bg.wasm";
        renameSync(file, "away.wasm");
        await init();
        const env = { DATABASE_URL: "postgres://u:p@h.example/d" };
        const text = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
        const asks = [
            () => resolve({ env }).client,
            () => resolve({ env, client: "psql" }).client,
            () => resolve({ env, client: "prisma" }).client,
            () => resolve({ env, settings: { text } }).settings.HOST,
            () => resolve({ env, settings: { preset: "environ" } }).settings.HOST,
            () => resolve({ env, stack: { djDatabaseUrl: "1.3.0" } }).settings.HOST,
            () => compare({ env }).groups.length > 0,
            version,
        ];
        const ask = () => asks.map((it) => {
            try { return it(); } catch (error) { return `${error.name}: ${error.message.slice(0, 46)}`; }
        });
        const without = ask();
        renameSync("away.wasm", file);
        console.log(JSON.stringify([without, ask()]));
    "#;
    let gone = "Error: dsnlens: cannot start the WebAssembly module: ";
    let (release, host) = (env!("CARGO_PKG_VERSION"), "h.example");
    let without = json!(["django", "psql", gone, gone, gone, gone, gone, release]);
    let with = json!(["django", "psql", "prisma", host, host, host, true, release]);
    assert_eq!(asked(&Project::new("on-demand"), script), json!([without, with]));
}

#[test]
fn the_full_module_may_be_started_alone() {
    let script = r#"
        import { readFile, rm } from "node:fs/promises";
        import init, { resolve, version } from "dsnlens";
        const all = "node_modules/dsnlens/dsnlens-all_bg.wasm";
        await rm("node_modules/dsnlens/dsnlens_bg.wasm");
        const told = [await init().catch((error) => error.name)];
        told.push(await init({ all: 7 }).catch((error) => error.name));
        await init({ all: readFile(all) });
        await init();
        await rm(all);
        const env = { DATABASE_URL: "postgres://u:p@h.example/d" };
        told.push(...["django", "prisma"].map((client) => resolve({ env, client }).client), version());
        console.log(JSON.stringify(told));
    "#;
    let expected = json!(["Error", "Error", "django", "prisma", env!("CARGO_PKG_VERSION")]);
    assert_eq!(asked(&Project::new("all"), script), expected);
}

#[test]
fn a_wrong_argument_is_a_type_error_that_names_the_property() {
    let script = r#"
        import init, { compare, explain, resolve } from "dsnlens";
        await init();
        const env = {};
        const huge = "x".repeat(10_000_001);
        const closed = new Proxy({}, { ownKeys() { throw new Error("hunter2"); } });
        const wrong = [
            () => resolve(),
            () => resolve(null),
            () => resolve("postgres://h/d"),
            () => resolve([]),
            () => resolve(() => 1),
            () => resolve(closed),
            () => resolve({ env: closed }),
            () => resolve({ env }, closed),
            () => resolve({}),
            () => resolve({ env: [] }),
            () => resolve({ env: { DATABASE_URL: undefined } }),
            () => resolve({ env: { DB_PORT: 5432 } }),
            () => resolve({ env: { DATABASE_URL: huge } }),
            () => resolve({ env, debug: "yes" }),
            () => resolve({ env, client: 1 }),
            () => resolve({ env, client: "libpq" }),
            () => resolve({ env, stack: { djDatabaseUrl: "9" } }),
            () => resolve({ env, url: "hunter2" }),
            () => resolve({ env }, true),
            () => resolve({ env }, { secrets: true }),
            () => resolve({ env }, { showSecrets: 1 }),
            () => resolve({ env }, { clients: [] }),
            () => resolve({ env, client: "prisma", stack: { djDatabaseUrl: "9" } }),
            () => resolve({ env, settings: { preset: "hunter2" } }),
            () => compare(),
            () => compare({ env: { DB_PORT: 5432 } }),
            () => compare({ env, stack: { djDatabaseUrl: "9" } }),
            () => compare({ env }, true),
            () => compare({ env }, { secrets: true }),
            () => compare({ env }, { showSecrets: 1 }),
            () => compare({ env }, { clients: "psql" }),
            () => compare({ env }, { clients: [] }),
            () => compare({ env }, { clients: ["psql", 1] }),
            () => compare({ env }, { clients: ["psql", "hunter2"] }),
            () => compare({ env }, { clients: ["psql", "django", "psql"] }),
            () => explain(),
            () => explain("hunter2"),
            () => explain("__proto__"),
        ];
        const told = wrong.map((it) => {
            try { it(); return "nothing thrown"; } catch (error) { return `${error.name}: ${error.message}`; }
        });
        console.log(JSON.stringify(told));
    "#;
    let told = asked(&Project::new("wrong"), script);
    let names: Vec<_> = shipped_clients().map(|it| format!("\"{}\"", it.name)).collect();
    let (last, others) = names.split_last().expect("there are clients");
    let names = format!("must be {} or {last}", others.join(", "));
    let (of_a_case, of_options) =
        (format!("dsnlens: case.client {names}"), format!("dsnlens: options.clients[1] {names}"));
    let of_a_rule = "dsnlens: rule must be the name of a rule, as rules() lists them";
    let expected = [
        "dsnlens: case must be an object",
        "dsnlens: case must be an object",
        "dsnlens: case must be an object",
        "dsnlens: case must be an object",
        "dsnlens: case must be an object",
        "dsnlens: case must be a plain object",
        "dsnlens: case.env must be a plain object",
        "dsnlens: options must be a plain object",
        "dsnlens: case.env must be an object",
        "dsnlens: case.env must be an object",
        "dsnlens: case.env.DATABASE_URL must be a string",
        "dsnlens: case.env.DB_PORT must be a string",
        "dsnlens: case.env must not hold more than 10000000 characters",
        "dsnlens: case.debug must be a boolean",
        "dsnlens: case.client must be a string",
        &of_a_case,
        "dsnlens: case.stack.djDatabaseUrl must be a release from \"0.5.0\" to \"3.1.2\"",
        "dsnlens: case.url is not a property of a case",
        "dsnlens: options must be an object",
        "dsnlens: options.secrets is not an option",
        "dsnlens: options.showSecrets must be a boolean",
        "dsnlens: options.clients is not an option",
        "dsnlens: case.stack.djDatabaseUrl must be a release from \"0.5.0\" to \"3.1.2\"",
        "dsnlens: case.settings.preset must be \"guide\", \"config\" or \"environ\"",
        "dsnlens: case must be an object",
        "dsnlens: case.env.DB_PORT must be a string",
        "dsnlens: case.stack.djDatabaseUrl must be a release from \"0.5.0\" to \"3.1.2\"",
        "dsnlens: options must be an object",
        "dsnlens: options.secrets is not an option",
        "dsnlens: options.showSecrets must be a boolean",
        "dsnlens: options.clients must be an array of clients' names",
        "dsnlens: options.clients must name a client",
        "dsnlens: options.clients[1] must be a string",
        &of_options,
        "dsnlens: options.clients[2] is in the array twice",
        of_a_rule,
        of_a_rule,
        of_a_rule,
    ];
    let expected: Vec<_> = expected.iter().map(|it| format!("TypeError: {it}")).collect();
    assert_eq!(told, json!(expected));
}

#[test]
fn what_is_unusual_is_answered() {
    let script = r#"
        import init, { compare, resolve } from "dsnlens";
        await init();
        const url = (it) => ({ env: { DATABASE_URL: it } });
        const kinds = [
            {}, "", "\ud800", "\0", "x".repeat(3_000_000), "postgres://" + "%41@".repeat(200_000),
            "postgres://u:p@h/d?" + "a=b&".repeat(100_000),
        ].flatMap((it) => [resolve, compare].map((ask) =>
            ask(typeof it === "string" ? url(it) : { env: it }).schemaVersion));
        const withoutPrototype = Object.assign(Object.create(null), url("postgres://h/d"));
        kinds.push(resolve(withoutPrototype).schemaVersion, resolve({ env: process.env }).schemaVersion);
        kinds.push(resolve({ ...url("x"), debug: undefined }, undefined).schemaVersion);
        kinds.push(resolve(url("x"), null).schemaVersion, compare(url("x"), null).schemaVersion);
        kinds.push(compare({ ...url("x"), client: "hunter2" }, { clients: ["npgsql"] }).schemaVersion);
        console.log(JSON.stringify(kinds));
    "#;
    assert_eq!(asked(&Project::new("unusual"), script), json!(vec![1; 20]));
}

#[test]
fn positions_slice_a_javascript_string() {
    let script = r##"
        import init, { resolve } from "dsnlens";
        await init();
        const clear = { showSecrets: true };
        const urls = [
            "postgres://\u{1f600}e\u{301}:p#ss@h/db",
            "postgres://u:\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}#x@h/db",
            "postgres://u:\u{fc}#\u{1d49c}@h/db",
        ];
        const pointed = urls.map((url) => {
            const { diagnostics, inputs } = resolve({ env: { DATABASE_URL: url } }, clear);
            const { input, start, end } = diagnostics[0].spans[0];
            return inputs[input].slice(start, end);
        });
        const name = "a\u{1f600}e\u{301}b";
        const { inputs, ledger } = resolve({ env: { DATABASE_URL: `postgres://u:p@h/${name}` } });
        const { origin } = ledger.find(({ key, origin }) => key === "dbname" && origin.type === "variable");
        pointed.push(inputs[origin.name].slice(origin.start, origin.end) === name);
        console.log(JSON.stringify(pointed));
    "##;
    assert_eq!(asked(&Project::new("positions"), script), json!(["#", "#", "#", true]));
}

#[test]
#[ignore = "it takes a quiet machine: cargo xtask bench"]
fn a_long_url_takes_as_much_longer_as_it_is() {
    // Growth and not speed, which is the machine's: four times the options, and not sixteen times
    // the time.
    let script = r##"
        import init, { resolve } from "dsnlens";
        await init();
        const time = (count) => {
            const url = "postgres://u:p@\u{e4}/d?" + "a=b&".repeat(count);
            const start = performance.now();
            resolve({ env: { DATABASE_URL: url } });
            return performance.now() - start;
        };
        time(1_000);
        console.log(JSON.stringify(time(40_000) / time(10_000)));
    "##;
    let growth = asked(&Project::new("long"), script).as_f64().expect("a number");
    assert!(growth < 10.0, "{growth}");
}

#[test]
fn the_answers_are_the_programs() {
    // Every fourth, and of those what is most unlike ASCII is among them.
    let cases: Vec<_> = Case::all().into_iter().step_by(4).collect();
    assert!(cases.len() >= 500);
    let cases = (0..).zip(&cases).map(|(nth, case)| {
        let version = ["2.1.0", "3.1.2"][nth % 2];
        json!({ "env": case.env, "debug": case.debug, "stack": { "djDatabaseUrl": version } })
    });
    agrees("resolve", &cases.collect::<Vec<_>>());
}

/// URLs of which clients read different things, those that are most unlike ASCII among them.
fn urls() -> Vec<String> {
    let recorded = fs::read_to_string(root().join("tests/recorded/reads.jsonl"));
    let recorded = recorded.expect("it is there");
    let mut urls: Vec<String> = Vec::new();
    for line in recorded.lines() {
        let reading: Value = serde_json::from_str(line).expect("it is JSON");
        let url = reading["url"].as_str().expect("a text");
        if urls.last().is_none_or(|it| it != url) {
            urls.push(url.to_owned());
        }
    }
    let (plain, wide): (Vec<_>, Vec<_>) = urls.into_iter().partition(|it| it.is_ascii());
    // Refused behind characters of more bytes than units.
    let refused = [
        "postgres://\u{1f600}e\u{301}:correct-horse@h:54E2/d\u{e4}",
        "postgres://\u{1f600}:correct-horse@h/d?sslmode=\u{fc}&connect_timeout=\u{1f600}",
    ];
    let own = refused.into_iter().map(str::to_owned);
    own.chain(wide).chain(plain.into_iter().step_by(5)).collect()
}

#[test]
fn what_the_full_module_answers_is_the_programs() {
    let settings = json!([
        {"preset": "config"},
        {"preset": "environ"},
        {"text": "from base import *\nDATABASES = {'default': parse(URL)}\n", "path": "a/b.py",
         "files": {"a/base.py": "import os\nfrom dj_database_url import parse\n\
                                 URL = os.environ['DATABASE_URL']  # \u{1f600}\n"}},
        {"text": "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',\n\
                  'NAME': '\u{e4}\u{1f600}', 'HOST': 'h\u{f6}', 'PASSWORD': 'correct-horse'}}\n"},
        {"text": "raise ValueError('\u{1f600}')\n"},
    ]);
    let settings = settings.as_array().expect("a list");
    let mut cases = Vec::new();
    for (nth, url) in urls().iter().enumerate() {
        let env = json!({ "DATABASE_URL": url });
        for client in shipped_clients() {
            cases.push(json!({ "env": env, "client": client.name }));
        }
        cases.push(json!({ "env": env, "settings": settings[nth % settings.len()] }));
        cases.push(json!({ "env": env, "stack": { "djDatabaseUrl": "1.3.0" } }));
    }
    agrees("resolve", &cases);
}

#[test]
fn comparisons_are_the_programs() {
    let urls = urls();
    assert!(urls.len() >= 50);
    let mut cases: Vec<_> =
        urls.iter().map(|it| json!({ "env": { "DATABASE_URL": it } })).collect();
    cases.push(json!({ "env": { "DB_HOST": "h", "PGPORT": "7" }, "client": "prisma" }));
    let text = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'x'}}";
    cases.push(json!({ "env": { "DATABASE_URL": urls[0] }, "settings": { "text": text } }));
    agrees("compare", &cases);
}

#[test]
fn a_comparison_is_what_each_client_answers() {
    let project = Project::new("comparison");
    project.write("urls.json", &json!(urls()).to_string());
    let script = r#"
        import assert from "node:assert";
        import { readFileSync } from "node:fs";
        import init, { clients, compare, resolve } from "dsnlens";
        await init();
        const names = clients().map(({ name }) => name).reverse();
        let pointed = 0;
        for (const url of JSON.parse(readFileSync("urls.json", "utf8"))) {
            const env = { DATABASE_URL: url };
            for (const showSecrets of [false, true]) {
                const { clients: readings, groups } = compare({ env }, { clients: names, showSecrets });
                assert.deepStrictEqual(readings.map(({ client }) => client), names);
                assert.deepStrictEqual(groups.flat().sort(), [...names].sort());
                for (const { client, version, ...reading } of readings) {
                    const answer = resolve({ env, client }, { showSecrets });
                    const { reads, refusal, servers, ignored, sent } = answer;
                    assert.deepStrictEqual(reading, { reads, refusal, servers, ignored, sent }, url);
                    pointed += refusal?.spans.length ?? 0;
                }
            }
        }
        console.log(pointed > 0);
    "#;
    assert_eq!(project.node(script), "true\n");
}

/// Holds the package to what the program answers, byte by byte; secrets are shown, so that positions
/// are those in the variables as they are.
#[track_caller]
fn agrees(function: &str, cases: &[Value]) {
    let lines: Vec<_> = cases.iter().map(Value::to_string).collect();
    let project = Project::new("program");
    project.write("cases.jsonl", &lines.join("\n"));
    let by_package = project.node(&format!(
        r#"
            import {{ readFileSync }} from "node:fs";
            import init, {{ {function} }} from "dsnlens";
            await init({{ all: true }});
            for (const line of readFileSync("cases.jsonl", "utf8").split("\n")) {{
                console.log(JSON.stringify({function}(JSON.parse(line))));
                console.log(JSON.stringify({function}(JSON.parse(line), {{ showSecrets: true }})));
            }}
        "#
    ));
    let [masked, shown] =
        [&[][..], &["--show-secrets"]].map(|it| by_program(function, it, &lines.join("\n")));
    let by_program = masked.lines().zip(shown.lines()).flat_map(|(masked, shown)| [masked, shown]);
    let mut compared = 0;
    for (nth, (package, program)) in by_package.lines().zip(by_program).enumerate() {
        let case = &cases[nth / 2];
        let package: Value = serde_json::from_str(package).expect("JSON");
        let mut program: Value = serde_json::from_str(program).expect("JSON");
        let mut texts = program["inputs"].clone();
        if texts.is_null() && nth % 2 == 1 {
            texts = case["env"].clone();
        }
        as_in_javascript(&mut program, &texts, &settings_of(case));
        if texts.is_null() && !lines[nth / 2].is_ascii() {
            // A comparison does not hold its variables as they are shown.
            continue;
        }
        // As text: the order of the properties is a part of it.
        assert_eq!(package.to_string(), program.to_string(), "{case}");
        compared += 1;
    }
    assert!(compared > cases.len(), "{compared} of {}", cases.len());
}

/// The files of a case's settings module by their paths.
fn settings_of(case: &Value) -> Value {
    let settings = &case["settings"];
    let mut files = settings["files"].clone();
    if let Some(text) = settings["text"].as_str() {
        files[settings["path"].as_str().unwrap_or("settings.py")] = json!(text);
    }
    files
}

fn by_program(command: &str, options: &[&str], cases: &str) -> String {
    let mut program = Command::new(&*PROGRAM)
        .args([command, "--jsonl"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = program.stdin.take().expect("it reads");
    let cases = cases.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(cases.as_bytes()));
    let output = program.wait_with_output().expect("the program ends");
    writer.join().expect("it is written").expect("the program reads all of it");
    // Exit code 1 says that something was found.
    assert!(output.status.code().is_some_and(|it| it <= 1), "{}", output.status);
    String::from_utf8(output.stdout).expect("JSON is UTF-8")
}

/// Positions in UTF-16 code units of the variables as they are shown and of a settings module's
/// files, and numbers as doubles.
fn as_in_javascript(value: &mut Value, inputs: &Value, files: &Value) {
    match value {
        Value::Object(object) => {
            let text = |key: &str, texts: &Value| {
                let name = object.get(key)?.as_str()?;
                Some(texts.get(name)?.as_str()?.to_owned())
            };
            let input = text("input", inputs).or_else(|| text("input", files));
            let input = input.or_else(|| text("name", inputs)).or_else(|| text("path", files));
            for (key, value) in object {
                match (key.as_str(), &input, value.as_u64()) {
                    ("start" | "end", Some(input), Some(offset)) => {
                        let head = input.get(..offset as usize).expect("a boundary");
                        *value = json!(head.encode_utf16().count());
                    }
                    _ => as_in_javascript(value, inputs, files),
                }
            }
        }
        Value::Array(values) => {
            values.iter_mut().for_each(|it| as_in_javascript(it, inputs, files));
        }
        Value::Number(number) if !number.is_f64() => {
            let double = number.as_f64().expect("a number");
            if double.abs() > 9_007_199_254_740_991.0 {
                // As `JSON.stringify` writes it.
                *value = serde_json::from_str(&format!("{double}")).expect("a number");
            }
        }
        _ => {}
    }
}

#[test]
fn the_example_stops_an_application_that_would_not_connect() {
    let project = Project::of_example("node-check-env");
    let run = |arguments: &[&str], url: &str| {
        let mut node = Command::new("node");
        node.args(arguments).env_remove("DEBUG").env("DATABASE_URL", url);
        let output = project.run(&mut node);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let good = "postgres://app:hunter2hunter2@db.example.com/shop?sslmode=require";
    let bad = "postgres://app:hun#ter2@db.example.com/shop";
    let version = succeeded(project.run(Command::new("node").arg("--version")), "node");
    let mut forms = vec![vec!["check.js"]];
    // `--import` came with 18.18.
    if !version.starts_with("v18.") {
        forms.push(vec!["--import", "./check.js", "app.js"]);
    }
    for form in forms {
        let starts = form.last() == Some(&"app.js");
        let (code, stdout, stderr) = run(&form, good);
        assert_eq!(code, Some(0), "{stderr}");
        assert_eq!(stdout, if starts { "started\n" } else { "" });
        let (code, stdout, stderr) = run(&form, bad);
        assert_eq!((code, stdout.as_str()), (Some(1), ""));
        assert!(stderr.contains("error[credentials-misread]: "), "{stderr}");
        assert!(!stderr.contains("ter2"), "{stderr}");
    }
}
