//! The log-in, message by message, and the session that comes of it.
//!
//! Written here and not taken from a driver: a driver hides how the server wanted to be convinced
//! and which process it promised, reads without bounds, and computes where it cannot be
//! interrupted.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dsnlens_core::live::{
    Auth, AuthError, Broken, ChannelBinding, Method, Name, Plan, ServerError, Target,
};
use md5::{Digest, Md5};

use super::Deadline;
use super::dial::Wire;
use super::protocol::{Conversation, Fault, Message};
use super::scram::{self, Binding, Failure, Stop};

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
#[derive(Debug)]
pub(super) struct Connection {
    conversation: Conversation,
    pub(super) key_pid: i32,
}

/// The first row of an answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    names: Vec<String>,
    values: Vec<Option<String>>,
}

/// What is known of a log-in while it goes on.
struct State {
    auth: Auth,
    key_pid: i32,
    /// How many SCRAM iterations are being computed.
    iterations: Option<u32>,
}

impl Login<'_> {
    /// Logs in over `wire`.
    pub(super) async fn over(self, wire: Wire, deadline: Deadline) -> (Auth, Option<Connection>) {
        // On a socket nobody listens.
        let is_private = self.is_encrypted || !matches!(wire, Wire::Tcp(_));
        let mut conversation = Conversation::new(wire);
        let auth = Auth { method: None, is_authenticated: false, outcome: Ok(()) };
        let mut state = State { auth, key_pid: 0, iterations: None };
        let logging_in = self.converse(&mut conversation, &mut state, is_private);
        let outcome = deadline.within(logging_in).await;
        let State { mut auth, key_pid, iterations } = state;
        auth.outcome = outcome.unwrap_or_else(|broken| {
            Err(match iterations {
                None => AuthError::Broken(broken),
                Some(count) => AuthError::OwnLimit(format!(
                    "{count} SCRAM iterations, as the server asks for, take longer than the time \
                     for this check"
                )),
            })
        });
        let connection = auth.outcome.is_ok().then_some(Connection { conversation, key_pid });
        (auth, connection)
    }

    async fn converse(
        &self,
        conversation: &mut Conversation,
        state: &mut State,
        is_private: bool,
    ) -> Result<(), AuthError> {
        let user = self.user()?;
        conversation.send(None, &self.start_up(&user)?).await?;
        self.authenticate(conversation, state, &user, is_private).await?;
        state.auth.is_authenticated = true;
        loop {
            let message = conversation.next(b"EKZ").await?;
            match message.kind {
                b'K' => state.key_pid = message.number().unwrap_or_default(),
                b'E' => return Err(AuthError::Server(message.error())),
                _ => return Ok(()),
            }
        }
    }

    /// Convinces the server, in the way that it asks for.
    async fn authenticate(
        &self,
        conversation: &mut Conversation,
        state: &mut State,
        user: &str,
        is_private: bool,
    ) -> Result<(), AuthError> {
        let message = next(conversation).await?;
        // The codes of the message type `R`, from the protocol's documentation.
        let method = match message.number() {
            Some(0) => Method::Trust,
            Some(3) => Method::Cleartext,
            Some(5) => Method::Md5,
            Some(2 | 7 | 9) => Method::Gss,
            Some(10) => Method::Scram {
                with_plus: mechanisms(&message).any(|it| it == scram::PLUS.as_bytes()),
            },
            Some(other) => Method::Unknown(other),
            None => return Err(AuthError::Other(message.start())),
        };
        state.auth.method = Some(method);
        if method == Method::Cleartext && !is_private && !self.allows_cleartext {
            return Err(AuthError::CleartextRefused);
        }
        if matches!(method, Method::Gss | Method::Unknown(_)) {
            return Err(AuthError::Unsupported(method));
        }
        if !matches!(method, Method::Scram { .. }) {
            self.check_unbound()?;
        }
        if method == Method::Trust {
            return Ok(());
        }
        let Some(password) = &self.plan.password else { return Err(AuthError::NoPassword) };
        let password = password.reveal();
        match method {
            Method::Scram { .. } => {
                self.prove(conversation, state, &message, password).await?;
            }
            Method::Md5 => {
                let Some(salt) = message.body.get(4..8) else {
                    return Err(AuthError::Other(message.start()));
                };
                let proof = md5_proof(user, password, salt);
                conversation.send(Some(b'p'), &text(&proof)?).await?;
            }
            _ => conversation.send(Some(b'p'), &text(password)?).await?,
        }
        let message = next(conversation).await?;
        match message.number() {
            Some(0) => Ok(()),
            _ => Err(AuthError::Mistrusted("unexpected authentication request".into())),
        }
    }

    /// SCRAM: each side proves that it knows the password.
    async fn prove(
        &self,
        conversation: &mut Conversation,
        state: &mut State,
        offer: &Message,
        password: &str,
    ) -> Result<(), AuthError> {
        let offers = |name: &str| mechanisms(offer).any(|it| it == name.as_bytes());
        let endpoint = self.endpoint.clone();
        let endpoint = endpoint.filter(|_| self.plan.channel_binding != ChannelBinding::Disable);
        let binding = match (endpoint, offers(scram::PLUS)) {
            (Some(endpoint), true) => Binding::Endpoint(endpoint),
            (Some(_), false) => Binding::NotOffered,
            (None, _) => Binding::Impossible,
        };
        if !offers(scram::PLAIN) && !matches!(binding, Binding::Endpoint(_)) {
            return Err(AuthError::Mistrusted(
                "none of the server's SASL authentication mechanisms are supported".into(),
            ));
        }
        if !matches!(binding, Binding::Endpoint(_)) {
            self.check_unbound()?;
        }
        let first = scram::First::new(nonce()?, binding);
        let message = first.message();
        let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
        let initial = [first.mechanism().as_bytes(), &[0], &length, message.as_bytes()].concat();
        conversation.send(Some(b'p'), &initial).await?;
        let challenge = first.challenge(&sasl(conversation, 11).await?)?;

        state.iterations = Some(challenge.iterations());
        let stop = Stop::default();
        let (flag, password) = (stop.0.clone(), password.to_owned());
        let computing = tokio::task::spawn_blocking(move || challenge.answer(&password, &flag));
        let proof = computing.await.ok().flatten();
        state.iterations = None;
        drop(stop);
        let proof = proof.ok_or(AuthError::Broken(Broken::TimedOut))?;

        conversation.send(Some(b'p'), proof.message.as_bytes()).await?;
        Ok(proof.verify(&sasl(conversation, 12).await?)?)
    }

    /// libpq's words where a log-in has to be bound and is not.
    fn check_unbound(&self) -> Result<(), AuthError> {
        match self.plan.channel_binding {
            ChannelBinding::Require => Err(AuthError::Mistrusted(
                "channel binding required, but server authenticated client without channel \
                 binding"
                    .into(),
            )),
            ChannelBinding::Disable | ChannelBinding::Prefer => Ok(()),
        }
    }

    fn user(&self) -> Result<String, AuthError> {
        let failed = |error: &dyn std::fmt::Display| {
            let words = format!("the name of this account is not known: {error}");
            AuthError::Broken(Broken::Failed(words))
        };
        match &self.target.user {
            Name::Given(name) => Ok(name.clone()),
            // Where libpq can find it out, core has done so before.
            Name::Account => whoami::username().map_err(|error| failed(&error)),
        }
    }

    fn start_up(&self, user: &str) -> Result<Vec<u8>, AuthError> {
        let mut parameters = vec![("client_encoding", "UTF8"), ("user", user)];
        if let Name::Given(dbname) = &self.target.dbname {
            parameters.push(("database", dbname));
        }
        if let Some(options) = &self.plan.options {
            parameters.push(("options", options));
        }
        parameters.push(("application_name", "dsnlens"));
        // Protocol 3.0.
        let mut body = 0x0003_0000_u32.to_be_bytes().to_vec();
        for (name, value) in parameters {
            body.extend(text(name)?);
            body.extend(text(value)?);
        }
        body.push(0);
        Ok(body)
    }
}

