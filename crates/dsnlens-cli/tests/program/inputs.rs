//! Where the variables come from, and what happens to those that cannot be read.

use super::*;

const URL: &str = "postgres://app:hunter2@db.example.com/shop?connect_timeout=10";

#[track_caller]
fn host(run: &Run) -> String {
    run.json()["settings"]["HOST"].as_str().unwrap().into()
}

#[test]
fn without_url_and_file_the_environment_counts() {
    let json = ["resolve", "--format", "json"];
    assert_eq!(host(&run_in(&[("DATABASE_URL", URL)], &json)), "db.example.com");
    let run = run_in(&[("DB_HOST", "h"), ("PGAPPNAME", "x"), ("DEBUG", "1")], &json);
    assert_eq!(host(&run), "h");
    let ledger = run.json()["ledger"].to_string();
    assert!(ledger.contains("PGAPPNAME"), "{ledger}");
    assert_eq!(run.json()["ssl"]["mode"], "prefer");
}

#[test]
fn a_url_keeps_the_environment_out() {
    let env = [("DATABASE_URL", "postgres://other/db"), ("PGSSLMODE", "disable"), ("DEBUG", "1")];
    let run = run_in(&env, &["resolve", URL, "--format", "json"]);
    assert_eq!(host(&run), "db.example.com");
    assert_eq!(run.json()["ssl"]["mode"], "require");
    assert!(!run.stdout.contains("PGSSLMODE"));
}

#[test]
fn standard_input_loses_one_line_end() {
    let read = |text: &str| {
        let run = run_on(&["resolve", "-", "--format", "json"], text.as_bytes());
        run.json()["settings"]["OPTIONS"]["application_name"].clone()
    };
    let url = "postgres://h/db?application_name=x";
    assert_eq!(read(url), "x");
    assert_eq!(read(&format!("{url}\n")), "x");
    assert_eq!(read(&format!("{url} \n")), "x ");
}

#[test]
fn a_file_keeps_the_environment_out_and_a_url_takes_its_place() {
    let path =
        file("file.env", format!("DATABASE_URL={URL}\nexport DEBUG='yes' # note\nOTHER=1\n"));
    let env = [("PGSSLMODE", "disable"), ("DEBUG", "no")];
    let run = run_in(&env, &["resolve", "--env-file", &path, "--format", "json"]);
    assert_eq!((&*host(&run), run.code), ("db.example.com", Some(0)));
    assert_eq!(run.json()["ssl"]["mode"], "prefer");
    let run =
        run_in(&env, &["resolve", "postgres://h/db", "--env-file", &path, "--format", "json"]);
    assert_eq!(host(&run), "h");
    assert_eq!(run.json()["ssl"]["mode"], "prefer");
}

#[test]
fn debug_and_the_version_can_be_said() {
    let mode = |more: &[&str]| {
        let run = run(&[&["resolve", URL, "--format", "json"], more].concat());
        run.json()["ssl"]["mode"].clone()
    };
    assert_eq!(mode(&["--debug", "true"]), "prefer");
    assert_eq!(mode(&["--debug", "false"]), "require");
    let run = run(&["resolve", "x://h/db", "--dj-database-url", "3.1.2", "--format", "json"]);
    assert_eq!(run.json()["refusal"]["type"], "UnknownSchemeError");
}

#[test]
fn an_unreadable_line_is_named_and_the_rest_answered() {
    let path = file("bad.env", "A=1\n\n=hunter2\nDB_HOST=h\nDB_NAME=\"hunter3\n");
    let run = run(&["resolve", "--env-file", &path, "--format", "json"]);
    assert_eq!((&*host(&run), run.code), ("h", Some(2)));
    let skipped = "python-dotenv cannot read this line and skips it";
    assert_eq!(run.stderr, format!("dsnlens: {path}:3: {skipped}\ndsnlens: {path}:5: {skipped}\n"));
}

#[test]
fn a_byte_order_mark_is_no_secret() {
    let path = file("mark.env", "\u{feff}DB_HOST=h\nDB_NAME=x\n");
    let run = run(&["resolve", "--env-file", &path, "--format", "json"]);
    assert_eq!(host(&run), "localhost");
    assert!(run.stderr.contains("mark.env:1: python-dotenv takes the byte order mark"));
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let missing = directory().join("missing.env");
    let run = run(&["resolve", "--env-file", missing.to_str().unwrap()]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert!(run.stderr.starts_with("dsnlens: ") && run.stderr.contains("missing.env: "));
}

#[test]
fn what_is_not_utf_8_is_named() {
    let path = file("latin1.env", b"DB_HOST=h\nDB_PASSWORD=hunter\xe9\n");
    let run = run(&["resolve", "--env-file", &path]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""));
    assert_eq!(run.stderr, format!("dsnlens: {path}:2: this line is not UTF-8\n"));

    let run = run_on(&["resolve", "-"], b"postgres://u:hunter\xe9@h/db");
    assert_eq!((run.code, &*run.stderr), (Some(2), "dsnlens: standard input is not UTF-8\n"));
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStrExt;
    let value = OsStr::from_bytes(b"hunter\xe9");
    let run = run_in(&[("PGPASSWORD", value)], &["resolve"]);
    let message = "dsnlens: the environment variable PGPASSWORD is not UTF-8\n";
    assert_eq!((run.code, &*run.stderr), (Some(2), message));
    let [host, password] = ["h", "correct-horse"].map(OsStr::new);
    let others = [("SECRET_KEY", value), ("DB_HOST", host), ("DB_PASSWORD", password)];
    assert_eq!(run_in(&others, &["resolve"]).code, Some(0));
}

