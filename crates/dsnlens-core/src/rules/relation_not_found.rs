//! `relation-not-found`.

use crate::advice::rule;

rule! {
    /// The table is not in this database, or not in the search path
    ///
    /// # What happens
    ///
    /// The connection works, and the query does not: `relation "django_session" does not exist`.
    ///
    /// # Why it matters
    ///
    /// The migrations have not run, or the URL names another database, or `search_path` another
    /// schema, than the one that has the tables.
    ///
    /// # What to do
    ///
    /// Run the migrations with the same URL. If they have run, compare database and schema: `SELECT
    /// current_database(), current_schemas(true)`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `parse_relation.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/parser/parse_relation.c): the error
    /// - [PostgreSQL's documentation, schemas](https://www.postgresql.org/docs/18/ddl-schemas.html#DDL-SCHEMAS-PATH): the search path
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.ProgrammingError: relation "django_session" does not exist
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  database "shop" does not exist
    /// ```
    "relation-not-found", [Error], message,
    errors ["relation \"{}\" does not exist"]
}
