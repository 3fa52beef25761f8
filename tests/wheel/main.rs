//! The wheel in virtual environments, as its users install it: the functions, the program, and
//! Django's checks over settings that are wrong.
//!
//! It takes `target/wheels/`, and what the oracles ask: `cargo xtask test wheel`.

mod hooks;

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A password that no output may hold, not even four characters of it.
const SECRET: &str = "Xq7vZk2wJb";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

/// A virtual environment with the wheel, and what Django takes.
struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// `packages`: folders of what the oracles ask, the first counts; `but`: a driver that is not
    /// installed.
    fn new(name: &str, packages: &[&str], but: Option<&str>) -> Environment {
        let folder = root().join("target/wheels/tests").join(name);
        let _ = fs::remove_dir_all(&folder);
        succeeded(
            Command::new("/usr/bin/python3").args(["-m", "venv", "--without-pip"]).arg(&folder),
        );
        let python = folder.join("bin/python");
        succeeded(
            Command::new("/usr/bin/python3")
                .args(["-m", "pip", "--python"])
                .arg(&python)
                .args(["install", "--quiet", "--no-index", "--no-deps"])
                .arg(wheel())
                .env("PIP_DISABLE_PIP_VERSION_CHECK", "1"),
        );
        let site = folder.join("site");
        fs::create_dir(&site).expect("a folder can be made");
        // Links and not paths, so that one driver can be left out.
        for package in packages {
            let package = root().join(".tools/python").join(package);
            let shown = package.display();
            assert!(package.is_dir(), "{shown} is not there: run `cargo xtask test wheel`");
            for entry in fs::read_dir(&package).expect("it can be read") {
                let path = entry.expect("it can be read").path();
                let name = path.file_name().expect("a file has a name").to_string_lossy();
                // With its parts and what pip notes of it.
                let is_of = |driver: &str| {
                    let rest = name.strip_prefix(driver);
                    rest.is_some_and(|it| it.is_empty() || it.starts_with(['-', '_']))
                };
                let name = &*name;
                if !but.is_some_and(is_of) && !site.join(name).exists() {
                    symlink(&path, site.join(name)).expect("a link can be made");
                }
            }
        }
        Environment { folder }
    }

    fn python(&self) -> Command {
        let mut command = Command::new(self.folder.join("bin/python"));
        self.bare(&mut command);
        command
    }

    /// The program as pip installs it.
    fn program(&self) -> Command {
        let mut command = Command::new(self.folder.join("bin/dsnlens"));
        self.bare(&mut command);
        command
    }

    fn bare(&self, command: &mut Command) {
        command.env_clear().env("PYTHONPATH", self.folder.join("site")).env("PYTHONUTF8", "1");
    }

    /// What a script prints as JSON.
    fn answers(&self, script: &str) -> Value {
        let output = succeeded(self.python().arg("-c").arg(script));
        serde_json::from_slice(&output.stdout).expect("it prints JSON")
    }

    /// A fresh project with these settings behind its own.
    fn project(&self, settings: &str) -> PathBuf {
        let folder = self.folder.join("project");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).expect("a folder can be made");
        succeeded(
            self.python().args(["-m", "django", "startproject", "shop", "."]).current_dir(&folder),
        );
        let path = folder.join("shop/settings.py");
        let own = fs::read_to_string(&path).expect("Django has written it");
        fs::write(&path, format!("{own}\nINSTALLED_APPS += ['dsnlens.django']\n{settings}"))
            .expect("it can be written");
        folder
    }

    /// `manage.py` in a project: what it prints anywhere, and the number it ends with.
    fn manage(&self, project: &Path, words: &[&str]) -> (String, Option<i32>) {
        let mut command = self.python();
        let output = command.arg("manage.py").args(words).current_dir(project).output();
        let output = output.expect("Python runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr);
        for at in 0..=SECRET.len() - 4 {
            let piece = &SECRET[at..at + 4];
            assert!(
                !text.contains(piece),
                "`manage.py {}` shows {piece}:\n{text}",
                words.join(" ")
            );
        }
        (text, output.status.code())
    }
}

#[track_caller]
fn succeeded(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}:\n{text}");
    output
}

