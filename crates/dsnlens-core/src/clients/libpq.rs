//! libpq: what it adds to the parameters it is given, and what it settles on.
//!
//! Reproduces `conninfo_add_defaults()` and `pqConnectOptions2()` of PostgreSQL 18.6
//! (`fe-connect.c`): what a service says, an environment variable, then a compiled default, each
//! for what is still open; at last a password from the password file.

mod checks;
mod endpoint;
mod files;
mod keywords;
mod tls;

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

pub(crate) use checks::is_integer;
pub(crate) use endpoint::{DEFAULT_PORT, Endpoint, endpoints};
#[cfg(feature = "clients")]
pub(crate) use files::is_service_unread;
pub(crate) use files::{is_service_elsewhere, unknown_files};
pub use keywords::{KEYWORDS, Keyword, Version, find};
pub(crate) use tls::{TLS, policy};

use crate::clients::cpython;
use crate::clients::stages;
use crate::inputs::Inputs;
use crate::ledger::{Fate, Key, Ledger, Line, LineId, Origin, Value};
use crate::refusal::Refusal;
use crate::secret::{Secret, Text};
use crate::shown;
use crate::source::Source;
use crate::span::{InputSpan, Span};
use crate::syntax::libpq::{Param, parse_keyvalue, parse_uri, strip_scheme};
use crate::syntax::words;

/// What libpq settles on for one connection attempt: keywords and values. `None` is a default
/// that only the machine knows: the socket's directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection<'a> {
    /// Texts, in a fixed order; `host`, `port`, `dbname`, `user` and `sslmode` are always there.
    pub values: Vec<(&'static str, Option<Value<'a>>)>,
}

impl<'a> Connection<'a> {
    /// The text of a keyword, secret or not.
    pub fn get(&self, keyword: &str) -> Option<&str> {
        self.value(keyword)?.as_str()
    }

    /// Whether a keyword has a value, and it is not known.
    pub fn is_unknown(&self, keyword: &str) -> bool {
        self.value(keyword).is_some_and(|it| it.unknown().is_some())
    }

    /// The value of a keyword.
    pub fn value(&self, keyword: &str) -> Option<&Value<'a>> {
        self.values.iter().find(|(name, _)| *name == keyword)?.1.as_ref()
    }
}

/// The status of a connection that libpq refuses: what its caller sees beside the text.
pub const BAD: &str = "CONNECTION_BAD";

/// One host of several, as psycopg splits them; `None` leaves the option as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host: Option<String>,
    pub(crate) hostaddr: Option<String>,
    pub(crate) port: Option<String>,
}

/// Reads `DATABASE_URL` itself, as `psql "$DATABASE_URL"` does; without it, nothing is given.
pub(crate) fn read<'a>(
    source: &Source<'a>,
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<Vec<LineId>, Refusal<'a>> {
    let text = source.text();
    let params = match strip_scheme(text) {
        Some(rest) => parse_uri(text, rest, &version),
        None => parse_keyvalue(text, &version),
    };
    let params = params.map_err(|error| Refusal {
        stage: &stages::LIBPQ,
        kind: BAD.into(),
        message: error.message(|at, changed| match changed {
            Some(text) if source.touches_secret(at) => {
                Text::default().and_secret(Secret::new(text.to_string().into()))
            }
            Some(text) => Text::plain(text.to_string()),
            None => source.quote(at, str::to_string),
        }),
        spans: alloc::vec![InputSpan { input: source.name(), span: source.span(error.at) }],
        raised_at: None,
        unless: None,
    })?;
    let mut lines: Vec<LineId> = Vec::new();
    for keyword in &KEYWORDS {
        // Of two with one keyword the later counts.
        let mut its = params.iter().filter(|it| it.keyword == keyword.name);
        let Some(last) = its.next_back() else { continue };
        let winner = set_line(source, keyword, last, ledger);
        for earlier in its {
            let loser = set_line(source, keyword, earlier, ledger);
            ledger.replace(loser, winner);
        }
        lines.push(winner);
    }
    Ok(lines)
}

