//! The page over HTTP, for this machine alone, and the one question that it may ask.
//!
//! What is not asked by a page of this server gets a 403 and reaches nothing. Everything is
//! bounded: connections, what is read of each, how long it lives, and how many checks run.

mod answer;
mod check;
mod connections;
mod gate;
mod page;
mod supervisor;
mod target;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use dsnlens_native::observe::Settings;
use hyper::body::Incoming;
use hyper::header::ALLOW;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};

use answer::{Reply, refuse};
use check::{Asked, Checks};
use connections::{Connections, Progress};
use gate::Gate;
use page::Page;

/// How long the head of a request may take to come; as much again is for what follows it.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest head of a request.
const LONGEST_HEAD: usize = 16 << 10;

/// A server that nobody has connected to yet.
pub(crate) struct Server {
    site: Arc<Site>,
    /// How long a connection may live.
    longest: Duration,
}

/// What is served, and to whom.
struct Site {
    page: &'static Page,
    index: String,
    gate: Gate,
    checks: Checks,
}

impl Server {
    /// Serves the page, and checks with these settings; `None` where there is no page inside.
    pub(crate) fn new(settings: Settings) -> Option<Server> {
        let page = page::PAGE.as_ref()?;
        let longest = settings.total + 3 * PATIENCE;
        let gate = Gate::new();
        let index = page.index(gate.token());
        let site = Site { page, index, gate, checks: Checks::new(settings) };
        Some(Server { site: Arc::new(site), longest })
    }

    /// Answers whoever connects, for ever; dropped, it ends all that goes on.
    pub(crate) async fn run(self, listener: TcpListener) {
        let mut connections = Connections::default();
        loop {
            let stream = match listener.accept().await {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of file descriptors, mostly: in a moment there are more.
                    tracing::warn!(%error, "no connection was accepted");
                    sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let (site, longest) = (self.site.clone(), self.longest);
            connections.admit(|progress| async move {
                // What breaks off is the other side's affair.
                let _ = timeout(longest, converse(stream, site, progress)).await;
            });
        }
    }
}

/// One connection, one request.
async fn converse(stream: TcpStream, site: Arc<Site>, progress: Progress) {
    let Ok(here) = stream.local_addr() else { return };
    let service = service_fn(|request| {
        let (site, progress) = (site.clone(), progress.clone());
        async move { Ok::<_, Infallible>(site.answer(request, here, &progress).await) }
    });
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(LONGEST_HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = conversation.await {
        tracing::debug!(%error, "a connection broke off");
    }
}

impl Site {
    async fn answer(
        &self,
        request: Request<Incoming>,
        here: SocketAddr,
        progress: &Progress,
    ) -> Reply {
        let path = request.uri().path().to_owned();
        let asked = Asked::at(&path);
        if asked.is_none() {
            progress.is_answered();
        }
        let answer = self.respond(request, here, &path, asked, progress).await;
        // Unknown paths may contain secrets; they are not logged.
        let is_known = asked.is_some() || self.file(&path).is_some();
        let path = if is_known { &path } else { "something else" };
        tracing::info!(path, status = answer.status().as_u16(), "answered");
        answer::guarded(answer, self.page.policy)
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        here: SocketAddr,
        path: &str,
        asked: Option<Asked>,
        progress: &Progress,
    ) -> Reply {
        if !self.gate.admits(&request, here) {
            return refuse(
                StatusCode::FORBIDDEN,
                "only pages of this server, at its own address, are answered",
            );
        }
        if let Some(asked) = asked {
            return match *request.method() {
                Method::POST if !self.gate.knows(&request) => refuse(
                    StatusCode::FORBIDDEN,
                    "the token is not this server's: it was started anew, and the page needs to \
                     be loaded again",
                ),
                Method::POST => self.checks.answer(request, asked, progress).await,
                _ => only("POST"),
            };
        }
        match (self.file(path), request.method()) {
            (None, _) => refuse(StatusCode::NOT_FOUND, "there is no such file"),
            (Some((kind, bytes)), &Method::GET | &Method::HEAD) => answer::whole(kind, bytes),
            (Some(_), _) => only("GET, HEAD"),
        }
    }

    /// A file's kind, and what is in it.
    fn file(&self, path: &str) -> Option<(&'static str, hyper::body::Bytes)> {
        match path {
            "/" | "/index.html" => Some((page::kind("index.html"), self.index.clone().into())),
            _ => self.page.file(path.strip_prefix('/')?),
        }
    }
}

fn only(methods: &'static str) -> Reply {
    let mut answer = refuse(StatusCode::METHOD_NOT_ALLOWED, "that is not done with this");
    answer.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static(methods));
    answer
}
