//! SQLAlchemy: from a URL to the arguments of a driver.
//!
//! Reproduces `create_engine()` of SQLAlchemy 2.1.9 up to the driver: `_parse_url()`
//! (`engine/url.py`), the plug-ins and dialects that come with it, `_split_multihost_from_url()`
//! (`dialects/postgresql/base.py`) and `create_connect_args()` (`_psycopg_common.py`, `asyncpg.py`).

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::reading::{self, Reading};
use crate::clients::asyncpg::{self, Servers};
use crate::clients::django::ConnectParams;
use crate::clients::{cpython, psycopg, psycopg2};
use crate::ledger::{Key, LineId, Moment, Origin, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::{Secret, Text};
use crate::syntax::python::{self, QueryItem, unquote, unquote_plus};
use crate::syntax::url::sqlalchemy::{Url, split};
use crate::syntax::{Slice, words};

/// SQLAlchemy itself: it reads the URL as the engine is created.
pub(crate) static STAGE: Stage =
    Stage { name: "sqlalchemy", title: "SQLAlchemy", refuses: Moment::Start };

/// asyncpg below it, which is called as the engine connects.
pub(crate) static ASYNCPG: Stage =
    Stage { name: "asyncpg", title: "asyncpg", refuses: Moment::Connection };

/// The drivers whose reading is known here.
#[derive(Clone, Copy)]
pub(crate) enum Driver {
    Psycopg,
    Psycopg2,
    Asyncpg,
}

/// What SQLAlchemy does with the URL: as it is, or with `postgresql+DRIVER` as its scheme if that is
/// one of PostgreSQL's.
pub(crate) fn read<'a>(question: &Question<'a>, driver: Option<Driver>) -> Resolution<'a> {
    reading::read(question, &STAGE, |reading| {
        let text = reading.source.raw();
        let Some(url) = split(text) else {
            let message = Text::plain("Could not parse SQLAlchemy URL from given URL string");
            return Err(reading.refuse("ArgumentError", message, Slice::whole(text)));
        };
        let port = port(reading, url.port)?;
        let (mut items, dropped) = python::parse_qs(url.query.unwrap_or_default());
        take_plugins(reading, &mut items)?;
        let Some(driver) = self::driver(reading, url.name, driver)? else { return Ok(()) };
        for piece in dropped {
            let (name, value) = piece.partition('=');
            let key = key(reading, name, &unquote_plus(name.text));
            let reason = "SQLAlchemy leaves out a parameter without a value";
            reading.ignore(key, piece, Cow::Borrowed(value.text), reason);
        }
        let items: Vec<_> = items.iter().map(|it| Item::of(reading, it)).collect();
        let multihost = Multihost::of(reading, &items)?;
        match driver {
            Driver::Asyncpg => connect_asyncpg(reading, &url, port, &items, multihost),
            Driver::Psycopg | Driver::Psycopg2 => {
                let params = arguments(reading, &url, port, &items, multihost);
                let refusal = match driver {
                    Driver::Psycopg2 => psycopg2::run(question, params, &mut reading.resolution),
                    _ => psycopg::run(question, params, &mut reading.resolution),
                };
                refusal.map_or(Ok(()), Err)
            }
        }
    })
}

/// `int(port)`, which an empty one is not.
fn port<'a>(
    reading: &Reading<'_, 'a>,
    port: Option<Slice<'_>>,
) -> Result<Option<Value<'a>>, Refusal<'a>> {
    let Some(slice) = port else { return Ok(None) };
    match cpython::parse_int(slice.text) {
        Some(port) => Ok(Some(match reading.source.touches_secret(slice) {
            true => port.into_secret(),
            false => port,
        })),
        None => {
            let message = Text::plain("invalid literal for int() with base 10: ")
                .and_text(reading.repr(slice, slice.text));
            Err(reading.refuse("ValueError", message, slice))
        }
    }
}

