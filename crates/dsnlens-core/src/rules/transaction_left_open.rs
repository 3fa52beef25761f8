//! `transaction-left-open`.

use crate::advice::rule;

rule! {
    /// The server closed a session that had left its transaction open
    ///
    /// # What happens
    ///
    /// `FATAL: terminating connection due to idle-in-transaction timeout`: a transaction was begun,
    /// and nothing came for as long as `idle_in_transaction_session_timeout` allows.
    ///
    /// # Why it matters
    ///
    /// Something slow, such as a call to another service, happens inside `atomic()`. The next query
    /// finds a closed connection.
    ///
    /// # What to do
    ///
    /// End the transaction before slow work: keep calls to other services out of `atomic()`. Or
    /// raise `idle_in_transaction_session_timeout` for the role.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postgres.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/tcop/postgres.c): the error
    /// - [PostgreSQL's documentation, client connection defaults](https://www.postgresql.org/docs/18/runtime-config-client.html#GUC-IDLE-IN-TRANSACTION-SESSION-TIMEOUT): `idle_in_transaction_session_timeout`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// FATAL:  terminating connection due to idle-in-transaction timeout
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  terminating connection due to idle-session timeout
    /// ```
    "transaction-left-open", [Error], message,
    errors [
        "terminating connection due to idle-in-transaction timeout",
        "terminating connection due to transaction timeout",
        "idle transaction timeout"
    ]
}