/// The next message of an authentication.
async fn next(conversation: &mut Conversation) -> Result<Message, AuthError> {
    let message = conversation.next(b"ER").await?;
    match message.kind {
        b'E' => Err(AuthError::Server(message.error())),
        _ => Ok(message),
    }
}

/// The data of the next message, which has to be this one of SASL.
async fn sasl(conversation: &mut Conversation, code: i32) -> Result<Vec<u8>, AuthError> {
    let message = next(conversation).await?;
    match message.number() {
        Some(it) if it == code => Ok(message.body.get(4..).unwrap_or_default().to_vec()),
        Some(0) => Err(AuthError::Mistrusted("server did not complete authentication".into())),
        _ => Err(AuthError::Mistrusted("unexpected authentication request".into())),
    }
}

/// The names that a server's offer holds.
fn mechanisms(offer: &Message) -> impl Iterator<Item = &[u8]> {
    offer.body.get(4..).unwrap_or_default().split(|it| *it == 0)
}

/// A text with its end.
fn text(text: &str) -> Result<Vec<u8>, AuthError> {
    match text.contains('\0') {
        true => Err(AuthError::Broken(Broken::Failed("a NUL cannot be sent".into()))),
        false => Ok([text.as_bytes(), &[0]].concat()),
    }
}

