//! `dsnlens lint`: what it finds in a repository, and at which line.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

const MANAGE: (&str, &str) =
    ("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n");

const SETTINGS: (&str, &str) = (
    "shop/settings.py",
    "\
import os
import dj_database_url
SECRET_KEY = os.environ['SECRET_KEY']
DEBUG = os.environ.get('DEBUG') == '1'
DATABASES = {'default': dj_database_url.config(conn_max_age=600, ssl_require=not DEBUG)}
",
);

const COMPOSE: (&str, &str) = (
    "docker-compose.yml",
    "\
services:
  web:
    image: example/shop
    environment:
      DATABASE_URL: \"postgres://app:quiet$otter99@db:5432/shop\"
  db:
    image: postgres:16
",
);

const BROKEN: &str = "# é\nDATABASE_URL=postgres://app:quiet#otter99@db.example.com/shop\n";

/// A repository in a folder of its own.
pub(super) fn repository(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = directory().join("lint").join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

pub(super) fn lint(root: &Path, args: &[&str]) -> Run {
    let run = finish(program(&[&["lint"], args].concat()).current_dir(root), b"");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("otter"), "{}", run.stdout);
    run
}

/// The findings as `path:line:column rule`.
#[track_caller]
fn found(root: &Path, args: &[&str]) -> Vec<String> {
    let json = lint(root, &[&["--format", "json"], args].concat()).json();
    assert_eq!(json["schemaVersion"], 1);
    let findings = json["findings"].as_array().unwrap().iter();
    let text = |it: &Value| it.as_str().unwrap_or("").to_owned();
    let line = |it: &Value| {
        let (path, rule) = (text(&it["path"]), text(&it["rule"]));
        format!("{path}:{}:{} {rule}", it["line"], it["column"])
    };
    findings.map(line).collect()
}

/// The same without warnings and remarks.
fn errors(root: &Path) -> Vec<String> {
    let json = lint(root, &["--format", "json"]).json();
    let findings = json["findings"].as_array().unwrap().iter();
    let errors = findings.filter(|it| it["severity"] == "error");
    errors
        .map(|it| format!("{}:{} {}", it["path"], it["line"], it["rule"]).replace('"', ""))
        .collect()
}

#[test]
fn a_settings_module_is_read_with_each_environment() {
    let root = repository("django", &[MANAGE, SETTINGS, COMPOSE, (".env", BROKEN)]);
    let all = found(&root, &[]);
    for expected in [
        // The column of the password, and not that of the `#` in it.
        ".env:2:29 password-unescaped",
        "docker-compose.yml:5:37 dollar-replaced",
        "docker-compose.yml:5:22 health-checks-off",
    ] {
        assert!(all.iter().any(|it| it == expected), "{expected} is missing in {all:#?}");
    }
    let run = lint(&root, &[]);
    assert_eq!(run.code, Some(1));
    run.prints(&[
        ".env:2:29: error[password-unescaped]",
        "  = help: write `#` as `%23`",
        "docker-compose.yml:5:37: error[dollar-replaced]",
        "      DATABASE_URL=postgres://app:********%24********@db:5432/shop",
    ]);
    // The same again, in the same order.
    assert_eq!(
        lint(&root, &["--format", "json"]).stdout,
        lint(&root, &["--format", "json"]).stdout
    );
}

#[test]
fn without_a_settings_module_nothing_is_said_of_its_defaults() {
    let root = repository("alone", &[(".env", BROKEN)]);
    assert_eq!(errors(&root), [".env:2 password-unescaped"]);
    let fine = "DATABASE_URL=postgres://app:quietotter99quietotter@db.example.com/shop\n";
    let root = repository("alone", &[(".env", fine)]);
    assert_eq!(found(&root, &[]), [""; 0]);
    assert_eq!(lint(&root, &[]).code, Some(0));
}

#[test]
fn what_git_ignores_and_what_others_wrote_is_left_out() {
    let ignored = (".gitignore", "secret.env\n");
    let folders =
        ["node_modules/x", ".venv/lib", "venv", "vendor", "site-packages", "target", ".git"];
    let files = folders.map(|it| format!("{it}/.env"));
    let mut all = vec![ignored, ("secret.env", BROKEN), ("deep/in/it/.env", BROKEN)];
    all.extend(files.iter().map(|it| (&**it, BROKEN)));
    let root = repository("ignored", &all);
    assert_eq!(errors(&root), ["deep/in/it/.env:2 password-unescaped"]);
    // A file that is named is looked at.
    assert!(lint(&root, &["secret.env"]).stdout.contains("secret.env:2:29: error"));
    assert_eq!(lint(&root, &["vendor/nothing"]).code, Some(2));
}

#[test]
fn a_template_may_leave_values_open() {
    let blank = "DATABASE_URL=\nDB_HOST=\nDB_PASSWORD=changeme\n";
    let sample = "DATABASE_URL=postgres://USER:PASSWORD@HOST:5432/NAME\n";
    let marks = "DATABASE_URL=postgres://app:<password>@db.example.com/shop\n";
    let root = repository(
        "template",
        &[MANAGE, SETTINGS, (".env.example", blank), (".env.sample", sample), (".env.dist", marks)],
    );
    assert_eq!(errors(&root), [""; 0]);
    let root = repository("template", &[MANAGE, SETTINGS, (".env", marks)]);
    assert_eq!(errors(&root), [".env:1 url-placeholder"]);
    // What is wrong in a template is wrong in every copy of it.
    let root = repository("template", &[MANAGE, SETTINGS, (".env.example", BROKEN)]);
    assert_eq!(errors(&root), [".env.example:2 password-unescaped"]);
}

#[test]
fn the_exit_code_is_what_was_asked_for() {
    let weak = "DATABASE_URL=postgres://app:otter@db.example.com/shop?sslmode=require\n";
    let root = repository("codes", &[(".env", weak)]);
    let code = |args: &[&str]| lint(&root, args).code;
    assert_eq!(code(&[]), Some(0));
    assert_eq!(code(&["--fail-on", "warning"]), Some(1));
    assert_eq!(code(&["--fail-on", "warning", "--ignore", "password-weak"]), Some(0));
    assert_eq!(code(&["--ignore", "pasword-weak"]), Some(2));
    assert_eq!(code(&["nowhere"]), Some(2));
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_looked_at() {
    let root = repository("unreadable", &[(".env", BROKEN)]);
    fs::write(root.join("latin.env"), b"DATABASE_URL=postgres://app:\xff@h/d\n").unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(".", root.join("loop")).unwrap();
        std::os::unix::fs::symlink("b.env", root.join("a.env")).unwrap();
        std::os::unix::fs::symlink("a.env", root.join("b.env")).unwrap();
    }
    let run = lint(&root, &["--format", "json"]);
    assert_eq!(run.code, Some(2));
    let json = run.json();
    let unread: Vec<_> = json["unread"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    let expected: &[&str] =
        if cfg!(unix) { &["a.env", "b.env", "latin.env", "loop"] } else { &["latin.env"] };
    assert_eq!(unread, expected);
    assert!(run.stderr.contains("latin.env: not UTF-8"), "{}", run.stderr);
    assert_eq!(json["findings"][0]["path"], ".env");
}
