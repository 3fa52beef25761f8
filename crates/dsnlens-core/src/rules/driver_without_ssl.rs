//! `driver-without-ssl`.

use crate::advice::rule;

rule! {
    /// The driver was built without TLS
    ///
    /// # What happens
    ///
    /// libpq knows `sslmode`, and this one was compiled without OpenSSL: `sslmode value "require"
    /// invalid when SSL support is not compiled in`.
    ///
    /// # Why it matters
    ///
    /// No setting helps: the program cannot encrypt.
    ///
    /// # What to do
    ///
    /// Install a libpq with OpenSSL: `psycopg[binary]`, or the distribution's `libpq5`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// sslmode value "require" invalid when SSL support is not compiled in
    /// ```
    ///
    /// ```message,silent
    /// server does not support SSL, but SSL was required
    /// ```
    "driver-without-ssl", [Error], message,
    errors [
        "invalid when SSL support is not compiled in",
        "invalid when GSSAPI support is not compiled in" =>
            "Take `gssencmode` out, or install a libpq with GSSAPI",
        "built without TLS support enabled" => "Enable one of SQLx's TLS features",
        "no TLS implementation configured" => "Give tokio-postgres a TLS connector"
    ]
}
