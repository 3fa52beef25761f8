//! `collation-version-mismatch`.

use crate::advice::rule;

rule! {
    /// The system's sort order is newer than the database's
    ///
    /// # What happens
    ///
    /// `WARNING: database "shop" has a collation version mismatch`: the operating system under the
    /// server, mostly the container's image, brings another version of its C library or ICU.
    ///
    /// # Why it matters
    ///
    /// Queries work. Indexes on texts may be in an order that is no longer right.
    ///
    /// # What to do
    ///
    /// Rebuild the indexes with `REINDEX DATABASE shop`, then run `ALTER DATABASE shop REFRESH
    /// COLLATION VERSION`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): the warning
    /// - [PostgreSQL's documentation, `ALTER DATABASE`](https://www.postgresql.org/docs/18/sql-alterdatabase.html): `REFRESH COLLATION VERSION`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// WARNING:  database "shop" has a collation version mismatch
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  database "shop" does not exist
    /// ```
    "collation-version-mismatch", [Warning], message,
    errors ["has a collation version mismatch", "has no actual collation version"]
}
