//! The SSL mode: what it encrypts, what it verifies, what is tried in which order.

use dsnlens_core::{Attempt, Encryption, TlsPolicy, Verification};

use super::Report;
use super::table;
use crate::style::{CODE, HEADING, paint};

pub(super) fn render(report: &Report<'_>) -> String {
    let Some(tls) = &report.resolution().tls else { return String::new() };
    let encryption = encryption(tls, report.resolution().proxy());
    let mut facts = vec![("encryption", &*encryption)];
    if tls.encryption() != Encryption::Never {
        facts.push(("verification", verification(tls)));
        facts.push(("attempts", attempts(tls)));
    }
    if tls.binds {
        facts.push((
            "log-in",
            "only with channel_binding: over TLS and with SCRAM, and the server proves on this \
             connection that it knows the password",
        ));
    }
    let head = format!("{} {}", paint(HEADING, "SSL mode:"), paint(CODE, tls.mode.name));
    format!("{head}\n{}", table::facts(&facts, report.width))
}

fn encryption(tls: &TlsPolicy, proxy: Option<&str>) -> String {
    match (tls.encryption(), tls.attempts(), proxy) {
        (Encryption::Never, _, Some(proxy)) => {
            return format!(
                "by the {proxy}, which encrypts the connection to the server; on its socket no \
                 sslmode applies"
            );
        }
        (Encryption::Always, ..) => "always: without TLS there is no connection",
        (Encryption::Opportunistic, [Attempt::Plain, ..], _) => {
            "only if the server refuses plain text"
        }
        (Encryption::Opportunistic, ..) => {
            "if the server offers it; an attacker on the network can prevent it"
        }
        (Encryption::Never, ..) if tls.is_socket() => {
            "not on a Unix socket: the connection stays on this machine, and no sslmode applies"
        }
        (Encryption::Never, ..) => "never: queries and rows can be read and changed on the way",
    }
    .into()
}

fn verification(tls: &TlsPolicy) -> &'static str {
    match tls.verifies() {
        Verification::Nothing => "none: any certificate is accepted",
        Verification::Chain => {
            "that a known authority issued the certificate; not that it is for this host"
        }
        Verification::ChainAndHost => {
            "that a known authority issued the certificate, and that it is for this host"
        }
    }
}

fn attempts(tls: &TlsPolicy) -> &'static str {
    match tls.attempts() {
        [Attempt::Tls] => "TLS, and nothing else",
        [Attempt::Tls, Attempt::Plain] => "1. TLS, 2. plain text",
        [Attempt::Plain, Attempt::Tls] => "1. plain text, 2. TLS",
        _ => "plain text, and nothing else",
    }
}
