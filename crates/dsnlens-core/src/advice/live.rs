//! What the rules look at where something was connected to.

use alloc::string::{String, ToString};

use super::{Case, brief, shown};
use crate::live::{
    Chain, Fact, Observation, Plan, Pooling, Root, ServerError, Session, Tls, Verdict, Why,
};
use crate::span::InputSpan;

/// What the live rules look at beside the case.
pub(crate) struct Live<'l> {
    pub(crate) plan: &'l Plan,
    pub(crate) observations: &'l [Observation],
    pub(crate) verdict: Verdict<'l>,
}

impl<'l> Live<'l> {
    /// Why the connection failed; `None` where it did not.
    pub(crate) fn why(&self) -> Option<&Why<'l>> {
        self.verdict.cause.as_ref().map(|it| &it.why)
    }

    /// Where the cause was met.
    pub(crate) fn place(&self) -> &'l str {
        self.verdict.cause.as_ref().map_or("", |it| &it.observation.place)
    }

    /// What the server said of the session.
    pub(crate) fn session(&self) -> Option<&'l Session> {
        self.observations.iter().find_map(|it| match &it.fact {
            Fact::Session(session) => session.as_ref().ok(),
            _ => None,
        })
    }

    /// What connections cost.
    pub(crate) fn pooling(&self) -> Option<&'l Pooling> {
        self.observations.iter().find_map(|it| match &it.fact {
            Fact::Pooling(pooling) => Some(pooling),
            _ => None,
        })
    }

    /// The handshake of the connection that stands, or else the last one.
    pub(crate) fn tls(&self) -> Option<&'l Tls> {
        self.observations.iter().rev().find_map(|it| match &it.fact {
            Fact::Tls(tls) => Some(tls),
            _ => None,
        })
    }

    /// Whether the plan's name stands for IPv6 addresses alone.
    pub(crate) fn has_only_ipv6(&self) -> bool {
        let addresses = self.observations.iter().find_map(|it| match &it.fact {
            Fact::Dns(Ok(addresses)) => Some(addresses),
            _ => None,
        });
        addresses.is_some_and(|it| it.first.iter().all(|it| it.is_ipv6()))
    }

    /// Whether TLS was tried, with or without success.
    pub(crate) fn has_tried_tls(&self) -> bool {
        self.observations.iter().any(|it| matches!(it.fact, Fact::SslRequest(_) | Fact::Tls(_)))
    }

    /// The days that are left of the server's own certificate.
    pub(crate) fn days_left(&self) -> Option<i64> {
        let tls = self.tls()?;
        let own = tls.chain.first()?;
        Some((own.not_after - tls.now).div_euclid(86_400))
    }

    /// The roots that count, as a person calls them.
    pub(crate) fn roots(&self) -> String {
        match &self.plan.root {
            Root::Default => "`~/.postgresql/root.crt`".into(),
            Root::File(path) => alloc::format!("`{}`", brief(path)),
            Root::System => "this machine's own list of authorities".into(),
        }
    }

    /// Which other roots at hand would accept the server.
    pub(crate) fn would_pass(&self) -> Option<&'static str> {
        let trust = &self.tls()?.trust;
        let other = trust.iter().find(|it| !it.is_effective && it.chain == Chain::Trusted)?;
        match other.root {
            Root::Default => Some("`~/.postgresql/root.crt`"),
            Root::System => Some("`system`, this machine's own list,"),
            Root::File(_) => None,
        }
    }

    /// A server's error with its SQLSTATE.
    pub(crate) fn words(error: &ServerError) -> String {
        let message = brief_error(&error.message);
        ServerError { message, ..error.clone() }.to_string()
    }

    /// The server's error, where that is the cause.
    pub(crate) fn server_error(&self) -> Option<&'l ServerError> {
        match self.why()? {
            Why::Server(error) => Some(error),
            _ => None,
        }
    }
}

impl<'a> Case<'_, 'a> {
    /// Where the host was written.
    pub(crate) fn host_span(&self) -> Option<InputSpan<'a>> {
        self.span_of("host")
    }

    /// Where the value that won was written.
    pub(crate) fn span_of(&self, keyword: &str) -> Option<InputSpan<'a>> {
        self.winner(keyword)?.1.origin.input_span()
    }

    /// The host as a message may quote it.
    pub(crate) fn shown_host(&self) -> String {
        self.winner("host").map_or_else(String::new, |(_, line)| shown(&line.value))
    }

    /// The role as a message may quote it.
    pub(crate) fn shown_user(&self) -> String {
        match self.winner("user").filter(|(_, line)| line.value.is_truthy()) {
            Some((_, line)) => alloc::format!("`{}`", shown(&line.value)),
            None => "the account's own role".into(),
        }
    }
}

/// A server's text on one line, and no longer than a person reads.
fn brief_error(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = text.lines().next().unwrap_or_default().trim_end_matches('.');
    match line.char_indices().nth(LONGEST) {
        None => line.into(),
        Some((end, _)) => alloc::format!("{}…", line.get(..end).unwrap_or_default()),
    }
}
