//! psycopg 3: keyword arguments to one conninfo text for each host.
//!
//! Reproduces `Connection.connect()` of psycopg 3.3.9 (`psycopg/conninfo.py`,
//! `_conninfo_attempts.py`, `_conninfo_utils.py`). Values are escaped and names are not, so a name
//! can bring options of its own; the text ends at its first NUL.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::django::{self, ConnectParams};
use super::libpq::{self, Target, Version, Winners};
use super::psycopg2;
use crate::clients::cpython;
use crate::clients::stages;
use crate::inputs::Inputs;
use crate::ledger::{Fate, Key, Ledger, LineId, Origin, Stage, Value};
use crate::question::Question;
use crate::recipe::{self, Recipe};
use crate::refusal::Refusal;
use crate::resolution::{Resolution, settle};
use crate::secret::{Secret, Text};
#[cfg(feature = "clients")]
use crate::source::Source;
use crate::syntax::libpq::{Dialect, Param, parse_keyvalue, parse_uri, push_value, strip_scheme};
use crate::syntax::{Slice, python};

/// psycopg's own limit for an attempt without `connect_timeout`, in seconds.
pub const DEFAULT_CONNECT_TIMEOUT: i64 = 130;

/// What psycopg 3 and psycopg2 do differently with arguments on their way to libpq.
pub(crate) struct Driver {
    /// The stage of its errors.
    pub(crate) stage: &'static Stage,
    /// What stands before the errors of libpq's parser.
    pub(crate) prefix: &'static str,
    /// The argument that is a connection string of its own, below the others.
    pub(crate) text: &'static str,
    /// Whether that may be `None`.
    pub(crate) takes_none: bool,
    /// What it raises where that is not a text: the class, and the text around the type's name.
    pub(crate) not_a_text: [&'static str; 3],
    /// Keyword arguments that Python takes for itself.
    pub(crate) own: &'static [&'static str],
    /// Why an argument is left out that is `None`.
    pub(crate) without_none: &'static str,
}

/// psycopg 3.
pub(crate) static PSYCOPG: Driver = Driver {
    stage: &stages::PSYCOPG,
    prefix: "",
    text: "conninfo",
    takes_none: false,
    not_a_text: ["AttributeError", "'", "' object has no attribute 'encode'"],
    own: &["autocommit", "context", "cursor_factory", "prepare_threshold", "row_factory"],
    without_none: "psycopg leaves out what is None",
};

/// Whether an option of this name is used: by Django, its driver, or a libpq of any release. Any
/// other name is libpq's `invalid connection option`.
pub(crate) fn knows(name: &str, recipe: &Recipe) -> bool {
    let driver = match recipe.driver {
        recipe::Driver::Psycopg => &PSYCOPG,
        recipe::Driver::Psycopg2 => &psycopg2::DRIVER,
    };
    libpq::find(name).is_some()
        || name == "requiressl"
        || name == driver.text
        || driver.own.contains(&name)
        || django::consumes(name, recipe.django)
}

/// An argument on its way into the conninfo text.
pub(super) struct Argument<'a> {
    name: Cow<'a, str>,
    pub(super) text: Cow<'a, str>,
    pub(super) line: LineId,
    is_secret: bool,
    /// Nobody knows the text, which is empty here.
    is_unknown: bool,
}

impl Argument<'_> {
    /// Whether a NUL in it ends what C reads of the driver's text.
    pub(super) fn has_nul(&self) -> bool {
        self.name.contains('\0') || self.text.contains('\0')
    }
}

/// The hosts that psycopg tries in turn, and why it may get no further than their names.
struct Attempts<'a> {
    targets: Vec<Target>,
    unresolved: Option<Refusal<'a>>,
    /// What libpq makes of the text that all of them share.
    options: libpq::Options,
}