/// A nonce as libpq makes it.
fn nonce() -> Result<String, AuthError> {
    let mut bytes = [0; 18];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(STANDARD.encode(bytes)),
        Err(_) => Err(AuthError::Broken(Broken::Failed("could not generate nonce".into()))),
    }
}

fn md5_proof(user: &str, password: &str, salt: &[u8]) -> String {
    let hex = |parts: [&[u8]; 2]| -> String {
        let digest = parts.iter().fold(Md5::new(), |digest, it| digest.chain_update(it));
        digest.finalize().iter().map(|it| format!("{it:02x}")).collect()
    };
    let inner = hex([password.as_bytes(), user.as_bytes()]);
    format!("md5{}", hex([inner.as_bytes(), salt]))
}

impl From<Fault> for AuthError {
    fn from(fault: Fault) -> AuthError {
        match fault {
            Fault::Broken(broken) => AuthError::Broken(broken),
            Fault::Other(bytes) => AuthError::Other(bytes),
        }
    }
}

impl From<Failure> for AuthError {
    fn from(failure: Failure) -> AuthError {
        match failure {
            Failure::Mistrusted(words) => AuthError::Mistrusted(words),
            Failure::TooMuch(words) => AuthError::OwnLimit(words),
        }
    }
}

impl Connection {
    /// The first row of the answer to a simple query.
    pub(super) async fn ask(
        &mut self,
        question: &str,
        deadline: Deadline,
    ) -> Result<Option<Row>, ServerError> {
        let asking = ask(&mut self.conversation, question);
        deadline.within(asking).await.unwrap_or_else(|broken| Err(own(&broken.to_string())))
    }

    /// Says good-bye.
    pub(super) async fn close(mut self, deadline: Deadline) {
        deadline.within(self.conversation.close()).await.ok();
    }
}

async fn ask(conversation: &mut Conversation, question: &str) -> Result<Option<Row>, ServerError> {
    conversation.send(Some(b'Q'), &[question.as_bytes(), &[0]].concat()).await?;
    let (mut names, mut row, mut refused) = (Vec::new(), None, None);
    loop {
        let message = match conversation.next(b"CDEITZ").await {
            Ok(message) => message,
            // What is fatal is followed by the end.
            Err(fault) => return Err(refused.unwrap_or_else(|| fault.into())),
        };
        match message.kind {
            b'T' if row.is_none() => names = columns(&message.body),
            b'D' if row.is_none() => {
                let values = values(&message.body);
                row = Some(Row { names: std::mem::take(&mut names), values });
            }
            b'E' if refused.is_none() => refused = Some(message.error()),
            b'Z' => return refused.map_or(Ok(row), Err),
            _ => {}
        }
    }
}

