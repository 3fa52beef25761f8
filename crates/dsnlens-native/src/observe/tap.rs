//! A connection that is listened to: what the server says before it is ready, and how much.
//!
//! tokio-postgres speaks; this only reads along, since a client is not told how the server wanted
//! to be convinced, which process it promised, or what came instead of an answer. It also draws the
//! lines: no password as it is over plain text, and no message without an end.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use dsnlens_core::live::{AuthError, Broken, Method, ServerError};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::dial::Wire;

/// The longest message before the server is ready; libpq takes no longer error (`fe-connect.c`).
const LONGEST: usize = 30_000;
/// The most that a server may say in a whole check.
const MOST: usize = 4 << 20;
/// What is kept of something that is no PostgreSQL.
const KEPT: usize = 256;

/// A connection with somebody who reads along.
pub(super) struct Tap {
    wire: Wire,
    heard: Heard,
}

/// What was heard, to be looked at from outside.
#[derive(Clone)]
pub(super) struct Heard(Arc<Mutex<Listener>>);

/// What the server said before it was ready.
#[derive(Default)]
pub(super) struct Listener {
    /// How it wants to be convinced.
    pub(super) method: Option<Method>,
    /// Whether it is.
    pub(super) is_authenticated: bool,
    /// The process that it promised.
    pub(super) key_pid: i32,
    /// Its error.
    pub(super) error: Option<ServerError>,
    /// Where a line was drawn.
    pub(super) stopped: Option<AuthError>,
    refuses_cleartext: bool,
    is_ready: bool,
    count: usize,
    message: Vec<u8>,
}

impl Tap {
    pub(super) fn new(wire: Wire, refuses_cleartext: bool) -> (Tap, Heard) {
        let listener = Listener { refuses_cleartext, ..Listener::default() };
        let heard = Heard(Arc::new(Mutex::new(listener)));
        (Tap { wire, heard: heard.clone() }, heard)
    }
}

impl Heard {
    pub(super) fn lock(&self) -> MutexGuard<'_, Listener> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Takes what came. An error ends the connection before anybody acts on it.
    fn hear(&mut self, bytes: &[u8]) -> Result<(), AuthError> {
        self.count += bytes.len();
        if self.count > MOST {
            return Err(AuthError::Broken(Broken::Endless));
        }
        if self.is_ready {
            return Ok(());
        }
        self.message.extend_from_slice(bytes);
        while let Some((kind, length)) = self.header()? {
            let end = 1 + length;
            if self.message.len() < end {
                break;
            }
            let rest = self.message.split_off(end);
            let message = std::mem::replace(&mut self.message, rest);
            self.take(kind, message.get(5..).unwrap_or_default())?;
        }
        Ok(())
    }

    /// Type and length of the next message, if that much of it is there and it is one.
    fn header(&self) -> Result<Option<(u8, usize)>, AuthError> {
        let other = || AuthError::Other(self.message.iter().take(KEPT).copied().collect());
        let kind = match self.message.first() {
            None => return Ok(None),
            Some(kind @ (b'E' | b'K' | b'N' | b'R' | b'S' | b'Z' | b'v')) => *kind,
            Some(_) => return Err(other()),
        };
        let Some([a, b, c, d]) = self.message.get(1..5) else { return Ok(None) };
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        match length {
            4..=LONGEST => Ok(Some((kind, length))),
            // A first message like this is text of somebody else's that starts with such a letter.
            _ if self.method.is_none() => Err(other()),
            _ => Err(AuthError::Broken(Broken::Endless)),
        }
    }

    fn take(&mut self, kind: u8, body: &[u8]) -> Result<(), AuthError> {
        match kind {
            b'R' => self.authentication(body)?,
            b'K' => self.key_pid = number(body).unwrap_or_default(),
            b'E' => self.error = Some(server_error(body)),
            b'Z' => {
                self.is_ready = true;
                self.message = Vec::new();
            }
            _ => {}
        }
        Ok(())
    }

    fn authentication(&mut self, body: &[u8]) -> Result<(), AuthError> {
        // The codes of the message type `R`, from the protocol's documentation.
        let method = match number(body) {
            Some(0) => {
                self.is_authenticated = true;
                self.method.get_or_insert(Method::Trust);
                return Ok(());
            }
            Some(3) => Method::Cleartext,
            Some(5) => Method::Md5,
            Some(2 | 7 | 9) => Method::Gss,
            Some(10) => {
                let mechanisms = body.get(4..).unwrap_or_default().split(|it| *it == 0);
                Method::Scram {
                    with_plus: mechanisms.into_iter().any(|it| it == b"SCRAM-SHA-256-PLUS"),
                }
            }
            // The conversation of a method that is known already.
            Some(8 | 11 | 12) => return Ok(()),
            Some(other) => Method::Unknown(other),
            None => Method::Unknown(-1),
        };
        self.method = Some(method);
        match method == Method::Cleartext && self.refuses_cleartext {
            true => Err(AuthError::CleartextRefused),
            false => Ok(()),
        }
    }
}