/// `psycopg.connect()` with these arguments: the error it raises, or what libpq settles on.
pub(crate) fn run<'a>(
    question: &Question<'a>,
    params: ConnectParams,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let Question { inputs, recipe, .. } = question;
    let attempts = connect(inputs, &params, recipe.libpq, &mut resolution.ledger);
    resolution.connect_params = Some(params);
    match attempts {
        Ok(Attempts { targets, unresolved, options }) => {
            let unsettled = settle(&targets, options, question, resolution);
            unresolved.or(unsettled)
        }
        Err(refusal) => Some(refusal),
    }
}

/// What libpq's parser makes of a connection string that a driver is given as it is.
///
/// psycopg 3.3.9 `conninfo_to_dict()` (`conninfo.py`), psycopg2 2.9.13 `parse_dsn()`
/// (`psycopgmodule.c`).
#[cfg(feature = "clients")]
pub(crate) fn parse<'a>(
    Driver { stage, prefix, .. }: &Driver,
    source: &Source<'a>,
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<ConnectParams, Refusal<'a>> {
    let lines = libpq::read(source, version, ledger).map_err(|it| Refusal {
        stage,
        kind: "ProgrammingError".into(),
        message: Text::plain(*prefix).and_text(it.message),
        ..it
    })?;
    let undecodable = lines.iter().filter_map(|it| ledger.line(*it)).find_map(|line| {
        let Value::Bytes(bytes) = line.value.bare() else { return None };
        let message = said(line.value.is_secret(), &python::decode_error(bytes));
        let spans = line.origin.input_span().into_iter().collect();
        Some(Refusal {
            stage,
            kind: "UnicodeDecodeError".into(),
            message,
            spans,
            raised_at: None,
            unless: None,
        })
    });
    match undecodable {
        Some(refusal) => {
            // No value has left the parser.
            ledger.clear();
            Err(refusal)
        }
        None => Ok(ConnectParams { lines }),
    }
}

/// Turns arguments into the options that libpq reads, and says which hosts are tried in turn.
fn connect<'a>(
    inputs: &Inputs<'a>,
    params: &ConnectParams,
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<Attempts<'a>, Refusal<'a>> {
    let arguments = arguments(&PSYCOPG, params, version, ledger)?;
    let given = Given { arguments: &arguments, inputs };
    given.check_timeout(ledger)?;
    let targets = given.targets(ledger)?;
    let unresolved = given.check_port_of_names(&targets, ledger);
    // The text is written for hosts that have an address, so without one it is never read.
    if let Err(unread) = read_conninfo(&PSYCOPG, &arguments, version, ledger) {
        return Err(unresolved.unwrap_or(unread));
    }
    let mut options = libpq::add_defaults(inputs, version, "OperationalError", ledger);
    // psycopg waits by itself and looks names up by itself, and does not see what a service says.
    if options.is_from_service("hostaddr", ledger)
        && targets.iter().any(|it| given.name(it).is_some())
    {
        let reason = "psycopg gives libpq the address that the host's name has";
        options.ignore("hostaddr", reason, ledger);
    }
    if options.is_from_service("connect_timeout", ledger) {
        options.ignore("connect_timeout", "psycopg does not look into a service", ledger);
    }
    let winner = options.winner("connect_timeout");
    ledger.fill(
        &stages::PSYCOPG,
        Key::Keyword("connect_timeout"),
        Value::Int(DEFAULT_CONNECT_TIMEOUT),
        Origin::Default { of: "psycopg" },
        winner,
    );
    Ok(Attempts { targets, unresolved, options })
}

