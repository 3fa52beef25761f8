//! `database-exists`.

use crate::advice::rule;

rule! {
    /// A database of this name exists already
    ///
    /// # What happens
    ///
    /// `ERROR: database "shop" already exists`: `CREATE DATABASE` or `createdb` ran where the database is
    /// there, mostly because a script or an init file of the image ran twice.
    ///
    /// # Why it matters
    ///
    /// It is no fault of the connection: the database can be used.
    ///
    /// # What to do
    ///
    /// Leave the command out, or run it only where the database is missing. Of a container, remove the
    /// volume to start again with an empty server.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `dbcommands.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/commands/dbcommands.c): `createdb()`
    /// - [The PostgreSQL image, `docker-entrypoint.sh`](https://github.com/docker-library/postgres/blob/6edb0a8c4def40c371514b34aef9037ec82d9110/17/bookworm/docker-entrypoint.sh): init files run while the volume is empty
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// createdb: error: database creation failed: ERROR:  database "shop" already exists
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  database "shop" does not exist
    /// ```
    "database-exists", [Error], message,
    errors [
        "database \"{database}\" already exists"
    ]
}