impl From<Fault> for ServerError {
    fn from(fault: Fault) -> ServerError {
        own(&match fault {
            Fault::Broken(broken) => broken.to_string(),
            Fault::Other(bytes) => AuthError::Other(bytes).why().to_string(),
        })
    }
}

/// An error in this program's words.
pub(super) fn own(message: &str) -> ServerError {
    ServerError { message: message.to_owned(), ..ServerError::default() }
}

impl Row {
    /// What is in a column; nothing where it is not there, NULL, or no text.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let nth = self.names.iter().position(|it| it == name)?;
        self.values.get(nth)?.as_deref()
    }

    /// What is in the first column.
    pub(super) fn first(&self) -> Option<&str> {
        self.values.first()?.as_deref()
    }
}

/// The names of a `RowDescription`, as far as it can be read.
fn columns(body: &[u8]) -> Vec<String> {
    let mut rest = body.get(2..).unwrap_or_default();
    let mut names = Vec::new();
    while let Some(end) = rest.iter().position(|it| *it == 0) {
        let name = rest.get(..end).unwrap_or_default();
        names.push(String::from_utf8_lossy(name).into_owned());
        // Behind a name stand 18 bytes about the column.
        rest = rest.get(end + 19..).unwrap_or_default();
    }
    names
}

/// The values of a `DataRow`, as far as it can be read.
fn values(body: &[u8]) -> Vec<Option<String>> {
    let mut rest = body.get(2..).unwrap_or_default();
    let mut values = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        // NULL has the length -1.
        let length = usize::try_from(i32::from_be_bytes(*length)).ok();
        let Some((value, behind)) = behind.split_at_checked(length.unwrap_or(0)) else { break };
        values.push(length.and_then(|_| String::from_utf8(value.to_vec()).ok()));
        rest = behind;
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(columns_of: &[&str], values_of: &[Option<&[u8]>]) -> Row {
        let names = columns_of.iter().flat_map(|it| [it.as_bytes(), &[0; 19]].concat());
        let names: Vec<u8> = [0, 0].into_iter().chain(names).collect();
        let value = |it: &Option<&[u8]>| match it {
            None => (-1_i32).to_be_bytes().to_vec(),
            Some(it) => [&(it.len() as i32).to_be_bytes()[..], it].concat(),
        };
        let body: Vec<u8> = [0, 0].into_iter().chain(values_of.iter().flat_map(value)).collect();
        Row { names: columns(&names), values: values(&body) }
    }

    #[test]
    fn a_row_is_read_by_name() {
        let row = row(&["a", "b", "c"], &[Some(b"1"), None, Some(b"\xff")]);
        assert_eq!((row.get("a"), row.get("b"), row.get("c")), (Some("1"), None, None));
        assert_eq!((row.get("d"), row.first()), (None, Some("1")));
    }

    #[test]
    fn whatever_comes_instead_of_a_row_is_read() {
        assert_eq!(row(&["a"], &[]).get("a"), None);
        assert_eq!(row(&[], &[Some(b"1")]).get("a"), None);
        assert_eq!(row(&["a", "a"], &[Some(b"1"), Some(b"2")]).get("a"), Some("1"));
        for body in
            [&b""[..], b"\0", b"\0\x01\0\0", b"\0\x01\0\0\0\x09x", b"\0\x01\x80\0\0\0\0\0\0\0"]
        {
            assert_eq!(
                columns(body).len().min(1),
                usize::from(body.get(2..).unwrap_or_default().contains(&0))
            );
            values(body);
        }
    }

    #[test]
    fn a_hash_is_the_one_that_postgresql_expects() {
        // Python's hashlib says so.
        assert_eq!(md5_proof("app", "secret", b"abcd"), "md5883f61cc18cc4ae54ca301892bb10c29");
    }
}
