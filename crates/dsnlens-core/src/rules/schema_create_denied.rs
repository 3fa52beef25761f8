//! `schema-create-denied`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The role may create no table
    ///
    /// # What happens
    ///
    /// The first `manage.py migrate` fails: `permission denied for schema public`, SQLSTATE 42501.
    /// Where the search path names no schema that there is: `no schema has been selected to create
    /// in`, 3F000.
    ///
    /// # Why it matters
    ///
    /// Since PostgreSQL 15 only the owner of a database may create something in its schema `public`.
    /// A role that reads and writes rows works, and migrations do not.
    ///
    /// # What to do
    ///
    /// Make the role the owner, `ALTER DATABASE shop OWNER TO app`, or say `GRANT CREATE, USAGE ON
    /// SCHEMA public TO app`. Where migrations run under another role, nothing is wrong.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `pg_namespace.dat`](https://github.com/postgres/postgres/blob/REL_18_0/src/include/catalog/pg_namespace.dat): who owns `public`
    /// - [PostgreSQL 18, `aclchk.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/catalog/aclchk.c): `permission denied for schema`
    /// - [PostgreSQL 18, `namespace.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/catalog/namespace.c): `no schema has been selected to create in`
    /// - [PostgreSQL's documentation, schemas](https://www.postgresql.org/docs/18/ddl-schemas.html#DDL-SCHEMAS-PRIV): privileges
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: create-denied
    /// ```
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: no-schema
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: ok
    /// ```
    "schema-create-denied", [Warning], live check,
    errors ["permission denied for schema ", "no schema has been selected to create in"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    // Nobody creates anything on a standby.
    let Some(session) = live.session().filter(|it| !it.can_create && !it.is_in_recovery) else {
        return;
    };
    let user = case.shown_user();
    let (message, help) = match &session.schema {
        Some(schema) => (
            alloc::format!("{user} may not create tables in the schema `{schema}`"),
            alloc::format!("let the owner say `GRANT CREATE, USAGE ON SCHEMA {schema} TO …`"),
        ),
        None => (
            alloc::format!("{user} has no schema to create tables in"),
            "create a schema that the role's search_path names".into(),
        ),
    };
    findings.report(Severity::Warning, message, help).at(case.span_of("user"));
}