/// Parameters that name plug-ins, of which SQLAlchemy brings none.
fn take_plugins<'a>(
    reading: &mut Reading<'_, 'a>,
    items: &mut Vec<QueryItem<'_>>,
) -> Result<(), Refusal<'a>> {
    if let Some(plugin) = items.iter().find(|it| it.name == "plugin")
        && let Some(value) = plugin.values.first()
    {
        let message = Text::plain("Can't load plugin: sqlalchemy.plugins:").and_text(shown(
            reading,
            *value,
            &unquote_plus(value.text),
        ));
        return Err(reading.refuse("NoSuchModuleError", message, *value));
    }
    for item in items.iter().filter(|it| it.name == "plugins") {
        for value in &item.values {
            let key = key(reading, item.written, &item.name);
            let reason = "SQLAlchemy takes this parameter for itself";
            reading.ignore(key, *value, unquote_plus(value.text), reason);
        }
    }
    items.retain(|it| it.name != "plugins");
    Ok(())
}

/// The driver that a scheme selects; `None` for one that is not modelled.
///
/// `_get_entrypoint()` (`engine/url.py`) and `_auto_fn()` (`dialects/__init__.py`).
fn driver<'a>(
    reading: &Reading<'_, 'a>,
    name: Slice<'_>,
    given: Option<Driver>,
) -> Result<Option<Driver>, Refusal<'a>> {
    let mut parts = name.text.split('+');
    let (dialect, driver) = (parts.next().unwrap_or(""), parts.next());
    let is_longer = parts.next().is_some();
    let is_written_anew = !is_longer
        && matches!(dialect, "postgres" | "postgresql")
        && driver.is_none_or(|it| !it.is_empty());
    if let Some(given) = given.filter(|_| is_written_anew) {
        return Ok(Some(given));
    }
    if is_longer {
        let message = Text::plain("too many values to unpack (expected 2)");
        return Err(reading.refuse("ValueError", message, name));
    }
    match (dialect, driver) {
        ("postgresql", None | Some("base" | "psycopg" | "psycopg_async")) => {
            Ok(Some(Driver::Psycopg))
        }
        ("postgresql", Some("psycopg2")) => Ok(Some(Driver::Psycopg2)),
        ("postgresql", Some("asyncpg")) => Ok(Some(Driver::Asyncpg)),
        ("postgresql", Some("pg8000" | "psycopg2cffi"))
        | ("mysql" | "mariadb" | "sqlite" | "oracle" | "mssql", _) => Ok(None),
        _ => {
            let name_of_plugin = name.text.replace('+', ".");
            let message = Text::plain("Can't load plugin: sqlalchemy.dialects:").and_text(shown(
                reading,
                name,
                &name_of_plugin,
            ));
            Err(reading.refuse("NoSuchModuleError", message, name))
        }
    }
}

/// `text` as an error shows it, which was read from `slice`.
fn shown<'a>(reading: &Reading<'_, 'a>, slice: Slice<'_>, text: &str) -> Text<'a> {
    match reading.source.touches_secret(slice) {
        true => Text::default().and_secret(Secret::new(String::from(text).into())),
        false => Text::plain(String::from(text)),
    }
}

fn key<'a>(reading: &Reading<'_, 'a>, written: Slice<'_>, name: &str) -> Key<'a> {
    let spelling = match name == written.text {
        true => reading.source.keep(written),
        false => Cow::Owned(String::from(name)),
    };
    reading.key(written, spelling)
}

/// A parameter of the query: one text, or a tuple of several.
struct Item<'s, 'a> {
    written: Slice<'s>,
    name: String,
    values: Vec<(Slice<'s>, Value<'a>)>,
}

impl<'s, 'a> Item<'s, 'a> {
    fn of(reading: &Reading<'_, 'a>, item: &QueryItem<'s>) -> Item<'s, 'a> {
        let key = key(reading, item.written, &item.name);
        let value = |it: &Slice<'s>| (*it, reading.text(&key, *it, unquote_plus(it.text)));
        let values = item.values.iter().map(value).collect();
        Item { written: item.written, name: item.name.clone().into_owned(), values }
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(|(_, value)| value.as_str().unwrap_or(""))
    }

    fn is_secret(&self) -> bool {
        self.values.iter().any(|(_, value)| value.is_secret())
    }

    /// The text, if it is one.
    fn single(&self) -> Option<&str> {
        let mut texts = self.texts();
        texts.next().filter(|_| self.values.len() == 1)
    }

    /// The value; of several `str()` of the tuple, which is all that libpq gets to see.
    fn value(&self) -> Value<'a> {
        match &*self.values {
            [(_, value)] => value.clone(),
            _ => {
                let texts: Vec<_> = self.texts().map(python::repr).collect();
                let tuple = Value::Str(format!("({})", texts.join(", ")).into());
                if self.is_secret() { tuple.into_secret() } else { tuple }
            }
        }
    }

    fn first(&self) -> Slice<'s> {
        self.values.first().map_or(self.written, |(slice, _)| *slice)
    }
}

