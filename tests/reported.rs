//! What people reported, asked of the program: the right answer, each time.
//!
//! Each line of `reported/*.jsonl` is a case with its own right answer, which the page is asked for
//! as well (`browser/reported.rs`). What broke once under attack is held by these tests:
//!
//! | what broke | test |
//! |---|---|
//! | a server's answer ended the program | `live/hostile.rs`: `a_check_survives_every_server`, `serve_answers_behind_every_server` |
//! | a file that a URL names was read without a limit | `live/hostile.rs`: `a_check_survives_every_file`; `file.rs` of native; `live/serve.rs`: `a_check_that_hangs_in_a_file_stops_nobody_else` |
//! | half of an encoded password was printed | `secrets.rs`: `core_tells_nothing_of_a_secret`, `the_program_prints_nothing_of_a_secret` |
//! | a link used this machine's password file | `live/serve.rs`: `what_this_machine_keeps_is_used_for_typed_input_alone`; `live/served_page.rs`: `a_link_is_shown_and_not_checked_until_its_target_is_confirmed` |
//! | a text that is no URL was shown and linked whole | `secrets.rs`; `browser/secrets.rs`: `no_text_of_any_kind_shows_its_secret_or_its_length`; `browser/links.rs` |
//! | a report took quadratic time | `growth.rs` of the program: `twice_a_url_is_twice_the_work` and its neighbors |
//! | positions told a password's length | `secrets.rs`, which compares the answers to two lengths |
//! | a server's words repeated the password | `live/mask.rs` of core: `what_every_server_says_tells_nothing`; `live/secrets.rs` |
//! | a log had lines that a server wrote | `log.rs` of the program: `an_event_is_one_line_whatever_it_holds`; `live/served_page.rs`: `a_servers_text_plays_no_tricks_on_the_page` |
//! | the page could still ask for something | `browser/trust.rs`: `every_way_to_ask_for_something_is_closed_as_soon_as_the_page_is_there` |
//! | the service worker kept other pages, or two builds | `browser/trust.rs`: `only_the_page_itself_is_kept`, `what_is_kept_is_one_build_as_a_whole` |
//! | a check computed, allocated or printed without a bound | `live/hostile.rs`; `scram.rs` of native: `what_is_malformed_or_too_much_is_refused`, `it_ends_when_nobody_waits` |
//! | stalled clients shut everybody out | `live/serve.rs`: `stalled_clients_shut_nobody_out` |
//! | an explained message showed what it quotes | `secrets.rs`; `data/secret_forms.txt` has the messages |

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
