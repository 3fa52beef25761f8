//! A build's version, in the addresses of its files and in the worker that keeps them.
//!
//! Whoever has the page of one build asks for the files of just that one: no cache on the way can
//! mix two of them.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, bail};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};

const PAGE: &str = "index.html";

/// Where `web/worker.js` says which build it is of, comments and blanks taken out.
const PLACE: &str = "const BUILD=null";

/// Writes it into the page and `worker` of `folder`; `others` are loaded by no visit.
pub(crate) fn stamp(folder: &Path, worker: &str, others: &[&str]) -> anyhow::Result<()> {
    let page = folder.join(PAGE);
    let text = read(&page)?;
    let hashes = hashes(folder, &[&[PAGE, worker], others].concat())?;
    let (text, version) = stamped(&text, &hashes);
    write(&page, &text)?;
    let worker = folder.join(worker);
    let build = serde_json::json!({ "version": version, "files": hashes });
    match read(&worker)?.split_once(PLACE) {
        Some((head, tail)) => {
            let head = head.to_owned() + PLACE.trim_end_matches("null");
            write(&worker, &format!("{head}{build}{tail}"))
        }
        None => bail!("{}: it has no place for the build's version", worker.display()),
    }
}

/// The page with the version behind each name of a file, and the version.
fn stamped(page: &str, hashes: &BTreeMap<String, String>) -> (String, String) {
    let mut all = Sha256::new();
    all.update(page);
    hashes.iter().for_each(|(name, hash)| all.update(format!("{name} {hash}\n")));
    let version: String = all.finalize().iter().take(8).map(|it| format!("{it:02x}")).collect();
    let page = hashes.keys().fold(page.to_owned(), |page, name| {
        page.replace(&format!("=\"./{name}\""), &format!("=\"./{name}?v={version}\""))
    });
    (page, version)
}

/// The hash of each file but `without`, as browsers compare it.
fn hashes(folder: &Path, without: &[&str]) -> anyhow::Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    let entries = fs::read_dir(folder);
    for entry in entries.with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if without.contains(&&*name) {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let hash = BASE64_STANDARD.encode(Sha256::digest(bytes));
        hashes.insert(name, format!("sha256-{hash}"));
    }
    Ok(hashes)
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_of_the_build_has_its_version_and_another_build_has_another() {
        let page = "<script src=\"./boot.js\"></script><meta content=\"./boot.js.map\">\
                    <link href=\"./other.css\"><a href=\"https://example.com/boot.js\">";
        let hashes = |hash: &str| BTreeMap::from([("boot.js".to_owned(), hash.to_owned())]);
        let (stamped_page, version) = stamped(page, &hashes("sha256-a"));
        assert_eq!(version.len(), 16);
        let expected = page.replace("./boot.js\"", &format!("./boot.js?v={version}\""));
        assert_eq!(stamped_page, expected);
        assert_eq!(stamped(page, &hashes("sha256-a")).1, version);
        for (page, hash) in [(page, "sha256-b"), ("<p>", "sha256-a")] {
            assert_ne!(stamped(page, &hashes(hash)).1, version);
        }
    }
}
