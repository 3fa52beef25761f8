//! node-postgres, given `DATABASE_URL` as `new Pool({ connectionString: process.env.DATABASE_URL })`
//! gives it. The runtime of Prisma 7 (`@prisma/adapter-pg`) is the same.
//!
//! pg-connection-string 2.14.1, `index.js`, `parse()`; pg 8.23.1, `lib/connection-parameters.js`,
//! `lib/connection.js` and `lib/defaults.js`; Node 20.20.

use alloc::borrow::Cow;
use alloc::string::ToString;

use super::node::{mode, parse_int};
use super::reading::{Reading, read as read_with};
use super::{Client, reading};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::url::Edited;
use crate::syntax::url::javascript::{decode_uri, decode_uri_component, encode_uri};
use crate::syntax::url::whatwg_split::{Url, decode_form, pairs, split, strip};
use crate::tls::Attempt::{Plain, Tls};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Peer, TlsMode, TrustedRoots};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "node-postgres",
    title: "node-postgres (pg), and the runtime of Prisma 7",
    version: "pg 8.23.1, pg-connection-string 2.14.1",
    packages: &["pkg:npm/pg"],
    subject: "node-postgres",
    stages: &[&URL, &CONNECTION],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: false,
    patience: None,
    read,
};

static URL: Stage =
    Stage { name: "pg-connection-string", title: "pg-connection-string", refuses: Moment::Start };

static CONNECTION: Stage =
    Stage { name: "node-postgres", title: "node-postgres", refuses: Moment::Connection };

/// `uselibpqcompat=true` with a root certificate.
const CHAIN: &str = "verify-ca, uselibpqcompat";

/// Any `sslmode` but `disable` and `no-verify` verifies everything, and nothing falls back.
static TLS: [TlsMode; 8] = [
    mode("disable", &[Plain], &[], Nothing),
    mode("no-verify", &[Tls], &[], Nothing),
    mode(CHAIN, &[Tls], &[], Chain),
    mode("allow", &[Tls], &[], ChainAndHost),
    mode("prefer", &[Tls], &[], ChainAndHost),
    mode("require", &[Tls], &[], ChainAndHost),
    mode("verify-ca", &[Tls], &[], ChainAndHost),
    mode("verify-full", &[Tls], &[], ChainAndHost),
];

/// The options of a URL that have an effect, beside those that name a file.
const OPTIONS: [&str; 16] = [
    "host",
    "port",
    "user",
    "password",
    "sslmode",
    "ssl",
    "sslnegotiation",
    "uselibpqcompat",
    "options",
    "application_name",
    "fallback_application_name",
    "replication",
    "statement_timeout",
    "lock_timeout",
    "idle_in_transaction_session_timeout",
    "query_timeout",
];

/// Options that name a file, in the order in which it is read.
const FILES: [&str; 3] = ["sslcert", "sslkey", "sslrootcert"];

/// Options whose empty value is as good as none; `ssl=` switches TLS off.
const FALSY: [&str; 14] = [
    "host",
    "port",
    "user",
    "password",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslnegotiation",
    "options",
    "application_name",
    "fallback_application_name",
    "replication",
    "statement_timeout",
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    read_with(question, &URL, |reading| {
        let raw = reading.source.raw();
        match raw.as_bytes().first() {
            None => {}
            Some(b'/') => read_socket(reading, Slice::whole(raw)),
            Some(_) => read_url(reading, raw)?,
        }
        secure_files(reading)?;
        reading.stage = &CONNECTION;
        fill(reading);
        secure(reading)
    })
}

/// `/socket/directory database`.
fn read_socket<'a>(reading: &mut Reading<'_, 'a>, text: Slice<'a>) {
    let mut pieces = text.split(' ');
    for keyword in ["host", "dbname"] {
        if let Some(piece) = pieces.next().filter(|it| !it.is_empty()) {
            reading.set(Key::Keyword(keyword), piece, Cow::Borrowed(piece.text));
        }
    }
}

