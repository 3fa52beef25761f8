//! SQLAlchemy with psycopg2: the scheme written `postgresql+psycopg2`.

use super::Client;
use crate::clients::sqlalchemy::{self, Driver};
use crate::clients::{libpq, stages};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sqlalchemy+psycopg2",
    title: "SQLAlchemy 2.1, with psycopg2",
    version: "SQLAlchemy 2.1.9, psycopg2 2.9.13, libpq 18",
    packages: &[],
    subject: "SQLAlchemy",
    stages: &[&sqlalchemy::STAGE, &stages::PSYCOPG2, &stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: false,
    patience: None,
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    sqlalchemy::read(question, Some(Driver::Psycopg2))
}
