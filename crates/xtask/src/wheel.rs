//! The Python package: `crates/dsnlens-python`, built by maturin into one wheel for every CPython.

use std::{fs, path::Path, time::Instant};

use anyhow::Context;

use crate::{clock, command::Command, setup, site};

/// Where the wheel goes.
const OUT: &str = "target/wheels";

/// A program from the package index, in a folder of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PythonTool {
    folder: &'static str,
    package: &'static str,
}

/// What builds wheels.
pub(crate) const MATURIN: PythonTool =
    PythonTool { folder: ".tools/maturin", package: "maturin==1.16.0" };

/// What runs the hook in `.pre-commit-hooks.yaml`.
pub(crate) const PRE_COMMIT: PythonTool =
    PythonTool { folder: ".tools/pre-commit", package: "pre-commit==4.7.0" };

/// How the wheel's code is compiled.
#[derive(Clone, Copy)]
enum Profile {
    /// As the tests' programs are.
    Dev,
    Release,
}

/// Sets up, builds the page, which the program has inside, and the wheel.
pub(crate) fn wheel() -> anyhow::Result<()> {
    setup::provide(setup::FOR_THE_SITE)?;
    setup::provide(setup::FOR_THE_WHEEL)?;
    site::bundle()?;
    build(Profile::Release)
}

/// Builds the wheel as quickly as it can be, and tries it.
pub(crate) fn build_and_try() -> anyhow::Result<()> {
    build(Profile::Dev)?;
    Command::new("cargo test -p dsnlens-tests --test wheel").run()
}

/// Installs those that are not there.
pub(crate) fn install(tools: impl IntoIterator<Item = PythonTool>) -> anyhow::Result<()> {
    for PythonTool { folder, package } in tools {
        let stamp = Path::new(folder).join("stamp");
        if fs::read_to_string(&stamp).is_ok_and(|it| it == package) {
            continue;
        }
        println!("Installing {package} into {folder}/ (only once)");
        let start = Instant::now();
        let line = format!(
            "/usr/bin/python3 -m pip install --quiet --upgrade --only-binary :all: \
             --target {folder} {package}"
        );
        Command::new(&line)
            .variable("PIP_DISABLE_PIP_VERSION_CHECK", "1")
            .variable("PIP_ROOT_USER_ACTION", "ignore")
            .run()?;
        fs::write(&stamp, package).with_context(|| format!("cannot write {}", stamp.display()))?;
        println!("Installed it in {}", clock::lasted(start.elapsed()));
    }
    Ok(())
}

fn build(profile: Profile) -> anyhow::Result<()> {
    // One wheel is there, the one that was built.
    if Path::new(OUT).exists() {
        fs::remove_dir_all(OUT).with_context(|| format!("cannot remove {OUT}"))?;
    }
    let profile = match profile {
        Profile::Dev => "--profile dev",
        Profile::Release => "--release --strip",
    };
    Command::new(&format!(
        "{}/bin/maturin build --out {OUT} --interpreter /usr/bin/python3 {profile}",
        MATURIN.folder
    ))
    .run()
}
