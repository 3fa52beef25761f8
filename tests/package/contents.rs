//! What is packed, and what its manifest promises.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::project::{Project, packed, root, succeeded};

/// Everything that is published. What is not here has no business in it.
const FILES: [&str; 25] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clients.js",
    "dsnlens-all.d.ts",
    "dsnlens-all.js",
    "dsnlens-all_bg.wasm",
    "dsnlens.js",
    "dsnlens_bg.wasm",
    "element.d.ts",
    "element.js",
    "index.d.ts",
    "index.js",
    "lens-more.js",
    "lens-more_bg.wasm",
    "lens-pages.js",
    "lens-style.js",
    "lens.js",
    "lens_bg.wasm",
    "module.js",
    "node.js",
    "package.json",
    "pages.js",
    "rules.js",
    "types.d.ts",
];

#[test]
fn nothing_is_packed_but_the_package() {
    let listed = succeeded(
        Command::new("tar").arg("--list").arg("--file").arg(packed()).output().expect("tar runs"),
        "tar",
    );
    let mut files: Vec<_> =
        listed.lines().map(|it| it.strip_prefix("package/").unwrap_or(it)).collect();
    files.sort_unstable();
    assert_eq!(files, FILES);
}

#[test]
fn the_manifest_says_what_cargo_says() {
    let project = Project::new("manifest");
    let package = project.folder.join("node_modules/dsnlens");
    let manifest = fs::read_to_string(package.join("package.json")).expect("it is packed");
    let manifest: Value = serde_json::from_str(&manifest).expect("it is JSON");
    assert_eq!(manifest["name"], "dsnlens");
    assert_eq!(manifest["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest["license"], "MIT OR Apache-2.0");
    // A bundler may drop whatever is not used but the file that defines the element.
    assert_eq!(manifest["sideEffects"], json!(["./element.js"]));
    let entries: Vec<_> = manifest["exports"].as_object().expect("an object").keys().collect();
    let modules = ["./dsnlens-all_bg.wasm", "./dsnlens_bg.wasm"];
    assert_eq!(entries, [".", "./element", modules[0], modules[1], "./package.json"]);
    assert_eq!(manifest["publishConfig"]["provenance"], true);
    // Of several conditions the first that holds is taken, so types come before what runs.
    for (entry, target) in manifest["exports"].as_object().expect("an object") {
        let targets = match target {
            Value::Object(conditions) => {
                assert_eq!(conditions.keys().next().map(String::as_str), Some("types"), "{entry}");
                assert_eq!(conditions.keys().next_back().map(String::as_str), Some("default"));
                conditions.values().cloned().collect()
            }
            target => vec![target.clone()],
        };
        for target in targets {
            let target = target.as_str().expect("a path");
            assert!(package.join(target).is_file(), "{entry} is exported as {target}");
        }
    }
    assert_eq!(manifest["dependencies"], json!(null));
}

#[test]
fn an_example_takes_this_version_and_the_pinned_tools() {
    let read = |file: &str| -> Value {
        let text = fs::read_to_string(root().join(file)).expect("it is there");
        serde_json::from_str(&text).expect("it is JSON")
    };
    let pins = read("tests/package/package.json");
    for example in ["node-check-env", "vite-form"] {
        let manifest = read(&format!("examples/{example}/package.json"));
        let version = format!("^{}", env!("CARGO_PKG_VERSION"));
        assert_eq!(manifest["dependencies"], json!({ "dsnlens": version }));
        for (tool, version) in manifest["devDependencies"].as_object().into_iter().flatten() {
            assert_eq!(*version, pins["devDependencies"][tool], "{tool} in {example}");
        }
    }
}
