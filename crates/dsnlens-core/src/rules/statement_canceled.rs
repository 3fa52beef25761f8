//! `statement-canceled`.

use crate::advice::rule;

rule! {
    /// The server ended a statement that ran too long
    ///
    /// # What happens
    ///
    /// `canceling statement due to statement timeout`: `statement_timeout` or `lock_timeout` is set
    /// in `options`, on the role, on the database, or by the provider.
    ///
    /// # Why it matters
    ///
    /// The connection works.
    ///
    /// # What to do
    ///
    /// Find the slow statement; where it is right, raise the limit for it: `SET LOCAL
    /// statement_timeout = '5min'`. `SHOW statement_timeout` shows what applies.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postgres.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/tcop/postgres.c): the error
    /// - [PostgreSQL's documentation, client connection defaults](https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-STATEMENT-TIMEOUT): `statement_timeout`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// canceling statement due to statement timeout
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  terminating connection due to idle-session timeout
    /// ```
    "statement-canceled", [Error], message,
    errors [
        "canceling statement due to statement timeout",
        "canceling statement due to lock timeout" =>
            "Find what holds the lock: `SELECT * FROM pg_locks WHERE NOT granted`",
        "canceling statement due to user request" =>
            "Look for who cancels it: a client's own timeout, or a person",
        "query timeout",
        "query_timeout",
        "Query read timeout"
    ]
}
