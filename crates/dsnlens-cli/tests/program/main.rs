//! The built program, from the outside: what it prints where, and the number it ends with.

mod annotations;
mod cases;
#[cfg(feature = "native")]
mod check;
mod clients;
mod databases;
mod export;
mod inputs;
mod lint;
mod messages;
mod pages;
mod pasted;
mod projects;
mod report;
mod reports;
mod secrets;
#[cfg(feature = "native")]
mod serve;

use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// How a run ended.
struct Run {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Run {
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// Checks that these lines follow each other somewhere, others in between or not.
    #[track_caller]
    fn prints(&self, lines: &[&str]) {
        let mut rest = self.stdout.lines();
        for line in lines {
            assert!(rest.any(|it| it == *line), "{line:?} is missing in\n{}", self.stdout);
        }
    }
}

/// The program with nothing around it that could change an answer.
fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dsnlens"));
    command.args(args).env_clear().env("COLUMNS", "80").env("HOME", directory().join("no-home"));
    command
}

fn finish(command: &mut Command, stdin: &[u8]) -> Run {
    let pipes = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = pipes.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let stdin = stdin.to_owned();
    let writer = std::thread::spawn(move || pipe.write_all(&stdin).ok());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run {
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code(),
    }
}

fn run(args: &[&str]) -> Run {
    finish(&mut program(args), b"")
}

fn run_on(args: &[&str], stdin: &[u8]) -> Run {
    finish(&mut program(args), stdin)
}

fn run_in<V: AsRef<OsStr>>(env: &[(&str, V)], args: &[&str]) -> Run {
    finish(program(args).envs(env.iter().map(|(name, value)| (name, value))), b"")
}

/// A place of the tests' own.
fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

/// A file with this text, by a name that no other test uses.
fn file(name: &str, text: impl AsRef<[u8]>) -> String {
    let path = directory().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().into()
}
