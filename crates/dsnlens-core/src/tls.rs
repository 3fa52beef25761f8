//! The SSL modes of libpq: what each encrypts, what it verifies, which attempts it makes.
//!
//! From PostgreSQL 18's documentation of `sslmode` and `fe-connect.c`. A Unix socket is never
//! encrypted, whatever the mode says.

use core::fmt;
use core::str::FromStr;

/// `sslmode`, weakest first.
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

    /// The connection attempts on one address, in libpq's order.
    pub const fn attempts(self) -> &'static [Attempt] {
        match self {
            SslMode::Disable => &[Attempt::Plain],
            SslMode::Allow => &[Attempt::Plain, Attempt::Tls],
            SslMode::Prefer => &[Attempt::Tls, Attempt::Plain],
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => &[Attempt::Tls],
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

/// What a connection's SSL settings guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ssl {
    /// The mode that won.
    pub mode: SslMode,
    /// The attempts on one address, in order.
    pub attempts: &'static [Attempt],
    /// Whether what is sent is encrypted.
    pub encryption: Encryption,
    /// What of the server's certificate is verified.
    pub verifies: Verification,
    /// A Unix socket, on which the mode does nothing.
    pub is_socket: bool,
    /// `channel_binding=require`: the log-in succeeds over TLS alone, with SCRAM, and the server
    /// proves over this very connection that it knows the password.
    pub binds: bool,
}

impl Ssl {
    /// The guarantees of `mode`, with a root certificate named or not, over a socket or a network.
    pub const fn new(mode: SslMode, has_root: bool, is_socket: bool) -> Ssl {
        if is_socket {
            let attempts = SslMode::Disable.attempts();
            let (encryption, verifies) = (Encryption::Never, Verification::Nothing);
            return Ssl { mode, attempts, encryption, verifies, is_socket, binds: false };
        }
        let encryption = match mode {
            SslMode::Disable => Encryption::Never,
            SslMode::Allow | SslMode::Prefer => Encryption::Opportunistic,
            SslMode::Require | SslMode::VerifyCa | SslMode::VerifyFull => Encryption::Always,
        };
        let verifies = match mode {
            SslMode::VerifyFull => Verification::ChainAndHost,
            SslMode::VerifyCa => Verification::Chain,
            // With a root certificate at hand `require` is as strict as `verify-ca`.
            SslMode::Require if has_root => Verification::Chain,
            _ => Verification::Nothing,
        };
        Ssl { mode, attempts: mode.attempts(), encryption, verifies, is_socket, binds: false }
    }
}
