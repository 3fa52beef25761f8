//! What was seen at each step of a connection: plain facts, without a judgement.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;
use core::time::Duration;

use super::plan::Root;
use crate::tls::Attempt;

/// The steps of a check, in the order in which they are climbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The host's name is looked up.
    Dns,
    /// A connection to an address, or to a Unix socket.
    Tcp,
    /// The server is asked whether it speaks TLS.
    SslRequest,
    /// The handshake, and what the certificate is worth.
    Tls,
    /// User, database and password.
    Auth,
    /// What the server says of itself and of this session.
    Session,
    /// What a connection costs, and what becomes of one that was lost.
    Pooling,
}

impl Step {
    /// All of them, first to last.
    pub const ALL: [Step; 7] = [
        Step::Dns,
        Step::Tcp,
        Step::SslRequest,
        Step::Tls,
        Step::Auth,
        Step::Session,
        Step::Pooling,
    ];

    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Step::Dns => "dns",
            Step::Tcp => "tcp",
            Step::SslRequest => "sslrequest",
            Step::Tls => "tls",
            Step::Auth => "auth",
            Step::Session => "session",
            Step::Pooling => "pooling",
        }
    }
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Which of the plan's targets it was for.
    pub target: usize,
    /// Where: an address with its port, or the path of a socket; empty before there is one.
    pub place: String,
    /// With TLS or without.
    pub attempt: Attempt,
    /// How long it took.
    pub time: Duration,
    /// Whether something is tried after it, the next step or another attempt.
    pub goes_on: bool,
    /// What was seen.
    pub fact: Fact,
}

impl Observation {
    /// The step it is of.
    pub const fn step(&self) -> Step {
        match self.fact {
            Fact::Dns(_) => Step::Dns,
            Fact::Tcp(_) => Step::Tcp,
            Fact::SslRequest(_) => Step::SslRequest,
            Fact::Tls(_) => Step::Tls,
            Fact::Auth(_) => Step::Auth,
            Fact::Session(_) => Step::Session,
            Fact::Pooling(_) => Step::Pooling,
        }
    }
}

/// What was seen at a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// The addresses of a name, or why there are none.
    Dns(Result<Addresses, Broken>),
    /// Connected, or not.
    Tcp(Result<(), Broken>),
    /// The answer to the question for TLS.
    SslRequest(SslAnswer),
    /// The handshake.
    Tls(Tls),
    /// The log-in.
    Auth(Auth),
    /// The server's own words, or the error that it answers with.
    Session(Result<Session, ServerError>),
    /// What connections cost.
    Pooling(Pooling),
}

/// The addresses of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    /// The first ones, which are tried in this order.
    pub first: Vec<IpAddr>,
    /// The number of the others, which are not tried.
    pub more: usize,
}

impl Addresses {
    /// The most addresses of a name that a check tries.
    pub const MOST: usize = 10;

    /// Of `all`, the first ones.
    pub fn new(all: impl Iterator<Item = IpAddr>) -> Addresses {
        let mut all = all.fuse();
        Addresses { first: all.by_ref().take(Addresses::MOST).collect(), more: all.count() }
    }
}

/// Why nothing came, or came no further, over the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The other side hung up.
    Closed,
    /// The other side sent more than a server has to say.
    Endless,
    /// The operating system's own words.
    Failed(String),
    /// Somebody is there, and nobody listens.
    Refused,
    /// Nothing came in time.
    TimedOut,
    /// No way leads there.
    Unreachable(String),
}

/// What came back for an `SSLRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SslAnswer {
    /// Nothing.
    Broken(Broken),
    /// `E`: what an overloaded or a very old server sends.
    Error(String),
    /// Something that no PostgreSQL says: its first bytes, or a greeting that somebody else sends.
    Other(Vec<u8>),
    /// `N`.
    Unwilling,
    /// `S`.
    Willing,
}

/// A TLS handshake.
#[derive(Clone, Debug, PartialEq)]
pub struct Tls {
    /// Version and cipher, or why there are none.
    pub handshake: Result<Cipher, Handshake>,
    /// What the server showed, its own certificate first.
    pub chain: Vec<Certificate>,
    /// What the chain is worth by each set of roots that was asked, the effective one first.
    pub trust: Vec<Trust>,
    /// When that was, in seconds since 1970.
    pub now: i64,
}

/// What both sides settled on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cipher {
    /// `TLSv1.3`.
    pub version: String,
    /// The suite.
    pub suite: String,
}

/// Why a handshake came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// The connection broke.
    Broken(Broken),
    /// Both sides are there and do not come together, in the library's words.
    Failed(String),
}

/// What a certificate says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is.
    pub subject: String,
    /// Who signed it.
    pub issuer: String,
    /// The subject's first common name.
    pub common_name: Option<String>,
    /// `dNSName`s of the subject's alternative names.
    pub dns_names: Vec<String>,
    /// `iPAddress`es of the subject's alternative names.
    pub addresses: Vec<IpAddr>,
    /// First second of its life, since 1970.
    pub not_before: i64,
    /// Last second of its life, since 1970.
    pub not_after: i64,
    /// Whether subject and issuer are one.
    pub is_self_issued: bool,
}