fn set_line<'a>(
    source: &Source<'a>,
    keyword: &'static Keyword,
    param: &Param<'_>,
    ledger: &mut Ledger<'a>,
) -> LineId {
    // libpq takes bytes that are not UTF-8.
    let value = match String::from_utf8(param.value.to_vec()) {
        Ok(text) => Value::Str(Cow::Owned(text)),
        Err(error) => Value::Bytes(Cow::Owned(error.into_bytes())),
    };
    let value = if is_secret_in(source, param) { value.into_secret() } else { value };
    ledger.set(&stages::LIBPQ, Key::Keyword(keyword.name), value, source.origin(param.at))
}

fn is_secret_in(source: &Source<'_>, param: &Param<'_>) -> bool {
    is_secret(&param.keyword)
        || source.touches_secret(param.at)
        || source.touches_secret(param.written)
}

/// Keywords whose value libpq itself hides.
pub(crate) fn is_secret(keyword: &str) -> bool {
    matches!(
        keyword,
        "password"
            | "sslpassword"
            | "scram_client_key"
            | "scram_server_key"
            | "oauth_client_secret"
    )
}

/// The lines that won, by the place of their keyword in [`KEYWORDS`].
pub(crate) struct Winners([Option<LineId>; KEYWORDS.len()]);

impl Default for Winners {
    fn default() -> Winners {
        Winners([None; KEYWORDS.len()])
    }
}

impl Winners {
    /// What [`Ledger::winner`] says, of all keywords at once.
    pub(crate) fn of(ledger: &Ledger<'_>) -> Winners {
        let mut winners = Winners::default();
        for (id, line) in ledger.lines().filter(|(_, line)| line.fate == Fate::Won) {
            winners.replace(line.key.reveal(), id);
        }
        winners
    }

    /// Names the winner of a keyword; the one before, if there was one.
    pub(super) fn replace(&mut self, keyword: &str, winner: LineId) -> Option<LineId> {
        self.0.get_mut(keywords::place(keyword)?)?.replace(winner)
    }

    /// The line of the winner that is not empty, which to libpq is often the same as none.
    fn filled<'l, 'a>(&self, ledger: &'l Ledger<'a>, keyword: &str) -> Option<&'l Line<'a>> {
        self.line(ledger, keyword).filter(|it| it.value.is_truthy())
    }

    fn take(&mut self, keyword: &str) -> Option<LineId> {
        self.0.get_mut(keywords::place(keyword)?)?.take()
    }

    /// The winner of a keyword.
    pub(crate) fn id(&self, keyword: &str) -> Option<LineId> {
        *self.0.get(keywords::place(keyword)?)?
    }

    /// Writes the line of an option that libpq gives itself, above the one that was there.
    fn put<'a>(
        &mut self,
        ledger: &mut Ledger<'a>,
        keyword: &'static str,
        value: Value<'a>,
        origin: Origin<'a>,
    ) {
        let line = ledger.set(&stages::LIBPQ, Key::Keyword(keyword), value, origin);
        if let Some(loser) = self.replace(keyword, line) {
            ledger.replace(loser, line);
        }
    }

    fn line<'l, 'a>(&self, ledger: &'l Ledger<'a>, keyword: &str) -> Option<&'l Line<'a>> {
        ledger.line(self.id(keyword)?)
    }

    /// The text of the line that won, as psycopg and libpq see it, if it is known.
    fn text<'a>(&self, ledger: &Ledger<'a>, keyword: &str) -> Option<Cow<'a, str>> {
        let value = &self.line(ledger, keyword)?.value;
        value.unknown().is_none().then(|| cpython::value_str(value))
    }

    /// The same, or the part of it that is a target's own; secret if the line is.
    fn shown<'a>(
        &self,
        ledger: &Ledger<'a>,
        keyword: &str,
        own: Option<&str>,
    ) -> Option<Value<'a>> {
        let winner = self.line(ledger, keyword).map(|it| &it.value);
        if let Some(unknown) = winner.filter(|it| it.unknown().is_some()) {
            return Some(unknown.clone());
        }
        // Where the connection goes is looked at as a text.
        let is_place = matches!(keyword, "host" | "hostaddr" | "port");
        if let Some(bytes) = winner.filter(|it| it.is_bytes() && !is_place) {
            return Some(bytes.clone());
        }
        let text = match own {
            Some(own) => Cow::Owned(own.to_string()),
            None => cpython::value_str(winner?),
        };
        let value = Value::Str(text);
        Some(if winner.is_some_and(Value::is_secret) { value.into_secret() } else { value })
    }
}

