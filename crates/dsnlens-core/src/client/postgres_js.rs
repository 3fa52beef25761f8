//! postgres.js, given `DATABASE_URL` as `postgres(process.env.DATABASE_URL)` gives it.
//!
//! postgres 3.4.9, `src/index.js`, `parseOptions()` and `parseUrl()`; `src/connection.js`,
//! `secure()` and `StartupMessage()`; Node 20.20.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Client;
use super::node::{mode, parse_int};
use super::reading::{Reading, peer_of, read as read_with};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::Edited;
use crate::syntax::url::javascript::decode_uri_component;
use crate::syntax::url::whatwg_split::{decode_form, pairs, split, strip};
use crate::tls::Attempt::{Plain, Tls};
use crate::tls::Verification::{ChainAndHost, Nothing};
use crate::tls::{Peer, Setback, TlsMode, TrustedRoots};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "postgres.js",
    title: "postgres.js",
    version: "postgres 3.4.9",
    packages: &["pkg:npm/postgres"],
    subject: "postgres.js",
    stages: &[&URL, &CONNECTION],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: false,
    patience: Some(30),
    read,
};

static URL: Stage = Stage { name: "postgres.js", title: "postgres.js", refuses: Moment::Start };

static CONNECTION: Stage =
    Stage { name: "postgres.js connection", title: "postgres.js", refuses: Moment::Connection };

/// What is not one of these words verifies everything.
static TLS: [TlsMode; 6] = [
    mode("disable", &[Plain], &[], Nothing),
    mode("prefer", &[Tls, Plain], &[Setback::NoTls], Nothing),
    mode("allow", &[Tls], &[], Nothing),
    mode("require", &[Tls], &[], Nothing),
    mode("verify-ca", &[Tls], &[], ChainAndHost),
    mode("verify-full", &[Tls], &[], ChainAndHost),
];

/// Its own options, `defaults` of `parseOptions()`, each with its environment variable. Every other
/// option is a parameter of the session.
const OPTIONS: [(&str, &str); 14] = [
    ("max", "PGMAX"),
    ("ssl", "PGSSL"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("idle_timeout", "PGIDLE_TIMEOUT"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("max_lifetime", "PGMAX_LIFETIME"),
    ("max_pipeline", "PGMAX_PIPELINE"),
    ("backoff", "PGBACKOFF"),
    ("keep_alive", "PGKEEP_ALIVE"),
    ("prepare", "PGPREPARE"),
    ("debug", "PGDEBUG"),
    ("fetch_types", "PGFETCH_TYPES"),
    ("publications", "PGPUBLICATIONS"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
];

const SESSIONS: [&str; 5] = ["read-write", "read-only", "primary", "standby", "prefer-standby"];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    read_with(question, &URL, |reading| {
        let raw = reading.source.raw();
        if !raw.is_empty() {
            read_url(reading, raw)?;
        }
        fill(reading);
        check_session(reading)?;
        reading.stage = &CONNECTION;
        secure(reading)
    })
}

fn read_url<'a>(reading: &mut Reading<'_, 'a>, raw: &'a str) -> Result<(), Refusal<'a>> {
    let whole = Edited::new(raw);
    let written = written_host(Slice::whole(raw));
    let Some(hosts) = decode_uri_component(written.text) else {
        return Err(reading.malformed(&whole, written));
    };
    let edited = strip(with_first_host(whole, &hosts));
    let Ok(url) = split(edited.text(), None) else { return Err(reading.invalid_url()) };
    let mut decoded = Vec::new();
    for part in [&url.username, &url.password] {
        let Some(text) = decode_uri_component(part.slice.text) else {
            return Err(reading.malformed(&edited, part.slice));
        };
        decoded.push((edited.original(part.slice), text));
    }
    take_query(reading, &edited, url.query);
    for (keyword, (slice, text)) in ["user", "password"].into_iter().zip(decoded) {
        set(reading, keyword, slice, text);
    }
    match &url.host.text {
        _ if hosts.contains(',') => set(reading, "host", written, hosts),
        Some(host) => set(reading, "host", edited.original(url.host.slice), host.clone()),
        None => {
            let why = Cow::Borrowed("what becomes of this host is not known here");
            let slice = edited.original(url.host.slice);
            reading.set_value(Key::Keyword("host"), slice, Value::Unknown { why });
        }
    }
    set(reading, "port", edited.original(url.port.slice), url.port.text.clone());
    // The path is not decoded.
    let mut path = url.path.text.chars();
    path.next();
    let slice = url.path.slice;
    let slice = edited.original(slice.strip_prefix("/").unwrap_or(slice));
    set(reading, "dbname", slice, Cow::Borrowed(path.as_str()));
    Ok(())
}

