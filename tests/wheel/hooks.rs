//! What other programs start: pre-commit's hook, and the script of the action.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use super::{Environment, SECRET, root, succeeded};

/// A fresh repository with something to find in line 2 of its `.env` file.
fn repository(environment: &Environment) -> PathBuf {
    let folder = environment.folder.join("repository");
    fs::create_dir(&folder).expect("a folder can be made");
    let text = format!("DEBUG=False\nDATABASE_URL=postgres://app:{SECRET}#9@db.example.com/shop\n");
    fs::write(folder.join(".env"), text).expect("it can be written");
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", ".env"]);
    folder
}

fn git(folder: &PathBuf, words: &[&str]) {
    succeeded(Command::new("git").args(words).current_dir(folder));
}

/// The program in PATH, and where Debian keeps its own.
fn with_program<'c>(environment: &Environment, command: &'c mut Command) -> &'c mut Command {
    let program = environment.folder.join("bin");
    command.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", program.display()))
}

fn text(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    for at in 0..=SECRET.len() - 4 {
        assert!(!text.contains(&SECRET[at..at + 4]), "the password is shown:\n{text}");
    }
    text.into_owned()
}

#[test]
fn pre_commit_runs_the_hook() {
    let environment = Environment::new("pre-commit", &[], None);
    let repository = repository(&environment);
    let mut command = Command::new("/usr/bin/python3");
    let command = command
        .args(["-P", "-m", "pre_commit", "try-repo"])
        .arg(root())
        .args(["dsnlens-system", "--all-files", "--color", "never", "--verbose"])
        .current_dir(&repository)
        .env_clear()
        .env("HOME", &environment.folder)
        .env("PRE_COMMIT_HOME", environment.folder.join("pre-commit"))
        // The project may belong to somebody else than who runs its tests.
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("PYTHONPATH", root().join(".tools/pre-commit"));
    let output = with_program(&environment, command).output().expect("Python runs");
    let text = text(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("dsnlens lint") && text.contains("Failed"), "{text}");
    assert!(text.contains(".env:2:") && text.contains("password-unescaped"), "{text}");
}

#[test]
fn the_action_annotates_and_writes_sarif() {
    let environment = Environment::new("action", &[], None);
    let repository = repository(&environment);
    let run = |fail_on: &str| {
        let mut command = Command::new("bash");
        let command = command
            .arg(root().join("action/lint.sh"))
            .current_dir(&repository)
            .env_clear()
            .env("INPUT_FAIL_ON", fail_on)
            .env("INPUT_SARIF", "dsnlens.sarif");
        with_program(&environment, command).output().expect("bash runs")
    };
    let output = run("error");
    let printed = text(&output);
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("::error file=.env,line=2"), "{printed}");
    let sarif = fs::read_to_string(repository.join("dsnlens.sarif")).expect("it was written");
    let sarif: serde_json::Value = serde_json::from_str(&sarif).expect("it is JSON");
    let found = &sarif["runs"][0]["results"][0];
    let place = &found["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".env", "{sarif}");
    assert_eq!(place["region"]["startLine"], 2, "{sarif}");
    assert_eq!(run("never").status.code(), Some(0));
}
