//! The whole answer in one sentence: what would happen, up to the first error. Only a check says
//! that a connection is made.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::clients::django::is_modelled;
use crate::clients::libpq::{Endpoint, endpoints};
use crate::clients::stages;
use crate::diagnostic::Severity;
use crate::ledger::{Fate, LineId, Moment};
use crate::machine::MachineFile;
use crate::question::Answer;
use crate::resolution::{Mode, Resolution};
use crate::tls::{Attempt, Encryption, Verification};

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
pub fn verdict(answer: &Answer<'_>) -> Vec<Phrase> {
    let Answer { question, resolution, .. } = answer;
    let subject = question.client.subject;
    if let Some(refusal) = &resolution.refusal {
        if let Some(file) = refusal.unless {
            let mut phrases = unseen(resolution, file);
            phrases.push(Plain(alloc::format!("{} refuses with ", refusal.stage.title).into()));
            phrases.extend([Code(refusal.kind.clone()), Plain(".".into())]);
            return phrases;
        }
        return match refusal.stage.refuses {
            Moment::FirstQuery
                if resolution.engine().is_none() && resolution.mode != Mode::Databases =>
            {
                alloc::vec![
                    Plain(alloc::format!("{subject} starts ").into()),
                    Worry("without a database".into()),
                    Plain(": ".into()),
                    Code("DATABASE_URL".into()),
                    Plain(" is set but empty.".into()),
                ]
            }
            Moment::FirstQuery => alloc::vec![
                Plain(alloc::format!("{subject} starts, and ").into()),
                Worry("the first query fails".into()),
                Plain(" with ".into()),
                Code(refusal.kind.clone()),
                Plain(".".into()),
            ],
            Moment::Connection => alloc::vec![
                Worry("No connection is made".into()),
                Plain(": ".into()),
                Plain(refusal.stage.title.into()),
                Plain(" refuses with ".into()),
                Code(refusal.kind.clone()),
                Plain(".".into()),
            ],
            Moment::Start => alloc::vec![
                Worry(alloc::format!("{subject} does not start").into()),
                match refusal.raised_at {
                    _ if refusal.stage == &stages::BACKEND => Plain(": loading ".into()),
                    Some(_) => Plain(": ".into()),
                    None => Plain(": reading ".into()),
                },
                match refusal.raised_at {
                    _ if refusal.stage == &stages::BACKEND => Code("DATABASES".into()),
                    Some((path, line)) => Code(alloc::format!("{path}:{line}").into()),
                    None => Code("DATABASE_URL".into()),
                },
                Plain(" raises ".into()),
                Code(refusal.kind.clone()),
                Plain(".".into()),
            ],
        };
    }
    if resolution.connect_params.is_none()
        && let Some(engine) = resolution.engine().filter(|it| !is_modelled(it))
    {
        let engine = String::from(engine);
        return alloc::vec![
            Plain(
                match resolution.mode {
                    Mode::Databases => "These settings select ",
                    _ => "This URL selects ",
                }
                .into()
            ),
            Code(engine.into()),
            Plain(". DSN Lens explains PostgreSQL only.".into()),
        ];
    }
    let mut phrases = Vec::new();
    if let Some(file) = resolution.unknown.iter().find_map(|it| it.file) {
        phrases.extend(unseen(resolution, file));
    } else if !resolution.unknown.is_empty() {
        phrases.extend(unknown(resolution));
        let is_known = |keyword| {
            resolution.ledger.winner(keyword).is_none_or(|(_, it)| it.value.unknown().is_none())
        };
        if resolution.tls.is_none() || !(is_known("host") && is_known("hostaddr")) {
            return phrases;
        }
        phrases.push(Plain(" ".into()));
    }
    match first_error(answer) {
        Some(message) => {
            phrases.extend([Worry("Fix this error first".into()), Plain(": ".into())]);
            phrases.extend(marked(message));
        }
        None => {
            phrases.extend(destination(subject, resolution));
            phrases.extend(guarantee(resolution));
            if resolution.tls.is_some_and(|it| it.binds) {
                phrases.push(Plain("; ".into()));
                phrases.push(Code("channel_binding=require".into()));
                phrases.push(Plain(
                    " makes the server prove, over TLS alone, that it knows the password".into(),
                ));
            }
            let by = resolution.tls.filter(|it| !it.is_socket()).and_then(|it| it.by);
            phrases.extend(by.into_iter().flat_map(|it| replaced(resolution, it)));
        }
    }
    phrases.push(Plain(".".into()));
    phrases
}

