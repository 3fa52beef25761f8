//! Names to addresses, and addresses to connections.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use dsnlens_core::live::{Addresses, Broken};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
use tokio_rustls::client::TlsStream;

/// Something to connect to.
#[derive(Clone, Debug)]
pub(super) enum Address {
    /// An address and a port.
    Network(SocketAddr),
    /// A Unix socket.
    Socket(String),
}

/// A connection, encrypted or not.
#[derive(Debug)]
pub(super) enum Wire {
    Tcp(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
    #[cfg(unix)]
    Unix(UnixStream),
}

/// Where Debian's libpq, and the one in psycopg's wheels, look for a socket.
const SOCKET_DIRECTORY: &str = "/var/run/postgresql";

impl Address {
    /// `UNIXSOCK_PATH()` of libpq.
    pub(super) fn socket(directory: Option<&str>, port: u16) -> Address {
        let directory = directory.unwrap_or(SOCKET_DIRECTORY);
        Address::Socket(format!("{directory}/.s.PGSQL.{port}"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Network(address) => write!(f, "{address}"),
            Address::Socket(path) => f.write_str(path),
        }
    }
}

/// The addresses of a name, in the order in which they are tried.
pub(super) async fn look_up(name: &str, port: u16) -> Result<Addresses, Broken> {
    let found = tokio::net::lookup_host((name, port)).await;
    let found = found.map_err(|error| Broken::Failed(words(&error)))?;
    let found = Addresses::new(found.map(|it| it.ip()));
    match found.first.is_empty() {
        true => Err(Broken::Failed("no address".into())),
        false => Ok(found),
    }
}

/// What the system says, without Rust's own words around it.
fn words(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    text.split(" (os error").next().unwrap_or(text).to_owned()
}

/// A connection to `address`.
pub(super) async fn connect(address: &Address) -> Result<Wire, Broken> {
    match address {
        Address::Network(address) => {
            let stream = TcpStream::connect(address).await.map_err(|it| broken(&it))?;
            // As libpq does: a log-in is a conversation of short messages.
            stream.set_nodelay(true).map_err(|it| broken(&it))?;
            Ok(Wire::Tcp(stream))
        }
        Address::Socket(path) => connect_socket(path).await,
    }
}

#[cfg(unix)]
async fn connect_socket(path: &str) -> Result<Wire, Broken> {
    // libpq's `@` is the NUL in front of an abstract name.
    let path = match path.strip_prefix('@') {
        Some(name) => format!("\0{name}"),
        None => path.to_owned(),
    };
    UnixStream::connect(path).await.map(Wire::Unix).map_err(|it| broken(&it))
}

#[cfg(not(unix))]
async fn connect_socket(_: &str) -> Result<Wire, Broken> {
    Err(Broken::Failed("Unix sockets are not supported here".into()))
}

/// What an error of the network says.
pub(super) fn broken(error: &io::Error) -> Broken {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::ConnectionRefused => Broken::Refused,
        Kind::BrokenPipe
        | Kind::ConnectionAborted
        | Kind::ConnectionReset
        | Kind::UnexpectedEof => Broken::Closed,
        Kind::TimedOut => Broken::TimedOut,
        Kind::AddrNotAvailable | Kind::HostUnreachable | Kind::NetworkUnreachable => {
            Broken::Unreachable(words(error))
        }
        _ => Broken::Failed(words(error)),
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Tcp(it) => Pin::new(it).poll_read(cx, buf),
            Wire::Tls(it) => Pin::new(it).poll_read(cx, buf),
            #[cfg(unix)]
            Wire::Unix(it) => Pin::new(it).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Wire::Tcp(it) => Pin::new(it).poll_write(cx, buf),
            Wire::Tls(it) => Pin::new(it).poll_write(cx, buf),
            #[cfg(unix)]
            Wire::Unix(it) => Pin::new(it).poll_write(cx, buf),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Tcp(it) => Pin::new(it).poll_flush(cx),
            Wire::Tls(it) => Pin::new(it).poll_flush(cx),
            #[cfg(unix)]
            Wire::Unix(it) => Pin::new(it).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Wire::Tcp(it) => Pin::new(it).poll_shutdown(cx),
            Wire::Tls(it) => Pin::new(it).poll_shutdown(cx),
            #[cfg(unix)]
            Wire::Unix(it) => Pin::new(it).poll_shutdown(cx),
        }
    }
}
