//! `client-certificate-missing`.

use crate::advice::rule;

rule! {
    /// The server wants a client certificate, and none that it accepts was sent
    ///
    /// # What happens
    ///
    /// The server asks for a certificate of the client: `FATAL: connection requires a valid client
    /// certificate`. libpq sends `sslcert` with `sslkey`, by default `~/.postgresql/postgresql.crt`
    /// and `.key`, and nothing if they are not there.
    ///
    /// # Why it matters
    ///
    /// The second attempt, without TLS, then fails for another reason, and its text comes last. TLS
    /// itself works.
    ///
    /// # What to do
    ///
    /// Set `sslcert` and `sslkey` to the client's certificate and key. On Cloud SQL create a client
    /// certificate, or use its proxy, which needs none; `clientcert` in `pg_hba.conf` is what asks
    /// for it.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): the error
    /// - [PostgreSQL's documentation, secure connections with SSL](https://www.postgresql.org/docs/18/ssl-tcp.html): `clientcert`
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html): the files that libpq looks for
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// FATAL:  connection requires a valid client certificate
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  password authentication failed for user "app"
    /// ```
    "client-certificate-missing", [Error], message,
    errors [
        "could not load client certificate file" =>
            "Put the client certificate where `sslcert` names it, as PEM",
        "connection requires a valid client certificate",
        "alert certificate required",
        "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "certificate authentication failed for user \"{user}\"" =>
            "Use the certificate whose common name is the role's name, or add a line to \
             `pg_ident.conf`",
        "certificate validation (clientcert=verify-full) failed" =>
            "Use the certificate whose common name is the role's name",
        "alert unknown ca" =>
            "Use a client certificate that was signed by the authority in the server's \
             `ssl_ca_file`",
        "SSL error: tlsv1 alert unknown ca" =>
            "Use a client certificate that was signed by the authority in the server's \
             `ssl_ca_file`",
        "SSL error: sslv3 alert bad certificate" =>
            "Use a client certificate that the server accepts",
        "could not accept SSL connection: certificate verify failed" =>
            "Use a client certificate that was signed by the authority in the server's \
             `ssl_ca_file`",
        "could not open certificate file \"{}\"" =>
            "Put the client certificate where `sslcert` names it, readable for the program's \
             account",
        "could not read certificate file \"{}\"" =>
            "Put the client certificate where `sslcert` names it, as PEM",
        "client certificates can only be checked if a root certificate store" =>
            "Set `ssl_ca_file` on the server"
    ]
}
