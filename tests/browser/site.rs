//! The built site and the JS package, served on a free port of this machine as a static host
//! serves them: compressed, and with the headers that a browser goes by.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{self, JoinHandle};

use brotli::CompressorWriter;
use dsnlens_tests::media_type;
use tiny_http::{Header, Request, Response, Server};

use crate::package;

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The address of a site that all tests share; it is served until they end.
pub(crate) fn address() -> &'static str {
    static SHARED: OnceLock<Site> = OnceLock::new();
    SHARED.get_or_init(Site::start).address()
}

/// What a site serves otherwise than it was built.
#[derive(Default)]
struct Changes {
    /// Files by their path.
    files: BTreeMap<String, File>,
    /// The file that is never answered for.
    silent: Option<&'static str>,
    /// Who still waits for it.
    waiting: Vec<Request>,
}

/// A site of one's own; it ends with its value.
pub(crate) struct Site {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
    changes: Arc<Mutex<Changes>>,
    server: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

impl Site {
    pub(crate) fn start() -> Site {
        // Not while the first browser waits for it.
        pack();
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let address = server.server_addr().to_ip().expect("an IP address");
        let asked = Arc::new(Mutex::new(Vec::new()));
        let changes = Arc::new(Mutex::new(Changes::default()));
        let thread = thread::spawn({
            let (server, asked, changes) = (server.clone(), asked.clone(), changes.clone());
            move || {
                for request in server.incoming_requests() {
                    asked.lock().expect("no test panics here").push(request.url().to_owned());
                    changes.lock().expect("no test panics here").serve(request);
                }
            }
        });
        let address = format!("http://{address}/");
        Site { address, asked, changes, server, thread: Some(thread) }
    }

    /// Serves this from now on.
    pub(crate) fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let is_folder = path.is_empty() || path.ends_with('/');
        let name = if is_folder { "index.html" } else { path };
        let file = File::new(media_type::of(Path::new(name)), bytes.into());
        let mut changes = self.changes.lock().expect("no test panics here");
        changes.files.insert(path.to_owned(), file);
    }

    /// Answers no more for this one.
    pub(crate) fn silence(&self, path: &'static str) {
        self.changes.lock().expect("no test panics here").silent = Some(path);
    }

    /// Answers for it again, also whoever has waited.
    pub(crate) fn speak(&self) {
        let mut changes = self.changes.lock().expect("no test panics here");
        changes.silent = None;
        for request in std::mem::take(&mut changes.waiting) {
            changes.serve(request);
        }
    }

    /// The text of a file as it is served now.
    pub(crate) fn text(&self, path: &str) -> String {
        let changes = self.changes.lock().expect("no test panics here");
        let file = changes.files.get(path).or(file(path)).expect("there is such a file");
        String::from_utf8(file.bytes.clone()).expect("it is a text")
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// The path of each request so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics here").clone()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            thread.join().expect("serving never panics");
        }
    }
}

/// Packs the page's files, once.
pub(crate) fn pack() {
    files().values().for_each(|it| {
        it.packed();
    });
}

/// What the page is at a path that begins with a slash.
pub(crate) fn file(path: &str) -> Option<&'static File> {
    match path.trim_start_matches('/') {
        "" => files().get("index.html"),
        path => files().get(path),
    }
}

impl Changes {
    fn serve(&mut self, request: Request) {
        let path = path(&request).to_owned();
        if self.silent == Some(&path) {
            self.waiting.push(request);
        } else if let Some(file) = self.files.get(&path) {
            let _ = request.respond(file.response(false));
        } else {
            serve(request);
        }
    }
}

fn path(request: &Request) -> &str {
    request.url().split('?').next().unwrap_or("/").trim_start_matches('/')
}

fn serve(request: Request) {
    let path = path(&request);
    let takes_brotli = request.headers().iter().any(|it| {
        it.field.equiv("Accept-Encoding") && it.value.as_str().split(", ").any(|it| it == "br")
    });
    // That takes as long to pack as the page, and is asked for once.
    let is_package = path.starts_with("package/");
    let empty = File::new("text/html", b"<link rel=icon href=data:,>".to_vec());
    let file = match path {
        "package/" => Some(&empty),
        path => match path.split_once('/') {
            Some(("package", path)) => package::files().get(path),
            Some(("docs", "")) => docs().get("index.html"),
            Some(("docs", path)) => docs().get(path),
            _ => file(path),
        },
    };
    // A browser that went away is no failure of the server.
    let _ = match file {
        Some(file) => request.respond(file.response(takes_brotli && !is_package)),
        None => request.respond(Response::empty(404)),
    };
}

/// A file as it is sent.
pub(crate) struct File {
    pub(crate) kind: &'static str,
    bytes: Vec<u8>,
    packed: OnceLock<Vec<u8>>,
}

impl File {
    fn new(kind: &'static str, bytes: Vec<u8>) -> File {
        File { kind, bytes, packed: OnceLock::new() }
    }

    fn read(path: &Path) -> File {
        File::new(media_type::of(path), fs::read(path).expect("the file can be read"))
    }

    /// At quality 11 and with a window of 4 MB, as whoever publishes static files packs them, once.
    pub(crate) fn packed(&self) -> &[u8] {
        self.packed.get_or_init(|| {
            let mut packed = Vec::new();
            let mut writer = CompressorWriter::new(&mut packed, 4096, 11, 22);
            writer.write_all(&self.bytes).expect("memory can be written");
            drop(writer);
            packed
        })
    }

    fn response(&self, is_packed: bool) -> Response<Cursor<Vec<u8>>> {
        let bytes = if is_packed { self.packed() } else { &self.bytes };
        let header = |name: &str, value: &str| Header::from_bytes(name, value).expect("a header");
        let response = Response::from_data(bytes)
            .with_header(header("Content-Type", self.kind))
            .with_header(header("Cache-Control", "max-age=600"))
            .with_header(header("Vary", "Accept-Encoding"));
        match is_packed {
            true => response.with_header(header("Content-Encoding", "br")),
            false => response,
        }
    }
}

fn files() -> &'static BTreeMap<String, File> {
    static FILES: OnceLock<BTreeMap<String, File>> = OnceLock::new();
    FILES.get_or_init(|| {
        let dist = root().join("dist");
        assert!(
            dist.join("index.html").exists(),
            "no site in dist/: run `cargo xtask build` first"
        );
        read(&dist)
    })
}

/// Somebody else's page, into which the element is put.
fn docs() -> &'static BTreeMap<String, File> {
    static DOCS: OnceLock<BTreeMap<String, File>> = OnceLock::new();
    DOCS.get_or_init(|| read(&root().join("tests/browser/docs")))
}

/// The files of a folder, by name.
pub(crate) fn read(folder: &Path) -> BTreeMap<String, File> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    let files = entries.filter(|it| it.path().is_file());
    files
        .map(|it| (it.file_name().to_string_lossy().into_owned(), File::read(&it.path())))
        .collect()
}
