//! Prisma's engine up to Prisma 6, which the command line still uses in Prisma 7.
//!
//! Reproduces `PostgresNativeUrl` of prisma-engines at 0d495ae9
//! (`quaint/src/connector/postgres/url.rs`), the check of the scheme in its validator, and the TLS of
//! `quaint/src/connector/postgres/native/mod.rs`. The URL is taken apart by the crate `url`. Prisma
//! Client 7 hands the URL to node-postgres instead.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

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
use crate::tls::Verification::{ChainAndHost, Nothing};
use crate::tls::{Attempt, Setback, TlsMode, TrustedRoots, Verification};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "prisma",
    title: "Prisma's engine, up to Prisma 6",
    version: "prisma-engines 0d495ae9",
    packages: &["pkg:npm/prisma", "pkg:npm/@prisma/client"],
    subject: "Prisma",
    stages: &[&STAGE],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: false,
    patience: Some(5),
    read,
};

static STAGE: Stage = Stage { name: "prisma", title: "Prisma", refuses: Moment::Start };

/// Any other word is `prefer`; only `sslaccept=strict` makes it verify.
static TLS: [TlsMode; 5] = [
    mode("disable", &[Attempt::Plain], &[], Nothing),
    mode("prefer", &[Attempt::Tls, Attempt::Plain], &[Setback::NoTls], Nothing),
    mode("require", &[Attempt::Tls], &[], Nothing),
    mode(
        "prefer, sslaccept=strict",
        &[Attempt::Tls, Attempt::Plain],
        &[Setback::NoTls],
        ChainAndHost,
    ),
    mode("require, sslaccept=strict", &[Attempt::Tls], &[], ChainAndHost),
];

const fn mode(
    name: &'static str,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: Verification,
) -> TlsMode {
    TlsMode { name, attempts, falls_back, verifies: [verifies, verifies] }
}

/// What the value of an option has to be.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Text,
    Bool,
    Integer,
}

/// The options that the engine reads.
const OPTIONS: [(&str, Form); 18] = [
    ("sslmode", Form::Text),
    ("sslcert", Form::Text),
    ("sslidentity", Form::Text),
    ("sslpassword", Form::Text),
    ("sslaccept", Form::Text),
    ("schema", Form::Text),
    ("host", Form::Text),
    ("application_name", Form::Text),
    ("channel_binding", Form::Text),
    ("options", Form::Text),
    ("pgbouncer", Form::Bool),
    ("statement_cache_size", Form::Integer),
    ("connection_limit", Form::Integer),
    ("socket_timeout", Form::Integer),
    ("connect_timeout", Form::Integer),
    ("pool_timeout", Form::Integer),
    ("max_connection_lifetime", Form::Integer),
    ("max_idle_connection_lifetime", Form::Integer),
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read(question, &STAGE, |reading| {
        let text = reading.source.text().to_string();
        let whole = Slice::whole(&text);
        if !["postgresql://", "postgres://"].iter().any(|it| text.starts_with(it)) {
            let message = "the URL must start with the protocol `postgresql://` or `postgres://`.";
            return Err(reading.refuse("P1012", Text::plain(message), whole));
        }
        let edited = strip(Edited::new(&text));
        let url =
            split(edited.text(), None).map_err(|error| invalid(reading, error.text(), whole))?;
        read_parts(reading, &edited, &url);
        read_query(reading, &edited, &url)?;
        connect(reading);
        Ok(())
    })
}

