//! `driver-too-old`.

use crate::advice::rule;

rule! {
    /// The driver is older than what the server asks for
    ///
    /// # What happens
    ///
    /// The server stores passwords for SCRAM, and the driver does not know it: `SCRAM
    /// authentication requires libpq version 10 or above`, JDBC's `The authentication type 10 is
    /// not supported`.
    ///
    /// # Why it matters
    ///
    /// The wheel of an old psycopg2 brings its own old libpq, whatever the system has.
    ///
    /// # What to do
    ///
    /// Update the driver, and libpq below it to 14 or later.
    ///
    /// # References
    ///
    /// - [pgjdbc 42.7.13, `ConnectionFactoryImpl.java`](https://github.com/pgjdbc/pgjdbc/blob/REL42.7.13/pgjdbc/src/main/java/org/postgresql/core/v3/ConnectionFactoryImpl.java): `The authentication type … is not supported`
    /// - [PostgreSQL's documentation, password authentication](https://www.postgresql.org/docs/18/auth-password.html): `scram-sha-256` and older clients
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// psycopg2.OperationalError: SCRAM authentication requires libpq version 10 or above
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  password authentication failed for user "app"
    /// ```
    "driver-too-old", [Error], message,
    errors [
        "unsupported authentication method: 10",
        "Unknown authenticationOk message type",
        "no OAuth flows are available" =>
            "Install the package libpq-oauth beside libpq 18",
        "SCRAM authentication requires libpq version 10",
        "authentication method 10 not supported",
        "authentication type 10 is not supported",
        "Unknown authentication method",
        "authentication method {} not supported",
        "only supports protocol version"
    ]
}
