//! The stages of the stack. Each knows in which order its original takes values, and gives no advice.

pub mod cpython;
pub mod dj_database_url;
pub mod django;
pub(crate) mod foreign;
pub mod libpq;
pub mod psycopg;
#[cfg(feature = "clients")]
pub(crate) mod server;
pub mod settings;
pub mod stages;