fn read_url<'a>(reading: &mut Reading<'_, 'a>, raw: &'a str) -> Result<(), Refusal<'a>> {
    let mut edited = Edited::new(raw);
    if needs_encoding(raw) {
        // `encodeURI(str).replace(/%25(\d\d)/g, '%$1')`
        edited = encode_uri(edited, |behind| {
            behind.len() >= 2 && behind.bytes().take(2).all(|it| it.is_ascii_digit())
        });
    }
    let base = Some(("postgres", "base"));
    let first = strip(edited.clone());
    if let Ok(url) = split(first.text(), base) {
        return take(reading, &first, &url, false);
    }
    let Some(at) = edited.text().find("@/") else { return Err(reading.invalid_url()) };
    let second = edited.edit(|rest| (rest.at == at).then(|| (1, "@___DUMMY___".into())));
    let second = strip(second);
    match split(second.text(), base) {
        Ok(url) => take(reading, &second, &url, true),
        Err(_) => Err(reading.invalid_url()),
    }
}

/// `/ |%[^a-f0-9]|%[a-f0-9][^a-f0-9]/i.test(text)`
fn needs_encoding(text: &str) -> bool {
    let is_hex = u8::is_ascii_hexdigit;
    let mut rest = text.as_bytes();
    while let [byte, behind @ ..] = rest {
        match (byte, behind) {
            (b' ', _) => return true,
            (b'%', [first, ..]) if !is_hex(first) => return true,
            (b'%', [_, second, ..]) if !is_hex(second) => return true,
            _ => rest = behind,
        }
    }
    false
}

/// What `parse()` takes from a URL.
fn take<'a>(
    reading: &mut Reading<'_, 'a>,
    edited: &Edited<'a>,
    url: &Url<'_>,
    is_dummy: bool,
) -> Result<(), Refusal<'a>> {
    let is_socket = url.scheme == "socket";
    for (name, value) in pairs(url.query) {
        let slice = edited.original(value);
        let text = Reading::made_of(slice, decode_form(value.text));
        let spelling = decode_form(name.text);
        let mut known = OPTIONS.iter().chain(&FILES);
        match (known.find(|it| **it == spelling), &*spelling) {
            (Some(keyword), _) => {
                reading.set(Key::Keyword(keyword), slice, text);
            }
            (None, "db") if is_socket => {
                if reading.winner("dbname").is_none() {
                    reading.set(Key::Keyword("dbname"), slice, text);
                }
            }
            (None, _) => {
                let name = edited.original(name);
                let spelling = Reading::made_of(name, spelling).into_owned();
                let key = reading.key(name, Cow::Owned(spelling));
                reading.ignore(key, slice, text, "node-postgres does not use it");
            }
        }
    }
    for keyword in FALSY {
        if reading.get(keyword) == Some("") {
            reading.drop(keyword, "is empty");
        }
    }
    for (keyword, part) in [("user", &url.username), ("password", &url.password)] {
        offer(reading, edited, keyword, part.slice, decode_uri_component(part.slice.text))?;
    }
    if is_socket {
        let slice = url.path.slice;
        let Some(host) = decode_uri(&url.path.text) else {
            return Err(reading.malformed(edited, slice));
        };
        // It takes the place of an option.
        let original = edited.original(slice);
        reading.set(Key::Keyword("host"), original, Reading::made_of(original, host));
        return Ok(());
    }
    let hostname = url.host.text.as_deref().filter(|_| !is_dummy);
    let is_path =
        hostname.is_some_and(|it| it.get(..3).is_some_and(|it| it.eq_ignore_ascii_case("%2f")));
    let is_moved = is_path && !url.is_opaque && reading.winner("host").is_some();
    match hostname {
        Some(hostname) => {
            let bare = hostname.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            let host = decode_uri_component(bare.unwrap_or(hostname));
            offer(reading, edited, "host", url.host.slice, host)?;
        }
        None if is_dummy => {}
        None => {
            let why = Cow::Borrowed("what becomes of this host is not known here");
            let slice = edited.original(url.host.slice);
            if reading.winner("host").is_none() {
                reading.set_value(Key::Keyword("host"), slice, Value::Unknown { why });
            }
        }
    }
    offer(reading, edited, "port", url.port.slice, Some(Cow::Borrowed(&*url.port.text)))?;
    normalize_port(reading);
    let path = match is_moved {
        // `result.pathname = hostname + result.pathname`
        true => Cow::Owned([hostname.unwrap_or(""), &url.path.text].concat()),
        false => {
            let mut path = url.path.text.chars();
            path.next();
            Cow::Borrowed(path.as_str())
        }
    };
    let slice = url.path.slice;
    let slice = slice.strip_prefix("/").unwrap_or(slice);
    if !path.is_empty() {
        let Some(path) = decode_uri(&path) else {
            return Err(reading.malformed(edited, slice));
        };
        let original = edited.original(slice);
        reading.set(Key::Keyword("dbname"), original, Reading::made_of(original, path));
    }
    Ok(())
}

