//! `--jsonl` of `dsnlens resolve` and `dsnlens compare`: a case a line in, an answer a line out, in the
//! same order.

use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};

use dsnlens_core::document::{Case, CaseStack, Refusal, SCHEMA_VERSION, UnknownWord};
use dsnlens_core::ledger::INPUT;
use serde::Serialize;
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::files::LARGEST;
use crate::json;
use crate::output::{self, Exit};

/// Answers each case on standard input with what `answer` makes of it.
pub(crate) fn run<T: Serialize>(
    answer: impl Fn(&Case) -> Result<T, UnknownWord>,
) -> io::Result<Exit> {
    let mut exit = Exit::Clean;
    let cases = BufReader::with_capacity(1 << 16, io::stdin().lock());
    let answers = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    output::unless_closed(answer_all(cases, answers, answer, &mut exit))?;
    Ok(exit)
}

/// Reads to the end, whatever a line holds; only what cannot be written stops it.
fn answer_all<T: Serialize>(
    mut cases: BufReader<impl Read>,
    mut answers: impl Write,
    answer: impl Fn(&Case) -> Result<T, UnknownWord>,
    exit: &mut Exit,
) -> io::Result<()> {
    let mut line = Vec::new();
    for number in 1_u64.. {
        if cases.buffer().is_empty() {
            // Whoever waits for an answer before asking again gets it.
            answers.flush()?;
        }
        line.clear();
        let taken = cases.by_ref().take(LARGEST + 1).read_until(b'\n', &mut line);
        let taken = taken.and_then(|it| Ok((it, skip_too_long(&mut cases, &line)?)));
        match taken {
            Ok((0, _)) => break,
            Ok((_, None)) => {}
            Ok((_, Some(has_end))) => {
                *exit = Exit::Unusable;
                let problem = Problem {
                    kind: "ValueError",
                    message: format!("longer than {} MB, this program's limit", LARGEST >> 20),
                };
                answers.write_all(json::compact(&problem.answer(Some(number))).as_bytes())?;
                answers.write_all(b"\n")?;
                match has_end {
                    true => continue,
                    false => break,
                }
            }
            Err(error) => {
                output::complain(format_args!("standard input: {error}"));
                *exit = Exit::Unusable;
                break;
            }
        }
        let bytes = line.strip_suffix(b"\n").unwrap_or(&line);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        if bytes.is_empty() {
            answers.flush()?;
            // An empty line at the very end is a habit of editors.
            if matches!(cases.fill_buf(), Ok([])) {
                break;
            }
        }
        let answer = match read(bytes) {
            Ok(case) => match answer(&case) {
                Ok(document) => json::compact(&document),
                Err(word) => {
                    *exit = Exit::Unusable;
                    json::compact(&Problem::from(word).answer(Some(number)))
                }
            },
            Err(problem) => {
                *exit = Exit::Unusable;
                json::compact(&problem.answer(Some(number)))
            }
        };
        answers.write_all(answer.as_bytes())?;
        answers.write_all(b"\n")?;
    }
    answers.flush()
}

/// Passes the rest of a line that is too long; whether it has an end, or `None` if it is none.
fn skip_too_long(cases: &mut impl BufRead, line: &[u8]) -> io::Result<Option<bool>> {
    /// What has no end so far is taken to have none.
    const PATIENCE: u64 = 64 << 20;
    if line.len() as u64 <= LARGEST || line.ends_with(b"\n") {
        return Ok(None);
    }
    let skipped = cases.take(PATIENCE).skip_until(b'\n')?;
    Ok(Some((skipped as u64) < PATIENCE))
}

/// The answer to what is no case.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NoCase {
    schema_version: u32,
    refusal: Refusal,
}

/// Why a text is no case, in words that repeat nothing of it: any of it may be a password.
pub(crate) struct Problem {
    kind: &'static str,
    message: String,
}

