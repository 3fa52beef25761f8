//! The package under Node: every function, every refusal, and the program's own answers.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use dsnlens_tests::Case;
use dsnlens_tests::program::PROGRAM;
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
        import init, { explain, resolve, rules, version } from "dsnlens";
        const told = [resolve, version].map((it) => {
            try { return it({ env: {} }); } catch (error) { return error.message; }
        });
        const pages = [rules().length, explain(rules()[0].name).title === rules()[0].title];
        const starts = [init(), init()];
        await Promise.all(starts);
        await init("no such file");
        console.log(JSON.stringify({ told, pages, same: starts[0] === starts[1], version: version() }));
    "#;
    let answer = asked(&Project::new("start"), script);
    let early = |name| {
        format!("dsnlens: {name}() was called too early; `await init()` first, the default export")
    };
    assert_eq!(answer["told"], json!([early("resolve"), early("version")]));
    assert_eq!(answer["pages"], json!([dsnlens_core::rules::RULES.len(), true]));
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
fn a_wrong_argument_is_a_type_error_that_names_the_property() {
    let script = r#"
        import init, { explain, resolve } from "dsnlens";
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
        "dsnlens: case.client must be \"django\" or \"psql\"",
        "dsnlens: case.stack.djDatabaseUrl must be a release from \"0.5.0\" to \"3.1.2\"",
        "dsnlens: case.url is not a property of a case",
        "dsnlens: options must be an object",
        "dsnlens: options.secrets is not an option",
        "dsnlens: options.showSecrets must be a boolean",
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
        import init, { resolve } from "dsnlens";
        await init();
        const url = (it) => ({ env: { DATABASE_URL: it } });
        const kinds = [
            {}, "", "\ud800", "\0", "x".repeat(3_000_000), "postgres://" + "%41@".repeat(200_000),
            "postgres://u:p@h/d?" + "a=b&".repeat(100_000),
        ].map((it) => resolve(typeof it === "string" ? url(it) : { env: it }).schemaVersion);
        const withoutPrototype = Object.assign(Object.create(null), url("postgres://h/d"));
        kinds.push(resolve(withoutPrototype).schemaVersion, resolve({ env: process.env }).schemaVersion);
        kinds.push(resolve({ ...url("x"), debug: undefined }, undefined).schemaVersion);
        kinds.push(resolve(url("x"), null).schemaVersion);
        console.log(JSON.stringify(kinds));
    "#;
    assert_eq!(asked(&Project::new("unusual"), script), json!(vec![1; 11]));
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
    let lines: Vec<_> = (0..)
        .zip(&cases)
        .map(|(nth, case)| {
            let version = ["2.1.0", "3.1.2"][nth % 2];
            json!({ "env": case.env, "debug": case.debug, "stack": { "djDatabaseUrl": version } })
                .to_string()
        })
        .collect();
    let project = Project::new("program");
    project.write("cases.jsonl", &lines.join("\n"));
    let script = r#"
        import { readFileSync } from "node:fs";
        import init, { resolve } from "dsnlens";
        await init();
        const answers = readFileSync("cases.jsonl", "utf8").split("\n").map((line) =>
            JSON.stringify(resolve(JSON.parse(line))));
        console.log(answers.join("\n"));
    "#;
    let by_package = project.node(script);
    let by_program = by_program(&lines.join("\n"));
    let pairs = by_package.lines().zip(by_program.lines());
    let mut compared = 0;
    for ((package, program), case) in pairs.zip(&cases) {
        let package: Value = serde_json::from_str(package).expect("JSON");
        let mut program: Value = serde_json::from_str(program).expect("JSON");
        let inputs = program["inputs"].clone();
        as_in_javascript(&mut program, &inputs);
        // As text: the order of the properties is a part of it.
        assert_eq!(package.to_string(), program.to_string(), "case {}", case.id);
        compared += 1;
    }
    assert_eq!(compared, cases.len());
}

fn by_program(cases: &str) -> String {
    let mut program = Command::new(&*PROGRAM)
        .args(["resolve", "--jsonl"])
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

/// Positions in UTF-16 code units of the `inputs` as they are shown, and numbers as doubles.
fn as_in_javascript(value: &mut Value, inputs: &Value) {
    match value {
        Value::Object(object) => {
            let input = object.get("input").or_else(|| object.get("name"));
            let input = input.and_then(Value::as_str).and_then(|it| inputs[it].as_str());
            for (key, value) in object {
                match (key.as_str(), input, value.as_u64()) {
                    ("start" | "end", Some(input), Some(offset)) => {
                        let head = input.get(..offset as usize).expect("a boundary");
                        *value = json!(head.encode_utf16().count());
                    }
                    _ => as_in_javascript(value, inputs),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|it| as_in_javascript(it, inputs)),
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
        assert!(stderr.contains("error[password-unescaped]: "), "{stderr}");
        assert!(!stderr.contains("ter2"), "{stderr}");
    }
}
