//! `cargo xtask fuzz`: looks for inputs that break an invariant of `dsnlens_tests::invariants`, and
//! runs the tests of random inputs, which are always the same in `cargo xtask test`, with others.
//!
//! libFuzzer needs a nightly compiler, which is not among what is installed unasked.

use std::{
    env, fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, bail};

use crate::{
    command::Command,
    debian::{PIP, POSTGRESQL, PYTHON},
    setup::{self, Need},
    tools::CARGO_FUZZ,
};

/// The targets of `fuzz/Cargo.toml`.
const TARGETS: [&str; 3] = ["dotenv", "libpq", "resolve"];
/// Where what a run finds out is kept.
const FOUND: &str = "target/fuzz/corpus";
/// The step in `cargo xtask test` always takes the same path, so that a change fails that causes
/// a failure, and no other: 12 s per target or so.
const LIMITS_IN_TEST: &str = "-seed=1 -runs=60000 -max_total_time=20";

/// Fuzzes each target for so long, each time on other paths.
pub(crate) fn fuzz(seconds: u32) -> anyhow::Result<()> {
    if !has_nightly() {
        bail!("fuzzing needs a nightly compiler: rustup toolchain install nightly");
    }
    random_tests()?;
    println!("fuzzing: {seconds} s per target");
    // What is found is kept; the committed corpus is only read.
    run_all(&format!("-max_total_time={seconds}"), |target| {
        let found = format!("{FOUND}/{target}");
        fs::create_dir_all(&found).with_context(|| format!("cannot create {found}"))?;
        Ok(found)
    })
}

/// The tests whose inputs are made from a seed, with a new one; `DSNLENS_SEED` repeats it.
fn random_tests() -> anyhow::Result<()> {
    setup::provide(&[
        Need::Package(PIP),
        Need::Package(POSTGRESQL),
        Need::Package(PYTHON),
        Need::Oracles,
    ])?;
    let seed = match env::var("DSNLENS_SEED") {
        Ok(seed) => seed,
        Err(_) => {
            let time = SystemTime::now().duration_since(UNIX_EPOCH);
            time.map_or(0, |it| it.as_secs()).to_string()
        }
    };
    println!("random tests: DSNLENS_SEED={seed}");
    Command::new(
        "cargo test -p dsnlens-tests --test exports --test oracles --test paste \
         --test properties --test rules",
    )
    .variable("DSNLENS_SEED", seed)
    .run()
}

/// The same as a step of `cargo xtask test`, the only one that may be left out: the pinned
/// toolchain is stable, and the corpus is run by `cargo test` anyway.
pub(crate) fn briefly() -> anyhow::Result<()> {
    if has_nightly() {
        println!("fuzzing: {LIMITS_IN_TEST}");
        return run_all(LIMITS_IN_TEST, |target| {
            let found = format!("{FOUND}/{target}-in-test");
            // What an earlier run found would lead this one elsewhere.
            let _ = fs::remove_dir_all(&found);
            fs::create_dir_all(&found).with_context(|| format!("cannot create {found}"))?;
            Ok(found)
        });
    }
    println!("fuzzing: left out, since there is no nightly compiler");
    println!("  (rustup toolchain install nightly)");
    Ok(())
}

fn has_nightly() -> bool {
    Command::new("rustup toolchain list")
        .output()
        .is_some_and(|it| it.lines().any(|line| line.starts_with("nightly-")))
}

fn run_all(limits: &str, found: impl Fn(&str) -> anyhow::Result<String>) -> anyhow::Result<()> {
    setup::provide(&[Need::Tool(CARGO_FUZZ)])?;
    for target in TARGETS {
        let found = found(target)?;
        let seeds = Path::new("fuzz/corpus").join(target);
        // Safe Rust has no use for a sanitizer. What is found goes to the first folder.
        Command::new(&format!(
            "cargo fuzz run --sanitizer none --target-dir target/fuzz {target} {found} {} -- \
             {limits} -timeout=5 -verbosity=0 -print_funcs=0",
            seeds.display()
        ))
        .variable("RUSTUP_TOOLCHAIN", "nightly")
        .run()?;
    }
    Ok(())
}
