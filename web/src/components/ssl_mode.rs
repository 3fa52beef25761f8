//! The six SSL modes, where the connection stands among them, and why.

use dsnlens_core::ledger::{Line, Origin};
use dsnlens_core::{
    Attempt, DATABASE_URL, Encryption, Resolution, SslMode, TlsPolicy, Verification,
};
use yew::prelude::*;

use super::parts::{code, fact, hint, row, section, text};
use crate::words;

pub(crate) fn view(resolution: Option<&Resolution<'_>>) -> Html {
    let tls = resolution.and_then(|it| it.tls);
    let asked = resolution.and_then(asked_for);
    let steps = SslMode::ALL.map(|mode| {
        let here = tls.filter(|it| it.mode.name == mode.name());
        let asked = asked.as_ref().filter(|(it, _)| *it == mode).map(|(_, by)| *by);
        step(mode, here, asked)
    });
    let content = html! {
        <>
            <ol class="ladder" role="list" data-idle={tls.is_none().then_some("")}>{ row(steps) }</ol>
            { row(resolution.map(|it| guarantees(it, tls))) }
        </>
    };
    section("ssl-mode", "SSL mode", html! {}, content)
}

/// The same of a client that has words of its own, as far as they are libpq's.
pub(crate) fn of_other(mode: &str, guarantees: &[(String, String)]) -> Html {
    let steps = SslMode::ALL.map(|it| rung(it, it.name() == mode, meaning(it, None), None));
    let is_known = SslMode::ALL.into_iter().any(|it| it.name() == mode);
    let facts = guarantees.iter().map(|(term, told)| fact(text(term.clone()), text(told.clone())));
    let told = match guarantees.is_empty() {
        true => hint("No connection is attempted, so no SSL mode applies."),
        false => html! { <dl class="guarantees">{ row(facts) }</dl> },
    };
    let content = html! {
        <>
            <ol class="ladder" role="list" data-idle={(!is_known).then_some("")}>{ row(steps) }</ol>
            { told }
        </>
    };
    section("ssl-mode", "SSL mode", html! {}, content)
}

/// What is promised, as texts.
#[cfg(any(test, feature = "more"))]
pub(crate) fn told(resolution: &Resolution<'_>) -> Vec<(String, String)> {
    let Some(tls) = resolution.tls else { return Vec::new() };
    let by = tls.by.and_then(|it| resolution.ledger.line(it));
    let why = by.map(|line| match line.origin {
        Origin::Variable { name, .. } => {
            format!("{name} sets {}={}", line.key.keyword(), line.value)
        }
        _ => format!("not set: {}", words::origin(&line.origin, "")),
    });
    let facts = [
        ("Encrypted", Some(encrypted(tls, resolution.proxy()))),
        ("Verified", Some(verified(tls).to_owned())),
        ("Attempts", Some(attempts(tls.attempts()).to_owned())),
        ("Why", why),
    ];
    facts.into_iter().filter_map(|(term, told)| Some((term.to_owned(), told?))).collect()
}

fn step(mode: SslMode, here: Option<TlsPolicy>, asked: Option<&str>) -> Html {
    rung(mode, here.is_some(), meaning(mode, here), asked)
}

fn meaning(mode: SslMode, here: Option<TlsPolicy>) -> &'static str {
    match mode {
        _ if here.is_some_and(|it| it.is_socket()) => "does nothing on a socket",
        SslMode::Require if here.is_some_and(|it| it.verifies() == Verification::Chain) => {
            "encrypted, known authority"
        }
        SslMode::Disable => "never encrypted",
        SslMode::Allow => "plain first",
        SslMode::Prefer => "may fall back to plain",
        SslMode::Require => "encrypted, server unproved",
        SslMode::VerifyCa => "known authority",
        SslMode::VerifyFull => "known authority, right host",
    }
}

fn rung(mode: SslMode, is_here: bool, meaning: &'static str, asked: Option<&str>) -> Html {
    let badge = match (is_here, asked) {
        (true, _) => Some("you are here".into()),
        (false, Some(by)) => Some(format!("{by} asks for this")),
        (false, None) => None,
    };
    let badge = badge.map(|it| html! { <span class="badge">{ text(it) }</span> });
    html! {
        <li aria-current={is_here.then_some("true")} data-asked={asked.map(|_| "")}>
            <span class="bar" aria-hidden="true"></span>
            { code(mode.name()) }
            <span class="meaning">{ text(meaning) }</span>
            { row(badge) }
        </li>
    }
}

