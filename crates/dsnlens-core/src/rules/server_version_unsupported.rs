//! `server-version-unsupported`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

/// `minimum_database_version` of Django 5.2 (`db/backends/postgresql/features.py`).
const OLDEST: u32 = 14;

rule! {
    /// The server is older than Django supports
    ///
    /// # What happens
    ///
    /// Django 5.2 refuses on its first connection:
    /// `NotSupportedError: PostgreSQL 14 or later is required (found 13.18).`
    ///
    /// # Why it matters
    ///
    /// psql and every other client connect, and only Django does not.
    ///
    /// # What to do
    ///
    /// Upgrade the server; nobody mends PostgreSQL before 14 any more.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/base/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/base.py): `check_database_version_supported()`
    /// - [Django 5.2, `db/backends/postgresql/features.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/features.py): `minimum_database_version`
    /// - [PostgreSQL, versioning policy](https://www.postgresql.org/support/versioning/)
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: version=13.18
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: version=14.0
    /// ```
    "server-version-unsupported", [Error], live check,
    errors ["or later is required (found "]
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    // Zero where the server does not say.
    let Some(session) =
        live.session().filter(|it| (1..OLDEST * 10_000).contains(&it.version_number))
    else {
        return;
    };
    findings.report(
        Severity::Error,
        alloc::format!(
            "Django 5.2 needs PostgreSQL {OLDEST}, and the server is {}",
            session.version
        ),
        "upgrade the server",
    );
}