/// What a chain is worth by a set of roots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    /// The roots.
    pub root: Root,
    /// Whether libpq would use them here.
    pub is_effective: bool,
    /// What they say.
    pub chain: Chain,
}

/// What OpenSSL, and so libpq, would say of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chain {
    /// A certificate in it is too old; its subject.
    Expired(String),
    /// It leads nowhere: the issuer that is not known.
    IssuerUnknown(String),
    /// The roots are not there.
    NoRoots,
    /// A certificate in it is not valid yet; its subject.
    NotYetValid(String),
    /// A known authority stands at its end.
    Trusted,
    /// It is its own issuer, and the roots do not hold it.
    SelfSigned,
    /// A certificate in it must not be used so; why.
    Unsuitable(String),
    /// The roots cannot be read; why.
    UnreadableRoots(String),
}

/// How a server wants to be convinced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The password as it is.
    Cleartext,
    /// Kerberos, by whichever name.
    Gss,
    /// A hash of it.
    Md5,
    /// A proof that both sides know it.
    Scram {
        /// Whether it can be bound to the TLS channel.
        with_plus: bool,
    },
    /// Not at all: trusted, or known by a certificate.
    Trust,
    /// Any other way; the protocol's number.
    Unknown(i32),
}

impl Method {
    /// The word that `pg_hba.conf` has for it.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Cleartext => "password",
            Method::Gss => "gss",
            Method::Md5 => "md5",
            Method::Scram { .. } => "scram-sha-256",
            Method::Trust => "trust",
            Method::Unknown(_) => "unknown",
        }
    }
}

/// The log-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Auth {
    /// What the server asked for; `None` where it got not that far.
    pub method: Option<Method>,
    /// Whether the server was satisfied, which is before it looks for the database.
    pub is_authenticated: bool,
    /// How it ended.
    pub outcome: Result<(), AuthError>,
}

impl Fact {
    /// Changes each text: `own` those of this machine, with names of files and hosts in them;
    /// `text` those that may hold a server's words; `bytes` what came instead of an answer.
    pub fn edit(
        &mut self,
        own: &dyn Fn(&mut String),
        text: &dyn Fn(&mut String),
        bytes: &dyn Fn(&mut Vec<u8>),
    ) {
        match self {
            Fact::Dns(Err(it)) | Fact::Tcp(Err(it)) => it.edit(own),
            Fact::Dns(Ok(_)) | Fact::Tcp(Ok(())) => {}
            Fact::SslRequest(answer) => match answer {
                SslAnswer::Broken(it) => it.edit(own),
                SslAnswer::Error(it) => text(it),
                SslAnswer::Other(it) => bytes(it),
                SslAnswer::Unwilling | SslAnswer::Willing => {}
            },
            Fact::Tls(it) => it.edit(own, text),
            Fact::Auth(Auth { method: _, is_authenticated: _, outcome }) => match outcome {
                Ok(()) => {}
                Err(AuthError::Broken(it)) => it.edit(own),
                Err(AuthError::Mistrusted(it) | AuthError::OwnLimit(it)) => text(it),
                Err(AuthError::Other(it)) => bytes(it),
                Err(AuthError::Server(it)) => it.edit(text),
                Err(
                    AuthError::CleartextRefused | AuthError::NoPassword | AuthError::Unsupported(_),
                ) => {}
            },
            Fact::Session(Ok(it)) => {
                let Session { version, user, database, schema, backend_tls, .. } = it;
                [version, user, database].into_iter().for_each(text);
                schema.iter_mut().chain(backend_tls).for_each(text);
            }
            Fact::Session(Err(it)) => it.edit(text),
            Fact::Pooling(it) => {
                if let Some(Loss { next_query, recovery }) = &mut it.loss {
                    text(next_query);
                    recovery.as_mut().err().into_iter().for_each(text);
                }
            }
        }
    }
}

impl Broken {
    fn edit(&mut self, own: &dyn Fn(&mut String)) {
        match self {
            Broken::Failed(it) | Broken::Unreachable(it) => own(it),
            Broken::Closed | Broken::Endless | Broken::Refused | Broken::TimedOut => {}
        }
    }
}

impl Tls {
    fn edit(&mut self, own: &dyn Fn(&mut String), text: &dyn Fn(&mut String)) {
        match &mut self.handshake {
            Ok(Cipher { version, suite }) => [version, suite].into_iter().for_each(own),
            Err(Handshake::Broken(it)) => it.edit(own),
            Err(Handshake::Failed(it)) => own(it),
        }
        for certificate in &mut self.chain {
            let Certificate { subject, issuer, common_name, dns_names, .. } = certificate;
            [subject, issuer].into_iter().chain(common_name).chain(dns_names).for_each(text);
        }
        for trust in &mut self.trust {
            match &mut trust.chain {
                Chain::Expired(it)
                | Chain::IssuerUnknown(it)
                | Chain::NotYetValid(it)
                | Chain::Unsuitable(it) => text(it),
                Chain::UnreadableRoots(it) => own(it),
                Chain::NoRoots | Chain::SelfSigned | Chain::Trusted => {}
            }
        }
    }
}