/// `conninfo_to_dict(conninfo, **kwargs)`, the head of psycopg2's `make_dsn(dsn, **kwargs)`.
pub(super) fn arguments<'a>(
    driver: &Driver,
    params: &ConnectParams,
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<Vec<Argument<'a>>, Refusal<'a>> {
    let mut arguments = Vec::with_capacity(params.lines.len());
    let is_left_out =
        |id| driver.takes_none && ledger.line(id).is_some_and(|it| *it.value.bare() == Value::None);
    if let Some(text) = params.get(ledger, driver.text).filter(|it| !is_left_out(*it)) {
        from_conninfo(driver, text, version, ledger, &mut arguments)?;
    }
    let merged = arguments.len();
    for &id in &params.lines {
        let Some(line) = ledger.line(id) else { continue };
        let name = line.key.reveal();
        if name == driver.text || driver.own.contains(&name) {
            continue;
        }
        if line.value == Value::None {
            ledger.drop(id, driver.without_none);
            continue;
        }
        let is_secret = line.value.is_secret() || matches!(line.key, Key::SecretOption(_));
        let text = cpython::value_str(&line.value);
        let is_unknown = line.value.unknown().is_some();
        let argument = Argument { name: line.key.to_name(), text, line: id, is_secret, is_unknown };
        let mut before = arguments.iter_mut().take(merged);
        match before.find(|it| it.name == argument.name) {
            Some(place) => {
                ledger.replace(place.line, id);
                *place = argument;
            }
            None => arguments.push(argument),
        }
    }
    Ok(arguments)
}

/// An argument that is a connection string of its own, below the other arguments.
fn from_conninfo<'a>(
    driver: &Driver,
    id: LineId,
    version: Version,
    ledger: &mut Ledger<'a>,
    arguments: &mut Vec<Argument<'a>>,
) -> Result<(), Refusal<'a>> {
    let Some(line) = ledger.line(id).filter(|it| it.value.unknown().is_none()) else {
        return Ok(());
    };
    let is_secret = line.value.is_secret();
    let origin = line.origin.clone();
    let Some(text) = line.value.as_str().map(ToString::to_string) else {
        let [class, before, behind] = driver.not_a_text;
        let message = alloc::format!("{before}{}{behind}", django::type_of(&line.value));
        return Err(refusal(driver, ledger, Some(id), class, Text::plain(message)));
    };
    let text = text.split('\0').next().unwrap_or("").to_string();
    let params = match strip_scheme(&text) {
        Some(rest) => parse_uri(&text, rest, &version),
        None => parse_keyvalue(&text, &version),
    };
    let params = params.map_err(|error| {
        let message = error.message(|at, changed| said(is_secret, changed.unwrap_or(at.text)));
        let message = Text::plain(driver.prefix).and_text(message);
        refusal(driver, ledger, Some(id), "ProgrammingError", message)
    })?;
    for keyword in &libpq::KEYWORDS {
        let Some(last) = params.iter().rfind(|it| it.keyword == keyword.name) else { continue };
        let text = match core::str::from_utf8(&last.value) {
            Ok(text) => text.to_string(),
            Err(_) => {
                let message = said(
                    is_secret || libpq::is_secret(keyword.name),
                    &python::decode_error(&last.value),
                );
                return Err(refusal(driver, ledger, Some(id), "UnicodeDecodeError", message));
            }
        };
        let is_secret = is_secret || libpq::is_secret(keyword.name);
        let text: Cow<'a, str> = Cow::Owned(text);
        let value = Value::Str(text.clone());
        let value = if is_secret { value.into_secret() } else { value };
        let key = Key::Keyword(keyword.name);
        let line = ledger.set(driver.stage, key, value, origin.clone());
        ledger.join(id, line);
        let name = keyword.name.into();
        arguments.push(Argument { name, text, line, is_secret, is_unknown: false });
    }
    Ok(())
}

/// `get_param()`: an argument, else the environment variable that libpq has for it.
struct Given<'g, 'a> {
    arguments: &'g [Argument<'a>],
    inputs: &'g Inputs<'a>,
}

