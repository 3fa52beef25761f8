//! What a check comes down to: whether there is a connection, and if not, the one reason.

use alloc::vec::Vec;

use super::observation::{
    AuthError, Broken, Fact, Handshake, Method, Observation, ServerError, SslAnswer,
};
use super::plan::{Distrust, Next, Plan};
use crate::tls::{Attempt, Setback, Verification};

/// How a check ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict<'o> {
    /// Whether somebody is logged in.
    pub is_connected: bool,
    /// Whether that connection is encrypted.
    pub is_tls: bool,
    /// What of the server's certificate was verified.
    pub verified: Verification,
    /// Why nobody is.
    pub cause: Option<Cause<'o>>,
    /// The addresses that this program did not try, though libpq might: it tries the first few
    /// of a name.
    pub untried: usize,
}

/// The step that a connection failed at, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Cause<'o> {
    /// The step.
    pub observation: &'o Observation,
    /// Why.
    pub why: Why<'o>,
    /// What else libpq tried at that address, and reports behind it.
    pub others: Vec<Why<'o>>,
}

/// Why a step failed.
#[derive(Clone, Debug, PartialEq)]
pub enum Why<'o> {
    /// The network, at a step behind the connection itself.
    Broken(&'o Broken),
    /// The certificate.
    Certificate(Distrust),
    /// The password would go over the network as it is.
    CleartextRefused,
    /// No connection to the address.
    Connect(&'o Broken),
    /// No address for the name.
    Dns(&'o Broken),
    /// Both sides speak TLS and do not come together.
    Handshake(&'o str),
    /// The server did not prove who it is.
    Mistrusted(&'o str),
    /// The server wants a password, and there is none.
    NoPassword,
    /// The server does not speak TLS.
    NoTls,
    /// Somebody else listens there; the first bytes of what came.
    NotPostgres(&'o [u8]),
    /// The server asks for more than this program does.
    OwnLimit(&'o str),
    /// The server says no.
    Server(&'o ServerError),
    /// The server wants what is not spoken here.
    Unsupported(Method),
}

impl<'o> Verdict<'o> {
    /// What the observations come down to.
    pub fn new(plan: &Plan, observations: &'o [Observation]) -> Verdict<'o> {
        let logged_in = observations
            .iter()
            .find(|it| matches!(&it.fact, Fact::Auth(auth) if auth.outcome.is_ok()));
        let is_tls = logged_in.is_some_and(|it| it.attempt == Attempt::Tls);
        // Whatever came last was the connection that stands.
        let tls = observations.iter().rev().find_map(|it| match &it.fact {
            Fact::Tls(tls) if is_tls => Some(tls),
            _ => None,
        });
        let untried = observations.iter().map(|it| match &it.fact {
            Fact::Dns(Ok(addresses)) => addresses.more,
            _ => 0,
        });
        // A server that answered ends libpq's search, too.
        let is_elsewhere = observations.last().is_some_and(|it| {
            let target = plan.targets.get(it.target);
            target.is_some_and(|target| plan.next(target, it.attempt, &it.fact) == Next::Elsewhere)
        });
        Verdict {
            is_connected: logged_in.is_some(),
            is_tls,
            verified: tls.map_or(Verification::Nothing, |it| plan.verified(it)),
            cause: if logged_in.is_some() { None } else { cause(plan, observations) },
            untried: if is_elsewhere { untried.sum() } else { 0 },
        }
    }

    /// The server's code for what is wrong.
    pub fn sqlstate(&self) -> Option<&'o str> {
        match self.cause.as_ref()?.why {
            Why::Server(error) if !error.code.is_empty() => Some(&error.code),
            _ => None,
        }
    }
}

/// Of all that failed, what explains the rest: at the address where libpq got furthest, the first
/// failure, unless that was only `pg_hba.conf` asking for the other kind of connection.
fn cause<'o>(plan: &Plan, observations: &'o [Observation]) -> Option<Cause<'o>> {
    let failed: Vec<_> =
        observations.iter().filter_map(|it| Some((it, failure(plan, it)?))).collect();
    // The first of several that got equally far.
    let furthest = failed.iter().rev().max_by_key(|(it, _)| it.step())?.0;
    let here = |it: &Observation| it.target == furthest.target && it.place == furthest.place;
    let mut here: Vec<_> = failed.into_iter().filter(|(it, _)| here(it)).collect();
    let is_consequence = |why: &Why<'_>| matches!(why, Why::Server(it) if it.is_about_hba());
    let nth = here.iter().position(|(_, why)| !is_consequence(why)).unwrap_or(0);
    if nth >= here.len() {
        return None;
    }
    let (observation, why) = here.remove(nth);
    Some(Cause { observation, why, others: here.into_iter().map(|it| it.1).collect() })
}

/// Why a step failed, if it did.
pub fn failure<'o>(plan: &Plan, observation: &'o Observation) -> Option<Why<'o>> {
    match &observation.fact {
        Fact::Dns(Err(broken)) => Some(Why::Dns(broken)),
        Fact::Tcp(Err(broken)) => Some(Why::Connect(broken)),
        Fact::SslRequest(answer) => match answer {
            SslAnswer::Broken(broken) => Some(Why::Broken(broken)),
            SslAnswer::Error(_) => Some(Why::NoTls),
            SslAnswer::Other(bytes) => Some(Why::NotPostgres(bytes)),
            SslAnswer::Unwilling => {
                let goes_on = plan.fallback(observation.attempt, Setback::NoTls).is_some();
                (observation.attempt == Attempt::Tls && !goes_on).then_some(Why::NoTls)
            }
            SslAnswer::Willing => None,
        },
        Fact::Tls(tls) => match &tls.handshake {
            Err(Handshake::Broken(broken)) => Some(Why::Broken(broken)),
            Err(Handshake::Failed(text)) => Some(Why::Handshake(text)),
            Ok(_) => {
                let target = plan.targets.get(observation.target)?;
                plan.distrust(target, tls).map(Why::Certificate)
            }
        },
        Fact::Auth(auth) => auth.outcome.as_ref().err().map(AuthError::why),
        Fact::Dns(Ok(_)) | Fact::Tcp(Ok(())) | Fact::Session(_) | Fact::Pooling(_) => None,
    }
}

impl AuthError {
    /// Why the step failed.
    pub fn why(&self) -> Why<'_> {
        match self {
            AuthError::Broken(broken) => Why::Broken(broken),
            AuthError::CleartextRefused => Why::CleartextRefused,
            AuthError::Mistrusted(text) => Why::Mistrusted(text),
            AuthError::NoPassword => Why::NoPassword,
            AuthError::Other(bytes) => Why::NotPostgres(bytes),
            AuthError::OwnLimit(text) => Why::OwnLimit(text),
            AuthError::Server(error) => Why::Server(error),
            AuthError::Unsupported(method) => Why::Unsupported(*method),
        }
    }
}

/// How a step is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should be.
    Pass,
    /// Not as it should be, and the check went on.
    Warn,
    /// The end of the check.
    Fail,
    /// Not taken.
    Skip,
}

impl Status {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Status::Pass => "pass",
            Status::Warn => "warn",
            Status::Fail => "fail",
            Status::Skip => "skip",
        }
    }

    /// How `observation` is shown.
    pub fn of(plan: &Plan, observation: &Observation) -> Status {
        if failure(plan, observation).is_some() {
            return if observation.goes_on { Status::Warn } else { Status::Fail };
        }
        match &observation.fact {
            Fact::SslRequest(SslAnswer::Unwilling) | Fact::Session(Err(_)) => Status::Warn,
            Fact::Pooling(it) if it.loss.as_ref().is_some_and(|it| it.recovery.is_err()) => {
                Status::Warn
            }
            _ => Status::Pass,
        }
    }
}

/// Who else than PostgreSQL starts a conversation like this.
pub fn service(bytes: &[u8]) -> Option<&'static str> {
    let text = |prefix: &[u8]| bytes.starts_with(prefix);
    match bytes {
        _ if text(b"HTTP/") => Some("an HTTP server"),
        _ if text(b"SSH-") => Some("an SSH server"),
        // A length of three bytes, packet 0, protocol 10; or an error instead of a greeting.
        [_, _, _, 0, 10 | 0xff, ..] => Some("MySQL or MariaDB"),
        // A TLS alert or handshake, where nobody asked for one.
        [0x15 | 0x16, 3, ..] => Some("a TLS server that is not asked first"),
        _ if text(b"220") => Some("a mail or FTP server"),
        _ if text(b"-ERR") || text(b"-NOAUTH") || text(b"-DENIED") => Some("Redis"),
        _ => None,
    }
}