fn read_parts(reading: &mut Reading<'_, '_>, edited: &Edited<'_>, url: &Url<'_>) {
    let slice = edited.original(url.host.slice);
    match &url.host.text {
        Some(host) if host.is_empty() => {}
        Some(host) => {
            let bare = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
            reading.set(Key::Keyword("host"), slice, bare.unwrap_or(host).to_string().into());
        }
        None => {
            let why = Cow::Borrowed("what becomes of this host is not known here");
            reading.set_value(Key::Keyword("host"), slice, Value::Unknown { why });
        }
    }
    for (key, part) in [("user", &url.username), ("password", &url.password)] {
        if !part.text.is_empty() {
            // What is not UTF-8 stays as it is written.
            let decoded = String::from_utf8(unquote_to_bytes(&part.text));
            let decoded = decoded.unwrap_or_else(|_| part.text.to_string());
            reading.set(Key::Keyword(key), edited.original(part.slice), decoded.into());
        }
    }
    if !url.port.text.is_empty() {
        let slice = edited.original(url.port.slice);
        reading.set(Key::Keyword("port"), slice, Cow::Borrowed(&*url.port.text));
    }
    // `dbname()`: the first segment, not decoded.
    match url.path.text.strip_prefix('/') {
        Some(path) => {
            let segment = path.split('/').next().unwrap_or("");
            let slice = url.path.slice.strip_prefix("/").unwrap_or(url.path.slice);
            let (slice, _) = slice.split_before(&['/']);
            reading.set(Key::Keyword("dbname"), edited.original(slice), segment.to_string().into());
        }
        None => reading.default("dbname", Value::Str("postgres".into())),
    }
}

/// `parse_query_params()`.
fn read_query<'a>(
    reading: &mut Reading<'_, 'a>,
    edited: &Edited<'_>,
    url: &Url<'_>,
) -> Result<(), Refusal<'a>> {
    for (name, value) in pairs(url.query) {
        let (at, slice) = (edited.original(name), edited.original(value));
        let (name, text) = (decode_form(name.text), decode_form(value.text));
        let Some((keyword, form)) = OPTIONS.iter().find(|it| it.0 == name) else {
            let key = reading.key(at, name.into_owned().into());
            reading.ignore(key, slice, text, "Prisma has no such option");
            continue;
        };
        let is_valid = match form {
            Form::Text => true,
            Form::Bool => text.parse::<bool>().is_ok(),
            Form::Integer => text.parse::<u64>().is_ok(),
        };
        if !is_valid {
            return Err(invalid(reading, "The provided arguments are not supported", slice));
        }
        let is_word = match *keyword {
            "sslmode" => ["disable", "prefer", "require"].contains(&&*text),
            "channel_binding" => ["disable", "prefer", "require"].contains(&&*text),
            _ => true,
        };
        match is_word {
            true => {
                reading.set(Key::Keyword(keyword), slice, text);
            }
            false => {
                let reason = "Prisma does not know the value, and keeps the one before";
                reading.ignore(Key::Keyword(keyword), slice, text, reason);
            }
        }
    }
    Ok(())
}

fn connect(reading: &mut Reading<'_, '_>) {
    reading.default("host", Value::Str("localhost".into()));
    reading.default("port", Value::Str("5432".into()));
    reading.default("sslmode", Value::Str("prefer".into()));
    reading.default("connect_timeout", Value::Str("5".into()));
    // `accept_invalid_certs` is the only other word.
    let is_strict = reading.get("sslaccept").is_some_and(|it| it != "accept_invalid_certs");
    let mode = match (reading.get("sslmode"), is_strict) {
        (Some("disable"), _) => "disable",
        (Some("require"), false) => "require",
        (Some("require"), true) => "require, sslaccept=strict",
        (_, false) => "prefer",
        (_, true) => "prefer, sslaccept=strict",
    };
    let roots = match reading.winner("sslcert") {
        Some(_) => TrustedRoots::File,
        None => TrustedRoots::System,
    };
    let peer = peer_of(reading.get("host"));
    reading.secure(mode, "sslmode", roots, peer);
    let binds = reading.get("channel_binding") == Some("require");
    if let Some(tls) = &mut reading.resolution.tls {
        tls.binds = binds;
    }
}

/// `P1013` of the engine.
fn invalid<'a>(reading: &Reading<'_, 'a>, what: &str, slice: Slice<'_>) -> Refusal<'a> {
    let message = alloc::format!(
        "The provided database string is invalid. {what} in database URL. Please refer to the \
         documentation in https://www.prisma.io/docs/reference/database-reference/connection-urls \
         for constructing a correct connection string. In some cases, certain characters must be \
         escaped. Please check the string for any illegal characters."
    );
    reading.refuse("P1013", Text::plain(message), slice)
}
