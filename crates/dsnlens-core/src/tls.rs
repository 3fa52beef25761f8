//! How a client secures a connection: what it tries, what makes it fall back, what it verifies.
//!
//! A client's table says what each of its modes does ([`TlsMode`]); a [`TlsPolicy`] is the row that
//! was chosen, with what else decides. A Unix socket is never encrypted, whatever the mode says.

use core::fmt;
use core::str::FromStr;

use crate::ledger::LineId;

/// libpq's words for `sslmode`, weakest first; other clients know more or fewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the word it is named after")]
pub enum SslMode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

impl SslMode {
    /// All six, weakest first.
    pub const ALL: [SslMode; 6] = [
        SslMode::Disable,
        SslMode::Allow,
        SslMode::Prefer,
        SslMode::Require,
        SslMode::VerifyCa,
        SslMode::VerifyFull,
    ];

    /// The word libpq knows it by.
    pub const fn name(self) -> &'static str {
        match self {
            SslMode::Disable => "disable",
            SslMode::Allow => "allow",
            SslMode::Prefer => "prefer",
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

impl fmt::Display for SslMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SslMode {
    type Err = ();

    /// The exact words, in lower case: libpq takes no others.
    fn from_str(word: &str) -> Result<SslMode, ()> {
        Self::ALL.into_iter().find(|it| it.name() == word).ok_or(())
    }
}

/// One connection attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Attempt {
    /// Without TLS.
    Plain,
    /// With TLS.
    Tls,
}

impl Attempt {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Attempt::Plain => "plain",
            Attempt::Tls => "tls",
        }
    }
}

/// A release of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each variant is the release it is named after")]
pub enum Release {
    Tls1,
    Tls1_1,
    Tls1_2,
    Tls1_3,
}

impl Release {
    /// The oldest that libpq speaks, if it is not told otherwise.
    pub const OLDEST: Release = Release::Tls1_2;

    /// The release that libpq takes a word for.
    pub(crate) fn read(word: &str) -> Option<Release> {
        let names = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
        match names.into_iter().position(|it| it.eq_ignore_ascii_case(word))? {
            0 => Some(Release::Tls1),
            1 => Some(Release::Tls1_1),
            2 => Some(Release::Tls1_2),
            _ => Some(Release::Tls1_3),
        }
    }
}

/// Whether what is sent is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encryption {
    /// In every case.
    Always,
    /// If the server is willing; an attacker can talk both sides out of it.
    Opportunistic,
    /// In no case.
    Never,
}

impl Encryption {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Encryption::Always => "always",
            Encryption::Opportunistic => "opportunistic",
            Encryption::Never => "never",
        }
    }
}

/// What of the server's certificate is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verification {
    /// Nothing: any server will do.
    Nothing,
    /// That a known authority signed it.
    Chain,
    /// That, and that it is for this host.
    ChainAndHost,
}

impl Verification {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Verification::Nothing => "nothing",
            Verification::Chain => "chain",
            Verification::ChainAndHost => "chain-and-host",
        }
    }
}

/// What may make a client go on to its next attempt on the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Setback {
    /// The server does not offer TLS.
    NoTls,
    /// The handshake fails, or the certificate is not trusted.
    Certificate,
    /// The server refuses the log-in.
    LogIn,
}

/// A row of a client's table: what one of its modes makes it do.
#[derive(Debug, PartialEq, Eq)]
pub struct TlsMode {
    /// The client's word for it.
    pub name: &'static str,
    /// The attempts on one address over the network, in order.
    pub attempts: &'static [Attempt],
    /// After which failures it goes on to the next of them.
    pub falls_back: &'static [Setback],
    /// What an attempt with TLS verifies without root certificates, and with them.
    pub verifies: [Verification; 2],
}

/// What certificates are checked against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrustedRoots {
    /// Nothing.
    None,
    /// A file, which is named or in the client's own place.
    File,
    /// The authorities that the machine trusts.
    System,
    /// The authorities that the client's language brings along.
    Runtime,
}

