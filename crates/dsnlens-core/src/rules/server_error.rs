//! `server-error`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The server refuses the session for a reason of its own
    ///
    /// # What happens
    ///
    /// An error that is about neither password nor database nor the number of connections:
    /// `permission denied for database "shop"` (42501), `unrecognized configuration parameter`
    /// (42704) for something in `options`, `unsupported startup parameter: options` of PgBouncer
    /// before 1.20, `Tenant or user not found` of Supabase's pooler.
    ///
    /// # Why it matters
    ///
    /// Text and SQLSTATE are the server's own; drivers hide the latter for errors of a log-in.
    ///
    /// # What to do
    ///
    /// Search for the text. What a pooler does not take in `options` can be set on the role: `ALTER
    /// ROLE app SET search_path = …`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): `permission denied for database`
    /// - [PostgreSQL 18, `guc.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/misc/guc.c): `unrecognized configuration parameter`
    /// - [PgBouncer 1.24.1, `client.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/client.c): `unsupported startup parameter`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 42501 permission denied for database "shop"
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 3D000 database "shop" does not exist
    /// ```
    "server-error", [Error], live check,
    errors [
        "cannot be changed after connection start" => "Take the setting out of `options`",
        "permission denied for database \"{database}\"" =>
            "Let the database's owner run `GRANT CONNECT ON DATABASE … TO …`",
        "was denied access on the database" =>
            "Let the database's owner run `GRANT CONNECT ON DATABASE … TO …`",
        "unrecognized configuration parameter" =>
            "Take the option out of the URL: it is not one of the server's settings",
        "invalid value for parameter \"" =>
            "Correct the value in `options`, or in the `PG*` variable that sets it",
        "cannot be changed without restarting the server" => "Take the setting out of `options`",
        "server login has been failing" =>
            "Read PgBouncer's log: it cannot log in to the server behind it",
        "pgbouncer cannot connect to server" =>
            "Read PgBouncer's log: it cannot log in to the server behind it",
        "failed to get remote server connection" =>
            "Read Odyssey's log: it cannot log in to the server behind it",
        "failed to connect to remote server" =>
            "Read Odyssey's log: it cannot reach the server behind it",
        "remote server read/write error" =>
            "Look at the log of the server behind Odyssey: it ended the connection",
        "can't find suitable host for tsa" =>
            "Correct `target_session_attrs`: no server behind Odyssey is of that kind",
        "could not get connection from the pool - " =>
            "Look at PgCat's log and at the servers behind it: it gets no connection to one",
        "Pool down for database: " =>
            "Look at PgCat's log and at the servers behind it: none of the pool is up",
        "DbHandler exited" =>
            "Look at the database's log: it ended the connection that the pooler had to it",
        "connection to database closed. Check logs" =>
            "Look at the database's log: it ended the connection that the pooler had to it",
        "pool configuration not found for" => "Contact the provider: the pooler does not know the project",
        "database locale is incompatible with operating system" =>
            "Install the locale on the server's system, or restore a dump into a database with \
             another one",
        "is incompatible with the collation of the template database" =>
            "Create the database from `template0`: `createdb --template=template0 NAME`",
        "bouncer config error" => "Correct PgBouncer's configuration: its log says what is wrong",
        "EBANNED" => "Contact the provider: the project is blocked"
    ],
    perhaps ["Tenant or user not found", "unsupported startup parameter"]
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(error) = live.server_error() else { return };
    let has_its_own_rule = error.is_about_hba()
        || error.wants_tls()
        || error.is_about_credentials()
        || error.is_about_database()
        || error.is_about_connections()
        || error.code == "57P03";
    if has_its_own_rule {
        return;
    }
    let help = match &*error.code {
        "42501" => "let the database's owner say `GRANT CONNECT ON DATABASE … TO …`",
        "42704" | "08P01" => {
            "look at what `options` asks for: a pooler takes none of it, and a server only what it \
             knows"
        }
        _ => "search for the text: it is the server's own",
    };
    findings.report(
        Severity::Error,
        alloc::format!("the server refuses the session: {}", Live::words(error)),
        help,
    );
}
