//! `no-pg-hba-entry`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::tls::Attempt;

rule! {
    /// The server lets nobody in like this
    ///
    /// # What happens
    ///
    /// `pg_hba.conf` has no line for this client, user and database, or one that rejects them:
    /// `FATAL: no pg_hba.conf entry for host "192.0.2.9", user "app", database "shop", no encryption`,
    /// SQLSTATE 28000. `no encryption` (before 14: `SSL off`) at its end means that the connection
    /// was without TLS. Poolers say it their way: `SSL required` (PgBouncer), `connection is
    /// insecure (try using sslmode=require)` (Neon), `ESSLREQUIRED` (Supavisor).
    ///
    /// A line that rejects: `pg_hba.conf rejects connection for host "192.0.2.9", user "app", database
    /// "shop"`.
    ///
    /// # Why it matters
    ///
    /// The password has not even been looked at. Mostly the server wants TLS, or the address of this
    /// machine is not allowed.
    ///
    /// # What to do
    ///
    /// Without TLS: set `sslmode=require`. With it: add this machine's address at the provider, or a
    /// `hostssl` line to `pg_hba.conf`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): both errors, in `ClientAuthentication()`
    /// - [PostgreSQL's documentation, the file `pg_hba.conf`](https://www.postgresql.org/docs/18/auth-pg-hba-conf.html)
    /// - [PgBouncer 1.24.1, `client.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/client.c): `SSL required`
    /// - [Supavisor 2.9.10, `ssl_required_error.ex`](https://github.com/supabase/supavisor/blob/v2.9.10/lib/supavisor/errors/ssl_required_error.ex): `ESSLREQUIRED`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// auth: - 28000 no pg_hba.conf entry for host "192.0.2.9", user "app", database "shop", no encryption
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// auth: scram-sha-256 28P01 password authentication failed for user "app"
    /// ```
    "no-pg-hba-entry", [Error], live check,
    errors [
        "node is running secure mode, SSL connection required" =>
            "Set `sslmode=require`: the connection was without TLS",
        "client IP address not allowed" =>
            "Add this machine's address to the provider's allowed list",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\"",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", no encryption" =>
            "Set `sslmode=require`: the connection was without TLS",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", SSL off" =>
            "Set `sslmode=require`: the connection was without TLS",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", SSL encryption" =>
            "Allow this machine's address: at the provider, or with a `hostssl` line in \
             `pg_hba.conf`",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", SSL on" =>
            "Allow this machine's address: at the provider, or with a `hostssl` line in \
             `pg_hba.conf`",
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", GSS encryption" =>
            "Allow this machine's address: at the provider, or with a `hostssl` line in \
             `pg_hba.conf`",
        "pg_hba.conf rejects connection for host \"{}\", user \"{user}\", database \"{database}\"",
        "pg_hba.conf rejects connection for host \"{}\", user \"{user}\", database \"{database}\", no encryption" =>
            "Set `sslmode=require`: the connection was without TLS",
        "pg_hba.conf rejects connection for host \"{}\", user \"{user}\", database \"{database}\", SSL off" =>
            "Set `sslmode=require`: the connection was without TLS",
        "pg_hba.conf rejects connection for host \"{}\", user \"{user}\", database \"{database}\", SSL encryption" =>
            "Allow this machine's address: at the provider, or with a `hostssl` line in \
             `pg_hba.conf`",
        "pg_hba.conf rejects connection for host \"{}\", user \"{user}\", database \"{database}\", SSL on" =>
            "Allow this machine's address: at the provider, or with a `hostssl` line in \
             `pg_hba.conf`",
        "no pg_hba.conf entry for replication connection" =>
            "Add a line for the database `replication` to `pg_hba.conf`",
        "connection is insecure" =>
            "Set `sslmode=require`: the connection was without TLS",
        "ESSLREQUIRED" => "Set `sslmode=require`: the connection was without TLS",
        "SSL connection is required" => "Set `sslmode=require`: the connection was without TLS",
        "odyssey: {}SSL is required" => "Set `sslmode=require`: the connection was without TLS",
        "odyssey: {}TLS connection required" =>
            "Set `sslmode=require`: the connection was without TLS",
        "host based authentication rejected" =>
            "Allow this machine's address in the pooler's `pg_hba` file",
        "requires TLS connections" => "Set `sslmode=require`: the connection was without TLS",
        "server requires encryption" => "Set `sslmode=require`: the connection was without TLS",
        "EADDRNOTALLOWED" => "Add this machine's address to the project's network restrictions",
        "address not in tenant allow_list" =>
            "Add this machine's address to the project's network restrictions",
        "This IP address {}is not allowed to connect to this endpoint" =>
            "Add this machine's address to the allowed list in Neon's console"
    ],
    perhaps ["SSL required", "login rejected"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(error) = live.server_error() else { return };
    if !error.is_about_hba() && !error.wants_tls() {
        return;
    }
    let was_plain =
        live.verdict.cause.as_ref().is_some_and(|it| it.observation.attempt == Attempt::Plain);
    let words = Live::words(error);
    let (message, help) = match was_plain && !live.has_tried_tls() {
        true => (
            alloc::format!("the server lets nobody in without TLS: {words}"),
            "set `sslmode=require`, or better `verify-full` with the server's root certificate",
        ),
        false => (
            alloc::format!("the server lets nobody in from here like this: {words}"),
            "allow this machine's address, user and database at the provider or in `pg_hba.conf`",
        ),
    };
    findings.report(Severity::Error, message, help).at(case.span_of("sslmode"));
}
