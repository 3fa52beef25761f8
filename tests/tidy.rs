//! The house itself: who depends on whom, under which licence, and how its files look.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests/ lies in the workspace")
}

fn metadata() -> Metadata {
    MetadataCommand::new().current_dir(root()).exec().expect("cargo knows the workspace")
}

fn tracked_files() -> Vec<PathBuf> {
    let listed = Command::new("git").arg("ls-files").current_dir(root()).output();
    let listed = listed.expect("git lists the project's files").stdout;
    let names = String::from_utf8(listed).expect("file names are UTF-8");
    names.lines().map(|name| root().join(name)).filter(|path| path.exists()).collect()
}

/// The workspace's own dependencies of a package, those of its tests aside.
fn arrows(package: &Package) -> BTreeSet<&str> {
    let dependencies = package.dependencies.iter();
    let own = dependencies.filter(|it| it.path.is_some() && it.kind != DependencyKind::Development);
    own.map(|it| it.name.as_str()).collect()
}

#[test]
fn arrows_point_where_the_architecture_says() {
    let expected: [(&str, &[&str]); 11] = [
        ("dsnlens-cli", &["dsnlens-core", "dsnlens-lint", "dsnlens-native", "dsnlens-settings"]),
        ("dsnlens-core", &[]),
        ("dsnlens-lint", &["dsnlens-core", "dsnlens-settings"]),
        ("dsnlens-more", &["dsnlens-web"]),
        ("dsnlens-native", &["dsnlens-core"]),
        ("dsnlens-python", &["dsnlens-cli"]),
        ("dsnlens-settings", &["dsnlens-core"]),
        ("dsnlens-tests", &["dsnlens-core", "dsnlens-settings"]),
        ("dsnlens-wasm", &["dsnlens-core", "dsnlens-settings", "dsnlens-web"]),
        ("dsnlens-web", &["dsnlens-core", "dsnlens-settings"]),
        ("xtask", &[]),
    ];
    let metadata = metadata();
    let mut found: Vec<_> = metadata.workspace_packages();
    found.sort_by_key(|it| it.name.to_string());
    let names: Vec<_> = found.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, expected.map(|(name, _)| name));
    for (package, (name, targets)) in found.into_iter().zip(expected) {
        for arrow in arrows(package) {
            assert!(targets.contains(&arrow), "{name} must not depend on {arrow}");
        }
    }
}

/// The modules of core by layer, the lowest first, as ARCHITECTURE.md draws them.
fn layers() -> Vec<Vec<String>> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("it is there");
    let (_, drawing) = text.split_once("```layers\n").expect("there is a drawing");
    let (drawing, _) = drawing.split_once("```").expect("it ends");
    drawing.lines().rev().map(|it| it.split_whitespace().map(str::to_owned).collect()).collect()
}

/// A module's code, without its comments and its tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("source is UTF-8");
    let tests = ["\n#[cfg(test)]\nmod tests {", "\n#[cfg(all(test, "];
    let end = tests.iter().filter_map(|it| text.find(it)).min().unwrap_or(text.len());
    let lines = text[..end].lines().map(|it| it.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The modules of core that some code names behind `crate::`.
fn imports(code: &str) -> BTreeSet<String> {
    let name = |text: &str| -> String {
        text.trim_start().chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect()
    };
    let mut names = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let behind = &code[at + "crate::".len()..];
        let Some(group) = behind.strip_prefix('{') else {
            names.insert(name(behind));
            continue;
        };
        let mut depth = 0;
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 && (at == 0 || c == ',') {
                names.insert(name(group[at..].trim_start_matches(',')));
            }
        }
    }
    names
}

#[test]
fn the_modules_of_core_import_downward_alone() {
    let layers = layers();
    let layer = |module: &str| layers.iter().position(|it| it.iter().any(|it| it == module));
    let source = root().join("crates/dsnlens-core/src");
    for path in tracked_files() {
        let Ok(place) = path.strip_prefix(&source) else { continue };
        if path.extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let module = place.iter().next().expect("a file has a name").to_string_lossy();
        let module = module.trim_end_matches(".rs");
        let is_of_tests =
            ["tests", "testing", "script"].iter().any(|it| place.ends_with(format!("{it}.rs")));
        if module == "lib" || is_of_tests {
            continue;
        }
        let own = layer(module).unwrap_or_else(|| panic!("{module} is in no layer"));
        let code = code(&path);
        let up = "super::".repeat(place.iter().count());
        assert!(!code.contains(&up), "{} names the root of core by `{up}`", place.display());
        for import in imports(&code) {
            let other = layer(&import);
            let other =
                other.unwrap_or_else(|| panic!("{}: {import} is no module", place.display()));
            assert!(other <= own, "{} imports {import}, which is above it", place.display());
        }
    }
}

#[test]
fn core_is_pure_in_its_whole_tree() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--package", "dsnlens-core", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--locked", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo draws the tree");
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).expect("package names are UTF-8");
    let names: BTreeSet<_> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    // A closed list: what is not named here has not been looked at for I/O, async and wasm.
    let pure = BTreeSet::from([
        "dsnlens-core",
        "form_urlencoded",
        "idna",
        "idna_adapter",
        "percent-encoding",
        "smallvec",
        "url",
        "utf8_iter",
        "utf_types",
    ]);
    assert_eq!(names, pure);
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    let deny = fs::read_to_string(root().join("deny.toml")).expect("deny.toml is there");
    let deny: toml::Table = deny.parse().expect("deny.toml is TOML");
    let allowed: BTreeSet<_> = deny["licenses"]["allow"]
        .as_array()
        .expect("a list of licences")
        .iter()
        .filter_map(|it| spdx::license_id(it.as_str()?))
        .collect();
    for package in metadata().packages {
        let licence = package
            .license
            .as_deref()
            .unwrap_or_else(|| panic!("{} {} names no licence", package.name, package.version));
        let expression = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX)
            .unwrap_or_else(|error| panic!("{}: {error}", package.name));
        let is_allowed =
            expression.evaluate(|it| it.license.id().is_some_and(|id| allowed.contains(&id)));
        assert!(is_allowed, "{} {} is under {licence}", package.name, package.version);
    }
}

#[test]
fn every_module_says_what_it_is() {
    for path in tracked_files() {
        if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("source is UTF-8");
            assert!(text.starts_with("//!"), "{} starts without `//!`", path.display());
        }
    }
}

#[test]
fn no_line_ends_in_a_blank() {
    for path in tracked_files() {
        let is_text = ["rs", "toml", "md", "css", "js", "html", "yml"]
            .iter()
            .any(|it| path.extension().is_some_and(|extension| extension == *it));
        if is_text {
            let text = fs::read_to_string(&path).expect("text is UTF-8");
            for (number, line) in (1..).zip(text.lines()) {
                assert_eq!(line, line.trim_end(), "{}:{number}", path.display());
            }
        }
    }
}

#[test]
fn a_rule_and_its_file_have_one_name() {
    let folder = root().join("crates/dsnlens-core/src/rules");
    let files = fs::read_dir(folder).expect("the rules' folder is there");
    let files: BTreeSet<_> = files
        .filter_map(|it| Some(it.ok()?.path().file_stem()?.to_str()?.replace('_', "-")))
        .filter(|it| it != "tests")
        .collect();
    let rules: BTreeSet<_> =
        dsnlens_core::rules::RULES.iter().map(|it| it.name.to_owned()).collect();
    assert_eq!(files, rules);
}
