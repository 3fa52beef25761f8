//! `authentication-method-refused`.

use crate::advice::rule;

rule! {
    /// The client refuses the way in which the server wants to authenticate
    ///
    /// # What happens
    ///
    /// `channel_binding=require` and `require_auth` name what the client accepts. The server, or a
    /// proxy in front of it, asks for something else: `channel binding required but not supported
    /// by server's authentication request`, `authentication method requirement "scram-sha-256"
    /// failed`.
    ///
    /// # Why it matters
    ///
    /// Nothing was sent yet, so no password is lost. Behind a proxy that ends TLS, channel binding
    /// cannot work.
    ///
    /// # What to do
    ///
    /// Compare `channel_binding` and `require_auth` in the URL with what the server offers. Behind
    /// a proxy write `channel_binding=prefer`; a server with md5 passwords needs
    /// `password_encryption = scram-sha-256` and the password set again.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-auth.c): both errors
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-CHANNEL-BINDING): `channel_binding` and `require_auth`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// channel binding required but not supported by server's authentication request
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  password authentication failed for user "app"
    /// ```
    "authentication-method-refused", [Error], message,
    errors [
        "channel binding required but not supported by server's authentication request",
        "channel binding is required, but server did not offer",
        "authentication method requirement \"{}\" failed",
        "server did not complete authentication",
        "SCRAM channel binding check failed",
        "channel binding required, but server authenticated client without",
        "malformed SCRAM message",
        "invalid SCRAM response",
        "duplicate SASL authentication request",
        "no client response found after SASL exchange success",
        "authentication over a non-SSL connection",
        "requirepeer specifies \"" =>
            "Correct `requirepeer`: another account runs the server",
        "could not verify server signature",
        "invalid server signature",
        "incorrect server signature",
        "auth protocol error",
        "RDS supports only IAM" => "Use IAM, or a role whose password is stored as md5 or SCRAM"
    ]
}