impl Problem {
    /// What is wrong, in a sentence.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// The answer; where there are many cases, with the line of this one.
    pub(crate) fn answer(&self, line: Option<u64>) -> NoCase {
        let place = line.map_or(String::new(), |it| format!("line {it}: "));
        NoCase {
            schema_version: SCHEMA_VERSION,
            refusal: Refusal {
                stage: INPUT,
                r#type: self.kind.into(),
                message: format!("{place}{}", self.message),
                spans: Vec::new(),
                line: None,
            },
        }
    }
}

/// The case that a text is.
pub(crate) fn read(text: &[u8]) -> Result<Case, Problem> {
    let Ok(text) = str::from_utf8(text) else {
        return Err(Problem { kind: "UnicodeDecodeError", message: "not UTF-8".into() });
    };
    // To serde an array is as good as an object, its values in the order of the fields.
    let is_object = text.trim_ascii_start().starts_with('{');
    let case = match serde_json::from_str::<Case>(text) {
        Ok(case) if is_object => case,
        Ok(_) => return Err(type_error("a case is an object")),
        Err(error) => return Err(explain(text, &error)),
    };
    Ok(case)
}

impl From<UnknownWord> for Problem {
    fn from(word: UnknownWord) -> Problem {
        let message = format!("`{}` must be {}", word.property, word.expected);
        Problem { kind: "ValueError", message }
    }
}

fn type_error(message: &str) -> Problem {
    Problem { kind: "TypeError", message: message.into() }
}

/// What is wrong with a text that serde did not take. Its own words about values quote them.
fn explain(text: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => {}
        _ if text.trim_ascii().is_empty() => {
            return Problem { kind: "SyntaxError", message: "a blank line is no case".into() };
        }
        _ => {
            // About the syntax serde_json has fixed phrases; the position would tell a length.
            let words = error.to_string();
            let phrase = words.split(" at line ").next().unwrap_or_default();
            return Problem { kind: "SyntaxError", message: format!("not JSON: {phrase}") };
        }
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(case)) => type_error(&mismatch(&case)),
        _ => type_error("a case is an object"),
    }
}

fn mismatch(case: &Map<String, Value>) -> String {
    const KEYS: [&str; 6] = ["env", "debug", "client", "settings", "dotenv", "stack"];
    if let Some(settings) = case.get("settings").filter(|it| !it.is_null()) {
        const KEYS: [&str; 5] = ["text", "path", "files", "preset", "databases"];
        let is_right = |(key, value): (&String, &Value)| match key.as_str() {
            "text" | "path" | "preset" => value.is_string(),
            "files" => value.as_object().is_some_and(|it| it.values().all(Value::is_string)),
            key => key == "databases" && value.is_object(),
        };
        if !settings.as_object().is_some_and(|it| it.iter().all(is_right)) {
            let keys = KEYS.join("`, `");
            return format!(
                "`settings` must be an object; of its keys (`{keys}`) `files` and \
                            `databases` are objects, the others strings"
            );
        }
    }
    if let Some(stack) = case.get("stack").filter(|it| !it.is_null()) {
        let is_right = |(key, value): (&String, &Value)| match key.as_str() {
            "libpq" => value.is_u64(),
            key => CaseStack::TEXTS.contains(&key) && value.is_string(),
        };
        if !stack.as_object().is_some_and(|it| it.iter().all(is_right)) {
            let keys = CaseStack::TEXTS.join("`, `");
            return format!(
                "`stack` must be an object; of its keys (`{keys}`, `libpq`) `libpq` is a number, \
                 the others are strings"
            );
        }
    }
    let is = |key: &str, holds: fn(&Value) -> bool| case.get(key).is_none_or(holds);
    match case.get("env") {
        _ if case.keys().any(|key| !KEYS.contains(&key.as_str())) => {
            format!("a key that a case does not have; its keys are `{}`", KEYS.join("`, `"))
        }
        None => "`env` is missing".into(),
        Some(Value::Object(env)) => match env.iter().find(|(_, value)| !value.is_string()) {
            Some((name, _)) if is_variable_name(name) => format!("`env.{name}` is no string"),
            Some(_) => "a variable in `env` is no string".into(),
            None if !is("debug", |it| it.is_boolean() || it.is_null()) => {
                "`debug` is neither true nor false".into()
            }
            None if !is("dotenv", |it| it.is_string() || it.is_null()) => {
                "`dotenv` is no string".into()
            }
            None if !is("client", |it| it.is_string() || it.is_null()) => {
                "`client` is no string".into()
            }
            None => "a key stands there twice".into(),
        },
        Some(_) => "`env` is no object".into(),
    }
}

