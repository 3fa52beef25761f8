//! SCRAM-SHA-256, as `fe-auth-scram.c` of PostgreSQL 18 does it.
//!
//! The server says how often the password is hashed, and PostgreSQL 16 lets an administrator choose
//! any number (`scram_iterations`). So that is done off the executor, ends when nobody waits for it
//! any more, and has a limit that is far above any real setting.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::{digest, hmac};

/// The most iterations; PostgreSQL's default is 4096.
const MOST_ITERATIONS: u32 = 10_000_000;

/// The mechanisms, by their names.
pub(super) const PLAIN: &str = "SCRAM-SHA-256";
pub(super) const PLUS: &str = "SCRAM-SHA-256-PLUS";

/// What a log-in is bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    /// Nothing: this side cannot.
    Impossible,
    /// Nothing: this side can, and the server did not offer it.
    NotOffered,
    /// The server's certificate: `tls-server-end-point`.
    Endpoint(Vec<u8>),
}

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// What the server sent is not as it has to be.
    Mistrusted(String),
    /// It asks for more than is done here.
    TooMuch(String),
}

/// The client's side, once its first message is written.
#[derive(Debug)]
pub(super) struct First {
    nonce: String,
    binding: Binding,
}

/// The server's challenge, read.
#[derive(Debug)]
pub(super) struct Challenge {
    salt: Vec<u8>,
    iterations: u32,
    auth_message: String,
    without_proof: String,
}

/// The answer to it, and what has to come back.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) message: String,
    signature: Vec<u8>,
}

impl Binding {
    fn header(&self) -> &'static str {
        match self {
            Binding::Impossible => "n,,",
            Binding::NotOffered => "y,,",
            Binding::Endpoint(_) => "p=tls-server-end-point,,",
        }
    }
}

impl First {
    pub(super) fn new(nonce: String, binding: Binding) -> First {
        First { nonce, binding }
    }

    /// The name of the mechanism.
    pub(super) fn mechanism(&self) -> &'static str {
        match self.binding {
            Binding::Endpoint(_) => PLUS,
            _ => PLAIN,
        }
    }

    /// The user's name is that of the start-up message.
    pub(super) fn message(&self) -> String {
        format!("{}n=,r={}", self.binding.header(), self.nonce)
    }

    /// Reads `read_server_first_message()`'s message.
    pub(super) fn challenge(&self, message: &[u8]) -> Result<Challenge, Failure> {
        let malformed =
            |what: &str| Failure::Mistrusted(format!("malformed SCRAM message ({what})"));
        let text = std::str::from_utf8(message).map_err(|_| malformed("not UTF-8"))?;
        let mut attributes = text.split(',');
        let mut next = |name| {
            let attribute = attributes.next()?.split_once('=')?;
            (attribute.0 == name).then_some(attribute.1)
        };
        let nonce = next("r").ok_or_else(|| malformed("no nonce"))?;
        if !nonce.starts_with(&self.nonce) {
            return Err(Failure::Mistrusted("invalid SCRAM response (nonce mismatch)".into()));
        }
        let salt = next("s").and_then(|it| STANDARD.decode(it).ok());
        let salt = salt.ok_or_else(|| malformed("invalid salt"))?;
        let iterations = next("i").and_then(|it| it.parse().ok()).filter(|it| *it > 0);
        let iterations: u32 = iterations.ok_or_else(|| malformed("invalid iteration count"))?;
        if attributes.next().is_some() {
            return Err(malformed("garbage at end of server-first-message"));
        }
        if iterations > MOST_ITERATIONS {
            return Err(Failure::TooMuch(format!(
                "the server asks for {iterations} SCRAM iterations, and this program does at most \
                 {MOST_ITERATIONS}"
            )));
        }
        let endpoint = match &self.binding {
            Binding::Endpoint(endpoint) => &**endpoint,
            _ => &[],
        };
        let bound = STANDARD.encode([self.binding.header().as_bytes(), endpoint].concat());
        let without_proof = format!("c={bound},r={nonce}");
        let auth_message = format!("n=,r={},{text},{without_proof}", self.nonce);
        Ok(Challenge { salt, iterations, auth_message, without_proof })
    }
}

impl Challenge {
    /// How often the password is hashed.
    pub(super) fn iterations(&self) -> u32 {
        self.iterations
    }

    /// Computes the answer; nothing once nobody waits for it.
    pub(super) fn answer(self, password: &str, stop: &AtomicBool) -> Option<Proof> {
        // What SASLprep prohibits is used as it is.
        let password = stringprep::saslprep(password).unwrap_or(password.into());
        let salted = salted(password.as_bytes(), &self.salt, self.iterations, stop)?;
        let sign = |key: &[u8], text: &[u8]| hmac::sign(&key_of(key), text);
        let client_key = sign(&salted, b"Client Key");
        let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
        let signature = sign(stored_key.as_ref(), self.auth_message.as_bytes());
        let pairs = client_key.as_ref().iter().zip(signature.as_ref());
        let proof: Vec<_> = pairs.map(|(key, signature)| key ^ signature).collect();
        let server_key = sign(&salted, b"Server Key");
        let signature = sign(server_key.as_ref(), self.auth_message.as_bytes());
        Some(Proof {
            message: format!("{},p={}", self.without_proof, STANDARD.encode(proof)),
            signature: signature.as_ref().to_vec(),
        })
    }
}