/// The options of a connection, complete.
pub(crate) struct Options {
    winners: Winners,
    /// What the caller makes of libpq's errors.
    error: &'static str,
    /// Why the service that is named gives nothing.
    unserved: Option<checks::OptionError>,
}

impl Options {
    /// The line that won for a keyword.
    pub(crate) fn winner(&self, keyword: &str) -> Option<LineId> {
        self.winners.id(keyword)
    }

    /// Whether a service is what gives the option its value.
    pub(crate) fn is_from_service(&self, keyword: &str, ledger: &Ledger<'_>) -> bool {
        let line = self.winners.line(ledger, keyword);
        line.is_some_and(|it| matches!(it.origin, Origin::File { .. }))
    }

    /// Whether the service that is named gives nothing.
    pub(crate) fn lacks_service(&self) -> bool {
        self.unserved.is_some()
    }

    /// Takes the option's value away.
    pub(crate) fn ignore(&mut self, keyword: &str, reason: &'static str, ledger: &mut Ledger<'_>) {
        if let Some(line) = self.winners.take(keyword) {
            ledger.drop(line, reason);
        }
    }
}

/// Fills what is still open from a service, the environment and libpq's defaults.
pub(crate) fn add_defaults<'a>(
    inputs: &Inputs<'a>,
    version: Version,
    error: &'static str,
    ledger: &mut Ledger<'a>,
) -> Options {
    // Every variable of libpq's is called so.
    let has_variables = inputs.variables().iter().any(|it| it.name.starts_with("PG"));
    let mut options = Options { winners: Winners::of(ledger), error, unserved: None };
    for (place, keyword) in KEYWORDS.iter().enumerate() {
        let is_asked_for = has_variables || keyword.compiled.is_some();
        if keyword.since <= version
            && is_asked_for
            && let Some(winner) = options.winners.0.get_mut(place)
        {
            *winner = fill_from_outside(inputs, keyword, *winner, ledger);
        }
        // It stands first, for what it says comes before every other variable.
        if keyword.name == "service" {
            options.unserved = files::add_service(inputs, version, ledger, &mut options.winners);
        }
    }
    strengthen_default_sslmode(version, ledger, &mut options.winners);
    files::add_root_certificate(inputs, ledger, &mut options.winners);
    options
}

/// An option's environment variable, then its compiled default; who wins in the end.
fn fill_from_outside<'a>(
    inputs: &Inputs<'a>,
    keyword: &Keyword,
    mut winner: Option<LineId>,
    ledger: &mut Ledger<'a>,
) -> Option<LineId> {
    let set = keyword.variable.and_then(|name| Some((name, inputs.get(name)?)));
    if let Some((name, text)) = set {
        let value = shown::value(name, Cow::Borrowed(text));
        winner = fill(ledger, keyword, value, variable(name, text), winner);
    }
    if keyword.name == "sslmode" {
        winner = fill_from_requiressl(inputs, keyword, ledger, winner);
    }
    match keyword.compiled {
        Some(compiled) => {
            let origin = Origin::Default { of: "libpq" };
            fill(ledger, keyword, Value::Str(Cow::Borrowed(compiled)), origin, winner)
        }
        None => winner,
    }
}

