//! tokio-postgres: what `Config::from_str` reads, and `connect` does.
//!
//! Reproduces tokio-postgres 0.7.18, `src/config.rs` (`UrlParser`, `Parser`, `Config::param`) and
//! `src/connect.rs`. How TLS is done is up to the connector that a program hands it; here it is
//! postgres-native-tls 0.5 as it comes, which checks certificates with the machine's authorities.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::net::IpAddr;

use super::Client;
use super::reading::{self, Reading, peer_of};
use crate::ledger::{Key, Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;
use crate::syntax::python::unquote_to_bytes;
use crate::tls::Verification::ChainAndHost;
use crate::tls::{Attempt, Setback, SslMode, TlsMode, TrustedRoots};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "tokio-postgres",
    title: "tokio-postgres (Rust), with postgres-native-tls",
    version: "tokio-postgres 0.7.18",
    packages: &["pkg:cargo/tokio-postgres"],
    subject: "tokio-postgres",
    stages: &[&PARSE, &CONNECT],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: true,
    patience: None,
    read,
};

static PARSE: Stage =
    Stage { name: "tokio-postgres", title: "tokio-postgres", refuses: Moment::Start };

static CONNECT: Stage =
    Stage { name: "connect", title: "tokio-postgres", refuses: Moment::Connection };

/// `SslMode` of `config.rs`: `prefer` goes on without TLS only where the server has none.
static TLS: [TlsMode; 3] = [
    mode(SslMode::Disable, &[Attempt::Plain], &[]),
    mode(SslMode::Prefer, &[Attempt::Tls, Attempt::Plain], &[Setback::NoTls]),
    mode(SslMode::Require, &[Attempt::Tls], &[]),
];

const fn mode(
    mode: SslMode,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
) -> TlsMode {
    TlsMode { name: mode.name(), attempts, falls_back, verifies: [ChainAndHost, ChainAndHost] }
}

/// What an option is read as.
enum Form {
    Text,
    Words(&'static [&'static str]),
    Integer { least: i128, most: i128 },
}

const SECONDS: Form = Form::Integer { least: i64::MIN as i128, most: i64::MAX as i128 };

/// The options beside hosts and ports, as `Config::param` knows them.
const OPTIONS: [(&str, Form); 16] = [
    ("user", Form::Text),
    ("password", Form::Text),
    ("dbname", Form::Text),
    ("options", Form::Text),
    ("application_name", Form::Text),
    ("sslmode", Form::Words(&["disable", "prefer", "require"])),
    ("sslnegotiation", Form::Words(&["postgres", "direct"])),
    ("connect_timeout", SECONDS),
    ("tcp_user_timeout", SECONDS),
    ("keepalives", Form::Integer { least: 0, most: u64::MAX as i128 }),
    ("keepalives_idle", SECONDS),
    ("keepalives_interval", SECONDS),
    ("keepalives_retries", Form::Integer { least: 0, most: u32::MAX as i128 }),
    ("target_session_attrs", Form::Words(&["any", "read-write", "read-only"])),
    ("channel_binding", Form::Words(&["disable", "prefer", "require"])),
    ("load_balance_hosts", Form::Words(&["disable", "random"])),
];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read(question, &PARSE, |reading| {
        let text = reading.source.text().to_string();
        let mut config = Config::default();
        let schemes = ["postgres://", "postgresql://"];
        let whole = Slice::whole(&text);
        match schemes.into_iter().find_map(|it| whole.strip_prefix(it)) {
            Some(rest) => config.read_url(reading, rest)?,
            None => config.read_pairs(reading, whole)?,
        }
        config.connect(reading, whole)
    })
}

