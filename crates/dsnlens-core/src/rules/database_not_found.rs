//! `database-not-found`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The server has no such database
    ///
    /// # What happens
    ///
    /// User and password are accepted, and then: `FATAL: database "shop" does not exist`, SQLSTATE
    /// 3D000. PgBouncer says `no such database: shop`.
    ///
    /// # Why it matters
    ///
    /// The name was never created, or is another one: providers call the first database `postgres`,
    /// `defaultdb` or `railway`. Without a name libpq takes the user's. A slash or a blank at the
    /// end of the URL belongs to the name.
    ///
    /// # What to do
    ///
    /// List the databases with `psql -l`; correct the name or create it with `createdb`. On a pooler
    /// write the name of the pool.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): the error
    /// - [PgBouncer 1.24.1, `objects.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/objects.c): `no such database`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-DBNAME): `dbname` and its default
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 3D000 database "shop" does not exist
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 42501 permission denied for database "shop"
    /// ```
    "database-not-found", [Error], live check,
    errors [
        "database \"{database}\" does not exist",
        "no such database: ",
        "No pool configured for database: \"{database}\", user: \"{user}\"" =>
            "Add the pool with this database and user to PgCat's configuration, or correct them",
        "No pool configured for database" =>
            "Add the pool with this database and user to PgCat's configuration, or correct them",
        "odyssey: {}route for '{}' is not found" =>
            "Add this database and user to Odyssey's configuration, or correct them",
        "We could not find your database",
        "does not exist on the database server at",
        "database \"{database}\" is not currently accepting connections" =>
            "Allow connections: `ALTER DATABASE shop ALLOW_CONNECTIONS true`",
        "cannot connect to invalid database \"{database}\"" =>
            "Drop the database and create it again: an earlier `DROP DATABASE` was interrupted",
        "database \"{database}\" is disabled" => "Enable it in PgBouncer: `ENABLE shop`"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(error) = live.server_error().filter(|it| it.is_about_database()) else { return };
    findings
        .report(
            Severity::Error,
            alloc::format!("the server has no such database: {}", Live::words(error)),
            "list the databases with `psql -l`, and correct the name or create it",
        )
        .at(case.span_of("dbname"));
}
