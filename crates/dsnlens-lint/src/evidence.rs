//! Which clients a repository has: its manifests name their packages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use dsnlens_core::{CLIENTS, Client};

use crate::read::{LARGEST, read};

/// A file that names packages, and how a name in it is spelled in a package URL.
struct Manifest {
    name: &'static str,
    kind: &'static str,
}

/// The manifests by their names.
const MANIFESTS: [Manifest; 14] = [
    Manifest { name: "package.json", kind: "npm" },
    Manifest { name: "go.mod", kind: "golang" },
    Manifest { name: "Cargo.toml", kind: "cargo" },
    Manifest { name: "Gemfile", kind: "gem" },
    Manifest { name: "mix.exs", kind: "hex" },
    Manifest { name: "pom.xml", kind: "maven" },
    Manifest { name: "build.gradle", kind: "maven" },
    Manifest { name: "build.gradle.kts", kind: "maven" },
    Manifest { name: "requirements.txt", kind: "pypi" },
    Manifest { name: "pyproject.toml", kind: "pypi" },
    Manifest { name: "Pipfile", kind: "pypi" },
    Manifest { name: "setup.cfg", kind: "pypi" },
    Manifest { name: "setup.py", kind: "pypi" },
    Manifest { name: "poetry.lock", kind: "pypi" },
];

/// The clients whose packages the manifests of a folder name.
pub(crate) fn clients(folder: &Path) -> Vec<&'static Client> {
    let mut found = Vec::new();
    for manifest in &MANIFESTS {
        let Ok(text) = read(&folder.join(manifest.name), LARGEST) else { continue };
        let names = |package: &&str| {
            let name = package.strip_prefix("pkg:").and_then(|it| it.split_once('/'));
            name.is_some_and(|(kind, name)| kind == manifest.kind && has_word(&text, name))
        };
        let is_named =
            |it: &&&'static Client| !it.packages.is_empty() && it.packages.iter().any(names);
        found.extend(CLIENTS.iter().filter(is_named).copied());
    }
    found.sort_by_key(|it| it.name);
    found.dedup();
    found
}

/// Whether a name stands in a text and is not a part of a longer one.
fn has_word(text: &str, name: &str) -> bool {
    let is_inside = |it: char| it.is_ascii_alphanumeric() || "-_/@.".contains(it);
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let behind = text.get(at + name.len()..).unwrap_or("");
        // A version of Go's is a part of the path.
        let behind = behind
            .strip_prefix("/v")
            .map_or(behind, |it| it.trim_start_matches(|it: char| it.is_ascii_digit()));
        !before.is_some_and(is_inside) && !behind.chars().next().is_some_and(is_inside)
    })
}

/// What was found, by folder: many files are in one.
#[derive(Default)]
pub(crate) struct Evidence(BTreeMap<PathBuf, Vec<&'static Client>>);

impl Evidence {
    /// The clients of the nearest folder at or above a file that has some.
    pub(crate) fn gather(&mut self, path: &Path) {
        for folder in path.ancestors().skip(1) {
            let is_known = self.0.contains_key(folder);
            if !is_known {
                self.0.insert(folder.to_owned(), clients(folder));
            }
            if is_known || folder.join(".git").exists() {
                return;
            }
        }
    }

    /// The clients of the nearest folder at or above a file that has some.
    pub(crate) fn near(&self, path: &Path) -> &[&'static Client] {
        let folders = path.ancestors().skip(1).filter_map(|it| self.0.get(it));
        folders.into_iter().find(|it| !it.is_empty()).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_as_a_whole() {
        assert!(has_word("{\"dependencies\": {\"pg\": \"^8\"}}", "pg"));
        assert!(has_word("require github.com/jackc/pgx/v5 v5.7.0", "github.com/jackc/pgx"));
        assert!(has_word("psycopg[binary]==3.2", "psycopg"));
        assert!(!has_word("{\"pg-promise\": \"1\"}", "pg"));
        assert!(!has_word("psycopg2==2.9", "psycopg"));
        assert!(!has_word("psycopg2-binary==2.9", "psycopg2"));
    }
}
