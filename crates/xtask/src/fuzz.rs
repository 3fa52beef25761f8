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
/// Where what a run finds out is kept; the committed corpus is only read.
const FOUND: &str = "target/fuzz/corpus";
/// Of the step in `cargo xtask test`.
const SECONDS_IN_TEST: u32 = 12;

/// Fuzzes each target for so long.
pub(crate) fn fuzz(seconds: u32) -> anyhow::Result<()> {
    if !has_nightly() {
        bail!("fuzzing needs a nightly compiler: rustup toolchain install nightly");
    }
    setup::provide(&[Need::Tool(CARGO_FUZZ)])?;
    println!("fuzzing: {seconds} s per target");
    for target in TARGETS {
        run(target, seconds)?;
    }
    Ok(())
}

/// The same as a step of `cargo xtask test`, the only one that may be left out: the pinned
/// toolchain is stable, and the corpus is run by `cargo test` anyway.
pub(crate) fn briefly() -> anyhow::Result<()> {
    if has_nightly() {
        return fuzz(SECONDS_IN_TEST);
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

fn run(target: &str, seconds: u32) -> anyhow::Result<()> {
    let found = format!("{FOUND}/{target}");
    fs::create_dir_all(&found).with_context(|| format!("cannot create {found}"))?;
    let seeds = Path::new("fuzz/corpus").join(target);
    // Safe Rust has no use for a sanitizer. What is found goes to the first folder.
    Command::new(&format!(
        "cargo fuzz run --sanitizer none --target-dir target/fuzz {target} {found} {} -- \
         -max_total_time={seconds} -timeout=5 -verbosity=0 -print_funcs=0",
        seeds.display()
    ))
    .variable("RUSTUP_TOOLCHAIN", "nightly")
    .run()
}
