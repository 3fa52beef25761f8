//! The SSL mode: what it encrypts, what it verifies, what is tried in which order.

use dsnlens_core::{Attempt, Encryption, Ssl, SslMode, Verification};

use super::Report;
use super::table;
use crate::style::{CODE, HEADING, paint};

pub(super) fn render(report: &Report<'_>) -> String {
    let Some(ssl) = &report.resolution().ssl else { return String::new() };
    let encryption = encryption(ssl, report.resolution().proxy());
    let mut facts = vec![("encryption", &*encryption)];
    if ssl.encryption != Encryption::Never {
        facts.push(("verification", verification(ssl)));
        facts.push(("attempts", attempts(ssl)));
    }
    if ssl.binds {
        facts.push((
            "log-in",
            "only with channel_binding: over TLS and with SCRAM, and the server proves on this \
             connection that it knows the password",
        ));
    }
    let head = format!("{} {}", paint(HEADING, "SSL mode:"), paint(CODE, ssl.mode));
    format!("{head}\n{}", table::facts(&facts, report.width))
}

fn encryption(ssl: &Ssl, proxy: Option<&str>) -> String {
    match (ssl.encryption, ssl.mode, proxy) {
        (Encryption::Never, _, Some(proxy)) => {
            return format!(
                "by the {proxy}, which encrypts the connection to the server; on its socket no \
                 sslmode applies"
            );
        }
        (Encryption::Always, ..) => "always: without TLS there is no connection",
        (Encryption::Opportunistic, SslMode::Allow, _) => "only if the server refuses plain text",
        (Encryption::Opportunistic, ..) => {
            "if the server offers it; an attacker on the network can prevent it"
        }
        (Encryption::Never, ..) if ssl.is_socket => {
            "not on a Unix socket: the connection stays on this machine, and no sslmode applies"
        }
        (Encryption::Never, ..) => "never: queries and rows can be read and changed on the way",
    }
    .into()
}

fn verification(ssl: &Ssl) -> &'static str {
    match ssl.verifies {
        Verification::Nothing => "none: any certificate is accepted",
        Verification::Chain => {
            "that a known authority issued the certificate; not that it is for this host"
        }
        Verification::ChainAndHost => {
            "that a known authority issued the certificate, and that it is for this host"
        }
    }
}

fn attempts(ssl: &Ssl) -> &'static str {
    match ssl.attempts {
        [Attempt::Tls] => "TLS, and nothing else",
        [Attempt::Tls, Attempt::Plain] => "1. TLS, 2. plain text",
        [Attempt::Plain, Attempt::Tls] => "1. plain text, 2. TLS",
        _ => "plain text, and nothing else",
    }
}
