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