fn number(body: &[u8]) -> Option<i32> {
    let bytes = body.get(..4)?.try_into().ok()?;
    Some(i32::from_be_bytes(bytes))
}

/// The fields of an `ErrorResponse`.
fn server_error(body: &[u8]) -> ServerError {
    let mut error = ServerError::default();
    for field in body.split(|it| *it == 0) {
        let Some((kind, text)) = field.split_first() else { continue };
        let text = String::from_utf8_lossy(text).into_owned();
        match kind {
            b'C' => error.code = text,
            b'D' => error.detail = Some(text),
            b'H' => error.hint = Some(text),
            b'M' => error.message = text,
            b'S' if error.severity.is_empty() => error.severity = text,
            // The same in English, whatever the server's language.
            b'V' => error.severity = text,
            _ => {}
        }
    }
    error
}

impl AsyncRead for Tap {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        match Pin::new(&mut this.wire).poll_read(cx, buf) {
            Poll::Ready(Ok(())) => {}
            other => return other,
        }
        let mut listener = this.heard.lock();
        let heard = listener.hear(buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(heard.map_err(|stop| {
            // Nobody reads what the line was drawn at.
            buf.set_filled(before);
            listener.stopped = Some(stop);
            io::Error::other("the connection was given up")
        }))
    }
}

impl AsyncWrite for Tap {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().wire).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().wire).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u32 + 4).to_be_bytes();
        [&[kind][..], &length, body].concat()
    }

    fn listen(refuses_cleartext: bool, bytes: &[u8]) -> (Listener, Result<(), AuthError>) {
        let mut listener = Listener { refuses_cleartext, ..Listener::default() };
        // However it is cut.
        let heard = bytes.chunks(3).try_for_each(|it| listener.hear(it));
        (listener, heard)
    }

    #[test]
    fn a_log_in_is_read_along() {
        let bytes = [
            message(b'R', b"\0\0\0\x0aSCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"),
            message(b'R', b"\0\0\0\x0br=x"),
            message(b'R', &[0; 4]),
            message(b'S', b"server_version\x0015\0"),
            message(b'K', &[0, 0, 1, 0, 9, 9, 9, 9]),
            message(b'Z', b"I"),
            message(b'T', b"anything goes"),
        ];
        let (listener, heard) = listen(true, &bytes.concat());
        assert_eq!(heard, Ok(()));
        assert_eq!(listener.method, Some(Method::Scram { with_plus: true }));
        assert_eq!((listener.is_authenticated, listener.key_pid), (true, 256));
    }

    #[test]
    fn a_password_in_the_clear_is_refused_before_it_is_sent() {
        let asked = message(b'R', &[0, 0, 0, 3]);
        assert_eq!(listen(true, &asked).1, Err(AuthError::CleartextRefused));
        assert_eq!(listen(false, &asked).1, Ok(()));
    }

    #[test]
    fn an_error_is_read_field_by_field() {
        let body = b"SFATAL\0VFATAL\0C28P01\0Mno\0Dmore\0\0";
        let error = listen(true, &message(b'E', body)).0.error.unwrap();
        assert_eq!((&*error.code, &*error.message), ("28P01", "no"));
        assert_eq!((error.detail.as_deref(), error.hint), (Some("more"), None));
    }

    #[test]
    fn what_is_no_server_is_kept_and_given_up() {
        let http = b"HTTP/1.1 400 Bad Request\r\n\r\n";
        assert!(
            matches!(listen(true, http).1, Err(AuthError::Other(it)) if it.starts_with(b"HTT"))
        );
        assert!(matches!(listen(true, b"SSH-2.0-x\r\n").1, Err(AuthError::Other(_))));
    }

    #[test]
    fn nothing_is_read_without_an_end() {
        let long = [message(b'R', &[0, 0, 0, 5, 1, 2, 3, 4]), b"E\x7f\xff\xff\xff".to_vec()];
        assert_eq!(listen(true, &long.concat()).1, Err(AuthError::Broken(Broken::Endless)));
        let notices = message(b'N', &[b'x'; 20_000]).repeat(300);
        assert_eq!(listen(true, &notices).1, Err(AuthError::Broken(Broken::Endless)));
    }
}