/// The wheel that was built.
fn wheel() -> PathBuf {
    let folder = root().join("target/wheels");
    let files = fs::read_dir(&folder).unwrap_or_else(|_| {
        panic!("{} is not there: run `cargo xtask test wheel`", folder.display())
    });
    let mut wheels = files.map(|it| it.expect("it can be read").path());
    wheels.find(|it| it.extension().is_some_and(|it| it == "whl")).expect("there is a wheel")
}

/// A port that nobody listens at.
fn closed_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it has an address").port()
}

fn broken(port: u16) -> String {
    format!(
        "DATABASES = {{
            'default': {{
                'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'USER': 'app',
                'PASSWORD': '{SECRET}', 'HOST': '127.0.0.1', 'PORT': '{port}',
                'SSLMODE': 'require', 'CONN_MAX_AGE': 600,
            }},
            'replica': {{
                'ENGINE': 'django.db.backends.postgresql', 'NAME': 'n' * 70, 'USER': 'app',
                'PASSWORD': '{SECRET}', 'HOST': '127.0.0.1',
            }},
            'files': {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': BASE_DIR / 'db.sqlite3'}},
        }}"
    )
}

/// What Django's users see, with this driver.
fn names_what_is_wrong(environment: &Environment, driver: &str, stage: &str) {
    let project = environment.project(&broken(closed_port()));

    let (text, code) = environment.manage(&project, &["check"]);
    assert_eq!(code, Some(1), "the replica's name is an error:\n{text}");
    let at = text.find("Django ignores `SSLMODE`").unwrap_or_else(|| panic!("in\n{text}"));
    let line = text[..at].lines().next_back().unwrap_or_default();
    assert!(line.starts_with("DATABASES['default']: (dsnlens.W"), "{text}");
    assert!(text.contains("dsnlens explain setting-unknown"), "{text}");
    assert!(text.contains("DATABASES['replica']: (dsnlens.E"), "{text}");
    assert!(!text.contains("connection-refused"), "nothing was to be connected to:\n{text}");

    let words = ["check", "--database", "default"];
    let (text, code) = environment.manage(&project, &words);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("dsnlens explain connection-refused"), "{text}");

    let (text, code) = environment.manage(&project, &["dsnlens"]);
    assert_eq!(code, Some(0), "{text}");
    for part in [driver, "SSLMODE  require", "sslmode             prefer", "setting-unknown"] {
        assert!(text.contains(part), "{part} in\n{text}");
    }

    let (text, code) = environment.manage(&project, &["dsnlens", "--format", "json"]);
    assert_eq!(code, Some(0), "{text}");
    let answer: Value = serde_json::from_str(&text).expect("it prints JSON and nothing else");
    assert_eq!(answer["settings"]["PASSWORD"], "********");
    assert_eq!(answer["effective"][0]["host"], "127.0.0.1");

    let words = ["dsnlens", "--database", "replica", "--format", "json"];
    let (text, _) = environment.manage(&project, &words);
    let answer: Value = serde_json::from_str(&text).expect("it prints JSON and nothing else");
    assert_eq!(answer["refusal"]["stage"], stage, "{text}");

    let (text, code) = environment.manage(&project, &["dsnlens", "--connect"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("FAIL  tcp"), "{text}");

    let (text, code) = environment.manage(&project, &["dsnlens", "--database", "files"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("there are: default, replica"), "{text}");

    // What is in order is not complained about.
    let project = environment.project(
        "DATABASES = {'default': {
            'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'USER': 'app',
            'HOST': '/var/run/postgresql', 'CONN_MAX_AGE': 60, 'CONN_HEALTH_CHECKS': True,
            'OPTIONS': {'connect_timeout': 10},
        }}",
    );
    let (text, code) = environment.manage(&project, &["check"]);
    assert_eq!((code, text.contains("no issues")), (Some(0), true), "{text}");
}

#[test]
fn django_5_with_psycopg_names_what_is_wrong() {
    let environment = Environment::new("psycopg", &["common"], Some("psycopg2"));
    names_what_is_wrong(&environment, "psycopg 3.", "django");
}