/// `host` of `parseUrl()`: what follows `://` and the first `@`, up to a `/` or `?`.
fn written_host(url: Slice<'_>) -> Slice<'_> {
    let start = url.text.find("://").map_or(2, |at| at + 3);
    // Without `://` two code units are left out, whatever they are.
    let start = url.text.char_indices().map(|(at, _)| at).find(|at| *at >= start);
    let (_, rest) = url.split_at(start.unwrap_or(url.text.len()));
    let (authority, _) = rest.split_before(&['?', '/']);
    authority.split_once('@').map_or(authority, |(_, host)| host)
}

/// `url.replace(host, host.split(',')[0])`
fn with_first_host<'a>(whole: Edited<'a>, hosts: &str) -> Edited<'a> {
    let first = hosts.split(',').next().unwrap_or("");
    let at = match hosts.is_empty() || (first == hosts && !first.contains('$')) {
        true => None,
        false => whole.text().find(hosts),
    };
    let Some(at) = at else { return whole };
    let before = whole.text().get(..at).unwrap_or("");
    let behind = whole.text().get(at + hosts.len()..).unwrap_or("");
    let first = expanded(first, [hosts, before, behind]);
    whole.edit(|rest| (rest.at == at).then(|| (hosts.len(), Cow::Owned(first.clone()))))
}

/// `$$`, `$&`, `` $` `` and `$'` in a replacement; more than a few of them are left as they are,
/// since each may be as long as the URL.
fn expanded(text: &str, [all, before, behind]: [&str; 3]) -> String {
    let mut made = String::with_capacity(text.len());
    let mut rest = text;
    let mut expanded = 0;
    while let Some((head, tail)) = rest.split_once('$') {
        made.push_str(head);
        let by = match tail.as_bytes().first() {
            Some(b'$') => Some("$"),
            Some(b'&') if expanded < 4 => Some(all),
            Some(b'`') if expanded < 4 => Some(before),
            Some(b'\'') if expanded < 4 => Some(behind),
            _ => None,
        };
        made.push_str(by.unwrap_or("$"));
        expanded += 1;
        rest = match by {
            Some(_) => tail.get(1..).unwrap_or(""),
            None => tail,
        };
    }
    made.push_str(rest);
    made
}

fn set(reading: &mut Reading<'_, '_>, keyword: &'static str, slice: Slice<'_>, text: Cow<'_, str>) {
    if !text.is_empty() {
        reading.set(Key::Keyword(keyword), slice, Reading::made_of(slice, text));
    }
}

fn take_query<'a>(reading: &mut Reading<'_, 'a>, edited: &Edited<'a>, query: Slice<'_>) {
    // The last of a name counts.
    let mut sent = BTreeMap::new();
    for (name, value) in pairs(query) {
        let slice = edited.original(value);
        let text = Reading::made_of(slice, decode_form(value.text));
        let spelling = decode_form(name.text);
        let own = OPTIONS.iter().map(|it| it.0).chain(["sslmode", "application_name"]);
        if let Some(keyword) = own.into_iter().find(|it| *it == spelling) {
            reading.set(Key::Keyword(keyword), slice, text);
            continue;
        }
        let name = edited.original(name);
        let spelling = Reading::made_of(name, spelling).into_owned();
        let key = reading.key(name, Cow::Owned(spelling.clone()));
        let line = match text.is_empty() {
            true => reading.ignore(key, slice, text, "is empty"),
            false => reading.send(key, slice, text),
        };
        if let Some(loser) = sent.insert(spelling, line) {
            reading.replace(loser, line);
        }
    }
    for keyword in ["sslmode", "application_name"] {
        if reading.get(keyword) == Some("") {
            reading.drop(keyword, "is empty");
        }
    }
    if reading.winner("sslmode").is_some() {
        reading.drop("ssl", "sslmode takes its place");
    }
    let is_system = sent.get("sslrootcert").is_some_and(|it| reading.says(*it, "system"));
    if is_system {
        reading.drop("sslmode", "sslrootcert=system takes its place");
        reading.drop("ssl", "sslrootcert=system takes its place");
        reading.default("sslmode", Value::Str("verify-full".into()));
    }
}

