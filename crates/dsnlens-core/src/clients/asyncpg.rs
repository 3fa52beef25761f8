//! asyncpg: what it makes of its arguments, of the environment and of its defaults.
//!
//! Reproduces `_parse_connect_dsn_and_args()` of asyncpg 0.32.0 (`asyncpg/connect_utils.py`) behind
//! the URL, and `_parse_hostlist()`. A service of `~/.pg_service.conf` and passwords of `~/.pgpass`
//! are left out.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::client::reading::{Reading, peer_of};
use crate::clients::cpython;
use crate::ledger::{Key, LineId, Origin, Value};
use crate::machine::Content;
use crate::refusal::Refusal;
use crate::secret::{Secret, Text};
use crate::shown;
use crate::span::{InputSpan, Span};
use crate::syntax::{Slice, python};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Peer, Setback, TlsMode, TrustedRoots, Verification};

/// Its modes: `SSLMode`, and the two attempts of `_connect_addr()`. Below `require` nothing is ever
/// verified.
pub(crate) static TLS: [TlsMode; 6] = [
    mode("disable", &[Attempt::Plain], &[], [Nothing, Nothing]),
    mode("allow", &[Attempt::Plain, Attempt::Tls], &[Setback::LogIn], [Nothing, Nothing]),
    mode(
        "prefer",
        &[Attempt::Tls, Attempt::Plain],
        &[Setback::NoTls, Setback::Certificate, Setback::LogIn],
        [Nothing, Nothing],
    ),
    mode("require", &[Attempt::Tls], &[], [Nothing, Chain]),
    mode("verify-ca", &[Attempt::Tls], &[], [Chain, Chain]),
    mode("verify-full", &[Attempt::Tls], &[], [ChainAndHost, ChainAndHost]),
];

const fn mode(
    name: &'static str,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: [Verification; 2],
) -> TlsMode {
    TlsMode { name, attempts, falls_back, verifies }
}

/// The limit of `connect()` for everything that it does, in seconds.
pub(crate) const TIMEOUT: u64 = 60;

/// The class of its errors about arguments.
pub(crate) const ERROR: &str = "ClientConfigurationError";

/// Where it looks for a socket, in this order, before it tries `localhost`.
const SOCKET_DIRECTORIES: usize = 4;

