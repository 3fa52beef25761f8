//! psycopg2: keyword arguments, or a connection string, to one call of `PQconnectdb()`.
//!
//! Reproduces `connect()` of psycopg2 2.9.13 (`psycopg2/__init__.py`, `make_dsn()` of
//! `extensions.py`, `psycopgmodule.c`). libpq looks names up, waits and tries the servers of a list by
//! itself.

use alloc::string::String;

use super::django::{ConnectParams, type_of};
use super::libpq::{self, Target, Version};
use super::psycopg::{self, Driver};
use super::stages;
use crate::ledger::{Key, Ledger, LineId, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::{Resolution, settle};
use crate::secret::Text;

/// What it does with arguments.
pub(crate) static DRIVER: Driver = Driver {
    stage: &stages::PSYCOPG2,
    prefix: "invalid dsn: ",
    text: "dsn",
    takes_none: true,
    not_a_text: ["TypeError", "Expected bytes or unicode string, got ", " instead"],
    without_none: "psycopg2 leaves out what is None",
    own: &["async", "async_", "connection_factory", "cursor_factory"],
};

/// What it makes of libpq's errors.
const ERROR: &str = "OperationalError";

/// `psycopg2.connect(**params)`: the error it raises, or what libpq settles on.
pub(crate) fn run<'a>(
    question: &Question<'a>,
    mut params: ConnectParams,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let ledger = &mut resolution.ledger;
    let made = make_dsn(&mut params, question.recipe.libpq, ledger)
        .and_then(|()| Factory::of(&params, ledger));
    match made {
        Ok(factory) => {
            let refusal = hand_over(question, params, factory.waits, resolution);
            refusal.or_else(|| factory.asynchronous(&resolution.ledger))
        }
        Err(refusal) => {
            resolution.connect_params = Some(params);
            Some(refusal)
        }
    }
}

/// A connection string that libpq's parser has read already, to `PQconnectdb()`.
#[cfg(feature = "clients")]
pub(crate) fn connect<'a>(
    question: &Question<'a>,
    params: ConnectParams,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    hand_over(question, params, true, resolution)
}

/// `PQconnectdb()`, or `PQconnectStart()`, which does not wait and so does not look how long.
fn hand_over<'a>(
    question: &Question<'a>,
    params: ConnectParams,
    waits: bool,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let Question { inputs, recipe, .. } = question;
    resolution.connect_params = Some(params);
    let options = libpq::add_defaults(inputs, recipe.libpq, ERROR, &mut resolution.ledger);
    let refusal = settle(&[Target::default()], options, question, resolution);
    refusal.or_else(|| libpq::check_wait(ERROR, &resolution.ledger).filter(|_| waits))
}

fn make_dsn<'a>(
    params: &mut ConnectParams,
    version: Version,
    ledger: &mut Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    if let Some(database) = params.get(ledger, "database") {
        if params.get(ledger, "dbname").is_some() {
            let message = Text::plain("you can't specify both 'database' and 'dbname' arguments");
            return Err(psycopg::refusal(&DRIVER, ledger, Some(database), "TypeError", message));
        }
        if let Some(line) = ledger.line(database) {
            let (value, origin) = (line.value.clone(), line.origin.clone());
            let renamed = ledger.set(&stages::PSYCOPG2, Key::Keyword("dbname"), value, origin);
            ledger.join(database, renamed);
            params.lines.retain(|it| *it != database);
            params.lines.push(renamed);
        }
    }
    let arguments = psycopg::arguments(&DRIVER, params, version, ledger)?;
    psycopg::read_conninfo(&DRIVER, &arguments, version, ledger)?;
    match arguments.iter().find(|it| it.has_nul()) {
        Some(argument) => {
            let message = Text::plain("embedded null character");
            Err(psycopg::refusal(&DRIVER, ledger, Some(argument.line), "ValueError", message))
        }
        None => Ok(()),
    }
}

/// What makes the connection: `_connect(dsn, connection_factory, async, async_)`.
struct Factory {
    /// Whether the connection is made before anything else happens.
    waits: bool,
    /// The argument that makes it an asynchronous one.
    is_async: Option<LineId>,
}

impl Factory {
    /// Reads the arguments in the order of `psyco_connect()` (`psycopgmodule.c`).
    fn of<'a>(params: &ConnectParams, ledger: &Ledger<'a>) -> Result<Factory, Refusal<'a>> {
        let mut factory = Factory { waits: true, is_async: None };
        for name in ["async", "async_"] {
            let Some((id, value)) = argument(params, ledger, name) else { continue };
            if let Some(text) = overflow(value) {
                let text = Text::plain(text);
                return Err(psycopg::refusal(&DRIVER, ledger, Some(id), "OverflowError", text));
            }
            match value.bare() {
                Value::Int(_) | Value::Bool(_) if value.is_truthy() => {
                    factory = Factory { waits: false, is_async: Some(id) };
                }
                Value::Int(_) | Value::Bool(_) | Value::Unknown { .. } => {}
                _ => {
                    let kind = type_of(value);
                    let text =
                        alloc::format!("'{kind}' object cannot be interpreted as an integer");
                    return Err(type_error(ledger, id, text));
                }
            }
        }
        match argument(params, ledger, "connection_factory") {
            Some((id, value)) if !matches!(value.bare(), Value::None | Value::Unknown { .. }) => {
                let text = alloc::format!("'{}' object is not callable", type_of(value));
                Err(type_error(ledger, id, text))
            }
            _ => Ok(factory),
        }
    }

    /// What Django gets with an asynchronous connection, once there is one.
    fn asynchronous<'a>(&self, ledger: &Ledger<'a>) -> Option<Refusal<'a>> {
        let message = Text::plain("set_session cannot be used in asynchronous mode");
        self.is_async
            .map(|id| psycopg::refusal(&DRIVER, ledger, Some(id), "ProgrammingError", message))
    }
}

/// What Python raises about an `int` that is none of C's.
fn overflow(value: &Value<'_>) -> Option<&'static str> {
    match value.bare() {
        Value::BigInt(_) => Some("Python int too large to convert to C long"),
        Value::Int(number) if *number > i32::MAX.into() => {
            Some("signed integer is greater than maximum")
        }
        Value::Int(number) if *number < i32::MIN.into() => {
            Some("signed integer is less than minimum")
        }
        _ => None,
    }
}

fn argument<'l, 'a>(
    params: &ConnectParams,
    ledger: &'l Ledger<'a>,
    name: &str,
) -> Option<(LineId, &'l Value<'a>)> {
    let id = params.get(ledger, name)?;
    ledger.line(id).map(|line| (id, &line.value))
}

fn type_error<'a>(ledger: &Ledger<'a>, about: LineId, text: String) -> Refusal<'a> {
    psycopg::refusal(&DRIVER, ledger, Some(about), "TypeError", Text::plain(text))
}
