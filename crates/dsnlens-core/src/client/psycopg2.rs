//! psycopg2: `psycopg2.connect(os.environ["DATABASE_URL"])`.
//!
//! `connect()` of psycopg2 2.9.13 (`psycopg2/__init__.py`) has libpq's parser check the URL
//! (`make_dsn()`, `extensions.py`), and hands it to `PQconnectdb()` as it is: libpq looks names up,
//! waits and tries the servers of a list by itself.

use super::{Client, reading};
use crate::clients::libpq::{self, Target};
use crate::clients::{psycopg, stages};
use crate::question::Question;
use crate::resolution::{Resolution, settle};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "psycopg2",
    title: "psycopg2 2.9, with libpq 15 to 18",
    version: "psycopg2 2.9.13, libpq 18",
    subject: "psycopg2",
    stages: &[&stages::PSYCOPG2, &stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: false,
    patience: None,
    read,
};

/// What psycopg2 makes of libpq's errors.
const ERROR: &str = "OperationalError";

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let Question { inputs, recipe, .. } = question;
    reading::read(question, &stages::PSYCOPG2, |reading| {
        let (source, ledger) = (&reading.source, &mut reading.resolution.ledger);
        let params =
            psycopg::parse(source, recipe.libpq, &stages::PSYCOPG2, "invalid dsn: ", ledger)?;
        let options = libpq::add_defaults(inputs, recipe.libpq, ERROR, ledger);
        let resolution = &mut reading.resolution;
        resolution.connect_params = Some(params);
        let refusal = settle(&[Target::default()], options, question, resolution);
        refusal.or_else(|| libpq::check_wait(ERROR, &resolution.ledger)).map_or(Ok(()), Err)
    })
}