/// `_split_multihost_from_url()`: what the parameters `host` and `port` name. Without hosts the ports
/// are those of nothing.
struct Multihost<'a> {
    hosts: Vec<Value<'a>>,
    ports: Vec<Option<Value<'a>>>,
}

impl<'a> Multihost<'a> {
    fn of(
        reading: &Reading<'_, 'a>,
        items: &[Item<'_, 'a>],
    ) -> Result<Option<Multihost<'a>>, Refusal<'a>> {
        let find = |name: &str| items.iter().find(|it| it.name == name);
        let (host, port) = (find("host"), find("port"));
        let mut ports: Option<(Vec<Option<String>>, Slice<'_>, bool)> = None;
        let mut is_integrated = false;
        let hosts = match host {
            None => None,
            Some(item) => Some(match item.single() {
                None => {
                    is_integrated = true;
                    let (hosts, own) = zipped(reading, item)?;
                    ports = Some((own, item.first(), item.is_secret()));
                    hosts
                }
                Some(list) => {
                    let hosts: Vec<_> = list.split(',').map(String::from).collect();
                    match host_and_port(list).filter(|_| port.is_none() && hosts.len() == 1) {
                        Some((host, own)) => {
                            is_integrated = true;
                            let own = Some(own).filter(|it| !it.is_empty()).map(String::from);
                            ports = Some((alloc::vec![own], item.first(), item.is_secret()));
                            alloc::vec![String::from(host)]
                        }
                        None => hosts,
                    }
                }
            }),
        };
        if let Some(item) = port {
            if is_integrated {
                let message = "Can't mix 'multihost' formats together; use \
                               \"host=h1,h2,h3&port=p1,p2,p3\" or \
                               \"host=h1:p1&host=h2:p2&host=h3:p3\" separately";
                return Err(argument_error(reading, Text::plain(message), item.first()));
            }
            let own = match item.single() {
                Some(list) => list.split(',').map(|it| Some(it.into())).collect(),
                None => item.texts().map(|it| Some(it.into())).collect(),
            };
            ports = Some((own, item.first(), item.is_secret()));
        }
        let numbers = match &ports {
            None => None,
            Some((texts, at, is_secret)) => Some(numbers(texts, *is_secret).ok_or_else(|| {
                let message = Text::plain("Received non-integer port arguments: ");
                let tuple = tuple(texts);
                let message = match is_secret {
                    true => message.and_secret(Secret::new(tuple.into())),
                    false => message.and(tuple),
                };
                argument_error(reading, message, *at)
            })?),
        };
        if let Some(numbers) = &numbers {
            let matches = match &hosts {
                None => numbers.len() <= 1,
                Some(hosts) => hosts.len() == numbers.len(),
            };
            if !matches {
                let at = ports.as_ref().map_or(Slice::default(), |it| it.1);
                let message = Text::plain("number of hosts and ports don't match");
                return Err(argument_error(reading, message, at));
            }
        }
        let Some(hosts) = hosts else { return Ok(None) };
        let is_secret = host.is_some_and(Item::is_secret);
        let hosts: Vec<_> = hosts.into_iter().map(|it| str_value(it, is_secret)).collect();
        let ports = numbers.unwrap_or_else(|| alloc::vec![None; hosts.len()]);
        Ok(Some(Multihost { hosts, ports }))
    }
}

fn str_value<'a>(text: String, is_secret: bool) -> Value<'a> {
    let value = Value::Str(text.into());
    if is_secret { value.into_secret() } else { value }
}

fn argument_error<'a>(reading: &Reading<'_, 'a>, message: Text<'a>, at: Slice<'_>) -> Refusal<'a> {
    reading.refuse("ArgumentError", message, at)
}

/// `repr()` of a tuple.
fn tuple(texts: &[Option<String>]) -> String {
    let repr = |it: &Option<String>| it.as_deref().map_or("None".into(), python::repr);
    let inside: Vec<_> = texts.iter().map(repr).collect();
    format!("({}{})", inside.join(", "), if texts.len() == 1 { "," } else { "" })
}

/// `tuple(int(x) if x else None for x in texts)`.
fn numbers<'a>(texts: &[Option<String>], is_secret: bool) -> Option<Vec<Option<Value<'a>>>> {
    let number = |it: &Option<String>| match it.as_deref() {
        None | Some("") => Some(None),
        Some(text) => {
            let port = cpython::parse_int(text)?;
            Some(Some(if is_secret { port.into_secret() } else { port }))
        }
    };
    texts.iter().map(number).collect()
}

/// `zip(*[token.split(":") if ":" in token else (token, None) for token in tokens])`, unpacked into
/// two.
fn zipped<'a>(
    reading: &Reading<'_, 'a>,
    item: &Item<'_, 'a>,
) -> Result<(Vec<String>, Vec<Option<String>>), Refusal<'a>> {
    if item.texts().all(|it| it.bytes().filter(|it| *it == b':').count() > 1) {
        let message = Text::plain("too many values to unpack (expected 2)");
        return Err(reading.refuse("ValueError", message, item.first()));
    }
    let pair = |token: &str| match token.split_once(':') {
        Some((host, rest)) => (String::from(host), rest.split(':').next().map(String::from)),
        None => (String::from(token), None),
    };
    Ok(item.texts().map(pair).unzip())
}

