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
    // What is above it is another repository.
    fs::create_dir_all(root.join(".git")).unwrap();
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
    let weak = "DATABASE_URL=postgres://app:otter@db.example.com/shop?sslmode=verify-full&sslrootcert=/etc/ca.crt\n";
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

/// A file of the cases that people sent, as it was, and what is found in it.
const SENT: [(&str, &str, &[&str]); 8] = [
    (
        "docker-compose.yml",
        "services:\n  web:\n    image: example/shop\n    environment:\n      DATABASE_URL: \
         \"postgres://app:corr$ect99@db:5432/shop\"\n  db:\n    image: postgres:16\n",
        &["docker-compose.yml:5 dollar-replaced"],
    ),
    (
        ".env",
        "POSTGRES_USER=app\nPOSTGRES_PASSWORD=newSecret77\nPOSTGRES_DB=shop\n\
         DATABASE_URL=postgres://app:oldSecret11@db:5432/shop\n",
        &[".env:4 credentials-differ"],
    ),
    (
        "settings.py",
        "DATABASES = {\n    \"default\": {\n        \"ENGINE\": \"django.db.backends.postgresql\",\n        \
         \"HOST\": \"db.example.com\",\n        \"NAME\": \"shop\",\n        \"SSLMODE\": \"verify-full\",\n    }\n}\n",
        &["settings.py:6 setting-unknown"],
    ),
    (
        "settings.py",
        "DATABASES = {\n    'default': {\n        'ENGINE': 'django.db.backends.postgresql',\n        \
         'NAME': 'shop',\n        'PASWORD': 'correct-horse',\n    }\n}\n",
        &["settings.py:5 setting-unknown"],
    ),
    (
        "settings.py",
        "import os\n\nos.environ.setdefault(\"SECRET_KEY\", \"dev-only\")\nos.environ.setdefault(\n    \
         \"DATABASE_URL\", \"postgresql://neondb_owner:correct-horse@ep-x.aws.neon.tech:54E2/shop\")\n",
        &["settings.py:5 port-unreadable"],
    ),
    (
        ".github/workflows/ci.yml",
        "on: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    env:\n      DATABASE_URL: \
         postgres://postgres:postgres@db:5432/postgres\n    services:\n      db:\n        image: postgres\n",
        &[".github/workflows/ci.yml:6 host-not-a-service"],
    ),
    (
        "run.sh",
        "docker run -d --name worker -e \
         DATABASE_URL=\"postgresql://app@//cloudsql/shop-prod:europe-west1:main\" example/worker\n",
        &["run.sh:1 database-suspicious"],
    ),
    (
        "web.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n    - name: web\n      env:\n        \
         - name: DATABASE_URL\n          value: postgres://app:$(PASSWORD)@db/shop\n        \
         - name: PASSWORD\n          value: correct-horse\n",
        &["web.yaml:8 reference-not-expanded"],
    ),
];

#[test]
fn what_people_sent_is_found_at_its_line() {
    for (path, text, expected) in SENT {
        let root = repository("sent", &[(path, text)]);
        let found = found(&root, &[]);
        for it in expected {
            let (place, rule) = it.split_once(' ').unwrap();
            let is_it = |it: &String| it.starts_with(&format!("{place}:")) && it.ends_with(rule);
            assert!(found.iter().any(is_it), "{it} is missing in {found:?}");
        }
    }
}

#[test]
fn each_part_of_a_file_is_looked_at() {
    let text = "services:\n  web:\n    environment:\n      DATABASE_URL: postgres://app:quietotter99quietotter@db:54E2/shop\n  \
                worker:\n    env_file: worker.env\n  db:\n    image: postgres\n";
    let root = repository("parts", &[("compose.yml", text), ("worker.env", BROKEN)]);
    assert_eq!(errors(&root), ["compose.yml:4 port-unreadable", "worker.env:2 password-unescaped"]);
}

