//! Ecto with Postgrex: what `Ecto.Repo` makes of its `url:`, and how Postgrex connects.
//!
//! Reproduces `Ecto.Repo.Supervisor.parse_url` (Ecto 3.14, `lib/ecto/repo/supervisor.ex`),
//! `Postgrex.Utils.default_opts` and `Postgrex.Protocol.connect` (Postgrex 0.20.0,
//! `lib/postgrex/utils.ex`, `protocol.ex`). Of two options with one name a keyword list gives the
//! first: the URL's authority before its query, and in the query the last before the others.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Client;
use super::reading::{self, Reading};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::python::unquote_to_bytes;
use crate::syntax::url::elixir::{self, Uri};
use crate::tls::Verification::Nothing;
use crate::tls::{Attempt, Peer, TlsMode, TrustedRoots};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "ecto",
    title: "Ecto (Elixir), with Postgrex",
    version: "Ecto 3.14, Postgrex 0.20.0",
    packages: &["pkg:hex/postgrex", "pkg:hex/ecto_sql"],
    subject: "Ecto",
    stages: &[&ECTO, &POSTGREX],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: true,
    patience: Some(15),
    read,
};

static ECTO: Stage = Stage { name: "ecto", title: "Ecto", refuses: Moment::Start };

static POSTGREX: Stage = Stage { name: "postgrex", title: "Postgrex", refuses: Moment::Connection };

/// `ssl: false`, the default, and `ssl: true`; from Postgrex 0.21 on the latter verifies.
static TLS: [TlsMode; 2] = [
    TlsMode {
        name: "false",
        attempts: &[Attempt::Plain],
        falls_back: &[],
        verifies: [Nothing, Nothing],
    },
    TlsMode {
        name: "true",
        attempts: &[Attempt::Tls],
        falls_back: &[],
        verifies: [Nothing, Nothing],
    },
];

/// Postgrex's and DBConnection's options that change how a connection is made, by libpq's keyword
/// where there is one.
const KNOWN: [(&str, &str); 12] = [
    ("hostname", "host"),
    ("username", "user"),
    ("password", "password"),
    ("database", "dbname"),
    ("port", "port"),
    ("ssl", "ssl"),
    ("socket_dir", "socket_dir"),
    ("socket", "socket"),
    ("connect_timeout", "connect_timeout"),
    ("prepare", "prepare"),
    ("search_path", "search_path"),
    ("transactions", "transactions"),
];

/// Options that are read, and do not change where or how a connection is made.
const HARMLESS: [&str; 6] =
    ["timeout", "pool_size", "idle_interval", "ping_timeout", "queue_target", "queue_interval"];

/// Those that Ecto reads as an integer.
const INTEGERS: [&str; 3] = ["timeout", "pool_size", "idle_interval"];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read(question, &ECTO, |reading| {
        let text = reading.source.text().to_string();
        // `parse_url("")` gives no options.
        if !text.is_empty() {
            read_url(reading, Slice::whole(&text))?;
        }
        reading.stage = &POSTGREX;
        connect(reading)
    })
}

fn read_url<'a>(reading: &mut Reading<'_, 'a>, url: Slice<'_>) -> Result<(), Refusal<'a>> {
    let uri = elixir::parse(url);
    let Some(host) = uri.host else {
        return Err(invalid(reading, url, &uri, Text::plain("host is not present"), url));
    };
    let database = uri.path.and_then(|path| path.strip_prefix("/"));
    let Some(database) = database.filter(|it| !it.is_empty() && !it.text.contains('/')) else {
        let at = uri.path.unwrap_or(host.after());
        return Err(invalid(reading, url, &uri, Text::plain("path should be a database name"), at));
    };
    // `Keyword.put` puts the host in front of all.
    if !host.is_empty() {
        set(reading, "host", host);
    }
    if let Some(userinfo) = uri.userinfo {
        let (user, password) = match userinfo.split_once(':') {
            Some((user, password)) => (user, Some(password)),
            None => (userinfo, None),
        };
        set(reading, "user", user);
        if let Some(password) = password {
            set(reading, "password", password);
        }
    }
    set(reading, "dbname", database);
    if let Some(port) = uri.port {
        reading.set(Key::Keyword("port"), port, port.text.into());
    }
    read_query(reading, url, &uri)
}

/// `parse_uri_query` puts each option in front of those before it.
fn read_query<'a>(
    reading: &mut Reading<'_, 'a>,
    url: Slice<'_>,
    uri: &Uri<'_>,
) -> Result<(), Refusal<'a>> {
    let Some(query) = uri.query.filter(|it| !it.is_empty()) else { return Ok(()) };
    let pieces = || query.split('&').filter(|it| !(it.is_empty() && it.at == query.end()));
    // An integer that is none ends it where it stands.
    for piece in pieces() {
        let (key, at, name, value) = pair(piece);
        let name = String::from_utf8_lossy(&name);
        let is_integer = |it: &[u8]| {
            let digits = it.strip_prefix(b"-").or(it.strip_prefix(b"+")).unwrap_or(it);
            !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        };
        if INTEGERS.contains(&&*name) && !is_integer(&value) {
            let message = Text::plain("cannot parse value `").and_text(reading.quote(at));
            let message = message.and("` for parameter `").and_text(reading.quote(key));
            return Err(invalid(reading, url, uri, message.and("` as an integer"), at));
        }
    }
    let mut pieces: Vec<_> = pieces().collect();
    pieces.reverse();
    for piece in pieces {
        let (key, at, name, value) = pair(piece);
        // What was decoded as a form is decoded once more.
        let name = String::from_utf8_lossy(&name).into_owned();
        let value = match (&*name, &*value) {
            // Atoms of Ecto's own.
            ("ssl", b"true" | b"false") => value,
            _ => elixir::decode_bytes(&value),
        };
        let text = String::from_utf8_lossy(&value).into_owned();
        let known = KNOWN.iter().find(|it| it.0 == name);
        match known {
            Some((_, keyword)) => {
                reading.offer(Key::Keyword(keyword), at, text.into());
            }
            None if HARMLESS.contains(&&*name) => {
                let key = reading.key(key, Cow::Owned(name));
                reading.offer(key, at, text.into());
            }
            None => {
                let key = reading.key(key, Cow::Owned(name));
                reading.ignore(key, at, text.into(), "Postgrex has no such option");
            }
        }
    }
    Ok(())
}