/// Whether a name can be shown: those of the project, not what slipped into a key's place.
fn is_variable_name(name: &str) -> bool {
    let is_known = matches!(name, "DATABASE_URL" | "DEBUG");
    let is_ours = name.starts_with("DB_") || name.starts_with("PG");
    is_known || (is_ours && name.bytes().all(|it| it.is_ascii_uppercase() || it == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, kind: &str, message: &str) {
        let problem = read(line.as_bytes()).err().unwrap();
        assert_eq!((problem.kind, &*problem.message), (kind, message), "{line}");
    }

    #[test]
    fn what_is_wrong_is_said_without_the_value() {
        check("", "SyntaxError", "a blank line is no case");
        check("hunter2", "SyntaxError", "not JSON: expected value");
        check(r#"{"env":{"A":"hunter2}"#, "SyntaxError", "not JSON: EOF while parsing a string");
        check("7", "TypeError", "a case is an object");
        check(r#""hunter2""#, "TypeError", "a case is an object");
        check(r#"[{"DATABASE_URL":"hunter2"}]"#, "TypeError", "a case is an object");
        check("{}", "TypeError", "`env` is missing");
        check(r#"{"env":"hunter2"}"#, "TypeError", "`env` is no object");
        check(r#"{"env":{"DB_PORT":5432}}"#, "TypeError", "`env.DB_PORT` is no string");
        check(r#"{"env":{"hunter2":1}}"#, "TypeError", "a variable in `env` is no string");
        check(r#"{"env":{},"debug":"hunter2"}"#, "TypeError", "`debug` is neither true nor false");
        check(r#"{"env":{},"dotenv":2}"#, "TypeError", "`dotenv` is no string");
        check(r#"{"env":{},"client":2}"#, "TypeError", "`client` is no string");
        check(r#"{"env":{},"env":{}}"#, "TypeError", "a key stands there twice");
        check(
            r#"{"env":{},"hunter2":1}"#,
            "TypeError",
            "a key that a case does not have; its keys are `env`, `debug`, `client`, `settings`, `dotenv`, `stack`",
        );
        let problem = read(b"{\"env\":{\"DATABASE_URL\":\"\xff\"}}").err().unwrap();
        assert_eq!(problem.kind, "UnicodeDecodeError");
    }

    #[test]
    fn a_line_too_many_at_the_end_is_forgiven() {
        let answers = |cases: &str| {
            let (mut exit, mut answers) = (Exit::Clean, Vec::new());
            let answer = |case: &Case| case.answer(dsnlens_settings::evaluate, false);
            answer_all(BufReader::new(cases.as_bytes()), &mut answers, answer, &mut exit).unwrap();
            (answers.iter().filter(|it| **it == b'\n').count(), exit)
        };
        assert_eq!(answers(""), (0, Exit::Clean));
        assert_eq!(answers("{\"env\":{}}"), (1, Exit::Clean));
        assert_eq!(answers("{\"env\":{}}\r\n\r\n"), (1, Exit::Clean));
        assert_eq!(answers("{\"env\":{}}\n\n{\"env\":{}}\n"), (3, Exit::Unusable));
        assert_eq!(answers("{\"env\":{}}\n \n"), (2, Exit::Unusable));
        // One line too long is one answer.
        let long = "x".repeat(usize::try_from(LARGEST).unwrap() + 1);
        assert_eq!(answers(&format!("{long}{long}\n{{\"env\":{{}}}}\n")), (2, Exit::Unusable));
        assert_eq!(answers(&long), (1, Exit::Unusable));
    }
}
