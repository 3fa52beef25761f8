//! The npm package: `crates/dsnlens-wasm` built by wasm-pack, beside what `npm/` holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha384};

use crate::{
    command::Command,
    setup,
    wasm::small_with,
    weight::{self, Limit},
};

const CRATE: &str = "crates/dsnlens-wasm";
const MORE_CRATE: &str = "crates/dsnlens-more";

/// What wasm-pack writes.
const BUILT: &str = "target/npm/wasm";

/// The package as it is packed; tests and examples look at it, too.
const PACKAGE: &str = "target/npm/dsnlens";

/// Where the packed file goes.
const OUT: &str = "target/npm";

/// What a page without a bundler needs beside it.
const MAP: &str = "target/npm/importmap.json";

/// The first module, and the full one, which is loaded when more is asked. Its declarations are those
/// of both: whatever the first exports, it exports, too.
const FIRST: &str = "dsnlens";
const ALL: &str = "dsnlens-all";

/// The page as an element: its module, and what else of the page it takes.
const LENS: &str = "lens";
const STYLE: &str = "web/style.css";
const LENS_PAGES: &str = "web/rules.js";
const LENS_PAGES_PACKED: &str = "lens-pages.js";

/// The page's second module, which the element loads after its first answer.
const LENS_MORE: &str = "lens-more";

/// rustc's own inliner, which it leaves to builds for speed. It makes an answer a quarter faster and
/// weighs nothing here; the page it would make 4 KB heavier.
const INLINER: &str = "-Zinline-mir=yes";

/// What needs no WebAssembly.
const PAGES: [&str; 2] = ["pages.js", "rules.js"];

const LIMITS: [Limit; 4] = [
    Limit {
        what: "for an answer",
        bytes: 236_000,
        counts: |file| {
            let is_its = !is_element(file) && !PAGES.iter().any(|it| file == Path::new(it));
            is_loaded(file) && is_its && !is_of(ALL, file)
        },
    },
    Limit {
        what: "for every answer",
        bytes: 484_000,
        counts: |file| is_loaded(file) && is_of(ALL, file),
    },
    Limit {
        what: "for the element",
        bytes: 350_000,
        counts: |file| is_loaded(file) && is_element(file) && !is_later(file),
    },
    Limit {
        what: "rules' pages",
        bytes: 47_000,
        counts: |file| PAGES.iter().any(|it| file == Path::new(it)),
    },
];

/// Sets up, builds, weighs and packs.
pub(crate) fn package() -> anyhow::Result<()> {
    setup::provide(setup::FOR_THE_PACKAGE)?;
    build_and_pack()
}

/// Builds the package, fails when it is too heavy, and packs it.
pub(crate) fn build_and_pack() -> anyhow::Result<()> {
    wasm_pack(LENS_MORE, MORE_CRATE, "page", "", "")?;
    wasm_pack(LENS, CRATE, "page", "--no-default-features --features element", "")?;
    wasm_pack(ALL, CRATE, "api", "--features full", INLINER)?;
    // The last, since it is its manifest that is taken.
    wasm_pack(FIRST, CRATE, "api", "", INLINER)?;
    assemble()?;
    weight::hold(PACKAGE, &LIMITS)?;
    let map = format!("{:#}\n", import_map()?);
    print!("The import map of a page without a bundler, in {MAP}\n{map}");
    write(MAP, &map)?;
    // npm adds to its name and version what else it wants to say.
    Command::new(&format!("npm pack ./{PACKAGE} --pack-destination {OUT} --loglevel error")).run()
}

fn wasm_pack(
    name: &str,
    package: &str,
    profile: &str,
    features: &str,
    flags: &str,
) -> anyhow::Result<()> {
    let build = Command::new(&format!(
        "wasm-pack build --mode no-install --target web --profile {profile} --out-name {name} \
         --out-dir ../../{BUILT} {package} {features}"
    ));
    small_with(flags, build).run()
}

/// Lays the package out: what wasm-pack wrote, what is kept in `npm/`, types and licences.
fn assemble() -> anyhow::Result<()> {
    if Path::new(PACKAGE).exists() {
        fs::remove_dir_all(PACKAGE).with_context(|| format!("cannot remove {PACKAGE}"))?;
    }
    fs::create_dir_all(PACKAGE).with_context(|| format!("cannot make {PACKAGE}"))?;
    let kept = format!("{CRATE}/npm");
    let entries = fs::read_dir(&kept).with_context(|| format!("cannot read {kept}"))?;
    for entry in entries {
        copy(&entry?.path())?;
    }
    let modules = [FIRST, ALL, LENS, LENS_MORE];
    let built =
        modules.map(|it| [format!("{BUILT}/{it}_bg.wasm"), format!("{BUILT}/{it}.js")]).concat();
    let others = [&format!("{CRATE}/types.d.ts"), "LICENSE-APACHE", "LICENSE-MIT"];
    built.iter().map(String::as_str).chain(others).try_for_each(|it| copy(Path::new(it)))?;
    let style = format!("export default {};\n", Value::from(read(STYLE)?));
    write(&format!("{PACKAGE}/{LENS}-style.js"), &style)?;
    write(&format!("{PACKAGE}/{LENS_PAGES_PACKED}"), &read(LENS_PAGES)?)?;
    let declarations = read(&format!("{BUILT}/{ALL}.d.ts"))?;
    write(&format!("{PACKAGE}/{ALL}.d.ts"), exported(&declarations)?)?;
    let manifest = manifest(&read(&format!("{kept}/package.json"))?, &read_built_manifest()?)?;
    write(&format!("{PACKAGE}/package.json"), &format!("{manifest:#}\n"))
}

