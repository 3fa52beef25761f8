//! What goes back: a file, a refusal, or lines as they come.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::{Either, Full};
use hyper::body::{Body, Bytes, Frame};
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;

use crate::json;

pub(super) type Reply = Response<Either<Full<Bytes>, Lines>>;

/// Lines of JSON, sent as they are written. Dropped, they end their writer.
pub(super) struct Lines {
    pub(super) lines: UnboundedReceiver<Bytes>,
    pub(super) _writer: JoinSet<()>,
}

impl Body for Lines {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.lines.poll_recv(context).map(|line| line.map(|it| Ok(Frame::data(it))))
    }
}

/// Something that is there as a whole.
pub(super) fn whole(kind: &'static str, bytes: Bytes) -> Reply {
    with(StatusCode::OK, kind, Either::Left(Full::new(bytes)))
}

/// JSON that is a line.
pub(super) fn value(status: StatusCode, value: &impl Serialize) -> Reply {
    let text = json::compact(value) + "\n";
    with(status, "application/json", Either::Left(Full::new(text.into())))
}

/// Why there is no answer.
pub(super) fn refuse(status: StatusCode, why: &'static str) -> Reply {
    #[derive(Serialize)]
    struct Refusal {
        error: &'static str,
    }
    value(status, &Refusal { error: why })
}

/// Lines while they are written.
pub(super) fn stream(lines: Lines) -> Reply {
    with(StatusCode::OK, "application/x-ndjson", Either::Right(lines))
}

fn with(status: StatusCode, kind: &'static str, body: Either<Full<Bytes>, Lines>) -> Reply {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    answer
}

/// An answer that stays between this server and its own pages.
pub(super) fn guarded(mut answer: Reply, policy: &'static str) -> Reply {
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for (name, value) in [
        ("content-security-policy", policy),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    answer
}
