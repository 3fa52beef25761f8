//! Observations in a few words, for the examples of the rules' pages.
//!
//! A line is a step: `dns: ok 192.0.2.7`, `tcp: refused`, `sslrequest: N`, `tls: expired`,
//! `auth: scram-sha-256 28P01 password authentication failed`, `session: superuser used=97`. In
//! front of the colon may stand `plain` or `tls`, where the attempt is not the plan's first.

use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use super::*;
use crate::tls::Attempt;

/// The observations of a script.
pub(crate) fn read(plan: &Plan, script: &str) -> Vec<Observation> {
    let mut attempt = plan.first(&plan.targets[0]);
    let lines: Vec<_> = script.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
    let observation = |(nth, line): (usize, &&str)| {
        let (step, rest) = line.split_once(':').expect("a step, a colon, and what was seen");
        let mut words = step.split(' ');
        let step = words.next().unwrap();
        match words.next() {
            Some("plain") => attempt = Attempt::Plain,
            Some("tls") => attempt = Attempt::Tls,
            other => assert_eq!(other, None, "{line}"),
        }
        Observation {
            target: 0,
            place: "192.0.2.7:5432".into(),
            attempt,
            time: Duration::from_millis(5),
            goes_on: nth + 1 < lines.len(),
            fact: fact(plan, step, rest.trim()),
        }
    };
    lines.iter().enumerate().map(observation).collect()
}

fn fact(plan: &Plan, step: &str, seen: &str) -> Fact {
    let (word, rest) = seen.split_once(' ').unwrap_or((seen, ""));
    match step {
        "dns" => Fact::Dns(match word {
            "ok" => Ok(Addresses::new(rest.split(' ').map(|it| it.parse().expect("an address")))),
            _ => Err(broken(word, rest)),
        }),
        "tcp" => Fact::Tcp(if word == "ok" { Ok(()) } else { Err(broken(word, rest)) }),
        "sslrequest" => Fact::SslRequest(match word {
            "S" => SslAnswer::Willing,
            "N" => SslAnswer::Unwilling,
            "E" => SslAnswer::Error(rest.into()),
            "other" => SslAnswer::Other(rest.as_bytes().to_vec()),
            _ => SslAnswer::Broken(broken(word, rest)),
        }),
        "tls" => Fact::Tls(tls(plan, word, rest)),
        "auth" => Fact::Auth(auth(word, rest)),
        "session" => Fact::Session(Ok(session(seen))),
        "pooling" => Fact::Pooling(Pooling {
            connect: Duration::from_millis(70),
            reuse: Duration::from_millis(10),
            queries: 10,
            backends: seen.strip_prefix("backends=").map_or(1, |it| it.parse().unwrap()),
            loss: None,
        }),
        other => panic!("{other} is no step"),
    }
}

fn broken(word: &str, rest: &str) -> Broken {
    match word {
        "closed" => Broken::Closed,
        "endless" => Broken::Endless,
        "failed" => Broken::Failed(rest.into()),
        "refused" => Broken::Refused,
        "timeout" => Broken::TimedOut,
        "unreachable" => Broken::Unreachable(rest.into()),
        other => panic!("{other} is no way to break"),
    }
}

