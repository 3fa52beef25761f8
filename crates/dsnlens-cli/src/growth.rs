//! Twice the input is at most about twice the work, for every kind of input, in every format.
//!
//! Work is what is allocated and what is printed, which is the same on every machine. A loop that
//! allocates nothing is seen by the clock alone: `cargo xtask bench` runs the ignored tests here.

use std::path::Path;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use dsnlens_core::document::{Comparison, Document};
use dsnlens_core::paste;
use dsnlens_core::render::Export;
use dsnlens_core::{CLIENTS, DjDatabaseUrl, Question, Recipe, errors, is_known, resolve};

use crate::annotations::{annotations, github, sarif};
use crate::commands::message;
use crate::inputs::{self, Variables};
use crate::json;
use crate::report::{self, Report};

/// A text that grows: what it starts with, what is repeated, what it ends with. `\0#\0` in what
/// is repeated is the number of the turn.
#[derive(Clone, Copy, Debug)]
struct Kind(&'static str, &'static str, &'static str);

impl Kind {
    fn text(self, bytes: usize) -> String {
        let Kind(start, repeated, end) = self;
        let turns = bytes / repeated.len();
        let middle: String = match repeated.contains('\0') {
            true => (0..turns).map(|turn| repeated.replace("\0#\0", &turn.to_string())).collect(),
            false => repeated.repeat(turns),
        };
        format!("{start}{middle}{end}")
    }
}

/// `DATABASE_URL`s that invite a quadratic reader or writer.
fn urls() -> Vec<Kind> {
    const REPEATED: [&str; 18] = [
        "&k\0#\0=a\0#\0",
        "a",
        "%41",
        "é",
        "@",
        "#",
        "[",
        ":",
        "/x",
        "&a=1",
        "&a=",
        "&currentSchema=x",
        "password=",
        "&password=x",
        "\t",
        "u:p@h,",
        "'",
        "%",
    ];
    const STARTS: [&str; 3] = ["postgres://u:p@h/db?x=1", "postgres://u:", ""];
    let mut kinds: Vec<_> = STARTS
        .iter()
        .flat_map(|start| REPEATED.iter().map(move |repeated| Kind(start, repeated, "")))
        .collect();
    kinds.extend([
        // Passwords and names with something in them.
        Kind("postgres://u:p", "\t", "@h/d"),
        Kind("postgres://u:p", "\n", "@h/d"),
        Kind("postgres://u:", " ", "@h/d"),
        Kind("postgres://u:", "%", "@h/d"),
        Kind("postgres://u:", "%25", "@h/d"),
        Kind("postgres://u:", "#", "@h/d"),
        Kind("postgres://u:", "@", "@h/d"),
        Kind("postgres://u:", "${A}", "@h/d"),
        Kind("postgres://u:", "{{a}}", "@h/d"),
        Kind("postgres://u:", "<a>", "@h/d"),
        Kind("postgres://", "u\u{202e}", ":p@h/d"),
        Kind("postgres://u:p@", "\u{202e}", "/d"),
        Kind("postgres://u:p@h/", "d", ""),
        Kind("postgres://u:p@h/", "\u{202e}", ""),
        Kind("postgres://u:p@h:", "5", "/d"),
        Kind("\"", "\"", "postgres://u:p@h/d\""),
        // Options.
        Kind("postgres://u:p@h/d?", "a=b&", ""),
        Kind("postgres://u:p@h/d?", "\u{202e}=1&", ""),
        Kind("postgres://u:p@h/d?", "a\0#\0&", ""),
        Kind("postgres://u:p@h/d?", "sslmode=require&", ""),
        Kind("postgres://u:p@h/d?", "sslmode=\0#\0&", ""),
        Kind("postgres://u:p@h/d?", "password=a\0#\0&", ""),
        Kind("postgres://u:p@h/d?options=", "-c%20a=b%20", ""),
        Kind("postgres://u:p@h/d?options=-c%20search_path=", "a,", ""),
        Kind("postgres://u:p@h/d?application_name=", "%20", ""),
        Kind("postgres://u:p@h/d?require_auth=", "md5,", ""),
        Kind("postgres://u:p@h/d?sslmode=", "require", ""),
        // Lists of servers.
        Kind("postgres:///d?hostaddr=", "x,", "x"),
        Kind("postgres:///d?hostaddr=", "192.0.2.1,", "192.0.2.1"),
        Kind("postgres:///d?port=", "1,", "1"),
        Kind("postgres:///d?host=", "h,", "h"),
        Kind("postgres:///d?host=", "/h,", "/h"),
        Kind("postgres:///d?port=0&host=", "h,", "h"),
        Kind("postgres://u:p@", "h\0#\0,", "h/d"),
        Kind("postgres://u:p@", "h:1,", "h:1/d"),
        Kind("postgres://u:p@", "[::1],", "h/d"),
        Kind("postgres://u:p@h/d?host=", "h,", "h&hostaddr=,"),
        // What is no URL of PostgreSQL.
        Kind("host=h ", "a=b ", ""),
        // An even and an odd number of escaped quotes are different texts.
        Kind("host=h password='", "a\\'a\\'", "'"),
        Kind("host=h password='", "a\\'a\\'", "a\\''"),
        Kind("jdbc:postgresql://h/d?", "a=b&", ""),
        Kind("mysql://u:p@h/d?", "a=b&", ""),
        Kind("postgres", "://", ""),
    ]);
    kinds
}

/// Files that set variables, in every form that people paste.
fn files() -> Vec<Kind> {
    const STARTS: [&str; 16] = [
        "",
        "environment:\n",
        "kind: Secret\ndata:\n",
        "- name: DB_HOST\n",
        "{\"DB_HOST\": ",
        "psql ",
        "DATABASES = {'default': {'ENGINE': ",
        "DB_HOST=",
        "host=h dbname=",
        "set -x DB_HOST ",
        "$env:DB_HOST=\"",
        "=== a Config Vars\n",
        "║ DB_HOST │ ",
        "jdbc:postgresql://h/d?",
        "a: \"",
        "env: {",
    ];
    const REPEATED: [&str; 54] = [
        "a",
        "a: b\n",
        "a:\n",
        "- ",
        "- a\n",
        "'",
        "\"",
        "\\'",
        "\\\"",
        "{",
        "[",
        "{a: ",
        "{env: ",
        "'a' ",
        "a,",
        "kind: Secret\n",
        "kind: Secret\ndata:\n",
        "env:\n- name: a\n",
        "environment:\n  - A=b\n",
        "---\nkind: Secret\n",
        "<<: *a\n",
        "x: &a\n",
        "DB_HOST=a\n",
        "DB_HOST='\n",
        "=\n",
        "a=b ",
        "&a=b",
        "=a&",
        "║ │ a ║\n",
        "║A│a║\n",
        "set -x A b\n",
        "$env:A='b'\n",
        "A: b\n",
        "dj_database_url.",
        "dj_database_url.config(",
        "ENGINE",
        "'ENGINE': 'a', ",
        "DATABASES = {",
        "psql ",
        "|\n",
        " ",
        "\n ",
        "é",
        "://",
        "postgres://",
        "${A}",
        "${A:-",
        "DB_\0#\0=a\n",
        "\"DB_HOST\":\"a\",",
        "\\\n",
        "# a\n",
        "\u{feff}",
        "x\0#\0: &a\0#\0\n",
        "u:p@",
    ];
    STARTS
        .iter()
        .flat_map(|start| REPEATED.iter().map(move |repeated| Kind(start, repeated, "")))
        .collect()
}

/// Error messages and tracebacks.
fn messages() -> Vec<Kind> {
    const REPEATED: [&str; 25] = [
        "a",
        "connection to server ",
        "connection to server at \"",
        "FATAL: ",
        "'",
        "\"",
        "=",
        "password=",
        "password='",
        "&password=a",
        ": ",
        "://",
        "postgres://",
        "postgres://u:p@h ",
        "database \"",
        "database \"x",
        "No support for '",
        "SQLSTATE",
        "timeout expired",
        "timeout expired\n",
        "FATAL:  password authentication failed for user \"u\0#\0\"\n",
        "DETAIL: a\n",
        "\u{202e}",
        "\r\n",
        "connection to server at \"h\0#\0\", port 1 failed: timeout expired\n",
    ];
    REPEATED.iter().map(|repeated| Kind("", repeated, "")).collect()
}

/// Files whose variables are answered, too.
fn fields() -> Vec<Kind> {
    const STARTS: [&str; 7] = [
        "DB_HOST=",
        "DB_PORT=",
        "DB_NAME=",
        "DB_USER=",
        "DB_PASSWORD=",
        "DATABASE_URL=postgres://u:p@h/d?a=",
        "services:\n  app:\n    environment:\n      DB_NAME: ",
    ];
    const REPEATED: [&str; 8] = ["a", "h,", "%", "\u{202e}", "\\", "'", "/", "5"];
    STARTS
        .iter()
        .flat_map(|start| REPEATED.iter().map(move |repeated| Kind(start, repeated, "")))
        .collect()
}

/// Meets each thing that a person or a program may ask about a text: its name, and what does it.
type Each<'e> = dyn FnMut(&str, &dyn Fn() -> String) + 'e;

fn url_is_answered(text: &str, each: &mut Each<'_>) {
    answers(&inputs::of_url(text), each);
}

fn file_is_answered(text: &str, each: &mut Each<'_>) {
    // A text that is not recognized has no answer.
    if let Ok(variables) = inputs::from_text(Path::new(".env"), text, is_known) {
        answers(&variables, each);
    }
}

fn file_is_read(text: &str, each: &mut Each<'_>) {
    each("variables", &|| {
        drop(inputs::from_text(Path::new(".env"), text, is_known));
        String::new()
    });
    each("paste", &|| paste::read(text).map_or_else(String::new, |it| it.dotenv().to_string()));
}

fn message_is_explained(text: &str, each: &mut Each<'_>) {
    each("explain", &|| {
        let explanation = errors::explain(text);
        match explanation.causes.is_empty() {
            true => message::unknown(text),
            false => message::render(&explanation, WIDTH),
        }
    });
}

/// Every answer that there is to some variables.
fn answers(variables: &Variables, each: &mut Each<'_>) {
    let inputs = variables.bare_inputs();
    let question = Question::new(inputs.clone());
    let compare = || Comparison::new(&question, CLIENTS, dsnlens_settings::evaluate, false);
    each("compare", &|| json::compact(&compare()));
    each("compare, text", &|| {
        let comparison = compare();
        let report = report::compare::Report {
            comparison: &comparison,
            cure: None,
            show_secrets: false,
            width: WIDTH,
        };
        report::compare::render(&report)
    });
    let usual = [DjDatabaseUrl::default()];
    let questions = CLIENTS.iter().flat_map(|client| {
        let releases = if client.has_settings { &DjDatabaseUrl::ALL[..] } else { &usual };
        releases.iter().map(move |it| (*client, *it))
    });
    for (client, dj_database_url) in questions {
        let recipe = Recipe { dj_database_url, ..Recipe::default() };
        let question = Question { client, inputs: inputs.clone(), recipe, module: None };
        let answer = resolve(question.clone());
        let report = Report { variables, answer: &answer, show_secrets: false, width: WIDTH };
        let annotations = || annotations(&answer, variables);
        let mut each = |what: &str, ask: &dyn Fn() -> String| {
            each(&format!("{client:?} {dj_database_url}, {what}"), ask);
        };
        each("text", &|| report::render(&report));
        // Findings and exports are those of clients that end in libpq.
        if !client.ends_in_libpq {
            continue;
        }
        each("resolution", &|| {
            resolve(question.clone());
            String::new()
        });
        each("JSON", &|| json::compact(&Document::new(&answer, false)));
        each("GitHub", &|| github::render(&annotations()));
        each("SARIF", &|| json::compact(&sarif::log(&annotations(), sarif::Columns::Characters)));
        for export in Export::ALL {
            each(export.name(), &|| match export.write(&answer) {
                Ok(text) => text.to_string(),
                Err(error) => error.to_string(),
            });
        }
    }
}

const WIDTH: usize = 80;

/// What a question costs.
#[derive(Clone, Copy)]
struct Work {
    allocations: u64,
    allocated: u64,
    printed: u64,
}

impl Work {
    fn of(ask: &dyn Fn() -> String) -> Work {
        let mut printed = 0;
        let info = measure(|| printed = ask().len() as u64);
        Work { allocations: info.count_total, allocated: info.bytes_total, printed }
    }

    /// Whether it is at most about twice as much as `half`. What does not grow with the input, and
    /// the steps in which a vector grows, are in the margins.
    fn is_twice(self, half: Work) -> bool {
        let fits = |all: u64, half: u64, margin: u64| all * 10 <= half * 24 + margin * 10;
        fits(self.allocations, half.allocations, 500)
            && fits(self.allocated, half.allocated, 200_000)
            && fits(self.printed, half.printed, 1_000)
    }
}

/// Fails for the kinds of which twice as much is more than twice the work, at two lengths: a vector
/// that passes a power of two between one length and its double takes four times the bytes, though
/// not between the others.
#[track_caller]
fn grows_with_its_input(kinds: &[Kind], questions: impl Fn(&str, &mut Each<'_>)) {
    let excesses: Vec<_> = kinds.iter().flat_map(|kind| excesses(kind, &questions)).collect();
    assert!(excesses.is_empty(), "allocations, bytes, output:\n{}", excesses.join("\n"));
}

/// The questions whose work grows by more than a text of this kind does.
fn excesses(kind: &Kind, questions: &impl Fn(&str, &mut Each<'_>)) -> Vec<String> {
    let mut excesses = excesses_from(kind, 2_000, questions);
    if !excesses.is_empty() {
        let elsewhere = excesses_from(kind, 2_900, questions);
        excesses.retain(|(nth, _)| elsewhere.iter().any(|it| it.0 == *nth));
    }
    excesses.into_iter().map(|it| it.1).collect()
}

/// The same at `half` this many bytes and twice as many; each question with its number.
fn excesses_from(
    kind: &Kind,
    half: usize,
    questions: &impl Fn(&str, &mut Each<'_>),
) -> Vec<(usize, String)> {
    let mut halves = Vec::new();
    questions(&kind.text(half), &mut |_, ask| halves.push(Work::of(ask)));
    let mut halves = halves.into_iter().enumerate();
    let mut excesses = Vec::new();
    questions(&kind.text(2 * half), &mut |what, ask| {
        let (nth, half) = halves.next().expect("the same questions");
        let all = Work::of(ask);
        if !all.is_twice(half) {
            let numbers = |it: Work| [it.allocations, it.allocated, it.printed];
            let (half, all) = (numbers(half), numbers(all));
            excesses.push((nth, format!("{kind:?}, {what}: {half:?}, then {all:?}")));
        }
    });
    excesses
}

#[test]
fn twice_a_url_is_twice_the_work() {
    grows_with_its_input(&urls(), url_is_answered);
}

#[test]
fn twice_a_variable_is_twice_the_work() {
    grows_with_its_input(&fields(), file_is_answered);
}

#[test]
fn twice_a_file_is_twice_the_work() {
    grows_with_its_input(&files(), file_is_read);
}

#[test]
fn twice_a_message_is_twice_the_work() {
    grows_with_its_input(&messages(), message_is_explained);
}

/// Eight times the input in at most forty times the time: far between linear and quadratic, for
/// what the clock alone sees. `cargo xtask bench` runs it; it is no test of a change.
#[test]
#[ignore = "it takes a quiet machine: cargo xtask bench"]
fn time_grows_with_the_input() {
    const SHORT: usize = 1 << 15;
    let time = |ask: &dyn Fn() -> String| {
        let started = Instant::now();
        ask();
        started.elapsed()
    };
    let mut slowest = (Duration::ZERO, String::new());
    let mut excesses = Vec::new();
    let mut compare = |kinds: &[Kind], questions: &dyn Fn(&str, &mut Each<'_>)| {
        for kind in kinds {
            let mut short = Vec::new();
            questions(&kind.text(SHORT), &mut |_, ask| short.push(time(ask).min(time(ask))));
            let mut short = short.into_iter();
            questions(&kind.text(8 * SHORT), &mut |what, ask| {
                let short = short.next().expect("the same questions");
                let long = time(ask);
                if long > slowest.0 {
                    slowest = (long, format!("{kind:?}, {what}"));
                }
                let bound = short.max(Duration::from_millis(1)) * 40;
                if long > bound && time(ask) > bound {
                    excesses.push(format!("{kind:?}, {what}: {short:?}, then {long:?}"));
                }
            });
        }
    };
    compare(&urls(), &url_is_answered);
    compare(&fields(), &file_is_answered);
    compare(&files(), &file_is_read);
    compare(&messages(), &message_is_explained);
    println!("slowest answer to 256 KiB: {:?} for {}", slowest.0, slowest.1);
    assert!(excesses.is_empty(), "{}", excesses.join("\n"));
}
