//! sqlx: what `PgConnectOptions::from_str` reads, and how its driver connects.
//!
//! Reproduces sqlx-postgres 0.9.0 (`src/options/parse.rs`, `options/mod.rs`, `options/ssl_mode.rs`,
//! `connection/tls.rs`) with native-tls; the URL is taken apart by the crate `url`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;
use core::num::ParseIntError;

use super::Client;
use super::reading::{self, Reading, peer_of};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::python::unquote_to_bytes;
use crate::syntax::url::Edited;
use crate::syntax::url::whatwg_split::{Url, decode_form, pairs, split, strip};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Setback, SslMode, TlsMode, TrustedRoots, Verification};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sqlx",
    title: "sqlx (Rust), with native-tls",
    version: "sqlx 0.9.0",
    packages: &["pkg:cargo/sqlx"],
    subject: "sqlx",
    stages: &[&PARSE, &CONNECT],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: false,
    patience: None,
    read,
};

static PARSE: Stage = Stage { name: "sqlx", title: "sqlx", refuses: Moment::Start };

static CONNECT: Stage = Stage { name: "connect", title: "sqlx", refuses: Moment::Connection };

/// `maybe_upgrade()` of `connection/tls.rs`: `allow` never tries TLS, and a root certificate makes
/// no mode stricter.
static TLS: [TlsMode; 6] = [
    mode(SslMode::Disable, &[Attempt::Plain], &[], Nothing),
    mode(SslMode::Allow, &[Attempt::Plain], &[], Nothing),
    mode(SslMode::Prefer, &[Attempt::Tls, Attempt::Plain], &[Setback::NoTls], Nothing),
    mode(SslMode::Require, &[Attempt::Tls], &[], Nothing),
    mode(SslMode::VerifyCa, &[Attempt::Tls], &[], Chain),
    mode(SslMode::VerifyFull, &[Attempt::Tls], &[], ChainAndHost),
];

const fn mode(
    mode: SslMode,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: Verification,
) -> TlsMode {
    TlsMode { name: mode.name(), attempts, falls_back, verifies: [verifies, verifies] }
}

/// Options by the spellings that sqlx takes, with libpq's keyword.
const OPTIONS: [(&str, &str); 18] = [
    ("sslmode", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("ssl-root-cert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("ssl-cert", "sslcert"),
    ("sslkey", "sslkey"),
    ("ssl-key", "sslkey"),
    ("statement-cache-capacity", "statement-cache-capacity"),
    ("host", "host"),
    ("hostaddr", "hostaddr"),
    ("port", "port"),
    ("dbname", "dbname"),
    ("user", "user"),
    ("password", "password"),
    ("application_name", "application_name"),
    ("options", "options"),
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read(question, &PARSE, |reading| {
        let text = reading.source.text().to_string();
        let edited = strip(Edited::new(&text));
        let url = split(edited.text(), None)
            .map_err(|error| refuse(reading, Text::plain(error.text()), Slice::whole(&text)))?;
        read_parts(reading, &edited, &url)?;
        read_query(reading, &edited, &url)?;
        reading.stage = &CONNECT;
        connect(reading);
        Ok(())
    })
}

/// `parse_from_url()`, up to the query.
fn read_parts<'a>(
    reading: &mut Reading<'_, 'a>,
    edited: &Edited<'_>,
    url: &Url<'_>,
) -> Result<(), Refusal<'a>> {
    let slice = edited.original(url.host.slice);
    match &url.host.text {
        Some(host) if host.is_empty() => {}
        Some(host) => {
            // What does not begin like a path is not decoded.
            let bytes = unquote_to_bytes(host);
            let decoded = match bytes.first() {
                Some(b'/') => decode(reading, host, slice)?,
                _ => host.to_string(),
            };
            reading.set(Key::Keyword("host"), slice, decoded.into());
        }
        None => {
            let why = Cow::Borrowed("what becomes of this host is not known here");
            reading.set_value(Key::Keyword("host"), slice, Value::Unknown { why });
        }
    }
    if !url.port.text.is_empty() {
        let slice = edited.original(url.port.slice);
        reading.set(Key::Keyword("port"), slice, Cow::Borrowed(&*url.port.text));
    }
    // `password()` is `None` where no `:` is written.
    let has_password = url.password.slice.at > url.username.slice.end();
    let parts = [
        ("user", &url.username, !url.username.text.is_empty()),
        ("password", &url.password, has_password),
    ];
    for (key, part, is_given) in parts {
        if is_given {
            let slice = edited.original(part.slice);
            let decoded = decode(reading, &part.text, slice)?;
            reading.set(Key::Keyword(key), slice, decoded.into());
        }
    }
    let path = url.path.text.trim_start_matches('/');
    if !path.is_empty() {
        let slashes = url.path.slice.text.len() - url.path.slice.text.trim_start_matches('/').len();
        let slice = edited.original(url.path.slice.split_at(slashes).1);
        let decoded = decode(reading, path, slice)?;
        reading.set(Key::Keyword("dbname"), slice, decoded.into());
    }
    Ok(())
}

