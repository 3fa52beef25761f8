//! The Python package: `crates/dsnlens-python`, built by maturin into one wheel for every CPython.

use std::{fs, path::Path, time::Instant};

use anyhow::Context;

use crate::{clock, command::Command, setup, site};

/// Where the wheel goes.
const OUT: &str = "target/wheels";

/// Where maturin is, beside what else pip installs.
const MATURIN: &str = ".tools/maturin";
const VERSION: &str = "1.16.0";

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

/// Installs maturin, unless it is there.
pub(crate) fn install_maturin() -> anyhow::Result<()> {
    let stamp = Path::new(MATURIN).join("stamp");
    if fs::read_to_string(&stamp).is_ok_and(|it| it == VERSION) {
        return Ok(());
    }
    println!("Installing maturin {VERSION} into {MATURIN}/ (only once)");
    let start = Instant::now();
    let line = format!(
        "/usr/bin/python3 -m pip install --quiet --upgrade --no-deps --only-binary :all: \
         --target {MATURIN} maturin=={VERSION}"
    );
    Command::new(&line)
        .variable("PIP_DISABLE_PIP_VERSION_CHECK", "1")
        .variable("PIP_ROOT_USER_ACTION", "ignore")
        .run()?;
    fs::write(&stamp, VERSION).with_context(|| format!("cannot write {}", stamp.display()))?;
    println!("Installed it in {}", clock::lasted(start.elapsed()));
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
        "{MATURIN}/bin/maturin build --out {OUT} --interpreter /usr/bin/python3 {profile}"
    ))
    .run()
}
