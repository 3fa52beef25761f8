//! What people reported, asked of the program: the right answer, each time.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use dsnlens_tests::program::PROGRAM;
use dsnlens_tests::reported::{Kind, Reported, all, assert_right};
use serde_json::Value;

/// Runs the program without variables of its own.
fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(&*PROGRAM)
        .args(arguments)
        .env_clear()
        .env("COLUMNS", "100")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It may end without reading everything.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn text(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn faults(kind: Kind, case: &Reported) -> Vec<String> {
    let folder = std::env::temp_dir().join(format!("dsnlens-reported-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(&case.name);
    std::fs::write(&file, &case.input).expect("a file");
    let file = file.to_str().expect("UTF-8");
    let (arguments, input) = match kind {
        Kind::Url => (vec!["resolve", "-", "--debug", "false"], case.input.as_str()),
        Kind::File => (vec!["resolve", "--env-file", file], ""),
        Kind::Message => (vec!["explain", "-"], case.input.as_str()),
    };
    let output = run(&arguments, input);
    let answer = text(&output);
    let mut faults = Vec::new();
    let rules = match kind {
        Kind::Message => causes(&answer),
        Kind::File | Kind::Url => {
            let json = |more: &[&str]| -> Value {
                let arguments = [&arguments[..], &["--format", "json"], more].concat();
                serde_json::from_slice(&run(&arguments, input).stdout).unwrap_or_default()
            };
            let rule = |it: &Value| it["rule"].as_str().map(str::to_owned);
            let findings = json(&["--show-secrets"])["diagnostics"].clone();
            let findings = findings.as_array().cloned().unwrap_or_default();
            if let Some(fix) = &case.fix {
                let writes = |it: &Value| {
                    let fixes = it["otherFixes"].as_array().into_iter().flatten();
                    let mut fixes = fixes.chain([&it["fix"]]);
                    fixes.any(|it| it["env"].to_string().contains(fix))
                };
                if !findings.iter().any(writes) {
                    faults.push(format!("no fix writes {fix}"));
                }
            }
            let masked = json(&[]).to_string();
            let shown = case.hides.iter().filter(|it| masked.contains(it.as_str()));
            faults.extend(shown.map(|it| format!("JSON shows {it:?}")));
            findings.iter().filter_map(rule).collect()
        }
    };
    let exit = case.exit.unwrap_or(if kind == Kind::Message { 0 } else { 1 });
    if output.status.code() != Some(exit) {
        faults.push(format!("it ends with {:?}", output.status.code()));
    }
    faults.extend(case.faults(kind, &answer, &rules));
    faults
}

/// The rules that an explanation names, in its order: each heads a line.
fn causes(answer: &str) -> Vec<String> {
    let heads = answer.lines().filter_map(|line| line.split_once(": "));
    let rules = heads.filter(|(head, _)| dsnlens_core::rules::find(head).is_some());
    rules.map(|(head, _)| head.to_owned()).collect()
}

#[track_caller]
fn check(kind: Kind) {
    let cases = all(kind).into_iter().map(|case| (case.clone(), faults(kind, &case)));
    assert_right(&cases.collect::<Vec<_>>());
}

#[test]
fn urls() {
    check(Kind::Url);
}

#[test]
fn files() {
    check(Kind::File);
}

#[test]
fn messages() {
    check(Kind::Message);
}
