//! The real code that tests ask: Python packages, installed into `.tools/python/`.
//!
//! Debian's interpreter is the reference, so neither a virtual environment nor another `python3`
//! in PATH comes in: pip only fills folders, which the tests put on PYTHONPATH.

use std::{fs, path::Path, time::Instant};

use anyhow::Context;

use crate::{clock, command::Command};

const ROOT: &str = ".tools/python";
const REQUIREMENTS: &str = "tests/oracles/requirements.txt";

/// Laid side by side, each in a folder of its own beside what they share.
const DJ_DATABASE_URL: [&str; 3] = ["2.1.0", "2.2.0", "3.1.2"];

/// The other Django, in a folder that is put before what they share.
const OLD_DJANGO: (&str, &str) = ("django-4.2", "Django==4.2.30");

/// Other clients of Python, in a folder that is put before what they share.
const CLIENTS: (&str, &str) =
    ("clients", "asyncpg==0.32.0 SQLAlchemy==2.1.9 psycopg2-binary==2.9.13");

/// Installs the packages, unless the very same ones are there.
pub(crate) fn install() -> anyhow::Result<()> {
    let wanted = stamp()?;
    let stamp = Path::new(ROOT).join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    println!("Installing the Python packages that tests ask into {ROOT}/ (only once, 100 MB)");
    let start = Instant::now();
    if Path::new(ROOT).exists() {
        fs::remove_dir_all(ROOT).with_context(|| format!("cannot remove {ROOT}"))?;
    }
    pip("common", &format!("--requirement {REQUIREMENTS}"))?;
    for version in DJ_DATABASE_URL {
        let package = format!("dj-database-url=={version}");
        pip(&format!("dj-database-url-{version}"), &package)?;
    }
    for (folder, packages) in [OLD_DJANGO, CLIENTS] {
        pip(folder, packages)?;
    }
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    println!("Installed them in {}", clock::lasted(start.elapsed()));
    Ok(())
}

/// Everything that decides what is installed.
fn stamp() -> anyhow::Result<String> {
    let python = Command::new("/usr/bin/python3 --version").output();
    let python = python.context("cannot ask /usr/bin/python3 for its version")?;
    let requirements =
        fs::read_to_string(REQUIREMENTS).with_context(|| format!("cannot read {REQUIREMENTS}"))?;
    let [django, clients] = [OLD_DJANGO, CLIENTS].map(|it| it.1);
    let versions = DJ_DATABASE_URL.join(" ");
    Ok(format!("{python}{requirements}dj-database-url {versions}\n{django}\n{clients}\n"))
}

/// Every package is named, and comes built: nothing is compiled.
fn pip(folder: &str, packages: &str) -> anyhow::Result<()> {
    let line = format!(
        "/usr/bin/python3 -m pip install --quiet --no-deps --only-binary :all: \
         --target {ROOT}/{folder} {packages}"
    );
    Command::new(&line)
        .variable("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .variable("PIP_ROOT_USER_ACTION", "ignore")
        .run()
}