impl TrustedRoots {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            TrustedRoots::None => "none",
            TrustedRoots::File => "file",
            TrustedRoots::System => "system",
            TrustedRoots::Runtime => "runtime",
        }
    }

    /// Whether public authorities are among them.
    pub const fn is_public(self) -> bool {
        matches!(self, TrustedRoots::System | TrustedRoots::Runtime)
    }
}

/// How a client secures its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsPolicy {
    /// The mode: a row of the client's table.
    pub mode: &'static TlsMode,
    /// The line of the ledger that chose it.
    pub by: Option<LineId>,
    /// What certificates are checked against.
    pub roots: TrustedRoots,
    /// Where the connection goes.
    pub peer: Peer,
    /// `channel_binding=require`: the log-in succeeds over TLS alone, with SCRAM, and the server
    /// proves over this very connection that it knows the password.
    pub binds: bool,
}

/// Where a connection goes, as far as TLS depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Peer {
    /// Through a Unix socket, on which no mode does anything.
    Socket,
    /// To an address, without a host name that its certificate could be compared with.
    Address,
    /// To a host.
    Host,
}

impl TlsPolicy {
    /// Whether the connection goes through a Unix socket, on which the mode does nothing.
    pub fn is_socket(&self) -> bool {
        self.peer == Peer::Socket
    }

    /// The mode, where it is one of libpq's words.
    pub fn sslmode(&self) -> Option<SslMode> {
        self.mode.name.parse().ok()
    }

    /// The attempts on one address, in order.
    pub fn attempts(&self) -> &'static [Attempt] {
        if self.is_socket() { &[Attempt::Plain] } else { self.mode.attempts }
    }

    /// Whether what is sent is encrypted.
    pub fn encryption(&self) -> Encryption {
        let attempts = self.attempts();
        match (attempts.contains(&Attempt::Tls), attempts.contains(&Attempt::Plain)) {
            (true, false) => Encryption::Always,
            (true, true) => Encryption::Opportunistic,
            (false, _) => Encryption::Never,
        }
    }

    /// What is verified of every server that is connected to.
    pub fn verifies(&self) -> Verification {
        match self.encryption() {
            Encryption::Always => self.checks(),
            Encryption::Opportunistic | Encryption::Never => Verification::Nothing,
        }
    }

    /// What an attempt with TLS verifies.
    fn checks(&self) -> Verification {
        let [without, with] = self.mode.verifies;
        if self.roots == TrustedRoots::None { without } else { with }
    }

    /// The attempt that succeeds at such a server, if any does.
    pub fn at(&self, server: ServerKind) -> Option<Attempt> {
        for attempt in self.attempts() {
            let setback = match (attempt, server) {
                (Attempt::Plain, ServerKind::TlsRequired) => Setback::LogIn,
                // The client itself refuses to log in.
                (Attempt::Plain, _) if self.binds => break,
                (Attempt::Plain, _) => return Some(*attempt),
                (Attempt::Tls, ServerKind::WithoutTls) => Setback::NoTls,
                (Attempt::Tls, _) if self.trusts(server) => return Some(*attempt),
                (Attempt::Tls, _) => Setback::Certificate,
            };
            if !self.mode.falls_back.contains(&setback) {
                break;
            }
        }
        None
    }

    fn trusts(&self, server: ServerKind) -> bool {
        let is_known = match server {
            ServerKind::SelfSigned => false,
            ServerKind::Public => self.roots.is_public(),
            _ => self.roots == TrustedRoots::File,
        };
        match self.checks() {
            Verification::Nothing => true,
            Verification::Chain => is_known,
            Verification::ChainAndHost => {
                is_known && server != ServerKind::WrongHost && self.peer == Peer::Host
            }
        }
    }
}

/// A kind of server, by what a TLS policy meets there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ServerKind {
    /// It does not offer TLS.
    WithoutTls,
    /// The root that the client is given signed its certificate, for this host.
    Trusted,
    /// Its certificate is self-signed.
    SelfSigned,
    /// That root signed its certificate, for another host.
    WrongHost,
    /// The same as [`ServerKind::Trusted`], and it refuses plain text.
    TlsRequired,
    /// A public authority signed its certificate, for this host.
    Public,
}