/// `PGREQUIRESSL`, the ancestor of `PGSSLMODE`: only a value that starts with `1` counts.
fn fill_from_requiressl<'a>(
    inputs: &Inputs<'a>,
    keyword: &Keyword,
    ledger: &mut Ledger<'a>,
    winner: Option<LineId>,
) -> Option<LineId> {
    match inputs.get("PGREQUIRESSL") {
        Some(text) if text.starts_with('1') => {
            let value = Value::Str("require".into());
            fill(ledger, keyword, value, variable("PGREQUIRESSL", text), winner)
        }
        _ => winner,
    }
}

/// `sslrootcert=system` makes `verify-full` the default, since 16.
fn strengthen_default_sslmode(version: Version, ledger: &mut Ledger<'_>, winners: &mut Winners) {
    let is_default = |line: &Line<'_>| matches!(line.origin, Origin::Default { .. });
    if version < Version::V16 || !winners.line(ledger, "sslmode").is_some_and(is_default) {
        return;
    }
    let root = winners.line(ledger, "sslrootcert").map(|it| &it.value);
    let mode = match root {
        Some(root) if root.unknown().is_some() => root.clone(),
        Some(root) if root.as_str() == Some("system") => Value::Str("verify-full".into()),
        _ => return,
    };
    winners.put(ledger, "sslmode", mode, Origin::Default { of: "libpq" });
}

fn fill<'a>(
    ledger: &mut Ledger<'a>,
    keyword: &Keyword,
    value: Value<'a>,
    origin: Origin<'a>,
    winner: Option<LineId>,
) -> Option<LineId> {
    let line = ledger.fill(&stages::LIBPQ, Key::Keyword(keyword.name), value, origin, winner);
    winner.or(Some(line))
}

fn variable<'a>(name: &'static str, text: &'a str) -> Origin<'a> {
    Origin::Variable { name, span: Span::new(0, text.len()) }
}

/// Keywords that are told only where somebody changed them, with the default that nobody did.
const TOLD_IF_CHANGED: [(&str, &str); 6] = [
    ("hostaddr", ""),
    ("options", ""),
    ("sslrootcert", ""),
    ("target_session_attrs", "any"),
    ("channel_binding", "prefer"),
    ("gssencmode", "disable"),
];

/// What libpq settles on for each target; the error, where it refuses every one of them.
pub(crate) fn settle<'a>(
    targets: &[Target],
    inputs: &Inputs<'a>,
    version: Version,
    Options { mut winners, error: kind, unserved }: Options,
    ledger: &mut Ledger<'a>,
) -> (Vec<Connection<'a>>, Option<Refusal<'a>>) {
    if let Some(error) = unserved {
        let connections = targets.iter().map(|it| unsettled(it, ledger, &winners)).collect();
        return (connections, Some(refused(kind, ledger, &winners, error)));
    }
    let settle_one = |it| settle_one(it, |keyword, own| winners.shown(ledger, keyword, own));
    let mut connections: Vec<_> = targets.iter().map(settle_one).collect();
    if let Some(refusal) =
        checks::unmatched(&connections).map(|it| refused(kind, ledger, &winners, it))
    {
        // What stands for an empty user or database is not filled in any more.
        for (keyword, value) in connections.iter_mut().flat_map(|it| &mut it.values) {
            match (*keyword, winners.shown(ledger, keyword, None)) {
                ("dbname", given) => *value = given,
                ("user", Some(given)) => *value = Some(given),
                _ => {}
            }
        }
        return (connections, Some(refusal));
    }
    files::add_password(inputs, connections.first(), ledger, &mut winners);
    let text = |keyword| winners.text(ledger, keyword);
    let mut refusals = connections.iter().map(|it| checks::check(it, &text, version).err());
    let first = refusals.next().flatten();
    let refusal = first.filter(|_| refusals.all(|it| it.is_some()));
    let refusal = refusal.or_else(|| files::missing_root(inputs, &connections, version));
    let refusal = refusal.map(|it| refused(kind, ledger, &winners, it));
    (connections, refusal)
}

