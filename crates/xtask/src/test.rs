//! `cargo xtask test`: everything that must hold, the cheap checks first.

use anyhow::bail;

use crate::{
    command::Command,
    debian::{CHROMEDRIVER, CHROMIUM, NODE, NPM, PGBOUNCER, PIP, POSTGRESQL, PYTHON},
    fuzz, npm, package,
    setup::{self, FOR_THE_PACKAGE, FOR_THE_PACKAGES_TESTS, FOR_THE_SITE, Need},
    site,
    steps::{self, Action, Step},
    tools::{WASM_BINDGEN, WASM_PACK},
    wheel,
};

/// Runs the steps whose name contains `filter`, or all.
pub(crate) fn test(filter: Option<&str>) -> anyhow::Result<()> {
    let steps = steps_with(filter.unwrap_or_default());
    if steps.is_empty() {
        let names: Vec<_> = all_steps().iter().map(|it| it.name).collect();
        bail!("no step has such a name; there are\n  {}", names.join("\n  "));
    }
    steps::run(&steps)
}

fn steps_with(part_of_name: &str) -> Vec<Step> {
    let mut steps = all_steps();
    steps.retain(|it| it.name.contains(part_of_name));
    steps
}

/// No name is part of another, so that each step can be asked for alone.
fn all_steps() -> Vec<Step> {
    const NOTHING: &[Need] = &[];
    const WASM: &[Need] = &[Need::WasmTarget];

    let step = |name, needs, action| Step { name, needs, action };
    let run = |line| Action::Run(Command::new(line));
    vec![
        step("formatting", NOTHING, run("cargo fmt --all --check")),
        step(
            "clippy, native",
            NOTHING,
            run(
                "cargo clippy --workspace --all-targets --test live --test package --test wheel -- -D warnings",
            ),
        ),
        // A run of the whole workspace turns every feature on for everybody.
        step(
            "clippy, no feature native",
            NOTHING,
            run("cargo clippy -p dsnlens-cli --no-default-features -- -D warnings"),
        ),
        step(
            "clippy, wasm32",
            WASM,
            run("cargo clippy -p dsnlens-core -p dsnlens-wasm -p dsnlens-web \
                 --target wasm32-unknown-unknown -- -D warnings"),
        ),
        step(
            "clippy, second module",
            WASM,
            run("cargo clippy -p dsnlens-more --target wasm32-unknown-unknown -- -D warnings"),
        ),
        step(
            "clippy, wasm tests",
            WASM,
            run("cargo clippy -p dsnlens-wasm --all-targets \
                 --target wasm32-unknown-unknown -- -D warnings"),
        ),
        step(
            "clippy, the package's modules",
            WASM,
            run("cargo clippy -p dsnlens-wasm --all-features \
                 --target wasm32-unknown-unknown -- -D warnings"),
        ),
        step(
            "core alone",
            WASM,
            run("cargo build -p dsnlens-core --no-default-features \
                 --target wasm32-unknown-unknown"),
        ),
        step(
            "documentation",
            NOTHING,
            Action::Run(
                Command::new("cargo doc --workspace --no-deps")
                    .variable("RUSTDOCFLAGS", "-D warnings"),
            ),
        ),
        step("site and its weight", FOR_THE_SITE, Action::Call(site::bundle_and_weigh)),
        step("npm package and its weight", FOR_THE_PACKAGE, Action::Call(package::build_and_pack)),
        // Among them are tests of the built site in a browser, and of the real code in Python.
        step(
            "cargo test",
            &[
                Need::Npm(npm::AXE),
                Need::Npm(npm::LIGHTHOUSE),
                Need::Package(CHROMEDRIVER),
                Need::Package(CHROMIUM),
                Need::Package(NODE),
                Need::Package(NPM),
                Need::Package(PIP),
                // Its libpq is asked, too.
                Need::Package(POSTGRESQL),
                Need::Package(PYTHON),
                Need::Oracles,
            ],
            // One failure hides no other.
            run(
                "cargo test --no-fail-fast --workspace --exclude dsnlens-wasm --exclude dsnlens-web",
            ),
        ),
        // On this machine, without a browser; in a run of the whole workspace core would be built
        // with features that the page does without.
        step("the page's own code", NOTHING, run("cargo test -p dsnlens-web --lib")),
        step(
            "live check",
            &[
                Need::Package(CHROMEDRIVER),
                Need::Package(CHROMIUM),
                Need::Npm(npm::POSTGRESQL),
                Need::Package(NODE),
                Need::Package(NPM),
                Need::Package(PGBOUNCER),
                Need::Package(POSTGRESQL),
            ],
            Action::Call(live_check),
        ),
        // Into an empty project, as its users install it: Node, bundlers, TypeScript, Chromium.
        step(
            "package installed",
            FOR_THE_PACKAGES_TESTS,
            run("cargo test -p dsnlens-tests --test package"),
        ),
        // Into a virtual environment, as its users install it, under two Djangos and two drivers.
        step(
            "wheel installed",
            &[
                Need::PythonTool(wheel::MATURIN),
                Need::PythonTool(wheel::PRE_COMMIT),
                Need::Oracles,
                Need::Package(PIP),
                Need::Package(PYTHON),
            ],
            Action::Call(wheel::build_and_try),
        ),
        step("fuzzing", NOTHING, Action::Call(fuzz::briefly)),
        step(
            "wasm in Chrome",
            &[
                Need::Package(CHROMEDRIVER),
                Need::Package(CHROMIUM),
                Need::Tool(WASM_BINDGEN),
                Need::Tool(WASM_PACK),
                Need::WasmTarget,
            ],
            Action::Run(wasm_pack_test("--headless --chrome --chromedriver /usr/bin/chromedriver")),
        ),
        step(
            "wasm in Node",
            &[
                Need::Package(NODE),
                Need::Tool(WASM_BINDGEN),
                Need::Tool(WASM_PACK),
                Need::WasmTarget,
            ],
            Action::Run(wasm_pack_test("--node")),
        ),
    ]
}

/// `dsnlens check` and `dsnlens serve` against servers of the tests' own, beside psql.
fn live_check() -> anyhow::Result<()> {
    // The program has the page inside.
    setup::provide(FOR_THE_SITE)?;
    site::bundle()?;
    Command::new("cargo test -p dsnlens-tests --test live").run()
}

fn wasm_pack_test(platform: &str) -> Command {
    // Debug information makes the module ten times as large, and wasm-bindgen that much slower.
    Command::new(&format!("wasm-pack test --mode no-install {platform} crates/dsnlens-wasm"))
        .variable("CARGO_PROFILE_DEV_DEBUG", "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_can_be_asked_for_alone() {
        for step in all_steps() {
            let names: Vec<_> = steps_with(step.name).iter().map(|it| it.name).collect();
            assert_eq!(names, [step.name]);
        }
    }
}
