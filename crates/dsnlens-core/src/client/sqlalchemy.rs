//! SQLAlchemy: `create_engine(os.environ["DATABASE_URL"])`.

use super::Client;
use crate::clients::{libpq, psycopg, sqlalchemy, stages};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sqlalchemy",
    title: "SQLAlchemy 2.1, with psycopg 3 unless the URL names another driver",
    version: "SQLAlchemy 2.1.9, psycopg 3.3.9, libpq 18",
    packages: &["pkg:pypi/sqlalchemy"],
    subject: "SQLAlchemy",
    stages: &[
        &sqlalchemy::STAGE,
        &stages::PSYCOPG,
        &stages::PSYCOPG2,
        &sqlalchemy::ASYNCPG,
        &stages::LIBPQ,
    ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: true,
    patience: Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    sqlalchemy::read(question, None)
}
