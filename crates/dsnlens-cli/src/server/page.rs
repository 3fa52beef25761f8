//! The built page, inside the program, with what only a served page has.

use hyper::body::Bytes;

/// What `build.rs` found in `dist/`.
pub(super) static PAGE: Option<Page> = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// The page.
pub(super) struct Page {
    /// What it may do, by its own word.
    pub(super) policy: &'static str,
    /// `index.html` before the first script.
    head: &'static str,
    /// The rest of it.
    rest: &'static str,
    /// Every other file by its name.
    files: &'static [(&'static str, &'static [u8])],
}

/// What the static page does without, since it connects to nothing.
const LIVE: [(&str, &[u8]); 2] = [
    ("live.css", include_bytes!("../../../../web/live.css")),
    ("live.js", include_bytes!("../../../../web/live.js")),
];

impl Page {
    /// `index.html`, with the token and the live check before anything else runs.
    pub(super) fn index(&self, token: &str) -> String {
        format!(
            "{}<meta name=\"dsnlens-token\" content=\"{token}\">\n  \
             <link rel=\"stylesheet\" href=\"./live.css\">\n  \
             <script type=\"module\" src=\"./live.js\"></script>\n  {}",
            self.head, self.rest
        )
    }

    /// A file's kind, and what is in it.
    pub(super) fn file(&self, name: &str) -> Option<(&'static str, Bytes)> {
        let mut files = self.files.iter().chain(&LIVE);
        let (name, bytes) = files.find(|it| it.0 == name)?;
        Some((kind(name), Bytes::from_static(bytes)))
    }
}

/// What a file is, by its name.
pub(super) fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|it| it.1) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}
