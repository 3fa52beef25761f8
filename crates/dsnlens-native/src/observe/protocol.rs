//! PostgreSQL's messages over a connection, one at a time: how long each is, how many there are,
//! and how much they hold in all is bounded, and nothing that was read is kept.

use dsnlens_core::live::{Broken, ServerError};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};

use super::dial::{Wire, broken};

/// The longest message; libpq takes no longer error before it is ready (`fe-connect.c`).
const LONGEST: usize = 30_000;
/// The most that a server may say over one connection.
const MOST: usize = 1 << 20;
/// The most messages.
const MOST_MESSAGES: usize = 4096;
/// What is kept of something that is no PostgreSQL.
const KEPT: usize = 256;

/// A connection, and what came over it so far.
#[derive(Debug)]
pub(super) struct Conversation {
    wire: BufReader<Wire>,
    bytes: usize,
    messages: usize,
}

/// Why nothing more is read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Broken(Broken),
    /// What came is none of PostgreSQL's messages; its first bytes.
    Other(Vec<u8>),
}

/// A message of the server's.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) kind: u8,
    pub(super) body: Vec<u8>,
}

impl Conversation {
    pub(super) fn new(wire: Wire) -> Conversation {
        Conversation { wire: BufReader::with_capacity(4096, wire), bytes: 0, messages: 0 }
    }

    /// Sends a message; the first one has no kind.
    pub(super) async fn send(&mut self, kind: Option<u8>, body: &[u8]) -> Result<(), Fault> {
        let length = u32::try_from(body.len() + 4).unwrap_or(u32::MAX).to_be_bytes();
        let message = [kind.as_slice(), &length, body].concat();
        self.wire.write_all(&message).await.map_err(|error| Fault::Broken(broken(&error)))?;
        self.wire.flush().await.map_err(|error| Fault::Broken(broken(&error)))
    }

    /// The next message, but for those that tell of something else: parameters, notices.
    pub(super) async fn next(&mut self, known: &[u8]) -> Result<Message, Fault> {
        loop {
            let message = self.read(known).await?;
            if !matches!(message.kind, b'A' | b'N' | b'S' | b'v') {
                return Ok(message);
            }
        }
    }

    async fn read(&mut self, known: &[u8]) -> Result<Message, Fault> {
        let failed = |error: std::io::Error| Fault::Broken(broken(&error));
        let ahead = self.wire.fill_buf().await.map_err(failed)?;
        let Some(kind) = ahead.first() else { return Err(Fault::Broken(Broken::Closed)) };
        if !known.contains(kind) && !matches!(kind, b'A' | b'N' | b'S' | b'v') {
            return Err(Fault::Other(ahead.iter().take(KEPT).copied().collect()));
        }
        let mut header = [0; 5];
        self.wire.read_exact(&mut header).await.map_err(failed)?;
        let [kind, length @ ..] = header;
        let length = u32::from_be_bytes(length) as usize;
        let body = match length.checked_sub(4) {
            Some(body) if length <= LONGEST => body,
            // A first message like this is text of somebody else's that starts with such a letter.
            body if body.is_none() || self.messages == 0 => {
                let rest = self.wire.buffer().iter().take(KEPT - header.len());
                return Err(Fault::Other(header.iter().chain(rest).copied().collect()));
            }
            _ => return Err(Fault::Broken(Broken::Endless)),
        };
        self.messages += 1;
        self.bytes += length;
        if self.bytes > MOST || self.messages > MOST_MESSAGES {
            return Err(Fault::Broken(Broken::Endless));
        }
        let mut message = Message { kind, body: vec![0; body] };
        self.wire.read_exact(&mut message.body).await.map_err(failed)?;
        Ok(message)
    }

    /// Says good-bye.
    pub(super) async fn close(&mut self) {
        if self.send(Some(b'X'), &[]).await.is_ok() {
            self.wire.shutdown().await.ok();
        }
    }
}

impl Message {
    /// Its first number.
    pub(super) fn number(&self) -> Option<i32> {
        let bytes = self.body.get(..4)?.try_into().ok()?;
        Some(i32::from_be_bytes(bytes))
    }

    /// The fields of an `ErrorResponse`.
    pub(super) fn error(&self) -> ServerError {
        let mut error = ServerError::default();
        for field in self.body.split(|it| *it == 0) {
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

    /// Its first bytes, as they came.
    pub(super) fn start(self) -> Vec<u8> {
        let length = u32::try_from(self.body.len() + 4).unwrap_or(u32::MAX).to_be_bytes();
        let all = [self.kind].into_iter().chain(length).chain(self.body);
        all.take(KEPT).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use tokio::net::{TcpListener, TcpStream};

    pub(in super::super) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u32 + 4).to_be_bytes();
        [&[kind][..], &length, body].concat()
    }

    /// A server's end, and ours.
    pub(in super::super) async fn pair() -> (TcpStream, Wire) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        (listener.accept().await.unwrap().0, Wire::Tcp(ours))
    }

    /// The kinds of what is read, and how it ends, once the server has said `bytes`.
    async fn read(bytes: Vec<u8>) -> (Vec<u8>, Fault) {
        let (mut server, wire) = pair().await;
        let writer = tokio::spawn(async move {
            server.write_all(&bytes).await.ok();
        });
        let mut conversation = Conversation::new(wire);
        let mut kinds = Vec::new();
        let fault = loop {
            match conversation.next(b"CEKRZ").await {
                Ok(message) => kinds.push(message.kind),
                Err(fault) => break fault,
            }
        };
        drop(conversation);
        writer.await.unwrap();
        (kinds, fault)
    }

    #[tokio::test]
    async fn messages_are_read_one_by_one() {
        let bytes = [
            message(b'R', &[0; 4]),
            message(b'S', b"server_version\x0015\0"),
            message(b'N', b"Mhello\0\0"),
            message(b'K', &[0, 0, 1, 0, 9, 9, 9, 9]),
            message(b'Z', b"I"),
        ];
        let closed = Fault::Broken(Broken::Closed);
        assert_eq!(read(bytes.concat()).await, (b"RKZ".to_vec(), closed));
    }

    #[tokio::test]
    async fn what_is_no_server_is_kept_and_given_up() {
        for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-x\r\n", "E\0\0\0\x03", "x"] {
            let (kinds, fault) = read(text.into()).await;
            assert_eq!((kinds, fault), (Vec::new(), Fault::Other(text.into())));
        }
        // It has spoken as a server does, and then says something else.
        let (kinds, fault) = read([message(b'R', &[0; 4]), b"R\0\0\0\0".to_vec()].concat()).await;
        assert_eq!((kinds, fault), (b"R".to_vec(), Fault::Other(b"R\0\0\0\0".to_vec())));
    }

    #[tokio::test]
    async fn nothing_is_read_without_an_end() {
        let endless = || Fault::Broken(Broken::Endless);
        let long = [message(b'R', &[0; 4]), b"E\x7f\xff\xff\xff".to_vec()].concat();
        assert_eq!(read(long).await, (b"R".to_vec(), endless()));
        assert_eq!(read(message(b'N', &[b'x'; 20_000]).repeat(300)).await.1, endless());
        assert_eq!(read(message(b'C', &[]).repeat(5000)).await.1, endless());
    }

    #[test]
    fn an_error_is_read_field_by_field() {
        let body = b"SFATAL\0VFATAL\0C28P01\0Mno\0Dmore\0\0".to_vec();
        let error = Message { kind: b'E', body }.error();
        assert_eq!((&*error.code, &*error.message), ("28P01", "no"));
        assert_eq!((error.detail.as_deref(), error.hint), (Some("more"), None));
    }
}
