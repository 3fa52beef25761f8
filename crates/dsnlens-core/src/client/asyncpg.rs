//! asyncpg: `asyncpg.connect(os.environ["DATABASE_URL"])`.
//!
//! Reproduces the head of `_parse_connect_dsn_and_args()` of asyncpg 0.32.0
//! (`asyncpg/connect_utils.py`): the parts of the URL count first, then its query; what it does not
//! know of the query goes to the server.

use alloc::borrow::Cow;
use alloc::string::String;

use super::Client;
use super::reading::{self, Reading};
use crate::clients::asyncpg::{self, Servers, Written};
use crate::ledger::{Key, Moment, Stage};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::source::Source;
use crate::syntax::Slice;
use crate::syntax::python::{self, QueryItem, SplitUrl, UrlError};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "asyncpg",
    title: "asyncpg 0.32",
    version: "asyncpg 0.32.0",
    packages: &["pkg:pypi/asyncpg"],
    subject: "asyncpg",
    stages: &[&STAGE],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &asyncpg::TLS,
    goes_on: false,
    patience: Some(asyncpg::TIMEOUT),
    read,
};

static STAGE: Stage = Stage { name: "asyncpg", title: "asyncpg", refuses: Moment::Start };

/// Options that it knows beside those of the target, in the order in which it takes them out.
const KNOWN: [&str; 13] = [
    "passfile",
    "sslmode",
    "sslcert",
    "sslkey",
    "sslrootcert",
    "sslnegotiation",
    "sslcrl",
    "sslpassword",
    "ssl_min_protocol_version",
    "ssl_max_protocol_version",
    "target_session_attrs",
    "krbsrvname",
    "gsslib",
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read_as(Source::new, question, &STAGE, |reading| {
        let text = String::from(reading.source.text());
        let mut servers = Servers::default();
        // `if dsn:`.
        if !reading.source.raw().is_empty() {
            read_url(reading, &python::urlsplit(&text), &mut servers)?;
        }
        servers.complete(reading, "sslmode")
    })
}

fn read_url<'a>(
    reading: &mut Reading<'_, 'a>,
    url: &SplitUrl<Slice<'_>>,
    servers: &mut Servers<'a>,
) -> Result<(), Refusal<'a>> {
    python::check_netloc(&reading.source, url)
        .map_err(|UrlError { message, part }| reading.refuse("ValueError", message, part))?;
    // `parse_qs(query, strict_parsing=True)`.
    if !url.query.is_empty()
        && let Some(bad) = url.query.split('&').find(|it| !it.text.contains('='))
    {
        let message = Text::plain("bad query field: ").and_text(reading.repr(bad, bad.text));
        return Err(reading.refuse("ValueError", message, bad));
    }
    let (items, dropped) = python::parse_qs(url.query);
    let scheme = python::lower(url.scheme.text);
    if !matches!(&*scheme, "postgresql" | "postgres") {
        let message = Text::plain(
            "invalid DSN: scheme is expected to be either \"postgresql\" or \"postgres\", got ",
        )
        .and_text(reading.repr(url.scheme, &scheme));
        return Err(reading.refuse(asyncpg::ERROR, message, url.scheme));
    }
    let (userinfo, hosts) = url.netloc.split_once('@').unwrap_or((url.netloc.before(), url.netloc));
    let (user, password) = userinfo.partition(':');
    if !hosts.is_empty() {
        servers.read(reading, Written::Url, hosts, true)?;
    }
    if !url.path.is_empty() {
        let database = url.path.strip_prefix("/").unwrap_or(url.path);
        reading.set(Key::Keyword("dbname"), database, python::unquote(database.text));
    }
    for (key, part) in [("user", user), ("password", password)] {
        if !part.is_empty() {
            reading.set(Key::Keyword(key), part, python::unquote(part.text));
        }
    }
    read_query(reading, &items, servers)?;
    for piece in dropped {
        let (name, value) = piece.partition('=');
        let key =
            reading.key(name, reading.source.keep_decoded(name, python::unquote_plus(name.text)));
        reading.ignore(key, piece, Cow::Borrowed(value.text), "asyncpg leaves out what is blank");
    }
    Ok(())
}

fn read_query<'a>(
    reading: &mut Reading<'_, 'a>,
    items: &[QueryItem<'_>],
    servers: &mut Servers<'a>,
) -> Result<(), Refusal<'a>> {
    // Of several the last counts.
    for item in items {
        let earlier = item.values.split_last().map_or(&[][..], |(_, earlier)| earlier);
        for value in earlier {
            let key = reading
                .key(item.written, reading.source.keep_decoded(item.written, item.name.clone()));
            let reason = "the same parameter follows, and asyncpg takes the last";
            reading.ignore(key, *value, python::unquote_plus(value.text), reason);
        }
    }
    let find = |name: &str| {
        let item = items.iter().find(|it| it.name == name)?;
        item.values.last().copied()
    };
    if let Some(ports) = find("port") {
        let decoded = python::unquote_plus(ports.text);
        match servers.ports.is_some() || servers.hosts.is_some() {
            true => {
                reading.offer(Key::Keyword("port"), ports, decoded);
            }
            false => {
                let (written, list) = Written::of(ports, &decoded);
                servers.read_ports(reading, written, list)?;
            }
        }
    }
    if let Some(hosts) = find("host") {
        let decoded = python::unquote_plus(hosts.text);
        match servers.hosts.is_some() {
            true => {
                reading.offer(Key::Keyword("host"), hosts, decoded);
            }
            false => {
                let (written, list) = Written::of(hosts, &decoded);
                servers.read(reading, written, list, false)?;
            }
        }
    }
    for (key, name) in
        [("dbname", "dbname"), ("dbname", "database"), ("user", "user"), ("password", "password")]
    {
        if let Some(value) = find(name) {
            reading.offer(Key::Keyword(key), value, python::unquote_plus(value.text));
        }
    }
    for name in KNOWN.into_iter().chain(["service"]) {
        if let Some(value) = find(name) {
            reading.set(Key::Keyword(name), value, python::unquote_plus(value.text));
        }
    }
    // Where its file is not there, it says nothing.
    if find("service").is_some_and(|it| !it.is_empty()) {
        reading.leave_service_open();
    }
    let is_read = |name: &str| {
        KNOWN.contains(&name)
            || ["host", "port", "dbname", "database", "user", "password", "service"].contains(&name)
    };
    for item in items.iter().filter(|it| !is_read(&it.name)) {
        let Some(value) = item.values.last() else { continue };
        let key =
            reading.key(item.written, reading.source.keep_decoded(item.written, item.name.clone()));
        reading.send(key, *value, python::unquote_plus(value.text));
    }
    Ok(())
}
