//! A Django project's folder: what is found there, and what its settings module makes of it.

use std::fs;
use std::path::PathBuf;

use super::*;

const BASE: &str = "\
import os
from pathlib import Path

import dj_database_url
from dotenv import load_dotenv

BASE_DIR = Path(__file__).resolve().parent.parent.parent
load_dotenv(BASE_DIR / '.env')
DEBUG = os.environ.get('DJANGO_DEBUG') == '1'
DATABASES = {'default': dj_database_url.config(conn_max_age=600, ssl_require=not DEBUG)}
";

const PRODUCTION: &str = "\
from .base import *

DATABASES['default']['CONN_MAX_AGE'] = 60
";

/// A project in a folder of its own.
fn project(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = directory().join("projects").join(name);
    if root.exists() {
        fs::remove_dir_all(&root).unwrap();
    }
    let manage = (
        "manage.py",
        "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.production')\n",
    );
    let settings = [
        ("shop/settings/__init__.py", ""),
        ("shop/settings/base.py", BASE),
        ("shop/settings/production.py", PRODUCTION),
    ];
    for (path, text) in [manage].iter().chain(&settings).chain(files) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    root
}

fn run_there(root: &PathBuf, env: &[(&str, &str)], args: &[&str]) -> Run {
    let env = env.iter().map(|(name, value)| (name, value));
    finish(program(args).envs(env).current_dir(root), b"")
}

const URL: (&str, &str) =
    ("DATABASE_URL", "postgres://app:quiet-otter-52@db.example.com/shop?sslmode=verify-full");

#[test]
fn a_project_is_found_in_its_folder() {
    let lock = "[[package]]\nname = \"dj-database-url\"\nversion = \"3.0.1\"\n";
    let dotenv = "DATABASE_URL=postgres://app:quiet-otter-52@dotenv.example.com/shop\n";
    let root = project("found", &[("uv.lock", lock), (".env", dotenv)]);
    for args in [&[][..], &["resolve"]] {
        let run = run_there(&root, &[], args);
        run.prints(&[
            "shop/settings/production.py · DEBUG off",
            "Found: manage.py names shop.settings.production; .env; dj-database-url 3.0.1 in",
            "uv.lock",
        ]);
        assert!(run.stdout.contains("dotenv.example.com"), "{}", run.stdout);
        let unwrapped = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(unwrapped.contains("over `600` from shop/settings/base.py:10"), "{unwrapped}");
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("otter"), "{}", run.stdout);
    }
    // What is set comes before the file.
    let found = run_there(&root, &[URL], &["resolve", "--format", "json"]).json();
    assert_eq!(found["effective"][0]["host"], "db.example.com");
    let age = found["ledger"].as_array().unwrap().iter();
    let mut age = age.filter(|it| it["key"] == "CONN_MAX_AGE" && it["fate"] == "won");
    let age = age.next().unwrap();
    assert_eq!(
        (&age["value"], &age["origin"]["path"]),
        (&60.into(), &"shop/settings/production.py".into())
    );
}

#[test]
fn another_module_is_named_by_the_environment_or_an_option() {
    let local = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'x'}}\n";
    let root = project("named", &[("shop/settings/local.py", local)]);
    let engine = |run: &Run| run.json()["settings"]["ENGINE"].clone();
    let json = &["resolve", "--format", "json"];
    let named = run_there(&root, &[("DJANGO_SETTINGS_MODULE", "shop.settings.local")], json);
    assert_eq!(engine(&named), "django.db.backends.sqlite3");
    let path = "shop/settings/local.py";
    let asked = run_there(&root, &[URL], &["resolve", "--format", "json", "--settings", path]);
    assert_eq!(engine(&asked), "django.db.backends.sqlite3");
    // The guide's module is asked for by its name.
    let guide = run_there(&root, &[URL], &["resolve", "--format", "json", "--settings", "guide"]);
    assert_eq!(guide.json()["settings"]["OPTIONS"]["sslmode"], "require");
    let config = run_there(&root, &[URL], &["resolve", "--format", "json", "--settings", "config"]);
    assert_eq!(config.json()["settings"]["OPTIONS"]["sslmode"], "verify-full");
}