impl<'a> Given<'_, 'a> {
    fn argument(&self, name: &str) -> Option<&Argument<'a>> {
        self.arguments.iter().find(|it| it.name == name)
    }

    fn param(&self, name: &str) -> Option<&str> {
        match self.argument(name) {
            _ if self.is_unknown(name) => None,
            Some(argument) => Some(&argument.text),
            None => self.inputs.get(libpq::find(name)?.variable?),
        }
    }

    fn is_unknown(&self, name: &str) -> bool {
        let variable = || libpq::find(name)?.variable;
        match self.argument(name) {
            Some(argument) => argument.is_unknown,
            None => {
                variable().is_some_and(|it| self.inputs.holes().iter().any(|hole| hole.0 == it))
            }
        }
    }

    /// Whether one of the three that are lists is not known, and so how many targets there are.
    fn is_target_unknown(&self) -> bool {
        ["host", "hostaddr", "port"].into_iter().any(|it| self.is_unknown(it))
    }

    /// `timeout_from_conninfo()`: whatever `int(float(value))` takes.
    fn check_timeout(&self, ledger: &Ledger<'a>) -> Result<(), Refusal<'a>> {
        match self.param("connect_timeout") {
            Some(value) if !python::is_finite_float(value) => {
                let message =
                    Text::plain("bad value for connect_timeout: ").and(python::repr(value));
                let about = self.argument("connect_timeout").map(|it| it.line);
                Err(refusal(&PSYCOPG, ledger, about, "ProgrammingError", message))
            }
            _ => Ok(()),
        }
    }

    /// `split_attempts()`: one target for each host, all of them with the same other options.
    fn targets(&self, ledger: &Ledger<'a>) -> Result<Vec<Target>, Refusal<'a>> {
        let list = |name| self.param(name).filter(|it| !it.is_empty());
        let lists = [list("host"), list("hostaddr"), list("port")];
        if self.is_target_unknown() || !lists.iter().flatten().any(|it| it.contains(',')) {
            return Ok(alloc::vec![Target::default()]);
        }
        let [hosts, addresses, ports] = lists
            .map(|it| -> Vec<&str> { it.map(|it| it.split(',').collect()).unwrap_or_default() });
        let about = |name| self.argument(name).map(|it| it.line);
        if !hosts.is_empty() && !addresses.is_empty() && hosts.len() != addresses.len() {
            let message = alloc::format!(
                "could not match {} host names with {} hostaddr values",
                hosts.len(),
                addresses.len()
            );
            let message = Text::plain(message);
            return Err(refusal(&PSYCOPG, ledger, about("hostaddr"), "OperationalError", message));
        }
        let count = hosts.len().max(addresses.len());
        if ports.len() > 1 && ports.len() != count {
            let message = alloc::format!(
                "could not match {} port numbers to {} hosts",
                ports.len(),
                hosts.len()
            );
            return Err(refusal(
                &PSYCOPG,
                ledger,
                about("port"),
                "OperationalError",
                Text::plain(message),
            ));
        }
        let own = |list: &[&str], nth: usize| list.get(nth).map(|it| it.to_string());
        let target = |nth| Target {
            host: own(&hosts, nth),
            hostaddr: own(&addresses, nth),
            port: own(&ports, if ports.len() == 1 { 0 } else { nth }),
        };
        Ok((0..count).map(target).collect())
    }

    /// `_resolve_hostnames()`: the host of a target, where it is a name to be looked up.
    fn name<'t>(&'t self, target: &'t Target) -> Option<&'t str> {
        let pick = |own, name| Option::or_else(own, || self.param(name)).unwrap_or_default();
        let host = pick(target.host.as_deref(), "host");
        let is_name = !(host.is_empty()
            || host.starts_with('/')
            || host.chars().nth(1) == Some(':')
            || !pick(target.hostaddr.as_deref(), "hostaddr").is_empty()
            || python::is_ip_address(host));
        is_name.then_some(host)
    }

    /// A name is looked up together with the port, and `getaddrinfo` takes only a whole number
    /// for one. Refused where no target gets past it.
    fn check_port_of_names(&self, targets: &[Target], ledger: &Ledger<'a>) -> Option<Refusal<'a>> {
        if self.is_target_unknown() {
            return None;
        }
        for target in targets {
            let port = target.port.as_deref().or_else(|| self.param("port")).unwrap_or_default();
            if self.name(target).is_none() || port.is_empty() || is_port_to_getaddrinfo(port) {
                return None;
            }
        }
        let argument = self.argument("host");
        // `attempt.get('host')`, which an environment variable is no part of.
        let host = match (&targets.last()?.host, argument) {
            (Some(own), _) => python::repr(own),
            (None, Some(it)) => cpython::value_repr(&ledger.line(it.line)?.value),
            (None, None) => "None".to_string(),
        };
        let message = Text::plain("failed to resolve host ")
            .and_text(said(argument.is_some_and(|it| it.is_secret), &host))
            .and(": [Errno -8] Servname not supported for ai_socktype");
        let about = self.argument("port").map(|it| it.line);
        Some(refusal(&PSYCOPG, ledger, about, "OperationalError", message))
    }
}

/// `strtoul()` over the whole text: blanks in front and a sign are fine, blanks behind are not.
/// What is negative as an `int` glibc looks up as a name, and there is no service of that name.
fn is_port_to_getaddrinfo(port: &str) -> bool {
    // It is a text of C's, and ends at a NUL.
    let port = port.split('\0').next().unwrap_or("");
    let digits = port.trim_start_matches(|c| matches!(c, ' ' | '\t'..='\r'));
    let unsigned = digits.strip_prefix(['+', '-']).unwrap_or(digits);
    // glibc takes an asterisk or nothing for no service at all.
    if matches!(port, "" | "*") {
        return true;
    }
    if unsigned.is_empty() || !unsigned.bytes().all(|it| it.is_ascii_digit()) {
        return false;
    }
    // What does not fit is the largest number, whatever its sign.
    let number = match unsigned.parse::<u64>() {
        Ok(number) if digits.starts_with('-') => number.wrapping_neg(),
        Ok(number) => number,
        Err(_) => u64::MAX,
    };
    number & (1 << 31) == 0
}

/// `make_conninfo()`, read back by libpq: what each argument has become.
pub(super) fn read_conninfo<'a>(
    driver: &Driver,
    arguments: &[Argument<'a>],
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    // Escaping keeps a value as it is, so the text would give back what it is made of.
    let is_plain = |it: &Argument<'_>| version.knows(&it.name) && !it.has_nul();
    match arguments.iter().all(is_plain) {
        true => Ok(()),
        false => read_written(driver, arguments, version, ledger),
    }
}

/// The same by writing the text and reading it.
fn read_written<'a>(
    driver: &Driver,
    arguments: &[Argument<'a>],
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    // Room for a blank, a `=` and two quotes beside each.
    let room = |it: &Argument<'_>| it.name.len() + it.text.len() + 4;
    let mut text = String::with_capacity(arguments.iter().map(room).sum());
    let mut starts = Vec::with_capacity(arguments.len());
    for argument in arguments {
        if !text.is_empty() {
            text.push(' ');
        }
        starts.push(text.len());
        text.push_str(&argument.name);
        text.push('=');
        push_value(&argument.text, &mut text);
    }
    // What follows a NUL is invisible to C.
    text.truncate(text.find('\0').unwrap_or(text.len()));
    let at = |slice: Slice<'_>| {
        let nth = starts.partition_point(|&start| start <= slice.at).checked_sub(1)?;
        arguments.get(nth)
    };
    let params = parse_keyvalue(&text, &version).map_err(|error| {
        let argument = at(error.at);
        let is_secret = argument.is_some_and(|it| it.is_secret);
        let message = error.message(|at, changed| said(is_secret, changed.unwrap_or(at.text)));
        let message = Text::plain(driver.prefix).and_text(message);
        refusal(driver, ledger, argument.map(|it| it.line), "ProgrammingError", message)
    })?;
    let mut winners = Winners::default();
    let mut read = alloc::vec![false; arguments.len()];
    for param in &params {
        let nth = starts.partition_point(|&start| start <= param.at.at).saturating_sub(1);
        let (Some(argument), Some(is_read)) = (arguments.get(nth), read.get_mut(nth)) else {
            continue;
        };
        let Some(keyword) = libpq::find(&param.keyword) else { continue };
        let line = line_of(driver, param, argument, keyword, ledger);
        *is_read = true;
        if let Some(loser) = winners.replace(keyword.name, line) {
            ledger.replace(loser, line);
        }
    }
    for (argument, _) in arguments.iter().zip(read).filter(|(_, is_read)| !is_read) {
        ledger
            .drop(argument.line, "libpq reads the driver's text up to the NUL character before it");
    }
    Ok(())
}

/// The argument's own line where libpq reads what was given, a new one otherwise.
fn line_of<'a>(
    driver: &Driver,
    param: &Param<'_>,
    argument: &Argument<'a>,
    keyword: &'static libpq::Keyword,
    ledger: &mut Ledger<'a>,
) -> LineId {
    if param.keyword == argument.name && *param.value == *argument.text.as_bytes() {
        return argument.line;
    }
    let text = String::from_utf8_lossy(&param.value);
    let origin = ledger.line(argument.line).map_or(Origin::Derived, |it| it.origin.clone());
    let value = Value::Str(Cow::Owned(text.into_owned()));
    let is_secret = argument.is_secret || libpq::is_secret(keyword.name);
    let value = if is_secret { value.into_secret() } else { value };
    let line = ledger.set(driver.stage, Key::Keyword(keyword.name), value, origin);
    if ledger.line(argument.line).is_some_and(|it| it.fate == Fate::Won) {
        ledger.join(argument.line, line);
    }
    line
}

