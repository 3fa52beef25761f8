//! What the documents tell people to write, run as it stands there.

use std::fs;
use std::path::Path;

/// How the element, the package and the page get into other pages.
pub const EMBEDDING: &str = "docs/embedding.md";
/// What npm shows.
pub const README: &str = "crates/dsnlens-wasm/npm/README.md";

/// The first snippet of a language below a heading of a document.
pub fn snippet(document: &str, heading: &str, language: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let text = fs::read_to_string(root.join(document)).expect("it is there");
    let is_right = |it: &&str| it.lines().next() == Some(heading);
    let below = text.split("\n## ").flat_map(|it| it.split("\n### ")).find(is_right);
    let below = below.unwrap_or_else(|| panic!("no heading {heading} in {document}"));
    let snippet = below.split(&format!("```{language}\n")).nth(1);
    let snippet = snippet.and_then(|it| it.split("```").next());
    snippet.unwrap_or_else(|| panic!("no {language} below {heading} in {document}")).to_owned()
}
