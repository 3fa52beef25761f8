//! `dsnlens serve` while it runs, and plain HTTP to ask it with.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{FILES, dsnlens};
use crate::supervised::{PATIENCE, folder};

/// A server that logs all there is to log, and ends with its test.
pub(crate) struct Serving {
    child: Child,
    /// Address and port.
    pub(crate) address: String,
    pub(crate) token: String,
    /// What it printed when it was ready.
    pub(crate) greeting: String,
    log: PathBuf,
}

/// An answer, whole.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Serving {
    pub(crate) fn start() -> Serving {
        Serving::with(&["--addr", "127.0.0.1:0"])
    }

    pub(crate) fn with(args: &[&str]) -> Serving {
        Serving::at(&FILES.folder, args)
    }

    /// One whose account has this home.
    pub(crate) fn at(home: &Path, args: &[&str]) -> Serving {
        let log = folder("serve").join("log");
        let mut command = dsnlens(&["serve", "--log=trace"]);
        command.env("HOME", home);
        let stderr = File::create(&log).expect("a log");
        let pipes = command.args(args).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        let mut child = pipes.spawn().expect("the program starts");
        let mut greeting = String::new();
        let stdout = child.stdout.as_mut().expect("a pipe");
        BufReader::new(stdout).read_line(&mut greeting).expect("a line");
        let address = greeting.split("http://").nth(1).and_then(|it| it.split('/').next());
        let Some(address) = address else {
            let why = fs::read_to_string(&log).unwrap_or_default();
            panic!("it does not serve: {why}\nrun `cargo xtask test live`");
        };
        let address = address.replace("0.0.0.0", "127.0.0.1");
        let mut serving = Serving { child, address, token: String::new(), greeting, log };
        let page = serving.get("/").body;
        let token = page.split("dsnlens-token\" content=\"").nth(1);
        serving.token = token.and_then(|it| it.split('"').next()).expect("a token").to_owned();
        serving
    }

    pub(crate) fn get(&self, path: &str) -> Response {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address))
    }

    /// Sends this, and reads until the other side hangs up.
    pub(crate) fn send(&self, request: &str) -> Response {
        Response::read(self.open(request))
    }

    pub(crate) fn open(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("the server");
        stream.write_all(request.as_bytes()).expect("a request");
        stream
    }

    /// A check as the page asks for it where a person has typed, but for what a test changes.
    pub(crate) fn question(
        &self,
        env: &[(&str, &str)],
        changes: &[(&str, Option<&str>)],
    ) -> String {
        self.question_at("/check", env, changes)
    }

    pub(crate) fn question_at(
        &self,
        path: &str,
        env: &[(&str, &str)],
        changes: &[(&str, Option<&str>)],
    ) -> String {
        let env: serde_json::Map<_, _> =
            env.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
        let body = json!({ "env": env }).to_string();
        let length = body.len().to_string();
        let mut headers = vec![
            ("Host", self.address.as_str()),
            ("Content-Type", "application/json"),
            ("X-DSNLens-Token", self.token.as_str()),
            ("X-DSNLens-Input", "typed"),
            ("Content-Length", &length),
        ];
        for (name, value) in changes {
            headers.retain(|it| it.0 != *name);
            headers.extend(value.map(|it| (*name, it)));
        }
        let headers: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!("POST {path} HTTP/1.1\r\n{headers}\r\n{body}")
    }

    /// A check, in development, so that a URL's `sslmode` counts.
    pub(crate) fn check(&self, url: &str) -> Response {
        self.send(&self.question(&[("DATABASE_URL", url), ("DEBUG", "1")], &[]))
    }

    /// Ends it by a signal; how it ended, and what it wrote to stderr.
    pub(crate) fn end(mut self, signal: &str) -> (ExitStatus, String) {
        let begun = Instant::now();
        self.signal(signal);
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return (status, self.log());
            }
            assert!(begun.elapsed() < PATIENCE, "{signal} does not end it");
            sleep(Duration::from_millis(5));
        }
    }

    /// What it wrote to stderr so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).expect("a log")
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let killed = std::process::Command::new("kill").args([signal, &pid]).status();
        assert!(killed.expect("kill runs").success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Response {
    /// What comes until the end; chunks are put together.
    pub(crate) fn read(mut stream: TcpStream) -> Response {
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("an end");
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok());
        let is_chunked = head.contains("transfer-encoding: chunked");
        let body = if is_chunked { joined(body) } else { body.to_owned() };
        Response { status: status.expect("a status"), head: head.to_owned(), body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|it| it.split_once(": "));
        lines.into_iter().find(|it| it.0.eq_ignore_ascii_case(name)).map(|it| it.1)
    }

    /// The lines of JSON that it consists of.
    #[track_caller]
    pub(crate) fn events(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{}", self.body);
        self.body.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect()
    }
}

fn joined(chunks: &str) -> String {
    let (mut body, mut rest) = (String::new(), chunks);
    while let Some((length, more)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).expect("a length");
        body.push_str(&more[..length]);
        rest = &more[length + 2..];
    }
    body
}