/// `PQconnectdb()` reads `connect_timeout` once it has begun to connect, over a socket too, and gives
/// up where it is not an `int`. psycopg, which waits by itself, never gets there.
pub(crate) fn check_wait<'a>(kind: &'static str, ledger: &Ledger<'a>) -> Option<Refusal<'a>> {
    let winners = Winners::of(ledger);
    let error = checks::timeout(&winners.text(ledger, "connect_timeout")?).err()?;
    Some(refused(kind, ledger, &winners, error))
}

/// Whether all that libpq refuses is a missing root certificate, which it does not miss before a
/// server has agreed to TLS.
pub(crate) fn misses_root_alone(
    refusal: &Refusal<'_>,
    inputs: &Inputs<'_>,
    connections: &[Connection<'_>],
    version: Version,
) -> bool {
    let missing = files::missing_root(inputs, connections, version);
    missing.is_some_and(|it| refusal.message.reveal() == it.message)
}

/// Without its service libpq knows no more than the host it was given.
fn unsettled<'a>(target: &Target, ledger: &Ledger<'a>, winners: &Winners) -> Connection<'a> {
    let is_from_environment = |origin: &Origin<'_>| matches!(origin, Origin::Variable { name, .. } if Some(*name) == find("host").and_then(|it| it.variable));
    let is_given =
        winners.line(ledger, "host").is_some_and(|line| !is_from_environment(&line.origin));
    let host = match (&target.host, is_given) {
        (None, false) => None,
        (own, _) => winners.shown(ledger, "host", own.as_deref()),
    };
    let open = ["port", "dbname", "user", "sslmode"].map(|it| (it, None));
    Connection { values: [("host", host)].into_iter().chain(open).collect() }
}

fn settle_one<'a>(
    target: &Target,
    shown: impl Fn(&str, Option<&str>) -> Option<Value<'a>>,
) -> Connection<'a> {
    let value = |keyword| {
        let own = match keyword {
            "host" => target.host.as_deref(),
            "hostaddr" => target.hostaddr.as_deref(),
            "port" => target.port.as_deref(),
            _ => None,
        };
        shown(keyword, own)
    };
    let user = value("user").filter(Value::is_truthy).unwrap_or(Value::Account);
    let dbname = value("dbname").filter(Value::is_truthy).unwrap_or_else(|| user.clone());
    let mut values = alloc::vec![
        ("host", value("host")),
        ("port", value("port")),
        ("dbname", Some(dbname)),
        ("user", Some(user)),
        ("sslmode", value("sslmode")),
    ];
    for (keyword, default) in TOLD_IF_CHANGED {
        let value = value(keyword).filter(|it| it.as_str() != Some(default));
        values.extend(value.map(|it| (keyword, Some(it))));
    }
    Connection { values }
}

fn refused<'a>(
    kind: &'static str,
    ledger: &Ledger<'a>,
    winners: &Winners,
    checks::OptionError { keyword, message }: checks::OptionError,
) -> Refusal<'a> {
    let winner = winners.line(ledger, keyword);
    // A socket's path is made of two options.
    let is_quoted = |line: &Line<'_>| {
        let text = line.value.as_str().filter(|_| line.value.is_secret());
        text.is_some_and(|it| words::contains(&message, it))
    };
    let is_secret = ledger.lines().any(|(_, line)| is_quoted(line))
        || winner.is_some_and(|line| line.value.is_secret());
    let message = match is_secret {
        true => Text::default().and_secret(Secret::new(message.into())),
        false => Text::plain(message),
    };
    let spans = winner.and_then(|line| line.origin.input_span()).into_iter().collect();
    Refusal {
        stage: &stages::LIBPQ,
        kind: kind.into(),
        message,
        spans,
        raised_at: None,
        unless: None,
    }
}