/// What an option comes before: decoded only where there is none.
fn offer<'a>(
    reading: &mut Reading<'_, 'a>,
    edited: &Edited<'a>,
    keyword: &'static str,
    slice: Slice<'_>,
    decoded: Option<Cow<'_, str>>,
) -> Result<(), Refusal<'a>> {
    let decoded = match decoded {
        Some(decoded) => decoded,
        None if reading.winner(keyword).is_none() => return Err(reading.malformed(edited, slice)),
        None => Cow::Borrowed(slice.text),
    };
    if !decoded.is_empty() {
        let original = edited.original(slice);
        reading.offer(Key::Keyword(keyword), original, Reading::made_of(original, decoded));
    }
    Ok(())
}

/// `parseInt(port, 10)`: `5432x` is 5432.
fn normalize_port(reading: &mut Reading<'_, '_>) {
    let Some(text) = reading.get("port") else { return };
    let Some(number) = parse_int(text).map(|it| it.to_string()).filter(|it| it != text) else {
        return;
    };
    reading.respell("port", "port", alloc::vec![number]);
}

/// The files are read with the URL.
fn secure_files<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    for keyword in FILES {
        // libpq's word for the machine's authorities; here a file like any other.
        if reading.get(keyword) == Some("system")
            && let Some(refusal) = reading.refuse_value("Error", keyword, |path| {
                Text::plain("ENOENT: no such file or directory, open '").and_text(path).and("'")
            })
        {
            return Err(refusal);
        }
    }
    let is_compatible = reading.get("uselibpqcompat") == Some("true");
    if is_compatible
        && reading.get("sslmode") == Some("verify-ca")
        && reading.winner("sslrootcert").is_none()
        && let Some(refusal) = reading.refuse_value("Error", "sslmode", |_| Text::plain(NO_ROOT))
    {
        return Err(refusal);
    }
    Ok(())
}

const NO_ROOT: &str = "SECURITY WARNING: Using sslmode=verify-ca requires specifying a CA with \
    sslrootcert. If a public CA is used, verify-ca allows connections to a server that somebody \
    else may have registered with the CA, making you vulnerable to Man-in-the-Middle attacks. \
    Either specify a custom CA certificate with sslrootcert parameter or use sslmode=verify-full \
    for proper security.";

/// `val()` of `connection-parameters.js`: what the URL leaves open.
fn fill(reading: &mut Reading<'_, '_>) {
    for (keyword, variable) in [
        ("user", "PGUSER"),
        ("user", "USER"),
        ("dbname", "PGDATABASE"),
        ("port", "PGPORT"),
        ("host", "PGHOST"),
        ("password", "PGPASSWORD"),
        ("options", "PGOPTIONS"),
        ("sslnegotiation", "PGSSLNEGOTIATION"),
        ("replication", "PGREPLICATION"),
        ("application_name", "PGAPPNAME"),
    ] {
        reading.fill_from(keyword, variable);
    }
    reading.default("user", Value::Account);
    reading.default("host", Value::Str("localhost".into()));
    reading.default("port", Value::Str("5432".into()));
    reading.default_database();
}

