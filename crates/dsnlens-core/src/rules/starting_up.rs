//! `starting-up`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// The server is not ready yet, or no more
    ///
    /// # What happens
    ///
    /// SQLSTATE 57P03: `FATAL: the database system is starting up`, `the database system is shutting
    /// down`, `the database system is in recovery mode`, `… is not yet accepting connections`.
    ///
    /// # Why it matters
    ///
    /// Everything is right, and too early. In compose files `depends_on` waits for the container to
    /// start and not for the server in it. A server that stays in recovery has crashed, or is a
    /// standby that has to catch up.
    ///
    /// # What to do
    ///
    /// Try again; let what starts together wait for `pg_isready`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `backend_startup.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/tcop/backend_startup.c): the errors
    /// - [Docker's documentation, startup order in Compose](https://docs.docker.com/compose/how-tos/startup-order/): `depends_on`
    /// - [PostgreSQL's documentation, `pg_isready`](https://www.postgresql.org/docs/18/app-pg-isready.html)
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
    /// auth: - 57P03 the database system is starting up
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: refused
    /// ```
    "starting-up", [Error], live check,
    errors [
        "must be superuser to connect during database shutdown",
        "- rejecting connections",
        "the database system is starting up",
        "the database system is shutting down",
        "the database system is in recovery mode",
        "is not yet accepting connections",
        "the database system is not accepting connections",
        "is not accepting connections{*}Hot standby mode is disabled" =>
            "Use the primary: this standby never accepts connections with `hot_standby=off`",
        "pooler is shutting down"
    ]
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(error) = live.server_error().filter(|it| it.code == "57P03") else { return };
    findings.report(
        Severity::Error,
        alloc::format!("the server is not ready: {}", Live::words(error)),
        "try again in a moment; let what starts beside it wait for `pg_isready`",
    );
}