/// A mode that was asked for and did not win, and by whom.
fn asked_for<'a>(resolution: &Resolution<'a>) -> Option<(SslMode, &'a str)> {
    let (winner, line) = resolution.ledger.winner("sslmode")?;
    let losers = resolution.ledger.losers(winner);
    losers.filter(|(_, it)| it.value != line.value).find_map(|(_, loser)| {
        let mode = loser.value.as_str()?.parse().ok()?;
        match loser.origin {
            Origin::Variable { name: DATABASE_URL, .. } => Some((mode, "your URL")),
            Origin::Variable { name, .. } => Some((mode, name)),
            _ => None,
        }
    })
}

fn guarantees(resolution: &Resolution<'_>, tls: Option<TlsPolicy>) -> Html {
    let Some(tls) = tls else {
        return hint(match (&resolution.refusal, &resolution.connect_params) {
            (Some(_), _) => "No connection is attempted, so no SSL mode applies.",
            (None, None) if !resolution.unknown.is_empty() => {
                "Unknown, as far as the settings are."
            }
            (None, None) => "This backend does not connect through libpq.",
            (None, Some(_)) => "libpq refuses this sslmode, so no connection is made.",
        });
    };
    html! {
        <dl class="guarantees">
            { fact(text("Encrypted"), text(encrypted(tls, resolution.proxy()))) }
            { fact(text("Verified"), text(verified(tls))) }
            { row(tls.binds.then(|| fact(text("Log-in"), binding()))) }
            { fact(text("Attempts"), text(attempts(tls.attempts()))) }
            { fact(text("Why"), why(resolution, tls)) }
        </dl>
    }
}

fn encrypted(tls: TlsPolicy, proxy: Option<&'static str>) -> String {
    match (tls.encryption(), tls.attempts()) {
        (Encryption::Always, _) => "always",
        (Encryption::Opportunistic, [Attempt::Plain, ..]) => {
            "only if the server refuses plain text"
        }
        (Encryption::Opportunistic, _) => "if the server offers it",
        (Encryption::Never, _) if tls.is_socket() => {
            return match proxy {
                Some(proxy) => format!("by the {proxy}, on its way to the server"),
                None => "not on a Unix socket: the connection stays on this machine".into(),
            };
        }
        (Encryption::Never, _) => "never",
    }
    .into()
}

fn verified(tls: TlsPolicy) -> &'static str {
    match tls.verifies() {
        Verification::Nothing if tls.encryption() == Encryption::Never => {
            "nothing: there is no certificate"
        }
        Verification::Nothing => "nothing: any certificate is accepted",
        Verification::Chain => "that a known authority issued the certificate, for any host",
        Verification::ChainAndHost => "that a known authority issued the certificate for this host",
    }
}

fn binding() -> Html {
    row([
        code("channel_binding=require"),
        text(": over TLS and with SCRAM alone; the server proves that it knows the password"),
    ])
}

fn attempts(attempts: &[Attempt]) -> &'static str {
    match attempts {
        [Attempt::Plain] => "one, in plain text",
        [Attempt::Plain, ..] => "first in plain text, then TLS",
        [Attempt::Tls] => "one, with TLS",
        [Attempt::Tls, ..] => "first TLS, then in plain text",
        [] => "none",
    }
}

fn why(resolution: &Resolution<'_>, tls: TlsPolicy) -> Html {
    let found = tls.by.and_then(|it| Some((it, resolution.ledger.line(it)?)));
    let Some((winner, line)) = found else { return html! {} };
    let losers = resolution.ledger.losers(winner).map(|(_, loser)| loser);
    let over = losers.filter(|it| !matches!(it.origin, Origin::Default { .. })).map(|loser| {
        let by = code(words::origin(&loser.origin, ""));
        match loser.value == line.value {
            true => row([text(", and "), by, text(" said the same")]),
            false => row([text(", over "), code(loser.value.to_string()), text(" from "), by]),
        }
    });
    let module = resolution.module.as_ref().map_or("", |it| it.databases.text);
    row([source(line, module)].into_iter().chain(over))
}

fn source(line: &Line<'_>, module: &str) -> Html {
    match line.origin {
        Origin::Variable { name, .. } => row([code(name.to_owned()), text(" says so")]),
        Origin::Recipe(expression) => row([text("settings.py: "), code(expression)]),
        Origin::Settings { .. } => code(words::origin(&line.origin, module)),
        _ => text(format!("nobody says anything: {}", words::origin(&line.origin, ""))),
    }
}