#[test]
fn django_4_with_psycopg2_names_what_is_wrong() {
    let packages = ["django-4.2", "common"];
    let environment = Environment::new("psycopg2", &packages, Some("psycopg"));
    names_what_is_wrong(&environment, "psycopg2-binary 2.", "django");
}

#[test]
fn functions_answer_as_the_program_does() {
    let environment = Environment::new("functions", &[], None);
    let case = json!({"env": {"DATABASE_URL": format!("postgres://app:{SECRET}@h/d?sslmode=no")}});
    let answers = environment.answers(&format!(
        "import dsnlens, json
case = json.loads('{case}')
print(json.dumps([dsnlens.resolve(case), dsnlens.compare(case), dsnlens.version(),
    dsnlens.resolve(case, show_secrets=True)['settings']['PASSWORD']]))"
    ));
    for (nth, words) in [["resolve", "--jsonl"], ["compare", "--jsonl"]].iter().enumerate() {
        let file = environment.folder.join("case.jsonl");
        fs::write(&file, format!("{case}\n")).expect("it can be written");
        let mut program = environment.program();
        let file = fs::File::open(&file).expect("it is there");
        let output = program.args(words).stdin(file).output().expect("the program runs");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
        assert_eq!(answers[nth], answer);
    }
    assert_eq!(answers[2], env!("CARGO_PKG_VERSION"));
    assert_eq!(answers[3], SECRET);
    assert!(!answers[0].to_string().contains(SECRET));
}

#[test]
fn a_wrong_case_is_a_type_error_that_names_the_key() {
    let environment = Environment::new("errors", &[], None);
    let cases = [
        ("None", "a case is a dictionary"),
        ("{}", "`env` is missing"),
        ("{'env': {'DB_PORT': 5432}}", "`env.DB_PORT` is no string"),
        ("{'env': {'A': '\\udc80'}}", "`env` holds what JSON cannot say"),
        ("{'env': {1: 'a'}}", "`env` holds what JSON cannot say"),
        ("{'env': {}, 'debug': 'yes'}", "`debug` is neither true nor false"),
        ("{'env': {}, 'stack': {'libpq': 3}}", "`stack.libpq` must be 15, 16, 17 or 18"),
        ("{'env': {}, 'client': 'nobody'}", "`client` must be \"django\", "),
    ];
    for (case, message) in cases {
        let said = environment.answers(&format!(
            "import dsnlens, json
try: said = dsnlens.resolve({case})
except TypeError as error: said = str(error)
print(json.dumps(said))"
        ));
        let said = said.as_str().unwrap_or_else(|| panic!("{case} is answered: {said}"));
        assert!(said.starts_with(message), "{case}: {said}");
    }
}

#[test]
fn values_of_python_come_as_they_are() {
    let environment = Environment::new("values", &[], None);
    let settings = environment.answers(
        "import dsnlens, json, pathlib
entry = {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop', 'PORT': 2**70,
    'HOST': pathlib.PurePosixPath('/run'), 'OPTIONS': {'pool': object(), 'x': (1, None)}}
print(json.dumps(dsnlens.resolve({'env': {}, 'settings': {'databases': {'default': entry}}})['settings']))",
    );
    assert_eq!(settings["PORT"], json!({"$bigint": "1180591620717411303424"}));
    assert_eq!(settings["HOST"], json!({"$path": "/run"}));
    assert_eq!(settings["OPTIONS"]["pool"], json!({"$unknown": "a value of type object"}));
}

#[test]
fn the_program_ends_with_its_numbers() {
    let environment = Environment::new("program", &[], None);
    let code = |words: &[&str]| {
        let output = environment.program().args(words).output().expect("the program runs");
        output.status.code()
    };
    assert_eq!(code(&["clients"]), Some(0));
    assert_eq!(code(&["resolve", "postgres://a:b#c@h/d"]), Some(1));
    assert_eq!(code(&["nothing"]), Some(2));
    let mut module = environment.python();
    let output = module.args(["-m", "dsnlens", "--version"]).output().expect("Python runs");
    assert_eq!(output.status.code(), Some(0));
    let site = environment.folder.join("lib/python3.11/site-packages/dsnlens/py.typed");
    assert!(site.exists(), "type checkers look for it");
}