/// Errors beside which a connection is made as the settings are read: it is only less safe.
const UNSAFE: [&str; 3] = ["password-default", "sslmode-downgraded", "sslmode-overridden-later"];

/// The error that keeps the connection from being made, or from being the one that is meant.
fn first_error<'r>(answer: &'r Answer<'_>) -> Option<&'r str> {
    let mut errors = answer.diagnostics.iter().filter(|it| it.severity == Severity::Error);
    errors.find(|it| !UNSAFE.contains(&it.rule.name)).map(|it| &*it.message)
}

/// A finding's message, its code spans apart.
fn marked(message: &str) -> impl Iterator<Item = Phrase> {
    message.split('`').enumerate().filter(|(_, text)| !text.is_empty()).map(|(nth, text)| {
        let text = Cow::Owned(String::from(text));
        if nth % 2 == 0 { Plain(text) } else { Code(text) }
    })
}

/// As many names as a sentence holds.
const MOST: usize = 12;

/// As many reasons as a sentence holds.
const MANY: usize = 3;

/// A file of the machine that is not known, and the head of the sentence that says what happens
/// without it.
fn unseen(resolution: &Resolution<'_>, file: MachineFile) -> Vec<Phrase> {
    let mut phrases = alloc::vec![Worry("Unknown".into()), Plain(": ".into())];
    phrases.extend(resolution.unknown.iter().flat_map(|it| marked(&it.why)).take(MOST));
    phrases.push(Plain(alloc::format!(". {} ", file.lack()).into()));
    phrases
}

/// What is not known, and what is.
fn unknown(resolution: &Resolution<'_>) -> Vec<Phrase> {
    let mut phrases = alloc::vec![Worry("Unknown".into())];
    let reads: Vec<_> =
        resolution.unknown.iter().filter_map(|it| it.reads.as_deref()).take(MOST).collect();
    if reads.len() == resolution.unknown.len().min(MOST)
        && let Some(first) = resolution.unknown.first()
    {
        let is_more = resolution.unknown.len() > MOST;
        let names =
            alloc::format!(" reads {}{}", reads.join(", "), if is_more { " …" } else { "" });
        phrases.extend([
            Plain(": ".into()),
            Code(String::from(first.path).into()),
            Plain(names.into()),
            Plain(
                match reads.len() {
                    1 => ". Paste its value to see what the application does.",
                    _ => ". Paste their values to see what the application does.",
                }
                .into(),
            ),
        ]);
        return phrases;
    }
    // The URL is known, and its reader is not.
    let is_unread = resolution.mode == Mode::Url && resolution.ledger.holes().is_empty();
    for (nth, it) in resolution.unknown.iter().take(MANY).enumerate() {
        phrases.push(Plain(if nth == 0 { ": " } else { "; " }.into()));
        phrases.extend(marked(&it.why));
    }
    match resolution.unknown.len() {
        // What it depends on is in no variable.
        _ if resolution.module.is_some() || is_unread => {
            phrases.push(Plain(". What depends on it is unknown.".into()));
            return phrases;
        }
        1 => phrases.push(Plain(". Paste its value".into())),
        0..=MANY => phrases.push(Plain(". Paste their values".into())),
        more => {
            phrases.push(Plain(alloc::format!("; and {} more", more - MANY).into()));
            phrases.push(Plain(". Paste their values".into()));
        }
    }
    phrases.push(Plain(" to see what the application does.".into()));
    phrases
}