#[test]
fn fail_on_decides_the_exit_code() {
    let code = |url: &str, severity: &str| run(&["resolve", url, "--fail-on", severity]).code;
    let error = "postgres://app:hunter2@h/db?sslmode=verify-full&connect_timeout=10";
    assert_eq!(run(&["resolve", error]).code, Some(1));
    assert_eq!(code(error, "error"), Some(1));
    assert_eq!(code(error, "never"), Some(0));
    let warning = "postgres://app:hunter2@localhost/db?connect_timeout=10";
    assert_eq!(run(&["resolve", warning]).code, Some(0));
    assert_eq!(code(warning, "error"), Some(0));
    assert_eq!(code(warning, "warning"), Some(1));
    assert_eq!(code(warning, "info"), Some(1));
    assert_eq!(code(warning, "never"), Some(0));
    // The stack refuses it, whatever the rules say.
    assert_eq!(code("postgres://app:hunter2@h:x/db", "error"), Some(1));
}

#[test]
fn wrong_usage_ends_with_2() {
    for args in [
        &[][..],
        &["--no-such-flag"],
        &["resolve", "--no-such-flag"],
        &["resolve", "--debug", "maybe"],
        &["resolve", "--dj-database-url", "2.0.9"],
        &["resolve", "--format", "yaml"],
        &["resolve", "--fail-on", "anything"],
        &["resolve", "--jsonl", "--format", "text"],
        &["resolve", "--jsonl", "postgres://h/db"],
        &["resolve", "a", "b"],
        &["explain"],
        &["no-such-command"],
    ] {
        let run = run(args);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{args:?}");
        assert!(run.stderr.contains("-help"), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn help_and_version_are_answers() {
    for args in [&["--help"][..], &["resolve", "--help"], &["explain", "--help"], &["-h"]] {
        let run = run(args);
        assert_eq!((run.code, &*run.stderr), (Some(0), ""), "{args:?}");
    }
    assert!(run(&["resolve", "--help"]).stdout.contains("heroku config:get DATABASE_URL"));
    assert_eq!(run(&["--version"]).stdout, concat!("dsnlens ", env!("CARGO_PKG_VERSION"), "\n"));
}

/// A file without an end, one that nobody writes, one that is none: an error that says so, at once and
/// in little memory.
#[cfg(unix)]
#[test]
fn whatever_is_named_as_a_file_ends() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("special-files");
    std::fs::create_dir_all(&folder).unwrap();
    let fifo = folder.join("fifo");
    if !fifo.exists() {
        let made = std::process::Command::new("mkfifo").arg(&fifo).status();
        assert!(made.unwrap().success());
    }
    let (fifo, folder) = (fifo.to_str().unwrap(), folder.to_str().unwrap());
    let run = |command: &str| {
        let program = env!("CARGO_BIN_EXE_dsnlens");
        let script = format!("ulimit -v 600000; exec \"$0\" {command}");
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", &script, program]).env_clear().output().unwrap();
        let text = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
        (output.status.code(), text.concat())
    };
    for (command, said) in [
        ("resolve --env-file /dev/zero".to_owned(), "larger than 5 MB, this program's limit"),
        (format!("resolve --env-file {fifo}"), "it is a pipe that no process writes to"),
        (format!("resolve --env-file {folder}"), "it is a directory, not a file"),
        ("resolve --env-file - < /dev/zero".to_owned(), "larger than 5 MB"),
        ("resolve --settings /dev/zero x".to_owned(), "not a regular file"),
        (format!("resolve --settings {fifo} x"), "not a regular file"),
        ("resolve - < /dev/zero".to_owned(), "larger than 5 MB"),
        ("compare - < /dev/zero".to_owned(), "larger than 5 MB"),
        ("export url - < /dev/zero".to_owned(), "larger than 5 MB"),
        ("explain - < /dev/zero".to_owned(), "larger than 5 MB"),
        ("resolve --jsonl < /dev/zero".to_owned(), "longer than 5 MB"),
    ] {
        let (code, text) = run(&command);
        assert!(code == Some(2) && text.contains(said), "{command}: {code:?} {text}");
        assert!(text.lines().count() < 3, "{command}: {text}");
    }
    let (code, text) = run("resolve --env-file - < /dev/null");
    assert!(code == Some(1) && text.contains("is set"), "{text}");
}
