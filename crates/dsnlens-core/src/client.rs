//! The clients: what reads the variables, each a row of one table and a file of its own.
//!
//! Whatever else differs from client to client is looked up here, and no part of the program asks
//! for a client's name.

#[cfg(feature = "clients")]
pub mod asyncpg;
pub mod django;
#[cfg(feature = "clients")]
pub mod django_environ;
#[cfg(feature = "clients")]
pub mod ecto;
#[cfg(feature = "clients")]
mod go;
#[cfg(feature = "clients")]
pub mod lib_pq;
#[cfg(feature = "clients")]
mod node;
#[cfg(feature = "clients")]
pub mod node_postgres;
#[cfg(feature = "clients")]
pub mod npgsql;
#[cfg(feature = "clients")]
pub mod pgjdbc;
#[cfg(feature = "clients")]
pub mod pgx;
#[cfg(feature = "clients")]
pub mod postgres_js;
#[cfg(feature = "clients")]
pub mod prisma;
pub mod psql;
#[cfg(feature = "clients")]
pub mod psycopg;
#[cfg(feature = "clients")]
pub mod psycopg2;
#[cfg(feature = "clients")]
pub mod rails;
#[cfg(feature = "clients")]
pub(crate) mod reading;
#[cfg(any(test, feature = "sketch"))]
pub mod sketch;
#[cfg(feature = "clients")]
pub mod sqlalchemy;
#[cfg(feature = "clients")]
pub mod sqlalchemy_asyncpg;
#[cfg(feature = "clients")]
pub mod sqlalchemy_psycopg;
#[cfg(feature = "clients")]
pub mod sqlalchemy_psycopg2;
#[cfg(feature = "clients")]
pub mod sqlx;
#[cfg(feature = "clients")]
pub mod tokio_postgres;

use core::fmt;

use crate::ledger::Stage;
use crate::module::Preset;
use crate::question::Question;
use crate::resolution::Resolution;
use crate::tls::TlsMode;

/// A driver, or a framework above one, as a person has it.
pub struct Client {
    /// The word it is asked for by.
    pub name: &'static str,
    /// What it is, with what it stands on.
    pub title: &'static str,
    /// The release that is reproduced, of the packages that decide.
    pub version: &'static str,
    /// The packages, as package URLs without a version, any of which shows that an application has
    /// it; none where only a settings module or a URL does.
    pub packages: &'static [&'static str],
    /// What connects, at the head of a sentence.
    pub subject: &'static str,
    /// Its stages, from the top down.
    pub stages: &'static [&'static Stage],
    /// Whether a settings module sets it up: then `DEBUG` and the release of dj-database-url count.
    pub has_settings: bool,
    /// The settings module that stands in front of it, where that is part of what it is.
    pub preset: Option<&'static Preset>,
    /// Whether libpq reads what it hands over.
    pub ends_in_libpq: bool,
    /// What each of its SSL modes makes it do, weakest first.
    pub tls: &'static [TlsMode],
    /// Whether it tries the next server after one that answered and refused.
    pub(crate) goes_on: bool,
    /// How many seconds it waits for an attempt where that is left open; forever without.
    pub(crate) patience: Option<u64>,
    /// What it does with a question.
    pub(crate) read: for<'a> fn(&Question<'a>) -> Resolution<'a>,
}

/// Every client, the default first. Those behind `feature = "clients"` are not in the page's first
/// module.
pub static CLIENTS: &[&Client] = &[
    DEFAULT,
    &psql::CLIENT,
    #[cfg(feature = "clients")]
    &django_environ::CLIENT,
    #[cfg(feature = "clients")]
    &psycopg::CLIENT,
    #[cfg(feature = "clients")]
    &psycopg2::CLIENT,
    #[cfg(feature = "clients")]
    &sqlalchemy::CLIENT,
    #[cfg(feature = "clients")]
    &sqlalchemy_psycopg::CLIENT,
    #[cfg(feature = "clients")]
    &sqlalchemy_psycopg2::CLIENT,
    #[cfg(feature = "clients")]
    &sqlalchemy_asyncpg::CLIENT,
    #[cfg(feature = "clients")]
    &asyncpg::CLIENT,
    #[cfg(feature = "clients")]
    &rails::CLIENT,
    #[cfg(feature = "clients")]
    &node_postgres::CLIENT,
    #[cfg(feature = "clients")]
    &postgres_js::CLIENT,
    #[cfg(feature = "clients")]
    &prisma::CLIENT,
    #[cfg(feature = "clients")]
    &pgx::CLIENT,
    #[cfg(feature = "clients")]
    &lib_pq::CLIENT,
    #[cfg(feature = "clients")]
    &pgjdbc::CLIENT,
    #[cfg(feature = "clients")]
    &sqlx::CLIENT,
    #[cfg(feature = "clients")]
    &tokio_postgres::CLIENT,
    #[cfg(feature = "clients")]
    &ecto::CLIENT,
    #[cfg(feature = "clients")]
    &npgsql::CLIENT,
    #[cfg(any(test, feature = "sketch"))]
    &sketch::CLIENT,
];

impl Client {
    /// Whether it connects with what it reads of a URL: one without a mode takes none.
    pub const fn takes_urls(&self) -> bool {
        !self.tls.is_empty()
    }
}

/// The client that is meant where none is named.
pub const DEFAULT: &Client = &django::CLIENT;

/// The client called `name`.
pub fn find(name: &str) -> Option<&'static Client> {
    CLIENTS.iter().find(|it| it.name == name).copied()
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Default for &'static Client {
    fn default() -> Self {
        DEFAULT
    }
}

impl PartialEq for Client {
    fn eq(&self, other: &Client) -> bool {
        self.name == other.name
    }
}

impl Eq for Client {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::MOST_STAGES;

    #[test]
    fn every_client_is_found_by_its_name() {
        for client in CLIENTS {
            assert_eq!(find(client.name), Some(*client));
            let is_inside =
                |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"-+./".contains(&it);
            assert!(client.name.bytes().all(is_inside));
            assert!((1..=MOST_STAGES).contains(&client.stages.len()), "{client:?}");
        }
        assert_eq!(find("libpq"), None);
    }
}