/// Where the connection goes: the host, and the address that `hostaddr` sends it to instead.
fn destination(subject: &str, resolution: &Resolution<'_>) -> Vec<Phrase> {
    let winner = |keyword| {
        let line = resolution.ledger.winner(keyword).map(|(_, line)| line)?;
        Some(alloc::format!("{}", line.value)).filter(|it| !it.is_empty())
    };
    let mut phrases = alloc::vec![Plain(alloc::format!("{subject} would connect ").into())];
    phrases.extend(match (winner("host"), winner("hostaddr")) {
        (host, Some(addresses)) => redirected(&host.unwrap_or_default(), &addresses),
        (Some(path), None) if path.starts_with(['/', '@']) => {
            alloc::vec![Plain("through the Unix socket in ".into()), Code(path.into())]
        }
        (Some(host), None) => alloc::vec![Plain("to ".into()), Code(host.into())],
        (None, None) => alloc::vec![Plain("through this machine’s Unix socket".into())],
    });
    phrases
}

/// Each host of a list with its `hostaddr`, which libpq connects to without looking at the host.
fn redirected(hosts: &str, addresses: &str) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    for Endpoint { host, hostaddr: address, .. } in endpoints(hosts, addresses, "") {
        phrases.push(Plain(if phrases.is_empty() { "to " } else { " or " }.into()));
        match (host.is_empty(), address.is_empty()) {
            (true, true) => phrases.push(Plain("this machine’s Unix socket".into())),
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
    let Some(tls) = resolution.tls else { return Vec::new() };
    // Not every client calls it so.
    let by = tls.by.and_then(|it| resolution.ledger.line(it));
    let key = by.map_or("sslmode", |it| it.key.keyword());
    let mode = Code(alloc::format!("{key}={}", tls.mode.name).into());
    let with_mode = |before: &'static str| [Plain(before.into()), mode, Plain(")".into())];
    let (lead, rest) = match (tls.encryption(), tls.verifies()) {
        (Encryption::Always, Verification::Nothing) => {
            let worry = Worry("without verifying the certificate".into());
            (with_mode(" with TLS ("), alloc::vec![Plain(", ".into()), worry])
        }
        (Encryption::Always, Verification::Chain) => {
            let rest = alloc::vec![
                Plain(", verifying who issued the certificate, but ".into()),
                Worry("not its host name".into()),
            ];
            (with_mode(" with TLS ("), rest)
        }
        (Encryption::Always, Verification::ChainAndHost) => {
            let rest = Plain(", verifying the certificate and its host name".into());
            (with_mode(" with TLS ("), alloc::vec![rest])
        }
        (Encryption::Opportunistic, _) => {
            let (first, then) = match tls.attempts() {
                [Attempt::Plain, ..] => {
                    (" in plain text", "with TLS only if the server refuses that")
                }
                _ => (" with TLS if the server offers it", "in plain text otherwise"),
            };
            let rest = alloc::vec![Plain(", ".into()), Worry(then.into()), Plain(" (".into())];
            let mut phrases = alloc::vec![Plain(first.into())];
            phrases.extend(rest);
            phrases.extend(with_mode("").into_iter().skip(1));
            return phrases;
        }
        (Encryption::Never, _) if tls.is_socket() => {
            return alloc::vec![Plain(socket(resolution).into())];
        }
        (Encryption::Never, _) => {
            let mut phrases = alloc::vec![Plain(" ".into()), Worry("without TLS".into())];
            phrases.extend(with_mode(" ("));
            return phrases;
        }
    };
    lead.into_iter().chain(rest).collect()
}

/// What becomes of the data behind a socket.
fn socket(resolution: &Resolution<'_>) -> &'static str {
    match resolution.proxy() {
        Some(_) => "; the proxy behind it encrypts the connection to the server",
        None => ", which TLS does not apply to: the connection stays on this machine",
    }
}

/// The mode that was asked for and did not win.
fn replaced(resolution: &Resolution<'_>, winner: LineId) -> Vec<Phrase> {
    let Some(line) = resolution.ledger.line(winner) else { return Vec::new() };
    let loser = resolution
        .ledger
        .losers(winner)
        .find(|(_, it)| it.stage == &stages::RECIPE && matches!(it.fate, Fate::Overridden { .. }));
    match (loser, resolution.mode) {
        (Some((_, loser)), Mode::Url) if loser.value != line.value => alloc::vec![
            Plain(": settings.py sets ".into()),
            Code(alloc::format!("{}", line.value).into()),
            Plain(", which overrides the URL’s ".into()),
            Code(alloc::format!("{}", loser.value).into()),
        ],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::psql;
    use crate::{Inputs, Question, resolve};
    use alloc::string::ToString;

    #[track_caller]
    fn check(url: &str, debug: bool, expected: &str) {
        let inputs = Inputs::url(url).with_debug(debug);
        let sentence: String = verdict(&resolve(inputs)).iter().map(Phrase::text).collect();
        assert_eq!(sentence, expected.to_string());
    }

    #[test]
    fn one_sentence_says_it() {
        check("", false, "Django starts without a database: DATABASE_URL is set but empty.");
        check(
            "postgres://h/db?sslmode=verify-full",
            false,
            "Django would connect to h with TLS (sslmode=require), without verifying the \
             certificate: settings.py sets require, which overrides the URL’s verify-full.",
        );
        check(
            "postgres://h/db?sslmode=verify-full&sslrootcert=/ca.crt",
            true,
            "Django would connect to h with TLS (sslmode=verify-full), verifying the certificate \
             and its host name.",
        );
        check(
            "postgres://h/db?sslmode=verify-ca&sslrootcert=/ca.crt",
            true,
            "Django would connect to h with TLS (sslmode=verify-ca), verifying who issued the \
             certificate, but not its host name.",
        );
        check(
            "postgres://h/db",
            true,
            "Django would connect to h with TLS if the server offers it, in plain text otherwise \
             (sslmode=prefer).",
        );
        check(
            "postgres://h/db?sslmode=allow",
            true,
            "Django would connect to h in plain text, with TLS only if the server refuses that \
             (sslmode=allow).",
        );
        check(
            "postgres://h/db?sslmode=disable",
            true,
            "Django would connect to h without TLS (sslmode=disable).",
        );
        check("x://h/db", false, "Django does not start: reading DATABASE_URL raises ValueError.");
        check(
            "postgres://h",
            false,
            "Django starts, and the first query fails with ImproperlyConfigured.",
        );
        check(
            "mysql://h/db",
            true,
            "This URL selects django.db.backends.mysql. DSN Lens explains PostgreSQL only.",
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
                    "Django would connect to {expected} with TLS if the server offers it, in plain \
                     text otherwise (sslmode=prefer)."
                ),
            );
        }
    }

    #[test]
    fn a_server_may_have_to_prove_that_it_knows_the_password() {
        check(
            "postgres://u:p@h/db?channel_binding=require",
            false,
            "Django would connect to h with TLS (sslmode=require), without verifying the \
             certificate; channel_binding=require makes the server prove, over TLS alone, that it \
             knows the password.",
        );
    }

    #[test]
    fn a_socket_may_lead_to_a_proxy() {
        check(
            "postgres:///db",
            false,
            "Django would connect through this machine’s Unix socket, which TLS does not apply to: \
             the connection stays on this machine.",
        );
        check(
            "postgres://u:p@%2Fcloudsql%2Fp%3Ar%3Ai/db",
            false,
            "Django would connect through the Unix socket in /cloudsql/p:r:i; the proxy behind it \
             encrypts the connection to the server.",
        );
    }

    #[test]
    fn it_claims_nothing_beside_an_error() {
        check(
            "postgres://u:p@%2Frun:5433/db",
            false,
            "Fix this error first: dj-database-url 2.1.0 makes :5433 a part of the host, since it \
             holds a %.",
        );
        for url in ["postgres://app:5432/x@h/db", "postgres:/u:p@h/db"] {
            let inputs = Inputs::url(url);
            let phrases = verdict(&resolve(inputs));
            assert_eq!(phrases.first(), Some(&Worry("Fix this error first".into())), "{url}");
        }
    }

    #[test]
    fn an_address_from_the_environment_is_named_too() {
        let inputs = Inputs::new([
            ("DATABASE_URL", "postgres://u:p@db.example.com/shop?sslmode=require"),
            ("PGHOSTADDR", "203.0.113.9"),
        ]);
        let sentence: String = verdict(&resolve(inputs)).iter().map(Phrase::text).collect();
        assert!(sentence.contains("db.example.com at 203.0.113.9 (hostaddr)"), "{sentence}");
    }

    #[test]
    fn what_a_service_of_the_machine_says_is_unknown() {
        check(
            "postgres://u:p@h/db?service=prod",
            false,
            "Unknown: the service prod is defined in a file of the machine that connects. Without \
             that definition libpq refuses with OperationalError.",
        );
    }

    #[cfg(feature = "clients")]
    #[test]
    fn a_file_of_the_machine_is_unknown_to_every_client() {
        for (name, url, expected) in [
            (
                "pgx",
                "postgres://u:p@h/d?service=prod",
                "Unknown: the service prod is defined in a file of the machine that connects. \
                 Without that definition pgx refuses with ParseConfigError.",
            ),
            (
                "lib/pq",
                "postgres://u:p@h/d?service=prod",
                "Unknown: the service prod is defined in a file of the machine that connects. \
                 Without that definition lib/pq refuses with error.",
            ),
            (
                "pgjdbc",
                "jdbc:postgresql://h/d?service=prod",
                "Unknown: the service prod is defined in a file of the machine that connects. \
                 Without that definition pgjdbc refuses with org.postgresql.util.PSQLException.",
            ),
            (
                "asyncpg",
                "postgres://u:p@h/d?service=prod&sslmode=disable",
                "Unknown: the service prod is defined in a file of the machine that connects. \
                 Without that definition asyncpg would connect to h without TLS (sslmode=disable).",
            ),
            (
                "pgjdbc",
                "jdbc:postgresql://h/d?sslmode=verify-full",
                "Unknown: sslmode=verify-full needs the root certificates in \
                 ~/.postgresql/root.crt of the machine that connects. Without that file pgjdbc \
                 refuses with org.postgresql.util.PSQLException.",
            ),
            (
                "asyncpg",
                "postgres://u:p@h/d?sslmode=verify-ca",
                "Unknown: sslmode=verify-ca needs the root certificates in ~/.postgresql/root.crt \
                 of the machine that connects. Without that file asyncpg refuses with \
                 ClientConfigurationError.",
            ),
        ] {
            let client = crate::client::find(name).unwrap();
            let answer = resolve(Question::new(Inputs::url(url)).with_client(client));
            let sentence: String = verdict(&answer).iter().map(Phrase::text).collect();
            assert_eq!(sentence, expected, "{name}");
            assert_eq!(answer.resolution.certain_refusal(), None, "{name}");
        }
    }

    #[cfg(all(feature = "clients", feature = "files"))]
    #[test]
    fn a_file_of_the_machine_that_is_not_there_is_known() {
        use crate::machine::{Content, File, Machine};
        let paths = ["/s", "/etc/s", "/r"];
        let files = paths.map(|path| File { path, content: Content::Absent }).to_vec();
        let machine = Machine {
            service_file: Some("/s"),
            system_service_file: Some("/etc/s"),
            root_certificate: Some("/r"),
            files,
            ..Machine::default()
        };
        for (name, url) in [
            ("pgx", "postgres://u:p@h/d?service=prod"),
            ("lib/pq", "postgres://u:p@h/d?service=prod"),
            ("pgjdbc", "jdbc:postgresql://h/d?service=prod"),
            ("pgjdbc", "jdbc:postgresql://h/d?sslmode=verify-full"),
            ("asyncpg", "postgres://u:p@h/d?sslmode=verify-ca"),
        ] {
            let client = crate::client::find(name).unwrap();
            let question = Question::new(Inputs::url(url).on(machine.clone())).with_client(client);
            assert!(resolve(question).resolution.certain_refusal().is_some(), "{name}");
        }
    }

    #[test]
    fn the_client_is_named() {
        let question = Question::new(Inputs::url("postgres://h/db"));
        let answer = resolve(question.with_client(&psql::CLIENT));
        assert_eq!(verdict(&answer).first().map(Phrase::text), Some("psql would connect "));
    }
}
