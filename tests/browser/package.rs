//! The JS package as it is packed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::site::{self, File};

/// What a page imports, by name.
pub(crate) fn files() -> &'static BTreeMap<String, File> {
    static FILES: OnceLock<BTreeMap<String, File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = site::root().join("target/npm/dsnlens");
        assert!(
            folder.join("index.js").exists(),
            "no JS package in target/npm/dsnlens: run `cargo xtask package` first"
        );
        site::read(&folder)
    })
}
