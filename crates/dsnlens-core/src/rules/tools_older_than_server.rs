//! `tools-older-than-server`.

use crate::advice::rule;

rule! {
    /// pg_dump or psql is older than the server
    ///
    /// # What happens
    ///
    /// `pg_dump: error: aborting because of server version mismatch`: pg_dump cannot read a newer
    /// server.
    ///
    /// # Why it matters
    ///
    /// The URL works. A distribution's package is often years behind the provider.
    ///
    /// # What to do
    ///
    /// Install the client tools of the server's major version, such as `postgresql-client-17` from
    /// PostgreSQL's own repository.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `pg_backup_db.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/bin/pg_dump/pg_backup_db.c): the error
    /// - [PostgreSQL's documentation, `pg_dump`](https://www.postgresql.org/docs/18/app-pgdump.html): which servers it reads
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// pg_dump: error: aborting because of server version mismatch
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  database files are incompatible with server
    /// ```
    "tools-older-than-server", [Error], message,
    errors ["server version mismatch"]
}
