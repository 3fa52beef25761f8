//! What the `sslmode` in the URL promises, and what a client keeps of it.

use alloc::vec::Vec;

#[cfg(feature = "clients")]
use crate::clients::server;
use crate::inputs::DATABASE_URL;
#[cfg(feature = "clients")]
use crate::ledger::Fate;
use crate::ledger::{Line, Value};
use crate::resolution::Resolution;
use crate::tls::{Attempt, ServerKind, SslMode};

/// How a connection is made to kinds of servers; `None` where it fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    pub(crate) without_tls: Option<Attempt>,
    pub(crate) trusted: Option<Attempt>,
    pub(crate) self_signed: Option<Attempt>,
    pub(crate) wrong_host: Option<Attempt>,
    pub(crate) tls_required: Option<Attempt>,
    /// A public authority signed the certificate.
    pub(crate) public: Option<Attempt>,
}

impl Outcomes {
    /// `None` where nothing is known of the connection, or it is none to PostgreSQL.
    pub(crate) fn of(resolution: &Resolution<'_>) -> Option<Outcomes> {
        if resolution.refusal.is_some() {
            return Some(Outcomes::default());
        }
        let winner = |keyword| resolution.ledger.winner(keyword).map(|(_, line)| &line.value);
        let is_unknown = |keyword| winner(keyword).is_some_and(|it| it.unknown().is_some());
        let deciding = ["sslmode", "sslrootcert", "channel_binding", "host", "hostaddr"];
        // Kerberos may encrypt instead of TLS.
        let is_kerberos = winner("gssencmode").and_then(Value::as_str) == Some("require");
        if deciding.into_iter().any(is_unknown) || is_kerberos {
            return None;
        }
        // The server does not know it, whatever kind of server it is.
        if sent_in_vain(resolution).next().is_some() {
            return Some(Outcomes::default());
        }
        let tls = resolution.tls?;
        Some(Outcomes {
            without_tls: tls.at(ServerKind::WithoutTls),
            trusted: tls.at(ServerKind::Trusted),
            self_signed: tls.at(ServerKind::SelfSigned),
            wrong_host: tls.at(ServerKind::WrongHost),
            tls_required: tls.at(ServerKind::TlsRequired),
            public: tls.at(ServerKind::Public),
        })
    }

    /// Whether a connection to a trusted server fails only because no root is named, and what the
    /// machine or the language trusts is asked.
    #[cfg(all(feature = "clients", feature = "serde"))]
    pub(crate) fn needs_public_authority(&self) -> bool {
        self.trusted.is_none() && self.public.is_some()
    }

    /// What fails everywhere fails for another reason than its TLS.
    fn connects(&self) -> bool {
        self.trusted.is_some() || self.public.is_some()
    }
}

/// The settings that a client sends to the server and that a stock server refuses.
#[cfg(feature = "clients")]
pub(crate) fn sent_in_vain<'r, 'a>(
    resolution: &'r Resolution<'a>,
) -> impl Iterator<Item = &'r Line<'a>> {
    let sent = resolution.ledger.lines().map(|(_, line)| line).filter(|it| it.fate == Fate::Sent);
    sent.filter(|it| !server::takes(it.key.reveal()))
}

/// The clients that are there send none.
#[cfg(not(feature = "clients"))]
pub(crate) fn sent_in_vain<'r, 'a>(
    _: &'r Resolution<'a>,
) -> impl Iterator<Item = &'r Line<'a>> + use<'r, 'a> {
    core::iter::empty()
}

/// libpq's `sslmode` in the URL, whatever the client makes of it, and the line that has it.
pub(crate) fn sslmode<'r, 'a>(resolution: &'r Resolution<'a>) -> Option<(SslMode, &'r Line<'a>)> {
    let mut lines = resolution.ledger.lines().map(|(_, line)| line);
    let line = lines.find(|it| {
        let is_of_url = it.origin.input_span().is_some_and(|it| it.input == DATABASE_URL);
        is_of_url && it.key.keyword() == "sslmode" && it.value.unknown().is_none()
    })?;
    Some((line.value.as_str()?.parse().ok()?, line))
}

/// A way in which a client does not do what libpq's `sslmode` says, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// It connects in plain text where the server offers no TLS.
    PlainText,
    /// It accepts any certificate.
    AnyCertificate,
    /// It accepts a certificate for another host.
    OtherHost,
    /// It verifies the certificate although it was not asked to.
    Stricter,
    /// It does not connect without TLS although it was not told to.
    NeedsTls,
}

impl Difference {
    /// All of them, worst first.
    pub(crate) const ALL: [Difference; 5] = [
        Difference::PlainText,
        Difference::AnyCertificate,
        Difference::OtherHost,
        Difference::Stricter,
        Difference::NeedsTls,
    ];

    /// Those between what `sslmode` says and how a client connects.
    pub(crate) fn between(sslmode: SslMode, outcomes: &Outcomes) -> Vec<Difference> {
        Difference::ALL.into_iter().filter(|it| it.is_between(sslmode, outcomes)).collect()
    }

    /// Whether a client that connects so differs from what `sslmode` says.
    pub(crate) fn is_between(self, sslmode: SslMode, outcomes: &Outcomes) -> bool {
        let (plain, tls) = (Some(Attempt::Plain), Some(Attempt::Tls));
        match self {
            Difference::PlainText => sslmode >= SslMode::Require && outcomes.without_tls == plain,
            Difference::AnyCertificate => {
                sslmode >= SslMode::VerifyCa && outcomes.self_signed == tls
            }
            Difference::OtherHost => {
                sslmode == SslMode::VerifyFull
                    && outcomes.wrong_host == tls
                    && outcomes.self_signed != tls
            }
            Difference::Stricter => {
                sslmode == SslMode::Require
                    && outcomes.connects()
                    && outcomes.self_signed.is_none()
                    && outcomes.without_tls.is_none()
            }
            Difference::NeedsTls => {
                matches!(sslmode, SslMode::Allow | SslMode::Prefer)
                    && outcomes.connects()
                    && outcomes.without_tls.is_none()
            }
        }
    }

    /// Whether the connection is less safe than `sslmode` says.
    pub(crate) const fn is_weaker(self) -> bool {
        matches!(self, Difference::PlainText | Difference::AnyCertificate | Difference::OtherHost)
    }

    /// What such a client does, behind its name.
    pub(crate) const fn what(self) -> &'static str {
        match self {
            Difference::PlainText => "would connect without TLS where the server offers none",
            Difference::AnyCertificate => "would accept any certificate",
            Difference::OtherHost => "would accept a certificate for another host",
            Difference::Stricter => {
                "would verify the certificate as well, and refuse a self-signed one"
            }
            Difference::NeedsTls => "would not connect to a server without TLS",
        }
    }

    /// What to do about it, as an order; `whose` is `the client` or several of them.
    pub(crate) fn help(self, whose: &str) -> alloc::string::String {
        match self {
            Difference::PlainText => {
                alloc::format!("set TLS in the configuration of {whose}, where the URL cannot")
            }
            Difference::AnyCertificate => {
                alloc::format!("set the root certificate in the configuration of {whose}")
            }
            Difference::OtherHost => {
                alloc::format!("set the check of the host name in the configuration of {whose}")
            }
            Difference::Stricter => alloc::format!("give {whose} the server's root certificate"),
            Difference::NeedsTls => "write `sslmode=disable` for a server without TLS, and \
                                     `sslmode=require` for others"
                .into(),
        }
    }
}