/// What is gathered before a connection is made: hosts and ports are added up, not replaced.
#[derive(Default)]
struct Config<'t> {
    hosts: Vec<(Slice<'t>, Value<'static>)>,
    addresses: Vec<(Slice<'t>, String)>,
    ports: Vec<(Slice<'t>, u16)>,
}

impl<'t> Config<'t> {
    /// `UrlParser::parse`: everything up to the first `@` is a name and a password.
    fn read_url<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        rest: Slice<'t>,
    ) -> Result<(), Refusal<'a>> {
        let mut rest = rest;
        if let Some((credentials, behind)) = rest.split_once('@') {
            rest = behind;
            let (user, password) = match credentials.split_once(':') {
                Some((user, password)) => (user, Some(password)),
                None => (credentials, None),
            };
            let decoded = decode(reading, user)?;
            reading.set(Key::Keyword("user"), user, decoded.into());
            if let Some(password) = password {
                let bytes = unquote_to_bytes(password.text);
                reading.set_bytes(Key::Keyword("password"), password, &bytes);
            }
        }
        let (hosts, rest) = rest.split_before(&['/', '?']);
        if !hosts.is_empty() {
            for chunk in hosts.split(',') {
                self.add_chunk(reading, chunk)?;
            }
        }
        let (path, query) = rest.split_before(&['?']);
        if let Some(database) = path.strip_prefix("/").filter(|it| !it.is_empty()) {
            let decoded = decode(reading, database)?;
            reading.set(Key::Keyword("dbname"), database, decoded.into());
        }
        let mut query = query.strip_prefix("?").unwrap_or(query);
        while !query.is_empty() {
            let Some((key, behind)) = query.split_once('=') else {
                return Err(refuse(reading, Text::plain("unterminated parameter"), query));
            };
            let (value, behind) = behind.split_once('&').unwrap_or((behind, behind.after()));
            query = behind;
            let name = decode(reading, key)?;
            match &*name {
                "host" => self.add_host(reading, value)?,
                name => {
                    let decoded = decode(reading, value)?;
                    self.set(reading, name, key, value, decoded)?;
                }
            }
        }
        Ok(())
    }

    /// One host of the authority with its port.
    fn add_chunk<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        chunk: Slice<'t>,
    ) -> Result<(), Refusal<'a>> {
        let invalid = || invalid_value("host");
        let (host, port) = match chunk.strip_prefix("[") {
            Some(inner) => {
                let Some((host, behind)) = inner.split_once(']') else {
                    return Err(refuse(reading, invalid(), chunk));
                };
                match behind.strip_prefix(":") {
                    Some(port) => (host, Some(port)),
                    None if behind.is_empty() => (host, None),
                    None => return Err(refuse(reading, invalid(), chunk)),
                }
            }
            None => match chunk.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (chunk, None),
            },
        };
        self.add_host(reading, host)?;
        match port {
            Some(port) => {
                let decoded = decode(reading, port)?;
                self.add_ports(reading, port, &decoded)
            }
            None => {
                self.ports.push((host.after(), 5432));
                Ok(())
            }
        }
    }

    /// `host_param`: a path is a Unix socket, and need not be UTF-8; a comma is a part of a name.
    fn add_host<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        host: Slice<'t>,
    ) -> Result<(), Refusal<'a>> {
        let bytes = unquote_to_bytes(host.text);
        let value = match bytes.first() {
            Some(b'/') => match String::from_utf8(bytes) {
                Ok(path) => Value::Str(path.into()),
                Err(error) => Value::Bytes(error.into_bytes().into()),
            },
            _ => Value::Str(decode(reading, host)?.into()),
        };
        self.hosts.push((host, value));
        Ok(())
    }

    fn add_ports<'a>(
        &mut self,
        reading: &Reading<'_, 'a>,
        slice: Slice<'t>,
        text: &str,
    ) -> Result<(), Refusal<'a>> {
        for port in text.split(',') {
            let port = match port {
                "" => Some(5432),
                port => parse_unsigned(port).and_then(|it| u16::try_from(it).ok()),
            };
            let port = port.ok_or_else(|| refuse(reading, invalid_value("port"), slice))?;
            self.ports.push((slice, port));
        }
        Ok(())
    }

    /// `Config::param`.
    fn set<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        name: &str,
        key: Slice<'t>,
        value: Slice<'t>,
        text: String,
    ) -> Result<(), Refusal<'a>> {
        match name {
            "host" => {
                for host in text.split(',') {
                    self.hosts.push((value, Value::Str(host.to_string().into())));
                }
                return Ok(());
            }
            "hostaddr" => {
                for address in text.split(',') {
                    if address.parse::<IpAddr>().is_err() {
                        return Err(refuse(reading, invalid_value("hostaddr"), value));
                    }
                    self.addresses.push((value, address.to_string()));
                }
                return Ok(());
            }
            "port" => return self.add_ports(reading, value, &text),
            _ => {}
        }
        let Some((name, form)) = OPTIONS.iter().find(|it| it.0 == name) else {
            let quoted = reading.quote(key);
            let message = Text::plain("unknown option `").and_text(quoted).and("`");
            return Err(refuse(reading, message, key));
        };
        let is_valid = match form {
            Form::Text => true,
            Form::Words(words) => words.contains(&&*text),
            Form::Integer { least, most } => {
                parse_integer(&text).is_some_and(|it| (*least..=*most).contains(&it))
            }
        };
        if !is_valid {
            return Err(refuse(reading, invalid_value(name), value));
        }
        reading.set(Key::Keyword(name), value, text.into());
        Ok(())
    }

    /// `Parser::parse`: `key=value` pairs, apart by blanks.
    fn read_pairs<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        text: Slice<'t>,
    ) -> Result<(), Refusal<'a>> {
        let mut rest = skip_blanks(text);
        while !rest.is_empty() {
            let is_end = |c: char| c.is_whitespace() || c == '=';
            let (key, behind) = rest.split_at(rest.text.find(is_end).unwrap_or(rest.text.len()));
            if key.is_empty() {
                // `Parser::parameter` ends where no keyword stands.
                return Ok(());
            }
            let behind = skip_blanks(behind);
            let Some(behind) = behind.strip_prefix("=") else {
                return Err(unexpected(reading, behind, '='));
            };
            let behind = skip_blanks(behind);
            let (value, decoded, behind) = match behind.strip_prefix("'") {
                Some(quoted) => {
                    let (end, decoded) = unescape(quoted.text, |c| c == '\'');
                    let (value, behind) = quoted.split_at(end);
                    let Some(behind) = behind.strip_prefix("'") else {
                        let message = Text::plain("unterminated quoted connection parameter value");
                        return Err(refuse(reading, message, quoted));
                    };
                    (value, decoded, behind)
                }
                None => {
                    let (end, decoded) = unescape(behind.text, char::is_whitespace);
                    let (value, rest) = behind.split_at(end);
                    if decoded.is_empty() {
                        return Err(refuse(reading, Text::plain("unexpected EOF"), value));
                    }
                    (value, decoded, rest)
                }
            };
            self.set(reading, key.text, key, value, decoded)?;
            rest = skip_blanks(behind);
        }
        Ok(())
    }

    /// Writes where the connection goes, and what `connect` refuses.
    fn connect<'a>(
        self,
        reading: &mut Reading<'_, 'a>,
        whole: Slice<'t>,
    ) -> Result<(), Refusal<'a>> {
        let Config { hosts, addresses, ports } = self;
        let count = hosts.len().max(addresses.len());
        if let (Some((first, _)), Some((last, _))) = (hosts.first(), hosts.last()) {
            let guarded = |(slice, value): &(Slice<'t>, Value<'static>)| match value {
                Value::Str(text) => {
                    let text = text.clone().into_owned();
                    reading.text(&Key::Keyword("host"), *slice, Cow::Owned(text))
                }
                other => other.clone(),
            };
            let mut values: Vec<Value<'a>> = hosts.iter().map(guarded).collect();
            let value = match values.len() {
                1 => values.pop().unwrap_or(Value::None),
                _ => Value::List(values),
            };
            // From the first of them to the last.
            let (_, from_first) = whole.split_at(first.at);
            let (all, _) = from_first.split_at(last.end().saturating_sub(first.at));
            reading.set_value(Key::Keyword("host"), all, value);
        }
        if let Some((slice, _)) = addresses.first() {
            let all: Vec<_> = addresses.iter().map(|it| &*it.1).collect();
            reading.set(Key::Keyword("hostaddr"), *slice, all.join(",").into());
        }
        let number = |(slice, port): &(Slice<'t>, u16)| {
            let key = Key::Keyword("port");
            reading.text(&key, *slice, Cow::Owned(port.to_string()))
        };
        let mut values: Vec<Value<'a>> = ports.iter().map(number).collect();
        match (ports.first(), values.len()) {
            (None, _) => reading.default("port", Value::Str("5432".into())),
            (Some((slice, _)), 1) => {
                let value = values.pop().unwrap_or(Value::None);
                reading.set_value(Key::Keyword("port"), *slice, value);
            }
            (Some((slice, _)), _) => {
                reading.set_value(Key::Keyword("port"), *slice, Value::List(values));
            }
        }
        reading.default("user", Value::Account);
        reading.default("sslmode", Value::Str("prefer".into()));
        reading.stage = &CONNECT;
        let differ = !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len();
        let problem = match count {
            0 => Some("both host and hostaddr are missing".to_string()),
            _ if differ => Some(alloc::format!(
                "number of hosts ({}) is different from number of hostaddrs ({})",
                hosts.len(),
                addresses.len()
            )),
            count if ports.len() > 1 && ports.len() != count => {
                Some("invalid number of ports".to_string())
            }
            _ => None,
        };
        if let Some(problem) = problem {
            let message = Text::plain(alloc::format!("invalid configuration: {problem}"));
            return Err(reading.refuse("Error", message, whole.after()));
        }
        let peer = match hosts.first() {
            Some((_, Value::Str(host))) => peer_of(Some(host)),
            Some((_, Value::Bytes(_))) => peer_of(Some("/")),
            _ => peer_of(None),
        };
        let mode = reading.get("sslmode").unwrap_or("prefer").to_string();
        reading.secure(&mode, "sslmode", TrustedRoots::System, peer);
        let binds = reading.get("channel_binding") == Some("require");
        if let Some(tls) = &mut reading.resolution.tls {
            tls.binds = binds;
        }
        Ok(())
    }
}

