//! `role-is-superuser`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The application logs in as a superuser
    ///
    /// # What happens
    ///
    /// The role passes every permission check, may read the server's files and run programs on its
    /// machine (`COPY … FROM PROGRAM`).
    ///
    /// # Why it matters
    ///
    /// One SQL injection is then not a leak of some rows but the end of the machine. A superuser also
    /// takes the connections that are reserved for repairing things.
    ///
    /// # What to do
    ///
    /// Create a role for the application, and make it the owner of its database: `CREATE ROLE app
    /// LOGIN PASSWORD …; ALTER DATABASE shop OWNER TO app`.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, role attributes](https://www.postgresql.org/docs/18/role-attributes.html): superusers
    /// - [PostgreSQL's documentation, `COPY`](https://www.postgresql.org/docs/18/sql-copy.html): `PROGRAM`
    /// - [PostgreSQL's documentation, connections](https://www.postgresql.org/docs/18/runtime-config-connection.html#GUC-SUPERUSER-RESERVED-CONNECTIONS): `superuser_reserved_connections`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: superuser
    /// ```
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@localhost/shop
    /// DEBUG=True
    ///
    /// auth: scram-sha-256 ok
    /// session: superuser
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: ok
    /// ```
    "role-is-superuser", [Warning, Info], live check
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    if !live.session().is_some_and(|it| it.is_superuser) {
        return;
    }
    let severity = if case.is_production() { Severity::Warning } else { Severity::Info };
    findings
        .report(
            severity,
            alloc::format!("{} is a superuser", case.shown_user()),
            "create a role for the application that owns its database and nothing else",
        )
        .at(case.span_of("user"));
}