/// `ssl`, as `parse()` and `ConnectionParameters` make it, and what a connection does with it.
fn secure<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let deciding =
        ["sslmode", "ssl", "sslcert", "sslkey", "uselibpqcompat", "sslnegotiation", "host"];
    if deciding.into_iter().any(|it| reading.is_unknown(it)) {
        return Ok(());
    }
    let (mode, key) = choose(reading)?;
    check_negotiation(reading, mode)?;
    let is_socket = reading.get("host").is_some_and(|it| it.starts_with('/'));
    if !is_socket && let Some(refusal) = reading.bad_port() {
        return Err(refusal);
    }
    let is_checked = !["disable", "no-verify"].contains(&mode);
    let (mode, key) = match reading.accepts_any().filter(|_| is_checked) {
        Some(variable) => ("no-verify", variable),
        None => (mode, key),
    };
    if is_socket && mode != "disable" {
        // It asks for TLS there too, which PostgreSQL does not offer on a Unix socket.
        let refused = reading.refuse_value("Error", key, |_| {
            Text::plain("The server does not support SSL connections")
        });
        return refused.map_or(Ok(()), Err);
    }
    let roots = match reading.winner("sslrootcert") {
        Some(_) => TrustedRoots::File,
        None => TrustedRoots::Runtime,
    };
    let peer = reading::peer_of(reading.get("host"));
    reading.secure(mode, key, roots, if is_socket { Peer::Socket } else { peer });
    Ok(())
}

/// The mode, and the key that chose it.
fn choose<'a>(reading: &mut Reading<'_, 'a>) -> Result<(&'static str, &'static str), Refusal<'a>> {
    let is_compatible = reading.get("uselibpqcompat") == Some("true");
    let has_root = reading.winner("sslrootcert").is_some();
    if let Some(word) = reading.get("sslmode") {
        let mode = match word {
            "disable" => "disable",
            "prefer" if is_compatible => "no-verify",
            "require" if is_compatible && !has_root => "no-verify",
            "require" | "verify-ca" if is_compatible => CHAIN,
            "no-verify" if is_compatible => "verify-full",
            word => row(word).unwrap_or("verify-full"),
        };
        return Ok((mode, "sslmode"));
    }
    if let Some(file) = FILES.into_iter().find(|it| reading.winner(it).is_some()) {
        return Ok(("verify-full", file));
    }
    let chosen = match reading.get("ssl") {
        Some("true" | "1") => Some("verify-full"),
        Some("0" | "") => Some("disable"),
        Some("no-verify") => Some("no-verify"),
        Some(_) => {
            // `'key' in ssl` of a text, in `Connection.upgradeToSSL()`.
            let refused = reading.refuse_value("TypeError", "ssl", |word| {
                Text::plain("Cannot use 'in' operator to search for 'key' in ").and_text(word)
            });
            return refused.map_or(Ok(("verify-full", "ssl")), Err);
        }
        None => None,
    };
    if let Some(mode) = chosen {
        return Ok((mode, "ssl"));
    }
    let is_direct = reading.line("sslnegotiation").is_some_and(|it| {
        it.origin.input_span().is_some_and(|it| it.input == reading.source.name())
    });
    if is_direct && reading.get("sslnegotiation") == Some("direct") {
        return Ok(("verify-full", "sslnegotiation"));
    }
    reading.fill_from("sslmode", "PGSSLMODE");
    // `readSSLConfigFromEnvironment()`
    let mode = match reading.get("sslmode") {
        Some("allow") | None => None,
        Some(word) => row(word),
    };
    if mode.is_none() {
        reading.drop("sslmode", "node-postgres does not know this word");
        reading.default("sslmode", Value::Str("disable".into()));
    }
    Ok((mode.unwrap_or("disable"), "sslmode"))
}

/// The row of this very name.
fn row(word: &str) -> Option<&'static str> {
    TLS.iter().map(|it| it.name).find(|it| *it == word && *it != CHAIN)
}

fn check_negotiation<'a>(reading: &Reading<'_, 'a>, mode: &str) -> Result<(), Refusal<'a>> {
    let refused = match reading.get("sslnegotiation") {
        None | Some("postgres") => None,
        Some("direct") if mode != "disable" => None,
        Some("direct") => reading.refuse_value("Error", "sslnegotiation", |_| {
            Text::plain("sslnegotiation=direct requires SSL to be enabled")
        }),
        Some(_) => reading.refuse_value("Error", "sslnegotiation", |word| {
            let text = Text::plain("Invalid sslnegotiation value: \"").and_text(word);
            text.and("\". Valid values are \"postgres\" and \"direct\".")
        }),
    };
    refused.map_or(Ok(()), Err)
}
