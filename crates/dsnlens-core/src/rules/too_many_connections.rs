//! `too-many-connections`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The server has no connection left
    ///
    /// # What happens
    ///
    /// SQLSTATE 53300: `FATAL: sorry, too many clients already`, `remaining connection slots are
    /// reserved for non-replication superuser connections` (16 and later: `… for roles with the
    /// SUPERUSER attribute`), `too many connections for role "app"`, `… for database "shop"`.
    /// PgBouncer says `no more connections allowed (max_client_conn)`.
    ///
    /// Or, written out,
    /// `too many connections for database "shop"`. Supavisor's code is `EMAXCONN`.
    ///
    /// # Why it matters
    ///
    /// Processes times threads times replicas, twice that during a deployment: with persistent
    /// connections each holds one, idle or not.
    ///
    /// # What to do
    ///
    /// Look who holds them: `SELECT usename, application_name, count(*) FROM pg_stat_activity GROUP BY
    /// 1, 2`. Lower `CONN_MAX_AGE` or the number of workers, put PgBouncer in front, or raise the
    /// limit that the text names.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `proc.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/storage/lmgr/proc.c): `sorry, too many clients already`
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): the reserved slots and a database's limit
    /// - [PgBouncer 1.24.1, `client.c`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/src/client.c): `no more connections allowed`
    /// - [Supavisor 2.9.10, `max_connections_error.ex`](https://github.com/supabase/supavisor/blob/v2.9.10/lib/supavisor/errors/max_connections_error.ex): `EMAXCONN`
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
    /// auth: - 53300 sorry, too many clients already
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: - 57P03 the database system is starting up
    /// ```
    "too-many-connections", [Error], live check,
    errors [
        "sorry, too many clients already",
        "remaining connection slots are reserved",
        "too many connections for role \"{user}\"",
        "too many connections for database \"{database}\"",
        "no more connections allowed",
        "client connections exceeded",
        "EMAXCONN",
        "MaxClientsInSessionMode",
        "max clients reached",
        "Max client connections reached",
        "Too many connections to this endpoint",
        "Too many database connections opened",
        "connection limit exceeded for non-superusers",
        "EMAXPOOLSREACHED",
        "max pools count reached",
        "too many client tcp connections",
        "too many active clients for user",
        "too many tcp connections",
        "too many connections"
    ]
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(error) = live.server_error().filter(|it| it.is_about_connections()) else { return };
    findings.report(
        Severity::Error,
        alloc::format!("no connection is left: {}", Live::words(error)),
        "lower CONN_MAX_AGE or the number of workers, put a pooler in front, or raise the limit \
         that the text names",
    );
}
