//! SQLAlchemy with psycopg 3: the scheme written `postgresql+psycopg`.

use super::Client;
use crate::clients::sqlalchemy::{self, Driver};
use crate::clients::{libpq, psycopg, stages};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sqlalchemy+psycopg",
    title: "SQLAlchemy 2.1, with psycopg 3",
    version: "SQLAlchemy 2.1.9, psycopg 3.3.9, libpq 18",
    packages: &[],
    subject: "SQLAlchemy",
    stages: &[&sqlalchemy::STAGE, &stages::PSYCOPG, &stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: true,
    patience: Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    sqlalchemy::read(question, Some(Driver::Psycopg))
}
