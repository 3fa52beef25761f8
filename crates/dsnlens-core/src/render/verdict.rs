//! The whole answer in one sentence.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::ledger::{Fate, Stage};
use crate::resolution::{Mode, Resolution};
use crate::tls::{Encryption, Verification};

/// A piece of the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// Prose.
    Plain(Cow<'static, str>),
    /// A literal: a mode, a host, an exception.
    Code(Cow<'static, str>),
    /// What to worry about.
    Worry(Cow<'static, str>),
}

impl Phrase {
    /// Its words.
    pub fn text(&self) -> &str {
        match self {
            Phrase::Plain(text) | Phrase::Code(text) | Phrase::Worry(text) => text,
        }
    }
}

use Phrase::{Code, Plain, Worry};

/// What happens with these inputs, in a sentence.
pub fn verdict(resolution: &Resolution<'_>) -> Vec<Phrase> {
    if let Some(refusal) = &resolution.refusal {
        return match refusal.stage {
            Stage::Django if resolution.engine().is_none() => alloc::vec![
                Plain("Django starts ".into()),
                Worry("without a database".into()),
                Plain(": ".into()),
                Code("DATABASE_URL".into()),
                Plain(" is set but empty.".into()),
            ],
            Stage::Django => alloc::vec![
                Plain("Django starts, and ".into()),
                Worry("the first query fails".into()),
                Plain(" with ".into()),
                Code(refusal.kind.into()),
                Plain(".".into()),
            ],
            Stage::Psycopg | Stage::Libpq => alloc::vec![
                Worry("No connection is made".into()),
                Plain(": ".into()),
                Plain(if refusal.stage == Stage::Libpq { "libpq" } else { "psycopg" }.into()),
                Plain(" refuses with ".into()),
                Code(refusal.kind.into()),
                Plain(".".into()),
            ],
            Stage::Input | Stage::Recipe => alloc::vec![
                Worry("Django does not start".into()),
                Plain(": reading ".into()),
                Code("DATABASE_URL".into()),
                Plain(" raises ".into()),
                Code(refusal.kind.into()),
                Plain(".".into()),
            ],
        };
    }
    if resolution.connect_params.is_none() {
        let engine = String::from(resolution.engine().unwrap_or(""));
        return alloc::vec![
            Plain("Django uses ".into()),
            Code(engine.into()),
            Plain(": what follows is not PostgreSQL’s, and is not shown here.".into()),
        ];
    }
    let mut phrases = destination(resolution);
    phrases.extend(guarantee(resolution));
    if resolution.ssl.is_some_and(|it| !it.is_socket) {
        phrases.extend(replaced(resolution));
    }
    phrases.push(Plain(".".into()));
    phrases
}

/// Where the connection goes: the host, and the address that `hostaddr` sends it to instead.
fn destination(resolution: &Resolution<'_>) -> Vec<Phrase> {
    let winner = |keyword| {
        let line = resolution.ledger.winner(keyword).map(|(_, line)| line)?;
        Some(alloc::format!("{}", line.value)).filter(|it| !it.is_empty())
    };
    match (winner("host"), winner("hostaddr")) {
        (host, Some(addresses)) => redirected(&host.unwrap_or_default(), &addresses),
        (Some(path), None) if path.starts_with('/') => {
            alloc::vec![Plain("Connects through the socket in ".into()), Code(path.into())]
        }
        (Some(host), None) => alloc::vec![Plain("Connects to ".into()), Code(host.into())],
        (None, None) => alloc::vec![Plain("Connects through this machine’s socket".into())],
    }
}

/// Each host of a list with its `hostaddr`, which libpq connects to without looking at the host.
fn redirected(hosts: &str, addresses: &str) -> Vec<Phrase> {
    let mut hosts = hosts.split(',');
    let mut phrases = Vec::new();
    for address in addresses.split(',') {
        let host = hosts.next().unwrap_or_default();
        phrases.push(Plain(if phrases.is_empty() { "Connects to " } else { " or " }.into()));
        match (host.is_empty(), address.is_empty()) {
            (true, true) => phrases.push(Plain("this machine’s socket".into())),
            (true, false) => {}
            (false, _) => phrases.push(Code(String::from(host).into())),
        }
        if !address.is_empty() && address != host {
            if !host.is_empty() {
                phrases.push(Plain(" at ".into()));
            }
            phrases.push(Code(String::from(address).into()));
            phrases.push(Plain(" (hostaddr)".into()));
        }
    }
    phrases
}

/// What the SSL settings promise.
fn guarantee(resolution: &Resolution<'_>) -> Vec<Phrase> {
    let Some(ssl) = resolution.ssl else { return Vec::new() };
    match (ssl.encryption, ssl.verifies) {
        (Encryption::Always, Verification::Nothing) => alloc::vec![
            Plain(" with encryption, but ".into()),
            Worry("the server’s identity is not checked".into()),
        ],
        (Encryption::Always, Verification::Chain) => alloc::vec![
            Plain(" with encryption and a certificate of a known authority, but ".into()),
            Worry("its host name is not checked".into()),
        ],
        (Encryption::Always, Verification::ChainAndHost) => {
            alloc::vec![Plain(" with encryption, and the server proves who it is".into())]
        }
        (Encryption::Opportunistic, _) => alloc::vec![
            Plain(", encrypted if the server offers it and ".into()),
            Worry("in plain text otherwise".into()),
        ],
        (Encryption::Never, _) if ssl.is_socket => {
            alloc::vec![Plain("; nothing leaves the machine, and nothing is encrypted".into())]
        }
        (Encryption::Never, _) => {
            alloc::vec![Plain(" ".into()), Worry("without encryption".into())]
        }
    }
}

/// The mode that was asked for and did not win.
fn replaced(resolution: &Resolution<'_>) -> Vec<Phrase> {
    let Some((winner, line)) = resolution.ledger.winner("sslmode") else { return Vec::new() };
    let loser = resolution
        .ledger
        .losers(winner)
        .find(|(_, it)| it.stage == Stage::Recipe && matches!(it.fate, Fate::Overridden { .. }));
    match (loser, resolution.mode) {
        (Some((_, loser)), Mode::Url) if loser.value != line.value => alloc::vec![
            Plain(": the settings module asks for ".into()),
            Code(alloc::format!("{}", line.value).into()),
            Plain(" although your URL asks for ".into()),
            Code(alloc::format!("{}", loser.value).into()),
        ],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Inputs, Recipe, resolve};
    use alloc::string::ToString;

    #[track_caller]
    fn check(url: &str, debug: bool, expected: &str) {
        let inputs = Inputs::url(url).with_debug(debug);
        let resolution = resolve(&inputs, &Recipe::default());
        let sentence: String = verdict(&resolution).iter().map(Phrase::text).collect();
        assert_eq!(sentence, expected.to_string());
    }

    #[test]
    fn one_sentence_says_it() {
        check("", false, "Django starts without a database: DATABASE_URL is set but empty.");
        check(
            "postgres://h/db?sslmode=verify-full",
            false,
            "Connects to h with encryption, but the server’s identity is not checked: the settings \
             module asks for require although your URL asks for verify-full.",
        );
        check(
            "postgres://h/db?sslmode=verify-full",
            true,
            "Connects to h with encryption, and the server proves who it is.",
        );
        check(
            "postgres://h/db",
            true,
            "Connects to h, encrypted if the server offers it and in plain text otherwise.",
        );
        check("x://h/db", false, "Django does not start: reading DATABASE_URL raises ValueError.");
        check(
            "postgres://h",
            false,
            "Django starts, and the first query fails with ImproperlyConfigured.",
        );
        check(
            "postgres:///db",
            false,
            "Connects through this machine’s socket; nothing leaves the machine, and nothing is \
             encrypted.",
        );
    }

    #[test]
    fn the_address_that_is_reached_instead_of_the_host_is_named() {
        for (query, expected) in [
            ("h/db?hostaddr=203.0.113.9", "h at 203.0.113.9 (hostaddr)"),
            ("h:1/db?hostaddr=::1", "h at ::1 (hostaddr)"),
            ("h/db?hostaddr=", "h"),
            ("10.0.0.5/db?hostaddr=10.0.0.5", "10.0.0.5"),
            ("/db?hostaddr=203.0.113.9", "203.0.113.9 (hostaddr)"),
            ("/db?host=/run&hostaddr=203.0.113.9", "/run at 203.0.113.9 (hostaddr)"),
            (
                "/db?host=a,b,c&hostaddr=192.0.2.1,,192.0.2.3",
                "a at 192.0.2.1 (hostaddr) or b or c at 192.0.2.3 (hostaddr)",
            ),
            ("/db?hostaddr=192.0.2.1,192.0.2.2", "192.0.2.1 (hostaddr) or 192.0.2.2 (hostaddr)"),
        ] {
            let url = alloc::format!("postgres://u:p@{query}").replace("//u:p@/", "///");
            check(
                &url,
                true,
                &alloc::format!(
                    "Connects to {expected}, encrypted if the server offers it and in plain text \
                     otherwise."
                ),
            );
        }
    }

    #[test]
    fn an_address_from_the_environment_is_named_too() {
        let inputs = Inputs::new([
            ("DATABASE_URL", "postgres://u:p@db.example.com/shop?sslmode=require"),
            ("PGHOSTADDR", "203.0.113.9"),
        ]);
        let resolution = resolve(&inputs, &Recipe::default());
        let sentence: String = verdict(&resolution).iter().map(Phrase::text).collect();
        assert!(sentence.contains("db.example.com at 203.0.113.9 (hostaddr)"), "{sentence}");
    }
}