#[test]
fn the_repositorys_client_reads_the_url() {
    let url = "DATABASE_URL=postgres://app:quiet#otter99@db.example.com/shop?schema=public\n";
    let with =
        |manifest: &str, text: &str| repository("clients", &[(".env", url), (manifest, text)]);
    let root = with("package.json", "{\"dependencies\": {\"pg\": \"^8.11\"}}");
    let run = lint(&root, &[]);
    assert!(run.stdout.contains("node-postgres refuses the URL"), "{}", run.stdout);
    assert_eq!(run.code, Some(1));
    // libpq's own readers take a `#` in a password, and know no `schema`.
    let root = with("requirements.txt", "psycopg[binary]==3.2.1\n");
    let stdout = lint(&root, &[]).stdout;
    assert!(stdout.contains("psycopg would refuse the URL"), "{stdout}");
    assert!(!stdout.contains("password-unescaped"), "{stdout}");
    // Of two clients nobody knows which one it is for.
    fs::write(root.join("package.json"), "{\"dependencies\": {\"pg\": \"^8.11\"}}").unwrap();
    let failing = errors(&root);
    assert!(matches!(failing.as_slice(), [it] if it.starts_with(".env:1 ")), "{failing:?}");
}

#[test]
fn a_repository_says_what_it_wants_to_hear() {
    let weak = "DATABASE_URL=postgres://app:otter@db.example.com/shop?sslmode=verify-full&sslrootcert=/etc/ca.crt\n";
    let rules = |root: &Path| found(root, &[]);
    let with = |config: &str| {
        repository("config", &[(".env", weak), ("deploy/prod.env", weak), ("dsnlens.toml", config)])
    };
    let all = [".env:1:29 password-weak", "deploy/prod.env:1:29 password-weak"];
    assert_eq!(rules(&with("")), all);
    assert_eq!(rules(&with("ignore = ['password-weak']")), [""; 0]);
    assert_eq!(rules(&with("[per-path-ignores]\n'deploy/*' = ['password-weak']")), all[..1]);
    let root = with("[severity]\npassword-weak = 'error'");
    assert_eq!(errors(&root), [".env:1 password-weak", "deploy/prod.env:1 password-weak"]);
    for (config, message) in [
        ("\nsetings = 'x'", "dsnlens.toml:2: `setings` is not a key; did you mean `settings`?"),
        (
            "ignore = ['pasword-weak']",
            "1: `pasword-weak` is not a rule; did you mean `password-weak`?",
        ),
        ("stack = {libpq = 9}", "1: 15, 16, 17 or 18 is expected"),
        ("stack = {djangoenviron = '0.11.0'}", "did you mean `django-environ`?"),
        ("severity = {password-weak = 'eror'}", "`eror` is not a severity; did you mean `error`?"),
        ("settings = 'shop.setings'", "1: `shop.setings` is not a settings module"),
        ("ignore = [", "dsnlens.toml:1: "),
    ] {
        let run = lint(&with(config), &[]);
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{config}");
        assert!(run.stderr.contains(message), "{config}: {}", run.stderr);
    }
    let pyproject = "[project]\nname = 'x'\n[tool.dsnlens]\nignore = ['password-weak']\n";
    let root = repository("config", &[(".env", weak), ("pyproject.toml", pyproject)]);
    assert_eq!(rules(&root), [""; 0]);
    // From a folder below as well.
    fs::create_dir(root.join("below")).unwrap();
    fs::write(root.join("below/.env"), weak).unwrap();
    assert_eq!(rules(&root.join("below")), [""; 0]);
}

#[test]
fn the_settings_module_and_the_releases_may_be_named() {
    let other = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'x', 'HOSTT': 'y'}}\n";
    let config = "settings = 'conf.production'\nstack = {dj-database-url = '3.1.2', libpq = 15}\n";
    let files = [(".env", BROKEN), ("conf/production.py", other), ("dsnlens.toml", config)];
    let root = repository("named", &files);
    // It does not read the variable, and that is all there is to say of its value.
    let found = found(&root, &[]);
    let is_of_it = |it: &String| it.starts_with("conf/production.py:1:");
    let is_unread = |it: &String| it.starts_with(".env:2:") && it.ends_with(" variables-unread");
    assert!(found.iter().all(|it| is_of_it(it) || is_unread(it)), "{found:?}");
    assert!(found.iter().any(|it| it.ends_with(" setting-unknown")), "{found:?}");
}

