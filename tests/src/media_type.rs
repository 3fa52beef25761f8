//! What a file is, as the tests' servers say it to a browser.

use std::path::Path;

/// The media type by the file's extension.
pub fn of(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