/// The query: a path as `host` names a socket, which no later host takes the place of.
fn read_query<'a>(
    reading: &mut Reading<'_, 'a>,
    edited: &Edited<'_>,
    url: &Url<'_>,
) -> Result<(), Refusal<'a>> {
    let mut options: Vec<String> = Vec::new();
    for (name, value) in pairs(url.query) {
        let (at, slice) = (edited.original(name), edited.original(value));
        let (name, text) = (decode_form(name.text), decode_form(value.text));
        let keyword = OPTIONS.iter().find(|it| it.0 == name).map(|it| it.1);
        let is_valid = match keyword {
            Some("sslmode") => {
                let word = text.to_ascii_lowercase();
                if word.parse::<SslMode>().is_err() {
                    let quoted = match reading.source.touches_secret(slice) {
                        true => Text::default().and_hidden(alloc::format!("{text:?}")),
                        false => Text::plain(alloc::format!("{text:?}")),
                    };
                    let message = Text::plain("error with configuration: unknown value ");
                    let message = message.and_text(quoted).and(" for `ssl_mode`");
                    return Err(refuse(reading, message, slice));
                }
                reading.set(Key::Keyword("sslmode"), slice, word.into());
                continue;
            }
            Some("port") => number_error(text.parse::<u16>()),
            Some("statement-cache-capacity") => number_error(text.parse::<usize>()),
            Some("hostaddr") => match text.parse::<IpAddr>() {
                Ok(_) => Ok(()),
                Err(error) => Err(error.to_string()),
            },
            _ => Ok(()),
        };
        if let Err(error) = is_valid {
            return Err(refuse(reading, Text::plain(error), slice));
        }
        let is_socket = reading.get("host").is_some_and(|it| it.starts_with('/'));
        match keyword {
            Some("host" | "hostaddr") if is_socket && !text.starts_with('/') => {
                reading.offer(Key::Keyword("host"), slice, text);
            }
            Some("host" | "hostaddr") => {
                reading.set(Key::Keyword("host"), slice, text);
            }
            Some("options") => {
                options.push(text.clone().into_owned());
                reading.set(Key::Keyword("options"), slice, text);
            }
            Some(keyword) => {
                reading.set(Key::Keyword(keyword), slice, text);
            }
            None if name.starts_with("options[") && name.ends_with(']') => {
                let key = reading.key(at, name.into_owned().into());
                reading.set(key, slice, text);
            }
            None => {
                let key = reading.key(at, name.into_owned().into());
                reading.ignore(key, slice, text, "sqlx has no such option, and logs a warning");
            }
        }
    }
    // Each is added to those before it.
    if options.len() > 1 {
        reading.respell("options", "options", alloc::vec![options.join(" ")]);
    }
    Ok(())
}

/// What the environment and sqlx fill in.
fn connect(reading: &mut Reading<'_, '_>) {
    for (key, variable) in [
        ("host", "PGHOSTADDR"),
        ("host", "PGHOST"),
        ("user", "PGUSER"),
        ("password", "PGPASSWORD"),
        ("dbname", "PGDATABASE"),
        ("sslrootcert", "PGSSLROOTCERT"),
        ("sslcert", "PGSSLCERT"),
        ("sslkey", "PGSSLKEY"),
        ("application_name", "PGAPPNAME"),
        ("options", "PGOPTIONS"),
    ] {
        reading.fill_from(key, variable);
    }
    // What cannot be read in a variable is passed over.
    if reading.inputs().get("PGPORT").is_some_and(|it| it.parse::<u16>().is_ok()) {
        reading.fill_from("port", "PGPORT");
    }
    let mode = reading.inputs().get("PGSSLMODE").map(str::to_ascii_lowercase);
    if mode.is_some_and(|it| it.parse::<SslMode>().is_ok()) {
        reading.fill_from("sslmode", "PGSSLMODE");
    }
    // Unless one of three folders holds a server's socket.
    reading.default("host", Value::Str("localhost".into()));
    reading.default("port", Value::Str("5432".into()));
    reading.default("user", Value::Account);
    reading.default("sslmode", Value::Str("prefer".into()));
    let roots = match reading.winner("sslrootcert") {
        Some(_) => TrustedRoots::File,
        None => TrustedRoots::System,
    };
    let mode = reading.get("sslmode").unwrap_or("prefer").to_ascii_lowercase();
    let peer = peer_of(reading.get("host"));
    reading.secure(&mode, "sslmode", roots, peer);
}

fn number_error<T>(parsed: Result<T, ParseIntError>) -> Result<(), String> {
    parsed.map(|_| ()).map_err(|error| error.to_string())
}

/// `decode_utf8()` of the crate percent-encoding.
fn decode<'a>(
    reading: &Reading<'_, 'a>,
    text: &str,
    slice: Slice<'_>,
) -> Result<String, Refusal<'a>> {
    String::from_utf8(unquote_to_bytes(text)).map_err(|error| {
        let message = Text::default().and_hidden(error.utf8_error().to_string());
        refuse(reading, message, slice)
    })
}

fn refuse<'a>(reading: &Reading<'_, 'a>, cause: Text<'a>, slice: Slice<'_>) -> Refusal<'a> {
    let message = Text::plain("error with configuration: ").and_text(cause);
    reading.refuse("Error::Configuration", message, slice)
}
