//! `server-without-ssl`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::Why;

rule! {
    /// TLS is demanded of a server that does not speak it
    ///
    /// # What happens
    ///
    /// The server answers the question for TLS with `N`, and the mode allows nothing else:
    /// `server does not support SSL, but SSL was required`.
    ///
    /// Node says `The server does not
    /// support SSL connections`, asyncpg `rejected SSL upgrade`.
    ///
    /// # Why it matters
    ///
    /// A PostgreSQL out of a package or a container has no certificate, and a PgBouncer without
    /// `client_tls_sslmode` none for its clients. The settings module asks for TLS in production
    /// whatever the host is.
    ///
    /// # What to do
    ///
    /// Give the server a certificate (`ssl = on`, `ssl_cert_file`, `ssl_key_file`). Where the way to
    /// it is private, say `sslmode=disable` and take `ssl_require` out of the settings.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    /// - [node-postgres 8.23.0, `connection.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg/lib/connection.js): Node's error
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): `rejected SSL upgrade`
    /// - [PostgreSQL's documentation, SSL session encryption](https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-SSL): the `N`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: N
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: N
    /// auth plain: scram-sha-256 ok
    /// ```
    "server-without-ssl", [Error], live check,
    errors [
        "server does not support SSL, but SSL was required",
        "The server does not support SSL",
        "rejected SSL upgrade",
        "SSL is not enabled on the server",
        "server refused TLS connection",
        "server does not support TLS",
        "SSL connection requested. No SSL enabled connection",
        "ssl not available",
        "server refused SSL"
    ],
    perhaps ["before secure TLS connection was established"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::NoTls) = live.why() else { return };
    let (place, mode) = (live.place(), live.plan.tls.mode.name);
    findings
        .report(
            Severity::Error,
            alloc::format!("{place} does not speak TLS, and `sslmode={mode}` demands it"),
            "turn TLS on in the server, or let the settings ask for less where the way to it is \
             private",
        )
        .at(case.span_of("sslmode"));
}
