//! The JS package, built from `crates/dsnlens-wasm` once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::site::{self, File};

/// What a page imports, by name.
pub(crate) fn files() -> &'static BTreeMap<String, File> {
    static FILES: OnceLock<BTreeMap<String, File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let root = site::root();
        let target = root.join("target");
        let wasm = "wasm32-unknown-unknown";
        run(Command::new(env!("CARGO"))
            .current_dir(&root)
            .env("CARGO_TARGET_DIR", &target)
            .args(["build", "--quiet", "--package", "dsnlens-wasm", "--profile", "page"])
            .args(["--target", wasm]));
        let folder = target.join("browser-tests/package");
        let installed = root.join(".tools/bin/wasm-bindgen");
        let tool = if installed.exists() { installed } else { PathBuf::from("wasm-bindgen") };
        run(Command::new(tool)
            .args(["--target", "web", "--out-name", "dsnlens", "--out-dir"])
            .arg(&folder)
            .arg(target.join(wasm).join("page/dsnlens_wasm.wasm")));
        site::read(&folder)
    })
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| {
        panic!("{command:?}: {error}; `cargo xtask test` installs what it needs")
    });
    assert!(status.success(), "{command:?}: {status}");
}