/// Where a text was written, which asyncpg takes a list of hosts or ports from.
#[derive(Clone, Copy)]
pub(crate) enum Written<'s> {
    /// In the URL, word for word.
    Url,
    /// In the URL, at this place, but in other words.
    Decoded(Slice<'s>),
    /// In an environment variable, which holds nothing else.
    Variable(&'static str),
}

impl<'s> Written<'s> {
    /// Where `decoded` was written at `slice`, and the text to read.
    pub(crate) fn of(slice: Slice<'s>, decoded: &'s str) -> (Written<'s>, Slice<'s>) {
        match decoded == slice.text {
            true => (Written::Url, slice),
            false => (Written::Decoded(slice), Slice::whole(decoded)),
        }
    }

    /// The place of a piece.
    fn at(self, piece: Slice<'s>) -> Slice<'s> {
        match self {
            Written::Decoded(slice) => slice,
            Written::Url | Written::Variable(_) => piece,
        }
    }
}

/// What is known of the servers so far.
#[derive(Default)]
pub(crate) struct Servers<'a> {
    /// Their hosts, if any are named.
    pub(crate) hosts: Option<Vec<Value<'a>>>,
    /// Their ports, if any are named: one for all of them, or one for each.
    pub(crate) ports: Option<Vec<Value<'a>>>,
}

impl<'a> Servers<'a> {
    /// `_parse_hostlist(list, port)`, written down as what counts.
    pub(crate) fn read(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        written: Written<'_>,
        list: Slice<'_>,
        is_encoded: bool,
    ) -> Result<(), Refusal<'a>> {
        let specs: Vec<Slice<'_>> = list.split(',').collect();
        let given = match &self.ports {
            Some(ports) => ports.clone(),
            None => ports_of_environment(reading)?,
        };
        let given = validated(reading, given, specs.len(), written, list)?;
        let is_given = self.ports.is_some();
        let (mut hosts, mut ports, mut has_own) = (Vec::new(), Vec::new(), false);
        for (spec, port) in specs.into_iter().zip(given) {
            let (address, own) = split(reading, written, spec)?;
            let decoded = |it: Slice<'_>| match is_encoded {
                true => String::from(python::unquote(it.text)),
                false => String::from(it.text),
            };
            hosts.push(value(reading, written, "host", address, decoded(address)));
            match own.filter(|_| !is_given) {
                Some(own) => {
                    has_own = true;
                    ports.push(int(reading, written, own, &decoded(own))?);
                }
                None => ports.push(port),
            }
        }
        let origin = origin(reading, written, list);
        write(reading, "host", &hosts, origin.clone());
        if has_own {
            write(reading, "port", &ports, origin);
        }
        if has_own || is_given {
            self.ports = Some(ports);
        }
        self.hosts = Some(hosts);
        Ok(())
    }

    /// `[int(p) for p in list.split(',')]`, written down as what counts.
    pub(crate) fn read_ports(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        written: Written<'_>,
        list: Slice<'_>,
    ) -> Result<(), Refusal<'a>> {
        let ports: Result<Vec<_>, _> =
            list.split(',').map(|it| int(reading, written, it, it.text)).collect();
        let ports = ports?;
        let origin = origin(reading, written, list);
        write(reading, "port", &ports, origin);
        self.ports = Some(ports);
        Ok(())
    }

    /// Fills what is open from the environment and asyncpg's defaults, and says how connections are
    /// secured. `mode` is the key of the SSL mode.
    pub(crate) fn complete(
        mut self,
        reading: &mut Reading<'_, 'a>,
        mode: &'static str,
    ) -> Result<(), Refusal<'a>> {
        let of_environment = reading.inputs().get("PGHOST").filter(|it| !it.is_empty());
        match of_environment {
            Some(list) if self.hosts.is_none() => {
                self.read(reading, Written::Variable("PGHOST"), Slice::whole(list), false)?;
            }
            _ => reading.fill_from("host", "PGHOST"),
        }
        let hosts = match self.hosts.take() {
            Some(hosts) => hosts,
            None => {
                let sockets = core::iter::repeat_n(Value::None, SOCKET_DIRECTORIES);
                let hosts: Vec<_> = sockets.chain([Value::Str("localhost".into())]).collect();
                reading.default("host", Value::List(hosts.clone()));
                hosts
            }
        };
        let (ports, is_given) = match self.ports.take() {
            Some(ports) => (ports, true),
            None => (ports_of_environment(reading)?, false),
        };
        let about = Slice::default();
        let ports = validated(reading, ports, hosts.len(), Written::Url, about)?;
        match is_given {
            true => reading.fill_from("port", "PGPORT"),
            false => match reading.inputs().get("PGPORT").filter(|it| !it.is_empty()) {
                Some(text) => {
                    let origin = origin(reading, Written::Variable("PGPORT"), Slice::whole(text));
                    write(reading, "port", &ports, origin);
                }
                None => {
                    let origin = Origin::Default { of: reading.question.client.subject };
                    write(reading, "port", &ports, origin);
                }
            },
        }
        for (key, variable) in
            [("user", "PGUSER"), ("password", "PGPASSWORD"), ("dbname", "PGDATABASE")]
        {
            reading.fill_from(key, variable);
        }
        reading.default("user", Value::Account);
        let user = reading.line("user").map_or(Value::Account, |it| it.value.clone());
        reading.default("dbname", user);
        secure(reading, mode, &hosts)?;
        check_session(reading)
    }
}