/// `^([a-zA-Z0-9\-\.]*)(?:\:(\d*))?$`, for a text with a colon.
fn host_and_port(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (host, port) = text.split_once(':')?;
    let is_host = |it: u8| it.is_ascii_alphanumeric() || b"-.".contains(&it);
    (host.bytes().all(is_host) && (port.is_empty() || python::isdigit(port)))
        .then_some((host, port))
}

/// The arguments that the parts of the URL become.
const PARTS: [&str; 5] = ["host", "dbname", "user", "password", "port"];

/// The parts of the URL that are not empty, in the order of `translate_connect_args()`.
fn parts<'s, 'a>(
    reading: &Reading<'_, 'a>,
    url: &Url<'s>,
    port: Option<Value<'a>>,
) -> Vec<(&'static str, Slice<'s>, Value<'a>)> {
    let text = |key: &'static str, slice: Option<Slice<'s>>, is_encoded: bool| {
        let slice = slice?;
        let text = match is_encoded {
            true => unquote(slice.text),
            false => Cow::Borrowed(slice.text),
        };
        Some((key, slice, reading.text(&Key::Keyword(key), slice, text)))
    };
    let port = url.port.zip(port).map(|(slice, port)| ("port", slice, port));
    let parts = [
        text("host", url.host, false),
        text("dbname", url.database, true),
        text("user", url.username, true),
        text("password", url.password, true),
        port,
    ];
    parts.into_iter().flatten().filter(|(_, _, value)| value.is_truthy()).collect()
}

/// `create_connect_args()` for psycopg and psycopg2: the parts, and the query over them.
fn arguments<'a>(
    reading: &mut Reading<'_, 'a>,
    url: &Url<'_>,
    port: Option<Value<'a>>,
    items: &[Item<'_, 'a>],
    multihost: Option<Multihost<'a>>,
) -> ConnectParams {
    let mut params = ConnectParams::default();
    for (name, slice, value) in parts(reading, url, port) {
        put(reading, &mut params, Key::Keyword(name), slice, value);
    }
    for item in items {
        let key = key(reading, item.written, &item.name);
        if PARTS.contains(&&*item.name) {
            put(reading, &mut params, key, item.first(), item.value());
        } else {
            // No other argument has the name.
            params.lines.push(set(reading, key, item.first(), item.value()));
        }
    }
    if let Some(Multihost { hosts, ports }) = multihost {
        let is_secret = hosts.iter().any(Value::is_secret);
        let texts: Vec<_> = hosts.iter().map(cpython::value_str).collect();
        join(reading, &mut params, "host", texts.join(","), is_secret);
        let text = |it: &Option<Value<'a>>| match it {
            Some(port) if port.is_truthy() => String::from(&*cpython::value_str(port)),
            _ => String::new(),
        };
        let texts: Vec<_> = ports.iter().map(text).collect();
        let joined = texts.join(",");
        if !joined.is_empty() {
            join(reading, &mut params, "port", joined, is_secret);
        }
    }
    params
}