fn skip_blanks(text: Slice<'_>) -> Slice<'_> {
    let blanks = text.text.len() - text.text.trim_start().len();
    text.split_at(blanks).1
}

/// How far a value goes, and what it is without its backslashes.
fn unescape(text: &str, is_end: impl Fn(char) -> bool) -> (usize, String) {
    let mut value = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            c if is_end(c) => return (at, value),
            '\\' => value.extend(chars.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (text.len(), value)
}

fn unexpected<'a>(reading: &Reading<'_, 'a>, at: Slice<'_>, expected: char) -> Refusal<'a> {
    let message = match at.text.chars().next() {
        Some(c) => {
            // The position would tell a length, and the character may be one of a secret.
            let (found, _) = at.split_at(c.len_utf8());
            let start = Text::plain("unexpected character at byte ").and_hidden(at.at.to_string());
            let start = start.and(alloc::format!(": expected `{expected}` but got `"));
            start.and_text(reading.quote(found)).and("`")
        }
        None => Text::plain("unexpected EOF"),
    };
    refuse(reading, message, at)
}

fn parse_integer(text: &str) -> Option<i128> {
    // Rust's `parse` takes a sign in front.
    text.parse().ok()
}

fn parse_unsigned(text: &str) -> Option<i128> {
    parse_integer(text).filter(|it| *it >= 0 && !text.starts_with('-'))
}

/// `decode_utf8` of the crate percent-encoding: what is not UTF-8 is refused.
fn decode<'a>(reading: &Reading<'_, 'a>, slice: Slice<'_>) -> Result<String, Refusal<'a>> {
    String::from_utf8(unquote_to_bytes(slice.text)).map_err(|error| {
        let message = Text::default().and_hidden(error.utf8_error().to_string());
        refuse(reading, message, slice)
    })
}

fn invalid_value(option: &str) -> Text<'static> {
    Text::plain(alloc::format!("invalid value for option `{option}`"))
}

fn refuse<'a>(reading: &Reading<'_, 'a>, cause: Text<'a>, slice: Slice<'_>) -> Refusal<'a> {
    let message = Text::plain("invalid connection string: ").and_text(cause);
    reading.refuse("Error", message, slice)
}