/// The value of a host or a port, or of several.
fn write<'a>(
    reading: &mut Reading<'_, 'a>,
    key: &'static str,
    values: &[Value<'a>],
    origin: Origin<'a>,
) -> LineId {
    let value = match values {
        // A comma would be read as a list, and a zero as none.
        [value]
            if *value.bare() != Value::Int(0)
                && !value.as_str().is_some_and(|it| it.contains(',')) =>
        {
            value.clone()
        }
        values => Value::List(values.to_vec()),
    };
    let loser = reading.winner(key);
    let line = reading.resolution.ledger.set(reading.stage, Key::Keyword(key), value, origin);
    if let Some(loser) = loser {
        reading.resolution.ledger.replace(loser, line);
    }
    line
}

/// The host and the port of one entry of a list.
fn split<'s, 'a>(
    reading: &Reading<'_, 'a>,
    written: Written<'s>,
    spec: Slice<'s>,
) -> Result<(Slice<'s>, Option<Slice<'s>>), Refusal<'a>> {
    if spec.is_empty() {
        let message = Text::plain("string index out of range");
        return Err(refuse(reading, written, "IndexError", message, spec));
    }
    if spec.text.starts_with('/') {
        return Ok((spec, None));
    }
    let (address, port) = match spec.strip_prefix("[") {
        // `\\[([^\\]]+)\\](?::([0-9]+))?`, which need not fit to the end.
        Some(inside) => match inside.split_once(']').filter(|(address, _)| !address.is_empty()) {
            Some((address, behind)) => {
                let port = behind.strip_prefix(":").unwrap_or(behind.before());
                let digits = port.text.bytes().take_while(u8::is_ascii_digit).count();
                (address, port.split_at(digits).0)
            }
            None => {
                let message = Text::plain("invalid IPv6 address in the connection URI: ")
                    .and_text(repr(reading, written, spec, spec.text));
                return Err(refuse(reading, written, ERROR, message, spec));
            }
        },
        None => spec.partition(':'),
    };
    Ok((address, Some(port).filter(|it| !it.is_empty())))
}

/// `PGPORT`, or 5432.
fn ports_of_environment<'a>(reading: &Reading<'_, 'a>) -> Result<Vec<Value<'a>>, Refusal<'a>> {
    match reading.inputs().get("PGPORT").filter(|it| !it.is_empty()) {
        Some(text) => Slice::whole(text)
            .split(',')
            .map(|it| int(reading, Written::Variable("PGPORT"), it, it.text))
            .collect(),
        None => Ok(alloc::vec![Value::Int(5432)]),
    }
}

/// `_validate_port_spec()`: a port for each host.
fn validated<'a>(
    reading: &Reading<'_, 'a>,
    ports: Vec<Value<'a>>,
    hosts: usize,
    written: Written<'_>,
    about: Slice<'_>,
) -> Result<Vec<Value<'a>>, Refusal<'a>> {
    match &*ports {
        [port] => Ok(alloc::vec![port.clone(); hosts]),
        _ if ports.len() == hosts => Ok(ports),
        _ => {
            let count = ports.len();
            let message = format!("could not match {count} port numbers to {hosts} hosts");
            Err(refuse(reading, written, ERROR, Text::plain(message), about))
        }
    }
}

fn int<'a>(
    reading: &Reading<'_, 'a>,
    written: Written<'_>,
    slice: Slice<'_>,
    text: &str,
) -> Result<Value<'a>, Refusal<'a>> {
    let number = cpython::parse_int(text).ok_or_else(|| {
        let message = Text::plain("invalid literal for int() with base 10: ")
            .and_text(repr(reading, written, slice, text));
        refuse(reading, written, "ValueError", message, slice)
    })?;
    // It may be a piece of a password.
    let is_secret = value(reading, written, "port", slice, text.into()).is_secret();
    Ok(if is_secret { number.into_secret() } else { number })
}

fn value<'a>(
    reading: &Reading<'_, 'a>,
    written: Written<'_>,
    key: &'static str,
    slice: Slice<'_>,
    text: String,
) -> Value<'a> {
    match written {
        Written::Url | Written::Decoded(_) => {
            reading.text(&Key::Keyword(key), written.at(slice), Cow::Owned(text))
        }
        Written::Variable(name) => shown::value(name, Cow::Owned(text)),
    }
}

