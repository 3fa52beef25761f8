//! psycopg2: `psycopg2.connect(os.environ["DATABASE_URL"])`.
//!
//! `connect()` of psycopg2 2.9.13 (`psycopg2/__init__.py`) has libpq's parser check the URL
//! (`make_dsn()`, `extensions.py`), and hands it to `PQconnectdb()` as it is: libpq looks names up,
//! waits and tries the servers of a list by itself.

use super::{Client, reading};
use crate::clients::{libpq, psycopg, psycopg2, stages};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "psycopg2",
    title: "psycopg2 2.9, with libpq 15 to 18",
    version: "psycopg2 2.9.13, libpq 18",
    packages: &["pkg:pypi/psycopg2", "pkg:pypi/psycopg2-binary"],
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

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let version = question.recipe.libpq;
    reading::read(question, &stages::PSYCOPG2, |reading| {
        let (source, ledger) = (&reading.source, &mut reading.resolution.ledger);
        let params = psycopg::parse(&psycopg2::DRIVER, source, version, ledger)?;
        psycopg2::connect(question, params, &mut reading.resolution).map_or(Ok(()), Err)
    })
}
