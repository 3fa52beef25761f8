//! `read-only-server`.

use crate::advice::rule;

rule! {
    /// The server, or the session, takes no writes
    ///
    /// # What happens
    ///
    /// `cannot execute INSERT in a read-only transaction`: the connection goes to a standby, a
    /// provider has made the database read-only, or `default_transaction_read_only` is on.
    ///
    /// # Why it matters
    ///
    /// Reading works, so it shows at the first write. After a failover the old address may be the
    /// standby.
    ///
    /// # What to do
    ///
    /// Connect to the primary: use the read-write host, not the one with `-ro` or `replica`. With
    /// several hosts add `target_session_attrs=read-write`. If it is the primary, look for a full
    /// disk or `default_transaction_read_only`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `utility.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/tcop/utility.c): the error
    /// - [PostgreSQL's documentation, hot standby](https://www.postgresql.org/docs/18/hot-standby.html)
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-TARGET-SESSION-ATTRS): `target_session_attrs`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// psycopg2.errors.ReadOnlySqlTransaction: cannot execute INSERT in a read-only transaction
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  the database system is in recovery mode
    /// ```
    "read-only-server", [Error], message,
    errors [
        "cannot execute {} in a read-only transaction",
        "cannot execute {} during recovery",
        "session is read-only",
        "server is in hot standby mode",
        "cannot set transaction read-write mode during recovery",
        "ReadOnlySqlTransaction",
        "read only connection",
        "Could not find a server with specified targetServerType",
        "session is not read-only" => "Use the standby's host, or take `target_session_attrs` out",
        "server is not in hot standby mode" =>
            "Use the standby's host, or take `target_session_attrs` out",
        "due to conflict with recovery" =>
            "Run long queries on the primary, or set `max_standby_streaming_delay` on the \
             standby"
    ]
}
