//! The SSL mode: what it encrypts, what it verifies, what is tried in which order.

use dsnlens_core::{Attempt, Encryption, Ssl, SslMode, Verification};

use super::Report;
use super::table;
use crate::style::{CODE, HEADING, paint};

pub(super) fn render(report: &Report<'_>) -> String {
    let Some(ssl) = &report.resolution.ssl else { return String::new() };
    let mut facts = vec![("encryption", encryption(ssl))];
    if ssl.encryption != Encryption::Never {
        facts.push(("verification", verification(ssl)));
        facts.push(("attempts", attempts(ssl)));
    }
    let head = format!("{} {}", paint(HEADING, "SSL mode:"), paint(CODE, ssl.mode));
    format!("{head}\n{}", table::facts(&facts, report.width))
}

fn encryption(ssl: &Ssl) -> &'static str {
    match (ssl.encryption, ssl.mode) {
        (Encryption::Always, _) => "always: without TLS there is no connection",
        (Encryption::Opportunistic, SslMode::Allow) => "only if the server refuses plain text",
        (Encryption::Opportunistic, _) => {
            "if the server offers it, and whoever is in between can keep it from doing so"
        }
        (Encryption::Never, SslMode::Disable) => {
            "never: queries and rows can be read and changed on the way"
        }
        (Encryption::Never, _) => "never: a socket does not leave this machine, so no mode counts",
    }
}

fn verification(ssl: &Ssl) -> &'static str {
    match ssl.verifies {
        Verification::Nothing => "none: any server with any certificate will do",
        Verification::Chain => "that a known authority signed the certificate, for any host",
        Verification::ChainAndHost => {
            "that a known authority signed the certificate, and that it is for this host"
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
