//! Npgsql, which takes no URL: its connection strings are `Host=…;Username=…`.
//!
//! Npgsql 10 (`NpgsqlConnectionStringBuilder.cs`) leaves the reading to .NET's
//! `DbConnectionStringBuilder`, which finds no `=` behind a keyword of its own in a URL.

use super::Client;
use super::reading;
use crate::ledger::{Moment, Stage};
use crate::question::Question;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::syntax::Slice;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "npgsql",
    title: "Npgsql (.NET), which takes no URL",
    version: "Npgsql 10.0",
    packages: &["pkg:nuget/npgsql"],
    subject: "Npgsql",
    stages: &[&STAGE],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &[],
    goes_on: false,
    patience: None,
    read,
};

static STAGE: Stage = Stage { name: "npgsql", title: "Npgsql", refuses: Moment::Start };

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    reading::read(question, &STAGE, |reading| {
        let message = "Npgsql takes no URL; its connection strings have the form \
                       Host=…;Port=…;Database=…;Username=…;Password=…";
        Err(reading.refuse("System.ArgumentException", Text::plain(message), Slice::default()))
    })
}