fn put<'a>(
    reading: &mut Reading<'_, 'a>,
    params: &mut ConnectParams,
    key: Key<'a>,
    slice: Slice<'_>,
    value: Value<'a>,
) -> LineId {
    let line = set(reading, key, slice, value);
    params.put(&mut reading.resolution.ledger, line);
    line
}

fn set<'a>(
    reading: &mut Reading<'_, 'a>,
    key: Key<'a>,
    slice: Slice<'_>,
    value: Value<'a>,
) -> LineId {
    let origin = reading.source.origin(slice);
    reading.resolution.ledger.set(reading.stage, key, value, origin)
}

/// What the parameters `host` and `port` come to, which takes the place of what they say.
fn join<'a>(
    reading: &mut Reading<'_, 'a>,
    params: &mut ConnectParams,
    key: &'static str,
    text: String,
    is_secret: bool,
) {
    let ledger = &mut reading.resolution.ledger;
    let before = params.get(ledger, key).and_then(|it| ledger.line(it));
    if before.is_some_and(|it| it.value.as_str() == Some(&*text)) {
        return;
    }
    let origin = match (before, key) {
        (Some(line), _) => line.origin.clone(),
        // A port that stands in `host`.
        (None, _) => params
            .get(ledger, "host")
            .and_then(|it| ledger.line(it))
            .map_or(Origin::Derived, |it| it.origin.clone()),
    };
    let line = ledger.set(reading.stage, Key::Keyword(key), str_value(text, is_secret), origin);
    params.put(ledger, line);
}

/// `create_connect_args()` for asyncpg, and what `asyncpg.connect()` makes of them.
fn connect_asyncpg<'a>(
    reading: &mut Reading<'_, 'a>,
    url: &Url<'_>,
    port: Option<Value<'a>>,
    items: &[Item<'_, 'a>],
    multihost: Option<Multihost<'a>>,
) -> Result<(), Refusal<'a>> {
    let mut servers = Servers::default();
    for (name, slice, value) in parts(reading, url, port) {
        match name {
            // asyncpg splits no argument.
            "host" => servers.hosts = Some(alloc::vec![value.clone()]),
            "port" => servers.ports = Some(alloc::vec![value.clone()]),
            _ => {}
        }
        write(reading, Key::Keyword(name), slice, value);
    }
    let find = |name: &str| items.iter().find(|it| it.name == name);
    for item in items {
        match &*item.name {
            "host" | "port" => {}
            "dbname" => {
                let key = key(reading, item.written, &item.name);
                let text = item.texts().next().unwrap_or("");
                let reason = "asyncpg calls this argument database";
                reading.ignore(key, item.first(), Cow::Borrowed(text), reason);
            }
            "database" => {
                write(reading, Key::Keyword("dbname"), item.first(), item.value());
            }
            // Any text is true.
            "direct_tls" => {
                let value = Value::Str("direct".into());
                write(reading, Key::Keyword("sslnegotiation"), item.first(), value);
            }
            name => match KNOWN.iter().find(|it| **it == name) {
                Some(name) => {
                    write(reading, Key::Keyword(name), item.first(), item.value());
                }
                None => {
                    let key = key(reading, item.written, name);
                    set(reading, key, item.first(), item.value());
                }
            },
        }
    }
    if let Some(Multihost { hosts, ports }) = multihost {
        let at = find("host").map_or(Slice::default(), Item::first);
        let incomplete = match hosts.len() {
            1 => None,
            _ if !hosts.iter().all(Value::is_truthy) => Some("hosts"),
            _ if !ports.iter().all(|it| it.as_ref().is_some_and(Value::is_truthy)) => Some("ports"),
            _ => None,
        };
        if let Some(what) = incomplete {
            let message =
                format!("All {what} are required to be present for asyncpg multiple host URL");
            return Err(argument_error(reading, Text::plain(message), at));
        }
        write_list(reading, "host", at, &hosts);
        let ports: Vec<_> = ports.into_iter().flatten().collect();
        if !ports.is_empty() {
            let at = find("port").map_or(at, Item::first);
            write_list(reading, "port", at, &ports);
            servers.ports = Some(ports);
        }
        servers.hosts = Some(hosts);
    } else if let Some(item) = find("port")
        && let Some(port) = item.single().and_then(cpython::parse_int)
    {
        write_list(reading, "port", item.first(), core::slice::from_ref(&port));
        servers.ports = Some(alloc::vec![port]);
    }
    check_cache_size(reading, items)?;
    // From here on it is asyncpg's.
    reading.stage = &ASYNCPG;
    check_arguments(reading, items)?;
    servers.ports = servers.ports.filter(|it| it.len() > 1 || it.iter().all(Value::is_truthy));
    servers.complete(reading, "ssl")
}

