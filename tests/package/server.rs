//! Folders served on a free port of this machine.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::thread;

use dsnlens_tests::media_type;
use tiny_http::{Header, Response, Server};

/// Serves each folder below its prefix until the tests end; of several the first that fits counts.
pub(crate) fn serve(folders: Vec<(&'static str, PathBuf)>) -> String {
    let server = Server::http("127.0.0.1:0").expect("a free port");
    let address = server.server_addr().to_ip().expect("an IP address");
    thread::spawn(move || {
        for request in server.incoming_requests() {
            let path = request.url().split('?').next().unwrap_or("/").trim_start_matches('/');
            let path = if path.is_empty() { "index.html" } else { path };
            let is_inside =
                Path::new(path).components().all(|it| matches!(it, Component::Normal(_)));
            let mut files = folders
                .iter()
                .filter_map(|(prefix, folder)| Some(folder.join(path.strip_prefix(prefix)?)));
            let file = files.next().filter(|_| is_inside);
            let found = file.and_then(|file| Some((fs::read(&file).ok()?, kind(&file))));
            // A browser that went away is no failure of the server.
            let _ = match found {
                Some((bytes, kind)) => {
                    request.respond(Response::from_data(bytes).with_header(kind))
                }
                None => request.respond(Response::empty(404)),
            };
        }
    });
    format!("http://{address}/")
}

fn kind(file: &Path) -> Header {
    Header::from_bytes("Content-Type", media_type::of(file)).expect("a header")
}
