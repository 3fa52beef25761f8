//! `connection-timeout`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Step, Why};

rule! {
    /// No answer comes in time
    ///
    /// # What happens
    ///
    /// Either nothing answers at the address at all, or something accepts the connection and then
    /// says nothing. libpq says `timeout expired` in both cases, psycopg
    /// `connection timeout expired`.
    ///
    /// The system's own limit is
    /// `Connection timed out`, to Node `connect ETIMEDOUT`.
    ///
    /// # Why it matters
    ///
    /// Silence at the address is a firewall or a security group that drops packets, or a host that
    /// is off. Silence behind it is a proxy without its server, or no PostgreSQL. An application
    /// without `connect_timeout` waits for psycopg's 130 seconds, with a worker each time.
    ///
    /// # What to do
    ///
    /// Let the provider's firewall pass this machine's address; look whether the port is the
    /// database's. Set `connect_timeout`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-misc.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-misc.c): `timeout expired`
    /// - [psycopg 3.3.4, `generators.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/generators.py): `connection timeout expired`
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): the 130 seconds
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: timeout
    /// ```
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: timeout
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: refused
    /// ```
    "connection-timeout", [Error], live check,
    errors [
        "P1008: Operations timed out",
        "tcp connect ({}): timeout",
        "EDBHANDLERSTARTTIMEOUT" =>
            "Look at the server behind the pooler: it did not answer in time",
        "timeout expired",
        "Connection timed out",
        "ETIMEDOUT",
        "Operation timed out",
        "CONNECT_TIMEOUT",
        "i/o timeout",
        "connect timed out",
        "context deadline exceeded",
        "Connection terminated due to connection timeout",
        "did not properly respond after a period of time",
        "canceling authentication due to timeout" =>
            "Look at what is between here and the server: the log-in took longer than the \
             server's `authentication_timeout`",
        "EAUTHTIMEOUT" =>
            "Look at what is between here and the pooler: the log-in took longer than it allows",
        "timeout while waiting for message" =>
            "Look at what is between here and the pooler: the log-in took longer than it allows",
        "client_login_timeout" =>
            "Look at the server behind PgBouncer: it did not accept PgBouncer's log-in in time"
    ],
    perhaps [
        "NpgsqlException (0x80004005): Failed to connect to",
        "Can't reach database server at",
        "The connection attempt failed",
        "was reached but timed out",
        "timeout exceeded when trying to connect",
        "asyncio.exceptions.TimeoutError",
        "asyncio.exceptions.CancelledError"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let (Some(cause), Some(Why::Connect(Broken::TimedOut) | Why::Broken(Broken::TimedOut))) =
        (&live.verdict.cause, live.why())
    else {
        return;
    };
    let place = live.place();
    let (message, help) = match cause.observation.step() {
        Step::Tcp => (
            alloc::format!("{place} does not answer"),
            "a firewall drops what comes from here, or the host is off: allow this machine's \
             address at the provider",
        ),
        Step::SslRequest => (
            alloc::format!("{place} accepts the connection and then says nothing"),
            "what listens there is no PostgreSQL, or a proxy that does not reach its server: \
             look at the port",
        ),
        step => (
            alloc::format!("{place} falls silent at the step {}", step.name()),
            "the server is overloaded, or something between here and there drops packets",
        ),
    };
    findings.report(Severity::Error, message, help).at(case.host_span());
}