impl Proof {
    /// Whether the server proves in return that it knows the password.
    pub(super) fn verify(&self, message: &[u8]) -> Result<(), Failure> {
        let mistrusted = |text: &str| Failure::Mistrusted(text.into());
        let text = String::from_utf8_lossy(message);
        if let Some(error) = text.strip_prefix("e=") {
            return Err(Failure::Mistrusted(format!(
                "error received from server in SCRAM exchange: {error}"
            )));
        }
        let signature = text.strip_prefix("v=").and_then(|it| STANDARD.decode(it).ok());
        let malformed = "malformed SCRAM message (invalid server signature)";
        match signature.ok_or_else(|| mistrusted(malformed))? == self.signature {
            true => Ok(()),
            false => Err(mistrusted("incorrect server signature")),
        }
    }
}

/// PBKDF2, which looks up from time to time.
fn salted(password: &[u8], salt: &[u8], iterations: u32, stop: &AtomicBool) -> Option<[u8; 32]> {
    const ROUND: u32 = 1024;
    // However long the password is, its key is made once.
    let key = key_of(password);
    let mut last = hmac::sign(&key, &[salt, &[0, 0, 0, 1]].concat());
    let mut salted: [u8; 32] = last.as_ref().try_into().ok()?;
    for nth in 1..iterations {
        if nth % ROUND == 0 && stop.load(Ordering::Relaxed) {
            return None;
        }
        last = hmac::sign(&key, last.as_ref());
        salted.iter_mut().zip(last.as_ref()).for_each(|(sum, it)| *sum ^= it);
    }
    Some(salted)
}

fn key_of(bytes: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, bytes)
}

/// Ends a computation when it goes.
#[derive(Debug, Default)]
pub(super) struct Stop(pub(super) Arc<AtomicBool>);

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: &str = "rOprNGfwEbeRWgbNEkqO";

    /// RFC 7677's example; but there the user's name is in the messages.
    #[test]
    fn a_password_is_salted_as_the_standard_says() {
        let first = First::new(NONCE.into(), Binding::Impossible);
        assert_eq!(first.message(), format!("n,,n=,r={NONCE}"));
        let server =
            format!("r={NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
        let mut challenge = first.challenge(server.as_bytes()).unwrap();
        challenge.auth_message =
            format!("n=user,r={NONCE},{server},c=biws,r={NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
        let proof = challenge.answer("pencil", &AtomicBool::new(false)).unwrap();
        assert!(proof.message.starts_with("c=biws,r="), "{}", proof.message);
        assert!(proof.message.ends_with(",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        assert_eq!(proof.verify(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), Ok(()));
        assert!(proof.verify(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=").is_err());
        assert!(proof.verify(b"e=other-error").is_err());
        assert!(proof.verify(b"\xff").is_err());
    }

    #[test]
    fn the_mechanism_follows_from_the_binding() {
        let first = |binding| First::new("x".into(), binding);
        let bound = first(Binding::Endpoint(vec![1, 2, 3]));
        assert_eq!(
            (bound.mechanism(), &*bound.message()),
            (PLUS, "p=tls-server-end-point,,n=,r=x")
        );
        let challenge = bound.challenge(b"r=xy,s=AA==,i=1").unwrap();
        let expected = STANDARD.encode(b"p=tls-server-end-point,,\x01\x02\x03");
        assert_eq!(challenge.without_proof, format!("c={expected},r=xy"));
        assert_eq!(first(Binding::NotOffered).mechanism(), PLAIN);
        assert_eq!(first(Binding::NotOffered).message(), "y,,n=,r=x");
    }

    #[test]
    fn what_is_malformed_or_too_much_is_refused() {
        let first = First::new("abc".into(), Binding::Impossible);
        for message in [
            "",
            "r=",
            "r=abd,s=AA==,i=1",
            "r=abc",
            "r=abc,s=,i=0",
            "r=abc,s=!,i=1",
            "r=abc,s=AA==,i=-1",
            "r=abc,s=AA==,i=x",
            "r=abc,s=AA==,i=1,x=y",
            "m=x,r=abc,s=AA==,i=1",
            "r=abc,s=AA==,i=99999999999",
        ] {
            let refused = first.challenge(message.as_bytes());
            assert!(matches!(refused, Err(Failure::Mistrusted(_))), "{message}: {refused:?}");
        }
        assert!(first.challenge(b"r=abc\xff,s=AA==,i=1").is_err());
        assert_eq!(first.challenge(b"r=abc,s=AA==,i=1000000").unwrap().iterations(), 1_000_000);
        let refused = first.challenge(b"r=abc,s=AA==,i=4294967295").unwrap_err();
        let Failure::TooMuch(words) = refused else { panic!("{refused:?}") };
        assert!(words.contains("this program does at most 10000000"), "{words}");
    }

    #[test]
    fn it_ends_when_nobody_waits() {
        let stop = Stop::default();
        let flag = stop.0.clone();
        drop(stop);
        let first = First::new("abc".into(), Binding::Impossible);
        let challenge = first.challenge(b"r=abc,s=AA==,i=10000000").unwrap();
        assert!(challenge.answer("x", &flag).is_none());
    }
}