#[test]
fn an_exception_has_its_place() {
    let broken = "import os\nDATABASES = {'default': {'NAME': os.environ['DB_NAME']}}\n";
    let root = project("broken", &[("shop/settings/production.py", broken)]);
    let run = run_there(&root, &[], &["resolve"]);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
    run.prints(&[
        "Django does not start: shop/settings/production.py:2 raises KeyError.",
        "  KeyError: 'DB_NAME'",
    ]);
    let refusal = run_there(&root, &[], &["resolve", "--format", "json"]).json()["refusal"].clone();
    assert_eq!((&refusal["stage"], &refusal["line"]), (&"settings".into(), &2.into()));
}

#[test]
fn what_cannot_be_read_is_named() {
    let root = project("unreadable", &[]);
    for (env, args, what) in [
        (("DJANGO_SETTINGS_MODULE", "shop.nowhere"), &["resolve"][..], "shop.nowhere"),
        (URL, &["resolve", "--settings", "nowhere.py"], "nowhere.py"),
        (URL, &["resolve", "--settings", "shop"], "not a regular file"),
        (URL, &["resolve", "--django-environ", "0.4.5"], "0.10.0 to 0.14.0"),
        (URL, &["resolve", "--libpq", "14"], "14"),
    ] {
        let run = run_there(&root, &[env], args);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{args:?}");
        assert!(run.stderr.contains(what), "{args:?}: {}", run.stderr);
    }
}

#[test]
fn what_another_file_fills_in_is_unknown_to_a_module() {
    let compose = "services:\n  web:\n    image: x\n    environment:\n      \
                   DATABASE_URL: postgres://app:${PW}@db.example.com/shop\n      \
                   DB_NAME: ${NAME}\n";
    let call = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
    let dict = "import os\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', \
                'HOST': 'db.example.com', 'NAME': os.environ['DB_NAME'], 'USER': 'app'}}\n";
    let raises = "import os\nname = os.environ['DB_NAME']\nos.environ['NOT_SET']\n";
    let modules = [("call.py", call), ("dict.py", dict), ("raises.py", raises)];
    let root = project("holes", &[&modules[..], &[("compose.yml", compose)]].concat());
    let found = |path: &str| {
        let file = ["--env-file", "compose.yml", "--settings", path];
        run_there(&root, &[], &[&["resolve", "--format", "json"][..], &file].concat()).json()
    };
    let unknown = |name: &str| format!("{{\"$unknown\":\"compose fills in {name}\"}}");
    let call = found("call.py");
    assert_eq!(call["settings"]["PASSWORD"].to_string(), unknown("PW"));
    assert_eq!(call["effective"][0]["host"], "db.example.com");
    let dict = found("dict.py");
    assert_eq!(dict["settings"]["NAME"].to_string(), unknown("NAME"));
    assert_eq!(dict["effective"][0]["host"], "db.example.com");
    let raises = found("raises.py");
    assert!(raises["refusal"].is_null(), "{raises}");
    assert_eq!(raises["databases"].to_string(), unknown("NAME"));
}

#[test]
fn the_guides_forms_are_not_written_for_another_module() {
    let root = project("exports", &[]);
    for form in ["fields", "settings"] {
        let run = run_there(&root, &[URL], &["export", form]);
        assert_eq!((run.code, &*run.stdout), (Some(1), ""), "{}", run.stderr);
        assert!(run.stderr.contains("a settings module with its own DATABASES"), "{}", run.stderr);
        let guide = run_there(&root, &[URL], &["export", form, "--settings", "guide"]);
        assert_eq!(guide.code, Some(0), "{}", guide.stderr);
    }
    let older = ["--settings", "guide", "--dj-database-url", "1.3.0"];
    let run = run_there(&root, &[URL], &[&["export", "settings"][..], &older].concat());
    assert!(run.stderr.contains("dj-database-url 2.1.0 and later"), "{}", run.stderr);
    let run = run_there(&root, &[URL], &[&["export", "fields"][..], &older].concat());
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    let run = run_there(&root, &[URL], &["export", "url"]);
    assert_eq!(run.code, Some(0), "{}", run.stderr);
}

#[test]
fn an_exception_of_a_module_shows_no_literal() {
    let text = "PORT = int('quiet-otter-52')\n";
    let root = project("literal", &[("shop/settings/production.py", text)]);
    for format in ["text", "json", "sarif", "github"] {
        let run = run_there(&root, &[], &["resolve", "--format", format]);
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("otter"), "{}", run.stdout);
    }
    let run = run_there(&root, &[], &["resolve"]);
    run.prints(&["  ValueError: invalid literal for int() with base 10: '********'"]);
}