fn write<'a>(
    reading: &mut Reading<'_, 'a>,
    key: Key<'a>,
    slice: Slice<'_>,
    value: Value<'a>,
) -> LineId {
    reading.set_value(key, slice, value)
}

fn write_list<'a>(
    reading: &mut Reading<'_, 'a>,
    key: &'static str,
    slice: Slice<'_>,
    values: &[Value<'a>],
) {
    let value = match values {
        [value] if !value.as_str().is_some_and(|it| words::contains(it, ",")) => value.clone(),
        values => Value::List(values.to_vec()),
    };
    write(reading, Key::Keyword(key), slice, value);
}

/// `coerce_kw_type(opts, "prepared_statement_cache_size", int)`.
fn check_cache_size<'a>(
    reading: &Reading<'_, 'a>,
    items: &[Item<'_, 'a>],
) -> Result<(), Refusal<'a>> {
    let item = items.iter().find(|it| it.name == "prepared_statement_cache_size");
    let Some((item, text)) = item.and_then(|it| Some((it, it.single()?))) else { return Ok(()) };
    match cpython::parse_int(text) {
        Some(_) => Ok(()),
        None => {
            let message = Text::plain("invalid literal for int() with base 10: ")
                .and_text(reading.repr(item.first(), text));
            Err(reading.refuse("ValueError", message, item.first()))
        }
    }
}

/// The arguments that `asyncpg.connect()` has (`asyncpg/connection.py`), and those that SQLAlchemy
/// takes out before.
const KNOWN: [&str; 26] = [
    "host",
    "port",
    "user",
    "password",
    "passfile",
    "service",
    "servicefile",
    "database",
    "dsn",
    "loop",
    "timeout",
    "statement_cache_size",
    "max_cached_statement_lifetime",
    "max_cacheable_statement_size",
    "command_timeout",
    "ssl",
    "direct_tls",
    "connection_class",
    "record_class",
    "server_settings",
    "target_session_attrs",
    "krbsrvname",
    "gsslib",
    "async_creator_fn",
    "prepared_statement_cache_size",
    "prepared_statement_name_func",
];

/// What `asyncpg.connect()` raises for arguments that are texts.
fn check_arguments<'a>(
    reading: &Reading<'_, 'a>,
    items: &[Item<'_, 'a>],
) -> Result<(), Refusal<'a>> {
    let is_unexpected = |it: &&Item<'_, 'a>| !KNOWN.contains(&&*it.name);
    if let Some(item) = items.iter().find(is_unexpected) {
        let message = Text::plain("connect() got an unexpected keyword argument '")
            .and_text(shown(reading, item.written, &item.name))
            .and("'");
        return Err(reading.refuse("TypeError", message, item.written));
    }
    let find = |name: &str| items.iter().find(|it| it.name == name);
    let sizes =
        ["statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size"];
    let texts = [
        ("timeout", "unsupported operand type(s) for +: 'float' and 'str'"),
        (sizes[0], "'<' not supported between instances of 'str' and 'int'"),
        (sizes[1], "'<' not supported between instances of 'str' and 'int'"),
        (sizes[2], "'<' not supported between instances of 'str' and 'int'"),
    ];
    for (name, message) in texts {
        if let Some(item) = find(name) {
            return Err(reading.refuse("TypeError", Text::plain(message), item.first()));
        }
    }
    if let Some((item, text)) = find("command_timeout").and_then(|it| Some((it, it.single()?)))
        && !python::is_finite_float(text)
    {
        let message =
            Text::plain("invalid command_timeout value: expected greater than 0 float (got ")
                .and_text(reading.repr(item.first(), text))
                .and(")");
        return Err(reading.refuse("ValueError", message, item.first()));
    }
    if let Some(item) = find("server_settings") {
        let message = "server_settings is expected to be None or a Dict[str, str]";
        return Err(reading.refuse(asyncpg::ERROR, Text::plain(message), item.first()));
    }
    Ok(())
}
