//! Rails: Active Record with `DATABASE_URL`, the gem pg and libpq.
//!
//! Reproduces `ConnectionUrlResolver` of Active Record 8.2.0.alpha (2a2db1e,
//! `database_configurations/connection_url_resolver.rb`), in which the query counts more than the rest
//! of the URL since 7.0, and what `PostgreSQLAdapter#initialize` hands to `PG.connect`
//! (`connection_adapters/postgresql_adapter.rb`): of the keys, those that libpq knows.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Client;
use super::reading::{self, Reading};
use crate::clients::django::ConnectParams;
use crate::clients::libpq::{self, Target};
use crate::clients::stages;
use crate::ledger::{Key, LineId, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::{Resolution, settle};
use crate::secret::{Secret, Text};
use crate::shown;
use crate::syntax::libpq::Dialect;
use crate::syntax::python::unquote_to_bytes as decode;
use crate::syntax::url::ruby::{self, Uri};
use crate::syntax::{Places, Slice};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "rails",
    title: "Rails, with Active Record 7.0 to 8.2, pg and libpq",
    version: "Active Record 8.2.0.alpha, libpq 18",
    packages: &["pkg:gem/rails"],
    subject: "Rails",
    stages: &[&STAGE, &CONNECT, &stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: false,
    patience: None,
    read,
};

/// It reads the URL as the application starts.
static STAGE: Stage = Stage { name: "rails", title: "Rails", refuses: Moment::Start };

/// It looks for the adapter as it connects.
static CONNECT: Stage = Stage { name: "rails", title: "Rails", refuses: Moment::Connection };

/// Adapters of gems that are PostgreSQL's.
const GEMS: [&str; 3] = ["cockroachdb", "postgis", "redshift"];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let Question { inputs, recipe, .. } = question;
    reading::read(question, &STAGE, |reading| {
        let text = reading.source.raw();
        if text.chars().all(char::is_whitespace) {
            let message = Text::plain("Database URL cannot be empty");
            return Err(reading.refuse("RuntimeError", message, Slice::whole(text)));
        }
        let uri = ruby::split(text).map_err(|problem| {
            let message = Text::plain("bad URI(")
                .and(problem)
                .and("): ")
                .and_text(reading.quote(Slice::whole(text)));
            reading.refuse("URI::InvalidURIError", message, Slice::whole(text))
        })?;
        let scheme = uri.scheme.unwrap_or_default();
        if let Some(registry) = uri.registry {
            let message = Text::plain("the scheme ")
                .and(scheme.text.to_ascii_lowercase())
                .and(" does not accept registry part: ")
                .and_text(reading.quote(registry))
                .and(" (or bad hostname?)");
            return Err(reading.refuse("URI::InvalidURIError", message, registry));
        }
        let config = config(reading, &uri)?;
        reading.stage = &CONNECT;
        // `UrlConfig` hands these on as they are, so nothing has read an adapter.
        let is_other = ["jdbc:", "http:", "https:"].into_iter().any(|it| text.starts_with(it));
        match adapter(&config, scheme).filter(|_| !is_other) {
            None => {
                let message = Text::plain("database configuration does not specify adapter");
                let kind = "ActiveRecord::AdapterNotSpecified";
                return Err(reading.refuse(kind, message, Slice::whole(text)));
            }
            Some(adapter) if adapter == "postgresql" || GEMS.contains(&&*adapter) => {}
            // Other databases.
            Some(adapter) if ["mysql2", "sqlite3", "trilogy"].contains(&&*adapter) => {
                reading.resolution.ledger.clear();
                return Ok(());
            }
            Some(adapter) => {
                let message = Text::plain("Database configuration specifies nonexistent '")
                    .and_text(hide(reading, scheme, adapter))
                    .and(
                        "' adapter. Available adapters are: mysql2, postgresql, sqlite3, trilogy. \
                         Ensure that the adapter is spelled correctly in config/database.yml and \
                         that you've added the necessary adapter gem to your Gemfile if it's not in \
                         the list of available adapters.",
                    );
                return Err(reading.refuse("ActiveRecord::AdapterNotFound", message, scheme));
            }
        }
        // `quote_connstr()` and `connect_start()` of the gem pg (1.4).
        for entry in config.iter().filter(|it| it.line.is_some()) {
            let problem = match core::str::from_utf8(&entry.decoded) {
                Err(_) => "invalid byte sequence in UTF-8",
                Ok(text) if text.contains('\0') => "string contains null byte",
                Ok(_) => continue,
            };
            return Err(reading.refuse("ArgumentError", Text::plain(problem), entry.slice));
        }
        let lines = config.iter().filter_map(|it| it.line).collect();
        let resolution = &mut reading.resolution;
        resolution.connect_params = Some(ConnectParams { lines });
        let ledger = &mut resolution.ledger;
        let options = libpq::add_defaults(inputs, recipe.libpq, "PG::ConnectionBad", ledger);
        settle(&[Target::default()], options, question, resolution).map_or(Ok(()), Err)
    })
}