/// `repr(text)`, which was read from `slice`.
fn repr<'a>(
    reading: &Reading<'_, 'a>,
    written: Written<'_>,
    slice: Slice<'_>,
    text: &str,
) -> Text<'a> {
    match written {
        Written::Variable(_) => Text::plain(python::repr(text)),
        Written::Url | Written::Decoded(_) => reading.repr(written.at(slice), text),
    }
}

fn origin<'a>(reading: &Reading<'_, 'a>, written: Written<'_>, slice: Slice<'_>) -> Origin<'a> {
    match written {
        Written::Url | Written::Decoded(_) => reading.source.origin(written.at(slice)),
        Written::Variable(name) => {
            Origin::Variable { name, span: Span::new(slice.at, slice.end()) }
        }
    }
}

fn refuse<'a>(
    reading: &Reading<'_, 'a>,
    written: Written<'_>,
    kind: &'static str,
    message: Text<'a>,
    slice: Slice<'_>,
) -> Refusal<'a> {
    let refusal = reading.refuse(kind, message, written.at(slice));
    match written {
        Written::Url | Written::Decoded(_) => refusal,
        Written::Variable(input) => {
            let span = Span::new(slice.at, slice.end());
            Refusal { spans: alloc::vec![InputSpan { input, span }], ..refusal }
        }
    }
}

/// The SSL mode, what certificates are checked against, and the errors about both.
fn secure<'a>(
    reading: &mut Reading<'_, 'a>,
    key: &'static str,
    hosts: &[Value<'a>],
) -> Result<(), Refusal<'a>> {
    let is_socket =
        |it: &Value<'_>| *it == Value::None || it.as_str().is_some_and(|it| it.starts_with('/'));
    // An empty variable is a mode, too.
    if reading.winner(key).is_none()
        && let Some(text) = reading.inputs().get("PGSSLMODE")
    {
        let origin = origin(reading, Written::Variable("PGSSLMODE"), Slice::whole(text));
        write(reading, key, &[Value::Str(text.into())], origin);
    }
    reading.fill_from(key, "PGSSLMODE");
    if !hosts.iter().all(is_socket) {
        reading.default(key, Value::Str("prefer".into()));
    }
    check_negotiation(reading)?;
    let word = reading.get(key).map(|it| it.replace('_', "-"));
    let word = word.as_deref().unwrap_or("disable");
    let Some(mode) = TLS.iter().position(|it| it.name == word) else {
        let modes = TLS.iter().map(|it| it.name).collect::<Vec<_>>().join(", ");
        let message = format!("`sslmode` parameter must be one of: {modes}");
        return reading.refuse_value(ERROR, key, |_| Text::plain(message)).map_or(Ok(()), Err);
    };
    // The file that is named, or the user's own, from `require` on.
    reading.fill_from("sslrootcert", "PGSSLROOTCERT");
    let mut roots = TrustedRoots::None;
    if mode >= 3 {
        let machine = reading.inputs().machine();
        let named = reading.get("sslrootcert");
        let path = named.or(machine.root_certificate).unwrap_or("~/.postgresql/root.crt");
        let file = machine.file(path).map(|it| it.content);
        let is_there = match file {
            Some(content) => content != Content::Absent,
            // libpq's word for the machine's authorities is a file's name here.
            None => named.is_some_and(|it| it != "system"),
        };
        match (is_there, named) {
            (true, _) => roots = TrustedRoots::File,
            (false, Some(_)) => {
                let message = Text::plain("[Errno 2] No such file or directory");
                let refusal = reading.refuse_value("FileNotFoundError", "sslrootcert", |_| message);
                return refusal.map_or(Ok(()), Err);
            }
            (false, None) if mode > 3 => {
                let message = format!(
                    "root certificate file \"{path}\" does not exist or cannot be accessed\nHINT:  \
                     Provide the certificate file directly or make sure \"{path}\" exists and is \
                     readable."
                );
                let unless = reading.leave_root_open(key);
                let refusal = reading.refuse_value(ERROR, key, |_| Text::plain(message));
                return refusal.map_or(Ok(()), |it| Err(Refusal { unless, ..it }));
            }
            (false, None) => {}
        }
    }
    if mode >= 1 {
        for (key, variable) in [
            ("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
            ("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
        ] {
            check_tls_version(reading, key, variable)?;
        }
    }
    if reading.get("sslnegotiation") == Some("direct") && mode < 3 {
        let message = Text::plain("direct TLS requires sslmode=require, verify-ca, or verify-full");
        let refusal = reading.refuse_value(ERROR, "sslnegotiation", |_| message);
        return refusal.map_or(Ok(()), Err);
    }
    let peer = match hosts.first() {
        Some(host) if is_socket(host) => Peer::Socket,
        host => peer_of(host.and_then(Value::as_str)),
    };
    let name = TLS.get(mode).map_or("", |it| it.name);
    reading.secure(name, key, roots, peer);
    Ok(())
}

/// `_parse_tls_version()`: a name of `ssl.TLSVersion`, a dot written as an underscore.
fn check_tls_version<'a>(
    reading: &mut Reading<'_, 'a>,
    key: &'static str,
    variable: &'static str,
) -> Result<(), Refusal<'a>> {
    reading.fill_from(key, variable);
    let Some(version) = reading.get(key) else { return Ok(()) };
    let names = ["TLSv1", "TLSv1_1", "TLSv1_2", "TLSv1_3"];
    let names = names.into_iter().chain(["MINIMUM_SUPPORTED", "MAXIMUM_SUPPORTED"]);
    let problem = match version {
        it if it.starts_with("SSL") => "Unsupported TLS version: ",
        it if names.into_iter().any(|name| name == it.replace('.', "_")) => return Ok(()),
        _ => "No such TLS version: ",
    };
    let message = |text| Text::plain(problem).and_text(text);
    reading.refuse_value(ERROR, key, message).map_or(Ok(()), Err)
}

