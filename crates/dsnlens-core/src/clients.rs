//! The stages of the stack. Each knows in which order its original takes values, and gives no advice.

#[cfg(feature = "clients")]
pub(crate) mod asyncpg;
pub mod cpython;
pub mod dj_database_url;
pub mod django;
pub(crate) mod foreign;
pub mod libpq;
pub mod psycopg;
pub(crate) mod psycopg2;
#[cfg(feature = "clients")]
pub(crate) mod server;
pub mod settings;
#[cfg(feature = "clients")]
pub(crate) mod sqlalchemy;
pub mod stages;