/// `resolved_adapter`, unless the query says another.
fn adapter<'c>(config: &'c [Entry<'_>], scheme: Slice<'_>) -> Option<Cow<'c, str>> {
    if let Some(entry) = config.iter().find(|it| it.name == "adapter") {
        return Some(String::from_utf8_lossy(&entry.decoded));
    }
    // Ruby lowercases it.
    let adapter = scheme.text.to_ascii_lowercase().replace('-', "_");
    Some(match &*adapter {
        "" => return None,
        "postgres" => Cow::Borrowed("postgresql"),
        "mysql" => Cow::Borrowed("mysql2"),
        "sqlite" => Cow::Borrowed("sqlite3"),
        _ => Cow::Owned(adapter),
    })
}

fn hide<'a>(reading: &Reading<'_, 'a>, slice: Slice<'_>, text: Cow<'_, str>) -> Text<'a> {
    let text = String::from(text);
    match reading.source.touches_secret(slice) {
        true => Text::default().and_secret(Secret::new(text.into())),
        false => Text::plain(text),
    }
}

/// A key of the configuration that is not blank.
struct Entry<'s> {
    name: &'s str,
    slice: Slice<'s>,
    decoded: Vec<u8>,
    /// Its line, where libpq gets to see it.
    line: Option<LineId>,
}