/// What the URL leaves open.
fn fill(reading: &mut Reading<'_, '_>) {
    for (keyword, variable) in [
        ("host", "PGHOST"),
        ("port", "PGPORT"),
        ("user", "PGUSERNAME"),
        ("user", "PGUSER"),
        ("dbname", "PGDATABASE"),
        ("password", "PGPASSWORD"),
        ("application_name", "PGAPPNAME"),
    ] {
        reading.fill_from(keyword, variable);
    }
    let has_mode = reading.winner("sslmode").is_some();
    for (keyword, variable) in OPTIONS {
        if !(keyword == "ssl" && has_mode) {
            reading.fill_from(keyword, variable);
        }
    }
    reading.default("host", Value::Str("localhost".into()));
    reading.default("port", Value::Str("5432".into()));
    reading.default("user", Value::Account);
    reading.default_database();
    split_hosts(reading);
}

/// Each host may have a port; what has a `/` is a socket.
fn split_hosts(reading: &mut Reading<'_, '_>) {
    let (Some(hosts), Some(port)) = (reading.get("host"), reading.get("port")) else { return };
    if hosts.contains('/') {
        return;
    }
    // `parseInt()`, or what it makes `NaN` of.
    let number = |text: &str| match parse_int(text) {
        Some(number) => number.to_string(),
        None => text.to_string(),
    };
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let mut pieces = host.split(':');
        names.push(pieces.next().unwrap_or("").to_string());
        ports.push(number(pieces.next().filter(|it| !it.is_empty()).unwrap_or(port)));
    }
    if names.len() > 1 || names.first().is_some_and(|it| it != hosts) {
        reading.respell("host", "host", names);
    }
    if ports.len() > 1 || ports.first().is_some_and(|it| reading.get("port") != Some(it)) {
        reading.respell("port", "host", ports);
    }
}

/// `tsa()`
fn check_session<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let word = reading.get("target_session_attrs").unwrap_or("");
    if word.is_empty() || SESSIONS.contains(&word) {
        return Ok(());
    }
    let refused = reading.refuse_value("Error", "target_session_attrs", |word| {
        Text::plain("target_session_attrs ").and_text(word).and(" is not supported")
    });
    refused.map_or(Ok(()), Err)
}

fn secure<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    if ["ssl", "sslmode", "sslnegotiation", "host"].into_iter().any(|it| reading.is_unknown(it)) {
        return Ok(());
    }
    let peer = match reading.get("host") {
        Some(host) if host.contains('/') => Peer::Socket,
        host => peer_of(host),
    };
    if peer == Peer::Host
        && let Some(refusal) = reading.bad_port()
    {
        return Err(refusal);
    }
    let key = if reading.winner("sslmode").is_some() { "sslmode" } else { "ssl" };
    let is_written = reading.line(key).is_some_and(|it| {
        it.origin.input_span().is_some_and(|it| it.input == reading.source.name())
    });
    let mode = match reading.get(key) {
        None | Some("") => "disable",
        // The words are the URL's; in a variable they are texts like any other.
        Some("disable" | "false") if is_written => "disable",
        Some("disable") => "verify-full",
        Some(word) => TLS.iter().map(|it| it.name).find(|it| *it == word).unwrap_or("verify-full"),
    };
    let is_direct = reading.get("sslnegotiation") == Some("direct");
    let mode = if is_direct && mode == "prefer" { "require" } else { mode };
    let is_checked = ["verify-ca", "verify-full"].contains(&mode);
    let (mode, key) = match reading.accepts_any().filter(|_| is_checked) {
        Some(variable) => ("require", variable),
        None => (mode, key),
    };
    if peer == Peer::Socket && !["disable", "prefer"].contains(&mode) {
        // It asks for TLS there too, which PostgreSQL does not offer on a Unix socket.
        let refused = reading.refuse_value("Error", key, |_| {
            Text::plain(
                "Client network socket disconnected before secure TLS connection was established",
            )
        });
        return refused.map_or(Ok(()), Err);
    }
    if reading.winner(key).is_none() {
        reading.default("sslmode", Value::Str("disable".into()));
    }
    let key = if reading.winner(key).is_none() { "sslmode" } else { key };
    reading.secure(mode, key, TrustedRoots::Runtime, peer);
    Ok(())
}
