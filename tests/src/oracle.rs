//! The real code, asked again: Python programs that answer a line for a line.
//!
//! What they import is installed by `cargo xtask test`; they are never left out in silence.

use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use dsnlens_core::DjDatabaseUrl;

/// Debian's interpreter, the reference for what Python does.
const PYTHON: &str = "/usr/bin/python3";

/// A program that answers questions.
pub struct Oracle {
    script: &'static str,
    packages: Vec<PathBuf>,
    variable: Option<(&'static str, &'static str)>,
}

impl Oracle {
    /// Django, psycopg and libpq, under this dj-database-url.
    pub fn stack(version: DjDatabaseUrl) -> Oracle {
        Oracle::new("stack.py", &["common", &format!("dj-database-url-{version}")])
    }

    /// The same with psycopg2.
    pub fn stack_with_psycopg2(version: DjDatabaseUrl) -> Oracle {
        Oracle { variable: Some(("DRIVER", "psycopg2")), ..Oracle::stack(version) }
    }

    /// The same under Django 4.2.
    pub fn stack_of_django_4_2(version: DjDatabaseUrl) -> Oracle {
        let dj_database_url = format!("dj-database-url-{version}");
        Oracle::new("stack.py", &["django-4.2", "common", &dj_database_url])
    }

    /// The libpq that the system has.
    pub fn system_libpq() -> Oracle {
        let variable = Some(("PSYCOPG_IMPL", "python"));
        Oracle { variable, ..Oracle::new("libpq.py", &["common"]) }
    }

    /// libpq alone, with the files that it reads.
    pub fn files() -> Oracle {
        Oracle::new("files.py", &["common"])
    }

    /// python-dotenv.
    pub fn dotenv() -> Oracle {
        Oracle::new("dotenv.py", &["common"])
    }

    /// What reads an export: a password file, an app specification.
    pub fn exports() -> Oracle {
        Oracle::new("exports.py", &["common"])
    }

    /// CPython, which runs settings modules.
    pub fn modules(version: DjDatabaseUrl) -> Oracle {
        Oracle::new("modules.py", &["common", &format!("dj-database-url-{version}")])
    }

    /// Python's other clients.
    pub fn clients() -> Oracle {
        Oracle::new("clients.py", &["clients", "common"])
    }

    /// PyYAML.
    pub fn yaml() -> Oracle {
        Oracle::new("yaml.py", &["common"])
    }

    /// CPython's parser.
    pub fn python() -> Oracle {
        Oracle::new("ast.py", &[])
    }

    /// `script`, with what is installed in `folders`; of two packages the first counts.
    fn new(script: &'static str, folders: &[&str]) -> Oracle {
        let packages = folders.iter().map(|it| installed().join(it)).collect();
        Oracle { script, packages, variable: None }
    }

    /// Asks `questions`, each a line and what it stands for, and hands over answer by answer.
    pub fn ask<Q: Send>(
        &self,
        questions: impl Iterator<Item = (Q, String)>,
        mut answered: impl FnMut(Q, &str) + Send,
    ) {
        for folder in &self.packages {
            let shown = folder.display();
            assert!(folder.is_dir(), "{shown} is not there: run `cargo xtask test`");
        }
        let packages = std::env::join_paths(&self.packages).expect("a path without `:`");
        let mut process = Command::new(PYTHON)
            .arg("-P")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles").join(self.script))
            .env_clear()
            .env("PYTHONPATH", packages)
            .envs(self.variable)
            .env("PYTHONUTF8", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python starts: run `cargo xtask test`");
        let mut to = BufWriter::new(process.stdin.take().expect("a pipe"));
        let from = BufReader::new(process.stdout.take().expect("a pipe"));
        let (asked, open) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                for line in from.split(b'\n') {
                    let line = String::from_utf8(line.expect("a line")).expect("UTF-8");
                    answered(open.recv().expect("one answer to one question"), &line);
                }
                assert!(open.recv().is_err(), "every question has its answer");
            });
            for (question, line) in questions {
                asked.send(question).expect("somebody waits for the answer");
                writeln!(to, "{line}").expect("Python listens");
            }
            drop((to, asked));
        });
        let status = process.wait().expect("Python ends");
        assert!(status.success(), "{} failed ({status})", self.script);
    }
}

/// Where `cargo xtask test` installs Python packages.
fn installed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/python")
}
