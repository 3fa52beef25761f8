//! `pool-exhausted`.

use crate::advice::rule;

rule! {
    /// The pool had no connection in time
    ///
    /// # What happens
    ///
    /// The application waited for its pool: `couldn't get a connection after 30.00 sec`
    /// (psycopg_pool), `QueuePool limit of size 5 overflow 10 reached` (SQLAlchemy), P2024
    /// (Prisma), `query_wait_timeout` (PgBouncer).
    ///
    /// # Why it matters
    ///
    /// Either every connection is in use, or the pool could not open one; then the reason is in a
    /// message before this one.
    ///
    /// # What to do
    ///
    /// Look for an earlier error of the pool, such as `error connecting in 'pool-1'`; if there is
    /// none, close connections sooner or enlarge the pool.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `pool.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg_pool/psycopg_pool/pool.py): both messages of psycopg_pool
    /// - [SQLAlchemy 2.0.49, `impl.py`](https://github.com/sqlalchemy/sqlalchemy/blob/rel_2_0_49/lib/sqlalchemy/pool/impl.py): `QueuePool limit`
    /// - [Prisma's engines, `mod.rs`](https://github.com/prisma/prisma-engines/blob/066eebeebbe9d8704466a094f1994403117cb101/libs/user-facing-errors/src/query_engine/mod.rs): P2024
    /// - [PgBouncer 1.24.1, `janitor.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/janitor.c): `query_wait_timeout`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.OperationalError: couldn't get a connection after 30.00 sec
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  sorry, too many clients already
    /// ```
    "pool-exhausted", [Error], message,
    errors [
        "PoolTimedOut",
        "Timeout acquiring a connection. The pool is probably full",
        "ConnectionAcquireTimeoutError",
        "Cannot use a pool after calling end on the pool" =>
            "End the pool once, when the application ends",
        "couldn't get a connection after",
        "pool initialization incomplete after",
        "QueuePool limit of size",
        "Timed out fetching a new connection from the connection pool",
        "could not obtain a connection from the pool within",
        "Connection is not available, request timed out after",
        "pool timed out while waiting for an open connection",
        "connection not available and request was dropped from queue",
        "The connection pool has been exhausted",
        "connection pool exhausted",
        "requests waiting",
        "ECHECKOUTTIMEOUT",
        "EPOOLCHECKOUT",
        "unable to check out connection from the pool",
        "failed to check out a connection after multiple retries",
        "Timed-out waiting to acquire database connection",
        "Timeout occurred while waiting for a slot to become available",
        "timeout exceeded when trying to connect",
        "query_wait_timeout" =>
            "Enlarge PgBouncer's `default_pool_size`, or shorten the transactions: no server \
             connection became free",
        "the pool '{}' is not open yet" => "Open the pool before its first use: `pool.open()`",
        "the pool '{}' is already closed" => "Open a new pool: a closed one cannot be used again",
        "the pool '{}' is closed" => "Open a new pool: a closed one cannot be used again",
        "error connecting in 'pool" =>
            "Read the rest of the line: it says why the pool cannot connect"
    ]
}
