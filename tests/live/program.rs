//! The built program, and psql, from the outside.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use dsnlens_tests::program::PROGRAM;
use serde_json::Value;

use crate::certificates::{AUTHORITY, STRANGER};
use crate::cluster::Release;
use crate::supervised::{folder, write};

/// A home without any of libpq's files, and the files that options may name.
pub(crate) static FILES: LazyLock<Files> = LazyLock::new(|| {
    let folder = folder("files");
    write(&folder.join("ca.crt"), &AUTHORITY.pem(), 0o644);
    write(&folder.join("stranger.crt"), &STRANGER.pem(), 0o644);
    write(&folder.join("empty.crt"), "", 0o644);
    Files { folder }
});

pub(crate) struct Files {
    pub(crate) folder: PathBuf,
}

impl Files {
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("a path is text").to_owned()
    }
}

/// How a run ended.
pub(crate) struct Run {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: Option<i32>,
    pub(crate) time: Duration,
}

impl Run {
    pub(crate) fn new(output: Output, time: Duration) -> Run {
        Run {
            time,
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code(),
        }
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let parsed = serde_json::from_str(&self.stdout);
        parsed.unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Names of the findings that a real server's answers led to, worst first.
    #[track_caller]
    pub(crate) fn rules(&self) -> Vec<String> {
        let json = self.json();
        let found = json["diagnostics"].as_array().expect("a list").iter();
        found.map(|it| it["rule"].as_str().expect("a name").to_owned()).collect()
    }

    /// The rules that say why there is no connection.
    #[track_caller]
    pub(crate) fn errors(&self) -> Vec<String> {
        let json = self.json();
        let found = json["diagnostics"].as_array().expect("a list").iter();
        let errors = found.filter(|it| it["severity"] == "error");
        errors.map(|it| it["rule"].as_str().expect("a name").to_owned()).collect()
    }

    /// The last word on a step.
    #[track_caller]
    pub(crate) fn step(&self, name: &str) -> Value {
        let json = self.json();
        let mut steps = json["steps"].as_array().expect("a list").iter();
        steps.rfind(|it| it["step"] == name).unwrap_or_else(|| panic!("no step {name}")).clone()
    }
}

/// `dsnlens` with nothing around it that could change an answer. A check has all the time that a
/// busy machine takes, unless the time is what a test is about.
pub(crate) fn dsnlens(args: &[&str]) -> Command {
    let mut command = Command::new(&*PROGRAM);
    command.args(args).env_clear().env("HOME", &FILES.folder).env("COLUMNS", "100");
    if args.first() == Some(&"check") && !args.contains(&"--timeout") {
        command.args(["--timeout", "300"]);
    }
    command
}

/// `dsnlens check` as JSON, up to and with the session.
pub(crate) fn check(env: &[(&str, &str)], more: &[&str]) -> Run {
    let mut command = dsnlens(&["check", "--format", "json", "--until", "session"]);
    run(command.args(more).envs(env.iter().copied()))
}

/// The same of a URL, in development, so that its `sslmode` counts.
pub(crate) fn check_url(url: &str, more: &[&str]) -> Run {
    check(&[("DATABASE_URL", url), ("DEBUG", "True")], more)
}

pub(crate) fn run(command: &mut Command) -> Run {
    let begun = Instant::now();
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let output = pipes.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    Run::new(output, begun.elapsed())
}

/// psql with a connection text, in the same surroundings: whether it connects, and with TLS.
pub(crate) fn psql(conninfo: &str) -> Option<bool> {
    // The server behind a pooler knows nothing of this connection.
    let run = psql_run(conninfo, "\\conninfo");
    (run.code == Some(0)).then(|| run.stdout.contains("SSL connection"))
}

pub(crate) fn psql_run(conninfo: &str, question: &str) -> Run {
    let mut command = Command::new(Release::V15.program("psql"));
    command.args(["-XAtqw", "-d", conninfo, "-c", question]);
    run(command.env_clear().env("HOME", &FILES.folder))
}
