//! `connection-closed`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Step, Why};

rule! {
    /// The other side hangs up in the middle of the conversation
    ///
    /// # What happens
    ///
    /// A connection is made and then closed without a word. libpq says
    /// `server closed the connection unexpectedly`, or `SSL SYSCALL error: EOF detected` during the
    /// handshake.
    ///
    /// A connection that was kept ends with `SSL connection has been closed unexpectedly`; Node says
    /// `Connection terminated unexpectedly`.
    ///
    /// # Why it matters
    ///
    /// PostgreSQL tells an error before it goes. Who hangs up silently is a proxy or a load
    /// balancer without a server behind it, an allow list of addresses, or a server that crashes.
    /// With `sslnegotiation=direct` it is a server older than 17.
    ///
    /// # What to do
    ///
    /// Look into the log of whatever listens there, and into its list of allowed addresses.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-misc.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-misc.c): `server closed the connection unexpectedly`
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `SSL SYSCALL error: EOF detected`
    /// - [node-postgres 8.23.0, `client.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg/lib/client.js): `Connection terminated unexpectedly`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLNEGOTIATION): `sslnegotiation`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: closed
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: alert received fatal alert: HandshakeFailure
    /// ```
    "connection-closed", [Error], live check,
    errors [
        "CONNECTION_CLOSED",
        "CONNECTION_ENDED",
        "Client has encountered a connection error and is not queryable",
        "connection is bad: no error details available",
        "server closed the connection unexpectedly",
        "failed: server closed the connection unexpectedly",
        "SSL SYSCALL error: EOF detected",
        "unexpected eof while reading",
        "Connection reset by peer",
        "ECONNRESET",
        "Connection terminated unexpectedly",
        "An existing connection was forcibly closed",
        "Software caused connection abort",
        "could not receive data from server",
        "could not send data to server",
        "could not send startup packet",
        "could not send SSL negotiation packet",
        "could not send GSSAPI negotiation packet",
        "could not receive server response to SSL negotiation",
        "unexpected EOF",
        "Server has closed the connection",
        "An I/O error occurred while sending to the backend",
        "Exception while reading from stream",
        "before secure TLS connection was established",
        "server conn crashed?" => "Look at the server's log: PgBouncer lost its connection to it",
        "because of crash of another server process" =>
            "Look at the server's log for the process that crashed, often killed for lack of \
             memory"
    ],
    perhaps [
        "SSL connection has been closed unexpectedly",
        "server closed the connection unexpectedly (",
        "Failed to connect to database"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let (Some(cause), Some(Why::Broken(broken))) = (&live.verdict.cause, live.why()) else {
        return;
    };
    let when = match cause.observation.step() {
        Step::SslRequest => "when it is asked for TLS",
        Step::Tls => "during the TLS handshake",
        _ => "during the log-in",
    };
    let place = live.place();
    let message = match broken {
        Broken::Endless | Broken::TimedOut => return,
        Broken::Failed(words) | Broken::Unreachable(words) => {
            alloc::format!("the connection to {place} breaks {when}: {words}")
        }
        Broken::Closed | Broken::Refused => alloc::format!("{place} hangs up {when}"),
    };
    findings
        .report(
            Severity::Error,
            message,
            "look into the log of what listens there: a proxy without its server, or a list of \
             allowed addresses",
        )
        .at(case.host_span());
}
