//! psycopg2: keyword arguments, or a connection string, to one call of `PQconnectdb()`.
//!
//! Reproduces `connect()` of psycopg2 2.9.13 (`psycopg2/__init__.py`, `make_dsn()` of
//! `extensions.py`, `psycopgmodule.c`). libpq looks names up, waits and tries the servers of a list by
//! itself.

use super::django::ConnectParams;
use super::libpq::{self, Target, Version};
use super::psycopg::{self, Driver};
use super::stages;
use crate::ledger::{Key, Ledger};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::{Resolution, settle};
use crate::secret::Text;

/// What it does with arguments.
pub(crate) static DRIVER: Driver = Driver {
    stage: &stages::PSYCOPG2,
    prefix: "invalid dsn: ",
    text: "dsn",
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
    let made = make_dsn(&mut params, question.recipe.libpq, &mut resolution.ledger);
    match made {
        Ok(()) => hand_over(question, params, resolution),
        Err(refusal) => {
            resolution.connect_params = Some(params);
            Some(refusal)
        }
    }
}

/// `PQconnectdb()` with a text that libpq's parser has read already.
pub(crate) fn hand_over<'a>(
    question: &Question<'a>,
    params: ConnectParams,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let Question { inputs, recipe, .. } = question;
    resolution.connect_params = Some(params);
    let options = libpq::add_defaults(inputs, recipe.libpq, ERROR, &mut resolution.ledger);
    let refusal = settle(&[Target::default()], options, question, resolution);
    refusal.or_else(|| libpq::check_wait(ERROR, &resolution.ledger))
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
    match arguments.iter().find(|it| it.text.contains('\0')) {
        Some(argument) => {
            let message = Text::plain("embedded null character");
            Err(psycopg::refusal(&DRIVER, ledger, Some(argument.line), "ValueError", message))
        }
        None => Ok(()),
    }
}
