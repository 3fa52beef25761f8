//! SQLAlchemy with asyncpg: the scheme written `postgresql+asyncpg`.

use super::Client;
use crate::clients::asyncpg;
use crate::clients::sqlalchemy::{self, Driver};
use crate::question::Question;
use crate::resolution::Resolution;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sqlalchemy+asyncpg",
    title: "SQLAlchemy 2.1, with asyncpg",
    version: "SQLAlchemy 2.1.9, asyncpg 0.32.0",
    packages: &[],
    subject: "SQLAlchemy",
    stages: &[&sqlalchemy::STAGE, &sqlalchemy::ASYNCPG],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &asyncpg::TLS,
    goes_on: false,
    patience: Some(asyncpg::TIMEOUT),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    sqlalchemy::read(question, Some(Driver::Asyncpg))
}
