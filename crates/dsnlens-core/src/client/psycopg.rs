//! psycopg 3: `psycopg.connect(os.environ["DATABASE_URL"])`.
//!
//! `Connection.connect()` of psycopg 3.3.9 (`psycopg/connection.py`) has libpq's parser read the URL,
//! makes Python texts of its parts (`conninfo.py`), and goes on with them as with keyword arguments.

use super::{Client, reading};
use crate::clients::{libpq, psycopg, stages};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "psycopg",
    title: "psycopg 3.3, with libpq 15 to 18",
    version: "psycopg 3.3.9, libpq 18",
    packages: &["pkg:pypi/psycopg"],
    subject: "psycopg",
    stages: &[&stages::PSYCOPG, &stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: true,
    patience: Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let version = question.recipe.libpq;
    reading::read(question, &stages::PSYCOPG, |reading| {
        let (source, ledger) = (&reading.source, &mut reading.resolution.ledger);
        let params = psycopg::parse(&psycopg::PSYCOPG, source, version, ledger)?;
        psycopg::run(question, params, &mut reading.resolution).map_or(Ok(()), Err)
    })
}
