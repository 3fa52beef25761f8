//! The log-in: tokio-postgres over a connection that stands, and somebody who listens to it.

use std::future::{Ready, ready};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use dsnlens_core::live::{Auth, AuthError, Broken, ChannelBinding, Method, Name, Plan, Target};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::JoinHandle;
use tokio_postgres::config::{ChannelBinding as Binding, SslMode, SslNegotiation};
use tokio_postgres::tls::{self, TlsConnect, TlsStream};
use tokio_postgres::{Client, Config};

use super::Deadline;
use super::dial::{Wire, broken};
use super::tap::{Heard, Tap};

/// What it takes to log in.
pub(super) struct Login<'l> {
    pub(super) plan: &'l Plan,
    pub(super) target: &'l Target,
    pub(super) is_encrypted: bool,
    pub(super) allows_cleartext: bool,
    /// What the log-in can be bound to.
    pub(super) endpoint: Option<Vec<u8>>,
}

/// A session.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) key_pid: i32,
    driver: JoinHandle<()>,
}

impl Connection {
    /// Says good-bye, and waits until the server has heard it.
    pub(super) async fn close(self, deadline: Deadline) {
        drop(self.client);
        deadline.within(self.driver).await.ok();
    }
}

impl Login<'_> {
    /// Logs in over `wire`.
    pub(super) async fn over(self, wire: Wire, deadline: Deadline) -> (Auth, Option<Connection>) {
        // On a socket nobody listens.
        let is_private = self.is_encrypted || !matches!(wire, Wire::Tcp(_));
        let (tap, heard) = Tap::new(wire, !is_private && !self.allows_cleartext);
        let stream = Established { tap, endpoint: self.endpoint.clone() };
        let config = self.config();
        let connecting = config.connect_raw(stream, AsItIs);
        let connected = deadline.within(connecting).await;
        let (outcome, connection) = match connected {
            Ok(Ok((client, connection))) => {
                let driver = tokio::spawn(async move {
                    if let Err(error) = connection.await {
                        tracing::debug!(%error, "the connection ended");
                    }
                });
                let key_pid = heard.lock().key_pid;
                (Ok(()), Some(Connection { client, key_pid, driver }))
            }
            Ok(Err(error)) => (Err(self.error(&error, &heard)), None),
            Err(broken) => (Err(AuthError::Broken(broken)), None),
        };
        let heard = heard.lock();
        let (method, is_authenticated) = (heard.method, heard.is_authenticated);
        (Auth { method, is_authenticated, outcome }, connection)
    }

    fn config(&self) -> Config {
        let name = |name: &Name| match name {
            Name::Given(name) => Some(name.clone()),
            // tokio-postgres finds it out; where libpq can, core has done so before.
            Name::Account => None,
        };
        let mut config = Config::new();
        // The stream is what it is already.
        config.ssl_mode(SslMode::Require).ssl_negotiation(SslNegotiation::Direct);
        config.application_name("dsnlens");
        config.channel_binding(match self.plan.channel_binding {
            ChannelBinding::Disable => Binding::Disable,
            ChannelBinding::Prefer => Binding::Prefer,
            ChannelBinding::Require => Binding::Require,
        });
        if let Some(user) = name(&self.target.user) {
            config.user(user);
        }
        if let Some(dbname) = name(&self.target.dbname) {
            config.dbname(dbname);
        }
        if let Some(password) = &self.plan.password {
            config.password(password.reveal());
        }
        if let Some(options) = &self.plan.options {
            config.options(options);
        }
        config
    }

    /// What went wrong, in the order of certainty.
    fn error(&self, error: &tokio_postgres::Error, heard: &Heard) -> AuthError {
        let mut heard = heard.lock();
        if let Some(stopped) = heard.stopped.take() {
            return stopped;
        }
        if let Some(error) = heard.error.take() {
            return AuthError::Server(error);
        }
        match heard.method {
            Some(method @ (Method::Gss | Method::Unknown(_))) => {
                return AuthError::Unsupported(method);
            }
            Some(Method::Cleartext | Method::Md5 | Method::Scram { .. })
                if self.plan.password.is_none() =>
            {
                return AuthError::NoPassword;
            }
            _ => {}
        }
        let source = std::error::Error::source(error);
        let network = source.and_then(|it| it.downcast_ref::<io::Error>());
        // What fails in a proof is an error of the network's type; only the text tells it apart.
        let is_proof = error.to_string().starts_with("authentication error");
        match (network.filter(|_| !is_proof), source) {
            _ if error.is_closed() => AuthError::Broken(Broken::Closed),
            (Some(network), _) => AuthError::Broken(broken(network)),
            (None, Some(source)) => AuthError::Mistrusted(source.to_string()),
            (None, None) => AuthError::Broken(Broken::Failed(error.to_string())),
        }
    }
}

/// A stream that is encrypted already, or is not to be.
struct Established {
    tap: Tap,
    endpoint: Option<Vec<u8>>,
}

/// Takes a stream for what it is.
struct AsItIs;

impl TlsConnect<Established> for AsItIs {
    type Stream = Established;
    type Error = io::Error;
    type Future = Ready<io::Result<Established>>;

    fn connect(self, stream: Established) -> Self::Future {
        ready(Ok(stream))
    }
}

impl TlsStream for Established {
    fn channel_binding(&self) -> tls::ChannelBinding {
        match &self.endpoint {
            Some(endpoint) => tls::ChannelBinding::tls_server_end_point(endpoint.clone()),
            None => tls::ChannelBinding::none(),
        }
    }
}

impl AsyncRead for Established {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tap).poll_read(cx, buf)
    }
}

impl AsyncWrite for Established {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().tap).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tap).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().tap).poll_shutdown(cx)
    }
}