/// What is checked behind the mode.
fn check_session<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    reading.fill_from("target_session_attrs", "PGTARGETSESSIONATTRS");
    let kinds = ["any", "primary", "standby", "prefer-standby", "read-write", "read-only"];
    if reading.get("target_session_attrs").is_some_and(|it| !kinds.contains(&it)) {
        let message = |text: Text<'a>| {
            // Python prints a method, with its address.
            Text::plain("target_session_attrs is expected to be one of <built-in method values of mappingproxy object at 0x…>, got ")
                .and_text(quoted(text))
        };
        let refusal = reading.refuse_value(ERROR, "target_session_attrs", message);
        return refusal.map_or(Ok(()), Err);
    }
    reading.fill_from("krbsrvname", "PGKRBSRVNAME");
    reading.fill_from("gsslib", "PGGSSLIB");
    if reading.get("gsslib").is_some_and(|it| !["gssapi", "sspi"].contains(&it)) {
        let message = |text: Text<'a>| {
            Text::plain("gsslib parameter must be either 'gssapi' or 'sspi', got ")
                .and_text(quoted(text))
        };
        return reading.refuse_value(ERROR, "gsslib", message).map_or(Ok(()), Err);
    }
    Ok(())
}

/// `repr()` of a text that is quoted whole.
fn quoted<'a>(text: Text<'a>) -> Text<'a> {
    let repr = python::repr(&text.reveal());
    match text.is_secret() {
        true => Text::default().and_secret(Secret::new(repr.into())),
        false => Text::plain(repr),
    }
}

/// `SSLNegotiation(value)`, checked before the mode is.
fn check_negotiation<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    reading.fill_from("sslnegotiation", "PGSSLNEGOTIATION");
    match reading.get("sslnegotiation") {
        None | Some("postgres" | "direct") => Ok(()),
        Some(_) => {
            let message =
                Text::plain("`sslnegotiation` parameter must be one of: postgres, direct");
            reading.refuse_value(ERROR, "sslnegotiation", |_| message).map_or(Ok(()), Err)
        }
    }
}