/// `to_hash`, with libpq's names for the keys that the adapter renames.
fn config<'s, 'a>(
    reading: &mut Reading<'_, 'a>,
    uri: &Uri<'s>,
) -> Result<Vec<Entry<'s>>, Refusal<'a>> {
    let mut entries = Vec::new();
    let (database, query) = match uri.opaque {
        Some(opaque) => {
            let (path, query) = opaque.partition('?');
            (path, query)
        }
        None => {
            let path = uri.path.unwrap_or_default();
            (path.strip_prefix("/").unwrap_or(path), uri.query.unwrap_or_default())
        }
    };
    let pairs = pairs(reading, query)?;
    let of_query = |name: &str| pairs.iter().any(|(it, _)| it.text == name);
    // A query never says the database of what is not hierarchical.
    let is_opaque = uri.opaque.is_some();
    let (user, password) = uri.userinfo.unwrap_or_default().partition(':');
    let host = uri.host.unwrap_or_default();
    let host = host.strip_prefix("[").map_or(host, |it| it.split_at(it.text.len() - 1).0);
    let port = uri.port.unwrap_or_default();
    let parts = [
        ("user", "username", user),
        ("password", "password", password),
        ("port", "port", port),
        ("dbname", "database", database),
        ("host", "host", host),
    ];
    for (keyword, name, slice) in parts {
        if slice.is_empty() {
            continue;
        }
        let key = Key::Keyword(keyword);
        let decoded = match name {
            "port" => to_i(slice.text),
            _ => decode(slice.text),
        };
        let value = value(reading, &key, slice, &decoded);
        let line = reading.set_value(key, slice, value);
        if is_opaque && name == "database" || !of_query(name) {
            entries.push(Entry { name, slice, decoded, line: Some(line) });
        }
    }
    let lasts: Places<'_> =
        pairs.iter().enumerate().map(|(nth, it)| (Cow::Borrowed(it.0.text), nth)).collect();
    for (nth, &(written, slice)) in pairs.iter().enumerate() {
        let is_repeated = lasts.get(written.text) != Some(&nth);
        let name = written.text;
        let keyword = match name {
            "username" => "user",
            "database" => "dbname",
            name => name,
        };
        let decoded = decode(slice.text);
        let known = libpq::find(keyword).filter(|_| reading.question.recipe.libpq.knows(keyword));
        let key = match known {
            Some(keyword) => Key::Keyword(keyword.name),
            None => reading.key(written, reading.source.keep(written)),
        };
        let value = value(reading, &key, slice, &decoded);
        let is_blank = slice.text.chars().all(char::is_whitespace);
        let is_renamed_over = match name {
            "user" => !user.is_empty() || of_query("username"),
            "dbname" => !database.is_empty() || of_query("database"),
            "adapter" | "database" if is_opaque => true,
            _ => false,
        };
        let reason = match () {
            () if is_repeated => Some("the same parameter follows, and Rails takes the last"),
            () if is_blank => Some("Rails leaves out a parameter without a value"),
            () if is_renamed_over => {
                Some("another part of the URL says the same, and Rails prefers it")
            }
            () if name == "adapter" => None,
            () if known.is_none() => {
                Some("libpq has no such parameter, so Rails keeps it to itself")
            }
            () => None,
        };
        if let Some(reason) = reason {
            let (stage, origin) = (reading.stage, reading.source.origin(slice));
            reading.resolution.ledger.ignore(stage, key, value, origin, reason);
            // It has taken the place of what the rest of the URL says.
            if is_blank && !is_repeated && !is_renamed_over {
                let reason = "the query names the same parameter, without a value";
                match name {
                    "username" | "database" | "host" | "port" | "password" => {
                        reading.drop(keyword, reason);
                    }
                    _ => {}
                }
            }
            continue;
        }
        let line = reading.set_value(key, slice, value);
        let line = Some(line).filter(|_| name != "adapter");
        entries.push(Entry { name, slice, decoded, line });
    }
    Ok(entries)
}

/// `Hash[query.split("&").map { |pair| pair.split("=", 2) }]`.
fn pairs<'s, 'a>(
    reading: &Reading<'_, 'a>,
    query: Slice<'s>,
) -> Result<Vec<(Slice<'s>, Slice<'s>)>, Refusal<'a>> {
    // Ruby drops what is empty at the end.
    let (query, _) = query.split_at(query.text.trim_end_matches('&').len());
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let pair = |it: Slice<'s>| match it.is_empty() {
        true => {
            let message = Text::plain("invalid number of elements (0 for 1..2)");
            Err(reading.refuse("ArgumentError", message, it))
        }
        false => Ok(it.partition('=')),
    };
    query.split('&').map(pair).collect()
}

/// `to_i` of digits, written out again.
fn to_i(digits: &str) -> Vec<u8> {
    match digits.trim_start_matches('0') {
        "" => Vec::from(*b"0"),
        digits => Vec::from(digits),
    }
}

/// What was decoded: a text, or bytes that are none.
fn value<'a>(
    reading: &Reading<'_, 'a>,
    key: &Key<'_>,
    slice: Slice<'_>,
    decoded: &[u8],
) -> Value<'a> {
    match core::str::from_utf8(decoded) {
        Ok(text) => reading.text(key, slice, Cow::Owned(String::from(text))),
        Err(_) => {
            let value = Value::Bytes(Cow::Owned(decoded.into()));
            match shown::is_secret_name(key.reveal()) || reading.source.touches_secret(slice) {
                true => value.into_secret(),
                false => value,
            }
        }
    }
}