/// The declarations of what Rust exports. What wasm-bindgen adds is its own way to start, which
/// `index.d.ts` declares as it is; it would take the types of a browser even under Node.
fn exported(declarations: &str) -> anyhow::Result<&str> {
    let end = declarations.find("export type InitInput");
    let end = end.context("wasm-bindgen declares its start in another way now")?;
    Ok(declarations.get(..end).unwrap_or_default().trim_end_matches(['\n', ' ']))
}

/// `package.json`: as it is kept, and what Cargo.toml says, which wasm-pack wrote in npm's words.
fn manifest(kept: &str, built: &str) -> anyhow::Result<Value> {
    let mut kept: Map<String, Value> = serde_json::from_str(kept).context("npm/package.json")?;
    let mut built: Map<String, Value> = serde_json::from_str(built).context(BUILT)?;
    let mut manifest = Map::new();
    manifest.extend(kept.shift_remove_entry("name"));
    for name in ["version", "description", "keywords", "license"] {
        let value = built.remove(name).with_context(|| format!("wasm-pack says no {name}"))?;
        if manifest.insert(name.into(), value).is_some() || kept.contains_key(name) {
            bail!("npm/package.json says {name}, too, which is Cargo.toml's to say");
        }
    }
    manifest.extend(kept);
    Ok(manifest.into())
}

/// The import map of a page that serves the package from `./dsnlens/`, with the hash of each file.
fn import_map() -> anyhow::Result<Value> {
    let mut integrity = Map::new();
    let mut files: Vec<PathBuf> = fs::read_dir(PACKAGE)
        .and_then(|entries| entries.map(|it| it.map(|it| it.path())).collect())
        .with_context(|| format!("cannot read {PACKAGE}"))?;
    files.sort();
    for file in files.iter().filter(|it| is_loaded(it)) {
        let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let hash = BASE64_STANDARD.encode(Sha384::digest(bytes));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        integrity.insert(format!("./dsnlens/{name}"), format!("sha384-{hash}").into());
    }
    Ok(json!({
        "imports": { "dsnlens": "./dsnlens/index.js", "dsnlens/element": "./dsnlens/element.js" },
        "integrity": integrity,
    }))
}

/// Whether it is `<dsn-lens>`'s.
fn is_element(file: &Path) -> bool {
    is_of("element.", file) || is_of(LENS, file)
}

/// Whether it is loaded after the element's first answer.
fn is_later(file: &Path) -> bool {
    is_of(LENS_MORE, file) || file == Path::new(LENS_PAGES_PACKED)
}

fn is_of(module: &str, file: &Path) -> bool {
    file.file_name().unwrap_or_default().to_string_lossy().starts_with(module)
}

/// Whether a browser ever asks for it.
fn is_loaded(file: &Path) -> bool {
    let is = |wanted| file.extension().is_some_and(|it| it == wanted);
    (is("js") || is("wasm")) && !file.ends_with("node.js")
}

fn read_built_manifest() -> anyhow::Result<String> {
    read(&format!("{BUILT}/package.json"))
}

fn copy(file: &Path) -> anyhow::Result<()> {
    let name = file.file_name().unwrap_or_default();
    fs::copy(file, Path::new(PACKAGE).join(name))
        .map(|_| ())
        .with_context(|| format!("cannot copy {} into {PACKAGE}", file.display()))
}

fn read(file: &str) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {file}"))
}

fn write(file: &str, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {file}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_says_what_cargo_says() -> anyhow::Result<()> {
        let built = r#"{"name":"x-wasm","version":"1.2.3","description":"d","keywords":[],
            "license":"MIT","main":"x.js"}"#;
        let made = manifest(r#"{"name":"x","type":"module"}"#, built)?.to_string();
        let expected = r#"{"name":"x","version":"1.2.3","description":"d","keywords":[],"license":"MIT","type":"module"}"#;
        assert_eq!(made, expected);
        assert!(manifest(r#"{"name":"x","version":"1.0.0"}"#, built).is_err());
        assert!(manifest("{}", "{}").is_err());
        Ok(())
    }

    #[test]
    fn declarations_end_before_the_start() {
        let declarations = "export function version(): string;\n\nexport type InitInput = URL;\n";
        assert_eq!(exported(declarations).ok(), Some("export function version(): string;"));
        assert!(exported("export function version(): string;\n").is_err());
    }
}
