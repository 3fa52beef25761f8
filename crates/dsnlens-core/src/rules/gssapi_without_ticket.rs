//! `gssapi-without-ticket`.

use crate::advice::rule;

rule! {
    /// Kerberos is tried, and there is no ticket
    ///
    /// # What happens
    ///
    /// libpq tries GSSAPI where a ticket cache or a server asks for it: `GSSAPI continuation error:
    /// No credentials cache found`, `could not initiate GSSAPI security context`.
    ///
    /// # Why it matters
    ///
    /// Mostly Kerberos is not wanted at all: `gssencmode` is `prefer`, and the machine has a
    /// `/etc/krb5.conf`.
    ///
    /// # What to do
    ///
    /// Add `gssencmode=disable` to the URL. If Kerberos is wanted, get a ticket with `kinit`, and
    /// check the server's name with `klist`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-auth.c): `GSSAPI continuation error`
    /// - [PostgreSQL 18, `fe-secure-gssapi.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-gssapi.c): `could not initiate GSSAPI security context`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-GSSENCMODE): `gssencmode`
    ///
    /// # Examples
    ///
    /// ```message,reports
    /// django.db.utils.OperationalError: GSSAPI continuation error: Unspecified GSS failure.  Minor code may provide more information
    /// GSSAPI continuation error: No credentials cache found
    /// ```
    ///
    /// ```message,silent
    /// FATAL:  password authentication failed for user "app"
    /// ```
    "gssapi-without-ticket", [Error], message,
    errors [
        "GSSAPI continuation error",
        "could not initiate GSSAPI security context",
        "GSSAPI encryption required but",
        "support GSSAPI encryption, but it was required" =>
            "Take `gssencmode=require` out: the server has no GSSAPI encryption",
        "No credentials cache found",
        "No Kerberos credentials available",
        "Server not found in Kerberos database",
        "obtained using the GSSAPI relying on",
        "received invalid response to GSSAPI negotiation",
        "unsupported frontend protocol 1234.5680",
        "GSSAPI authentication failed for user \"{user}\"" =>
            "Get a ticket for this role with `kinit`, or let `pg_hba.conf` use `scram-sha-256` \
             for this address",
        "SSPI authentication failed for user \"{user}\"" =>
            "Log in as the account with the role's name, or let `pg_hba.conf` use \
             `scram-sha-256` for this address",
        "Ticket expired" => "Renew the ticket with `kinit`"
    ]
}
