//! `server-version-unsupported`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The server is older than Django supports
    ///
    /// # What happens
    ///
    /// Django 5.2 refuses on its first connection:
    /// `NotSupportedError: PostgreSQL 14 or later is required (found 13.18).` Django 4.2 and 5.0
    /// connect to PostgreSQL 12, 5.1 needs 13, 6.0 needs 14, and 6.1 needs 15.
    ///
    /// # Why it matters
    ///
    /// psql and every other client connect, and only Django does not.
    ///
    /// # What to do
    ///
    /// Upgrade the server. PostgreSQL before 14 gets no fixes any more.
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
    ///
    /// ```observed,silent,Django 5.1
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: version=13.18
    /// ```
    ///
    /// ```observed,reports,Django 6.1
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: version=14.0
    /// ```
    "server-version-unsupported", [Error], live check,
    errors ["or later is required (found "]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let django = case.recipe.django;
    let oldest = django.oldest_server();
    // Zero where the server does not say.
    let Some(session) =
        live.session().filter(|it| (1..oldest * 10_000).contains(&it.version_number))
    else {
        return;
    };
    findings.report(
        Severity::Error,
        alloc::format!(
            "Django {django} needs PostgreSQL {oldest}, and the server is {}",
            session.version
        ),
        "upgrade the server",
    );
}
