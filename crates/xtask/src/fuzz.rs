//! `cargo xtask fuzz`: looks for inputs that break an invariant of `dsnlens_tests::invariants`.
//!
//! libFuzzer needs a nightly compiler, which is not among what is installed unasked.

use std::{fs, path::Path};

use anyhow::{Context, bail};

use crate::{
    command::Command,
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
    println!("fuzzing: {seconds} s per target");
    // What is found is kept; the committed corpus is only read.
    run_all(&format!("-max_total_time={seconds}"), |target| {
        let found = format!("{FOUND}/{target}");
        fs::create_dir_all(&found).with_context(|| format!("cannot create {found}"))?;
        Ok(found)
    })
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