impl ServerError {
    fn edit(&mut self, text: &dyn Fn(&mut String)) {
        let ServerError { severity, code, message, detail, hint } = self;
        [severity, code, message].into_iter().chain(detail).chain(hint).for_each(text);
    }
}

/// Why a log-in came to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// The connection broke.
    Broken(Broken),
    /// The server wants the password as it is, over a connection that anybody can read.
    CleartextRefused,
    /// The server's proof, or the binding to the channel, is not what was asked for.
    Mistrusted(String),
    /// The server wants a password, and there is none.
    NoPassword,
    /// What came is no answer of a PostgreSQL; its first bytes.
    Other(Vec<u8>),
    /// The server asks for more than this program does, though libpq might; what.
    OwnLimit(String),
    /// The server says no.
    Server(ServerError),
    /// A method that is not spoken here.
    Unsupported(Method),
}

/// An error in the server's own words.
///
/// PgBouncer and other poolers write errors of their own, mostly with one SQLSTATE for all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerError {
    /// `FATAL`, mostly.
    pub severity: String,
    /// Its SQLSTATE.
    pub code: String,
    /// Its text, in the server's language.
    pub message: String,
    /// More of it.
    pub detail: Option<String>,
    /// What the server advises.
    pub hint: Option<String>,
}

impl ServerError {
    /// Whether `pg_hba.conf` has no line for this connection, or one that rejects it. The text
    /// may be in any language, and names the file in each.
    pub fn is_about_hba(&self) -> bool {
        self.code == "28000" && self.message.contains("pg_hba.conf")
    }

    /// Whether user or password are wrong, or the role must not log in.
    pub fn is_about_credentials(&self) -> bool {
        let is_refused = self.code == "28P01" || self.code == "28000" && !self.is_about_hba();
        // PgBouncer before 1.19 has one SQLSTATE for everything.
        let by_pooler = self.code == "08P01" && self.message.contains("authentication failed");
        (is_refused || by_pooler) && !self.wants_tls()
    }

    /// Whether there is no such database.
    pub fn is_about_database(&self) -> bool {
        self.code == "3D000" || self.message.starts_with("no such database")
    }

    /// Whether there are too many connections, of the server, a role, a database or a pooler.
    pub fn is_about_connections(&self) -> bool {
        let signs = ["no more connections allowed", "connections exceeded", "EMAXCONN"];
        self.code == "53300" || signs.iter().any(|it| self.message.contains(it))
    }

    /// Whether what is missing is TLS, in the words of PostgreSQL or of a pooler in front of it.
    pub fn wants_tls(&self) -> bool {
        // PostgreSQL from 14 on, and before; PgBouncer; Neon; Supavisor.
        let signs = ["no encryption", "SSL off", "SSL required", "sslmode=require", "ESSLREQUIRED"];
        signs.iter().any(|it| self.message.contains(it))
    }
}

/// What the server says of itself and of the session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Its version in words.
    pub version: String,
    /// Its version as a number: 150018.
    pub version_number: u32,
    /// Whether it is a standby.
    pub is_in_recovery: bool,
    /// Who is logged in.
    pub user: String,
    /// To which database.
    pub database: String,
    /// Whether that user is a superuser.
    pub is_superuser: bool,
    /// Where new tables go, if anywhere.
    pub schema: Option<String>,
    /// Whether the user may create something there.
    pub can_create: bool,
    /// `max_connections`.
    pub max_connections: u32,
    /// The slots that are kept for superusers and other privileged roles.
    pub reserved_connections: u32,
    /// How many are in use, this one included.
    pub used_connections: u32,
    /// The role's own limit.
    pub role_limit: Option<u32>,
    /// How many of those are in use.
    pub role_connections: u32,
    /// The database's own limit.
    pub database_limit: Option<u32>,
    /// How many of those are in use.
    pub database_connections: u32,
    /// `TLSv1.3`, as the backend sees its own connection; a pooler's is another one than ours.
    pub backend_tls: Option<String>,
    /// The number that the server gave at the log-in.
    pub key_pid: i32,
    /// The number of the process that answers.
    pub backend_pid: i32,
}

impl Session {
    /// Whether somebody stands between us and the server: its process is not the one that was
    /// announced.
    pub const fn is_pooled(&self) -> bool {
        self.key_pid != self.backend_pid
    }
}

/// What connections cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Pooling {
    /// A new connection, from the first byte to the server's readiness.
    pub connect: Duration,
    /// A query over a connection that is there: the middle one of several.
    pub reuse: Duration,
    /// How many queries were asked.
    pub queries: u32,
    /// How many processes answered them; more than one is a pooler that shares them out.
    pub backends: u32,
    /// What follows the loss of a connection; `None` where none was risked.
    pub loss: Option<Loss>,
}

/// A connection whose process was ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// What the next query gets where nobody looks first: `CONN_HEALTH_CHECKS` off.
    pub next_query: String,
    /// To notice it, connect again and ask: what `CONN_HEALTH_CHECKS` does.
    pub recovery: Result<Duration, String>,
}