#[test]
fn a_comment_leaves_a_rule_out() {
    let text = "\
# dsnlens: ignore[password-weak]
DATABASE_URL=postgres://app:otter@db.example.com/shop?sslmode=verify-full&sslrootcert=/etc/ca.crt
";
    let root = repository("comment", &[(".env", text)]);
    assert_eq!(found(&root, &[]), [""; 0]);
    let text = text.replace("weak", "waek");
    let root = repository("comment", &[(".env", &text)]);
    assert_eq!(found(&root, &[]), [".env:2:29 password-weak"]);
    let stderr = lint(&root, &[]).stderr;
    assert!(
        stderr.contains(".env:1: `password-waek` is not a rule; did you mean `password-weak`?")
    );
}

#[test]
fn a_fix_is_shown_and_written_in_the_quotes_that_are_there() {
    let dotenv = "A=1\nexport DATABASE_URL=\"postgres://app:quietotter99quietotter@h.example.com/shop?sslmod=require\" # x\n";
    let compose = COMPOSE.1.replace("?", "");
    let files = [(".env", dotenv), ("docker-compose.yml", &compose)];
    let root = repository("fix", &files);
    let shown = lint(&root, &["--diff"]);
    shown.prints(&[
        "--- .env",
        "+++ .env",
        "@@ -2 +2 @@",
        "-export DATABASE_URL=\"postgres://app:********@h.example.com/shop?sslmod=require …",
        "--- docker-compose.yml",
        "-      DATABASE_URL: \"postgres://app:********@db:5432/shop\"",
        "+      DATABASE_URL: \"postgres://app:********%24********@db:5432/shop\"",
    ]);
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert_eq!((read(".env"), read("docker-compose.yml")), (dotenv.to_owned(), compose.clone()));
    #[cfg(unix)]
    let mode = {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(root.join(".env"), fs::Permissions::from_mode(0o640)).unwrap();
        move |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777
    };
    let fixed = lint(&root, &["--fix"]);
    assert!(fixed.stderr.contains(".env: fixed 1 line"), "{}", fixed.stderr);
    let written = read(".env");
    let rest =
        written.strip_prefix("A=1\nexport DATABASE_URL=\"postgres://app:quietotter99quietotter@");
    assert!(
        rest.is_some_and(|it| it.contains("?sslmode=require") && it.ends_with("\" # x\n")),
        "{written}"
    );
    assert_eq!(read("docker-compose.yml"), compose.replace('$', "%24"));
    assert_eq!(errors(&root), [""; 0]);
    #[cfg(unix)]
    assert_eq!(mode(&root.join(".env")), 0o640);
    // Nothing is left beside.
    assert_eq!(fs::read_dir(&root).unwrap().count(), 3);
    assert_eq!(lint(&root, &["--diff"]).stdout, "");
}

#[test]
fn invalid_yaml_is_named_and_the_rest_looked_at() {
    let broken = "services:\n  web:\n\tenvironment:\n  nonsense\n";
    let root = repository("yaml", &[("compose.yml", broken), (".env", BROKEN)]);
    let run = lint(&root, &[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("compose.yml:3: not YAML from this line on"), "{}", run.stderr);
    assert!(run.stdout.contains(".env:2:29: error[password-unescaped]"));
}

#[test]
fn other_formats_hold_the_same_places() {
    let root = repository("formats", &[(".env", BROKEN)]);
    let schema = serde_json::from_str(include_str!("sarif-2.1.0.schema.json")).unwrap();
    let log = lint(&root, &["--format", "sarif"]).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(&log).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let result = run["results"].as_array().unwrap().iter();
    let result = result.clone().find(|it| it["ruleId"] == "password-unescaped").unwrap();
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], ".env");
    assert_eq!(place["region"], serde_json::json!({"startLine": 2, "startColumn": 29}));
    let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!(rule["id"], "password-unescaped");
    let github = lint(&root, &["--format", "github"]).stdout;
    assert!(
        github.contains("::error file=.env,line=2,col=29,title=password-unescaped::"),
        "{github}"
    );
}
