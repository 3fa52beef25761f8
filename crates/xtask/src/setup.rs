//! Set-up: makes sure that what a command needs is there. It installs what is missing, says so,
//! and touches no network when nothing is.

use std::path::Path;

use anyhow::Context;

use crate::{
    command::Command,
    debian::{self, Package},
    npm, oracles,
    tools::{self, Tool},
    wheel,
};

/// The only platform without an operating system that is built for.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Something that a machine may lack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Need {
    /// What the npm package is tested with; takes npm.
    JsTools,
    /// Takes npm, and Node to run it.
    Npm(npm::Package),
    /// Takes Python and pip.
    PythonTool(wheel::PythonTool),
    /// What the tests ask of the real code; takes Python and pip.
    Oracles,
    Package(Package),
    /// The standard library's own code.
    StdSource,
    Tool(Tool),
    WasmTarget,
}

/// What building the page takes.
pub(crate) const FOR_THE_SITE: &[Need] =
    &[Need::StdSource, Need::WasmTarget, Need::Tool(tools::TRUNK), Need::Tool(tools::WASM_BINDGEN)];

/// What building the npm package takes.
pub(crate) const FOR_THE_PACKAGE: &[Need] = &[
    Need::StdSource,
    Need::WasmTarget,
    Need::Package(debian::NODE),
    Need::Package(debian::NPM),
    Need::Tool(tools::WASM_BINDGEN),
    Need::Tool(tools::WASM_PACK),
];

/// What it takes to install that package as its users do.
pub(crate) const FOR_THE_PACKAGES_TESTS: &[Need] = &[
    Need::JsTools,
    Need::Package(debian::CHROMEDRIVER),
    Need::Package(debian::CHROMIUM),
    Need::Package(debian::NODE),
    Need::Package(debian::NPM),
];

/// What building the wheel takes.
pub(crate) const FOR_THE_WHEEL: &[Need] =
    &[Need::PythonTool(wheel::MATURIN), Need::Package(debian::PIP), Need::Package(debian::PYTHON)];

/// Installs what is missing of `needs`, the quickest first.
pub(crate) fn provide(needs: &[Need]) -> anyhow::Result<()> {
    if needs.contains(&Need::WasmTarget) {
        add_to_rust("target", WASM, &format!("lib/rustlib/{WASM}"))?;
    }
    if needs.contains(&Need::StdSource) {
        add_to_rust("component", "rust-src", "lib/rustlib/src/rust/library")?;
    }
    debian::install(needs.iter().filter_map(|it| match it {
        Need::Package(package) => Some(*package),
        _ => None,
    }))?;
    npm::install(needs.iter().filter_map(|it| match it {
        Need::Npm(package) => Some(*package),
        _ => None,
    }))?;
    if needs.contains(&Need::JsTools) {
        npm::install_js_tools()?;
    }
    wheel::install(needs.iter().filter_map(|it| match it {
        Need::PythonTool(tool) => Some(*tool),
        _ => None,
    }))?;
    if needs.contains(&Need::Oracles) {
        oracles::install()?;
    }
    tools::install(needs.iter().filter_map(|it| match it {
        Need::Tool(tool) => Some(*tool),
        _ => None,
    }))
}

/// Adds a part of the toolchain, unless its folder is there.
fn add_to_rust(kind: &str, name: &str, folder: &str) -> anyhow::Result<()> {
    let sysroot = Command::new("rustc --print sysroot").output().context("cannot ask rustc")?;
    if Path::new(sysroot.trim()).join(folder).is_dir() {
        return Ok(());
    }
    println!("Adding the Rust {kind} {name}");
    Command::new(&format!("rustup {kind} add {name}")).run()
}