fn said<'a>(is_secret: bool, text: &str) -> Text<'a> {
    match is_secret && !text.is_empty() {
        true => Text::default().and_secret(Secret::new(text.to_string().into())),
        false => Text::plain(text.to_string()),
    }
}

pub(super) fn refusal<'a>(
    driver: &Driver,
    ledger: &Ledger<'a>,
    about: Option<LineId>,
    kind: &'static str,
    message: Text<'a>,
) -> Refusal<'a> {
    let spans = about.and_then(|it| ledger.line(it)).and_then(|it| it.origin.input_span());
    let spans = spans.into_iter().collect();
    Refusal {
        stage: driver.stage,
        kind: kind.into(),
        message,
        spans,
        raised_at: None,
        unless: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values that need quotes, a backslash, or look as if they did.
    const AWKWARD: [&str; 18] = [
        "",
        "x",
        " ",
        " x ",
        "'",
        "''",
        "\\",
        "x\\",
        "\\'",
        "'x y'",
        "a=b",
        "=",
        "\t\n",
        "\x0b",
        "\x1c",
        "\u{a0}\u{3000}",
        "é",
        "x' sslmode='disable",
    ];

    #[test]
    fn a_plain_text_gives_back_what_it_is_made_of() {
        for version in Version::ALL {
            for shift in 0..AWKWARD.len() {
                let mut ledger = Ledger::new();
                let known = libpq::KEYWORDS.iter().filter(|it| it.since <= version);
                let texts = AWKWARD.iter().cycle().skip(shift);
                let arguments: Vec<_> = known
                    .zip(texts)
                    .map(|(keyword, &text)| {
                        let (key, value) = (Key::Keyword(keyword.name), Value::Str(text.into()));
                        let line = ledger.set(&stages::DJANGO, key, value, Origin::Derived);
                        let is_secret = libpq::is_secret(keyword.name);
                        let (name, text) = (keyword.name.into(), text.into());
                        Argument { name, text, line, is_secret, is_unknown: false }
                    })
                    .collect();
                let mut by_text = ledger.clone();
                assert_eq!(read_written(&PSYCOPG, &arguments, version, &mut by_text), Ok(()));
                assert_eq!(read_conninfo(&PSYCOPG, &arguments, version, &mut ledger), Ok(()));
                assert_eq!(by_text, ledger);
            }
        }
    }
}
