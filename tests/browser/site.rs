//! The built site and the JS package, served on a free port of this machine.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;
use std::thread;

use tiny_http::{Header, Response, Server};

use crate::page::Page;

impl Page {
    /// The built site.
    pub(crate) async fn open() -> Page {
        Page::at(address()).await
    }
}

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
        let server = Server::http("127.0.0.1:0").expect("a free port");
        let address = server.server_addr().to_ip().expect("an IP address");
        thread::spawn(move || serve(&server, &dist));
        format!("http://{address}/")
    })
}

fn serve(server: &Server, dist: &Path) {
    for request in server.incoming_requests() {
        let path = request.url().split('?').next().unwrap_or("/").trim_start_matches('/');
        let path = if path.is_empty() { "index.html" } else { path };
        let is_inside = Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
        let file = match path.strip_prefix("package/") {
            Some(path) => package().join(path),
            None => dist.join(path),
        };
        // A browser that went away is no failure of the server.
        let _ = match fs::read(&file).ok().filter(|_| is_inside) {
            Some(bytes) => request.respond(Response::from_data(bytes).with_header(kind(&file))),
            None => request.respond(Response::empty(404)),
        };
    }
}

fn kind(file: &Path) -> Header {
    let kind = match file.extension().and_then(|it| it.to_str()) {
        Some("css") => "text/css",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    Header::from_bytes("Content-Type", kind).expect("a header")
}

/// The JS package as it is packed.
pub(crate) fn package() -> PathBuf {
    let folder = root().join("target/npm/dsnlens");
    assert!(
        folder.join("package.json").exists(),
        "no package in target/npm/: run `cargo xtask package` first"
    );
    folder
}
