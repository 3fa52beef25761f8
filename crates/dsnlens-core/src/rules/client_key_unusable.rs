//! `client-key-unusable`.

use crate::advice::rule;

rule! {
    /// The private key of the client certificate cannot be used
    ///
    /// # What happens
    ///
    /// libpq reads `sslkey` beside `sslcert`. It refuses a key that others may read: `private key
    /// file "client.key" has group or world access`, and one that belongs to another certificate.
    ///
    /// # Why it matters
    ///
    /// In containers a mounted secret often has mode 0644, or belongs to root.
    ///
    /// # What to do
    ///
    /// Make the key a file of the program's account with mode 0600. In Kubernetes set `defaultMode:
    /// 0400`, or copy it at the start.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): both errors, in `initialize_SSL()`
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html): the modes that a key may have
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// private key file "/certs/client.key" has group or world access; file must have permissions u=rw (0600) or less
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  connection requires a valid client certificate
    /// ```
    "client-key-unusable", [Error], message,
    errors [
        "private key file \"{}\" has group or world access",
        "private key file \"{}\" is not a regular file" => "Name a file as `sslkey`",
        "certificate present, but not private key file" =>
            "Set `sslkey` to the key of the certificate",
        "could not load private key file \"" =>
            "Check that the file holds a key as PEM, and set `sslpassword` if it is encrypted",
        "could not load private key file \"{}\": key values mismatch" =>
            "Use the key that the certificate was made for",
        "private key file \"{}\" must be owned by",
        "certificate does not match private key file" =>
            "Use the key that the certificate was made for",
        "could not stat private key file" => "Let the program's account read the key"
    ]
}