/// A name and a value, as written and decoded as a form.
fn pair(piece: Slice<'_>) -> (Slice<'_>, Slice<'_>, Vec<u8>, Vec<u8>) {
    let (key, value) = piece.split_once('=').unwrap_or((piece, piece.after()));
    (key, value, elixir::decode_form(key.text), elixir::decode_form(value.text))
}

/// `URI.decode` of a part that the URL holds.
fn set(reading: &mut Reading<'_, '_>, key: &'static str, slice: Slice<'_>) {
    reading.set_bytes(Key::Keyword(key), slice, &unquote_to_bytes(slice.text));
}

/// What Postgrex fills in, and what it cannot work with.
fn connect<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let has_place = ["host", "socket_dir", "socket"].iter().any(|it| reading.winner(it).is_some());
    if !has_place {
        reading.fill_from("host", "PGHOST");
        reading.default("host", Value::Str("localhost".into()));
    }
    reading.fill_from("user", "PGUSER");
    reading.default("user", Value::Account);
    reading.fill_from("password", "PGPASSWORD");
    reading.fill_from("dbname", "PGDATABASE");
    reading.fill_from("port", "PGPORT");
    reading.default("port", Value::Str("5432".into()));
    reading.default("ssl", Value::Str("false".into()));
    let socket = ["socket", "socket_dir"].into_iter().find(|it| reading.winner(it).is_some());
    if let Some(socket) = socket {
        reading.drop("host", "Postgrex takes the socket");
        if let Some(path) = reading.get(socket).map(ToString::to_string) {
            let origin = reading.line(socket).map(|it| it.origin.clone());
            if let Some(origin) = origin {
                reading.put(Key::Keyword("host"), Value::Str(path.into()), origin);
            }
        }
    }
    let refusals = [
        unless(reading, "ssl", &["true", "false"], "CaseClauseError", |it| {
            Text::plain("no case clause matching: {\"").and_text(it).and("\", …}")
        }),
        unless(reading, "transactions", &[], "CaseClauseError", no_clause),
        unless(reading, "prepare", &[], "CaseClauseError", no_clause),
        unless(reading, "search_path", &[], "ArgumentError", |it| {
            Text::plain("expected :search_path to be a list of strings, got: \"")
                .and_text(it)
                .and("\"")
        }),
        unless(reading, "connect_timeout", &[], "ArgumentError", |_| Text::plain("argument error")),
    ];
    if let Some(refusal) = refusals.into_iter().flatten().next() {
        return Err(refusal);
    }
    let peer = if socket.is_some() { Peer::Socket } else { Peer::Host };
    let mode = reading.get("ssl").unwrap_or("false").to_string();
    reading.secure(&mode, "ssl", TrustedRoots::None, peer);
    Ok(())
}

/// The error about a text in place of an atom, a list or a number.
fn unless<'a>(
    reading: &Reading<'_, 'a>,
    key: &str,
    words: &[&str],
    kind: &'static str,
    message: impl FnOnce(Text<'a>) -> Text<'a>,
) -> Option<Refusal<'a>> {
    let is_fine = reading.get(key).is_none_or(|it| words.contains(&it));
    if is_fine { None } else { reading.refuse_value(kind, key, message) }
}

fn no_clause(value: Text<'_>) -> Text<'_> {
    Text::plain("no case clause matching: \"").and_text(value).and("\"")
}

/// `Ecto.InvalidURLError` (`lib/ecto/exceptions.ex`), with the parts as Elixir 1.14 prints them.
fn invalid<'a>(
    reading: &Reading<'_, 'a>,
    url: Slice<'_>,
    uri: &Uri<'_>,
    message: Text<'a>,
    at: Slice<'_>,
) -> Refusal<'a> {
    let text = Text::plain("invalid URL ").and_text(reading.quote(url)).and(", ");
    let text = text.and_text(message).and(". The parsed URL is: %URI{scheme: ");
    let quoted = |slice: Option<Slice<'_>>| match slice {
        Some(slice) => Text::plain("\"").and_text(reading.quote(slice)).and("\""),
        None => Text::plain("nil"),
    };
    let port = uri.port.map_or(Text::plain("nil"), |it| reading.quote(it));
    let parts = [
        ("authority", quoted(uri.authority)),
        ("userinfo", quoted(uri.userinfo)),
        ("host", quoted(uri.host)),
        ("port", port),
        ("path", quoted(uri.path)),
        ("query", quoted(uri.query)),
        ("fragment", quoted(uri.fragment)),
    ];
    let text = text.and_text(quoted(uri.scheme));
    let text = parts
        .into_iter()
        .fold(text, |text, (name, part)| text.and(alloc::format!(", {name}: ")).and_text(part));
    reading.refuse("Ecto.InvalidURLError", text.and("}"), at)
}
