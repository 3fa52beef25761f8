//! The built site, and the JS package beside it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::server;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The address of the site; it is served until the tests end.
pub(crate) fn address() -> &'static str {
    static ADDRESS: OnceLock<String> = OnceLock::new();
    ADDRESS.get_or_init(|| {
        let dist = root().join("dist");
        assert!(
            dist.join("index.html").exists(),
            "no site in dist/: run `cargo xtask build` first"
        );
        let package = root().join("target/npm/dsnlens");
        assert!(
            package.join("package.json").exists(),
            "no package in target/npm/: run `cargo xtask package` first"
        );
        server::serve(vec![("package/", package), ("", dist)])
    })
}