/// `trusted`, `expired`, …, with `names=a,b` and `days=5`; `alert …`; `closed`.
fn tls(plan: &Plan, word: &str, rest: &str) -> Tls {
    const NOW: i64 = 1_750_000_000;
    let option = |name: &str| {
        let mut words = rest.split(' ');
        words.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
    };
    let days: i64 = option("days").map_or(200, |it| it.parse().expect("a number of days"));
    let subject = String::from("CN=db.example.com");
    let certificate = Certificate {
        subject: subject.clone(),
        issuer: "CN=Example CA".into(),
        dns_names: option("names").unwrap_or("db.example.com").split(',').map(Into::into).collect(),
        not_after: NOW + days * 86_400,
        ..Certificate::default()
    };
    let chain = match word {
        "alert" => {
            let handshake = Err(Handshake::Failed(rest.into()));
            return Tls { handshake, chain: vec![], trust: vec![], now: NOW };
        }
        "closed" | "timeout" => {
            let handshake = Err(Handshake::Broken(broken(word, rest)));
            return Tls { handshake, chain: vec![], trust: vec![], now: NOW };
        }
        "expired" => Chain::Expired(subject),
        "not-yet-valid" => Chain::NotYetValid(subject),
        "no-roots" => Chain::NoRoots,
        "self-signed" => Chain::SelfSigned,
        "trusted" => Chain::Trusted,
        "unknown-issuer" => Chain::IssuerUnknown(certificate.issuer.clone()),
        "unreadable-roots" => Chain::UnreadableRoots("no certificate found in it".into()),
        "unsuitable" => Chain::Unsuitable("CN=Example CA is no certificate authority".into()),
        other => panic!("{other} is nothing to say of a chain"),
    };
    let cipher = Cipher { version: "TLSv1.3".into(), suite: "TLS_AES_256_GCM_SHA384".into() };
    let effective = Trust { root: plan.root.clone(), is_effective: true, chain };
    let by_system = option("system").map(|it| Trust {
        root: Root::System,
        is_effective: false,
        chain: if it == "trusted" { Chain::Trusted } else { Chain::SelfSigned },
    });
    let trust = [effective].into_iter().chain(by_system).collect();
    Tls { handshake: Ok(cipher), chain: vec![certificate], trust, now: NOW }
}

/// A method, then `ok`, an SQLSTATE with a text, or what else happened; `-` for no method.
fn auth(word: &str, rest: &str) -> Auth {
    let method = match word {
        "gss" => Some(Method::Gss),
        "md5" => Some(Method::Md5),
        "password" => Some(Method::Cleartext),
        "scram-sha-256" => Some(Method::Scram { with_plus: true }),
        "trust" => Some(Method::Trust),
        "-" => None,
        other => panic!("{other} is no method"),
    };
    let (word, rest) = rest.split_once(' ').unwrap_or((rest, ""));
    let outcome = match word {
        "ok" => Ok(()),
        "no-password" => Err(AuthError::NoPassword),
        "not-sent" => Err(AuthError::CleartextRefused),
        "mistrusted" => Err(AuthError::Mistrusted(rest.into())),
        "unsupported" => Err(AuthError::Unsupported(method.expect("a method"))),
        "other" => Err(AuthError::Other(rest.as_bytes().to_vec())),
        "own-limit" => Err(AuthError::OwnLimit(rest.into())),
        "closed" | "endless" | "timeout" => Err(AuthError::Broken(broken(word, rest))),
        code => Err(AuthError::Server(ServerError {
            severity: "FATAL".into(),
            code: code.to_string(),
            message: rest.into(),
            ..ServerError::default()
        })),
    };
    Auth { method, is_authenticated: outcome.is_ok(), outcome }
}

/// What differs from an ordinary session on an ordinary server.
fn session(seen: &str) -> Session {
    let mut session = Session {
        version: "17.2".into(),
        version_number: 170_002,
        user: "app".into(),
        database: "shop".into(),
        schema: Some("public".into()),
        can_create: true,
        max_connections: 100,
        reserved_connections: 3,
        used_connections: 6,
        key_pid: 4711,
        backend_pid: 4711,
        ..Session::default()
    };
    for word in seen.split(' ').filter(|it| *it != "ok") {
        let (name, value) = word.split_once('=').unwrap_or((word, ""));
        let number = || value.parse().expect("a number");
        match name {
            "create-denied" => session.can_create = false,
            "database-limit" => session.database_limit = Some(number()),
            "max" => session.max_connections = number(),
            "no-schema" => (session.schema, session.can_create) = (None, false),
            "pooled" => session.backend_pid = 4712,
            "role-limit" => session.role_limit = Some(number()),
            "role-used" => session.role_connections = number(),
            "standby" => session.is_in_recovery = true,
            "superuser" => session.is_superuser = true,
            "used" => session.used_connections = number(),
            "version" => {
                session.version = value.into();
                let major: u32 = value.split('.').next().unwrap().parse().unwrap();
                session.version_number = major * 10_000;
            }
            other => panic!("{other} is nothing that a session says"),
        }
    }
    session
}
