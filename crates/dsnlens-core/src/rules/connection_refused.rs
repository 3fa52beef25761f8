//! `connection-refused`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Why};

rule! {
    /// Nobody listens at this address and port
    ///
    /// # What happens
    ///
    /// The machine answers, and says that no program listens on the port: `connection to server at
    /// "db" (192.0.2.7), port 5432 failed: Connection refused`. Behind a socket's directory the same
    /// is `No such file or directory`.
    ///
    /// Before libpq 14 the
    /// text is `could not connect to server: Connection refused`; Node says `connect ECONNREFUSED`. Of a
    /// socket libpq says `failed: No such file or directory`.
    ///
    /// # Why it matters
    ///
    /// Host and network are right, so what is wrong is near: the server is not started, listens on
    /// another port, or only on `localhost` (`listen_addresses`). In a container `localhost` is the
    /// container itself, and not the machine it runs on.
    ///
    /// # What to do
    ///
    /// Ask on the server's machine with `pg_isready -p PORT`. In a container use the name of the
    /// database's service, or `host.docker.internal`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the text around the error
    /// - [PostgreSQL's documentation, client connection problems](https://www.postgresql.org/docs/18/server-start.html#CLIENT-CONNECTION-PROBLEMS)
    /// - [Docker's documentation, networking in Compose](https://docs.docker.com/compose/how-tos/networking/): names of services, and ports inside and outside
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@localhost:5433/shop
    ///
    /// dns: ok 127.0.0.1
    /// tcp: refused
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@localhost:5433/shop
    ///
    /// dns: ok 127.0.0.1
    /// tcp: timeout
    /// ```
    "connection-refused", [Error], live check,
    errors [
        "connect EACCES /" =>
            "Let the account read the socket's directory",
        "- no response",
        "Connection refused",
        "ECONNREFUSED",
        "Connect call failed (",
        "No connection could be made because the target machine actively refused it",
        "refused. Check that the hostname and port are correct",
        "at \"{host:service}\"{}Connection refused" =>
            "Look at the log of the database's container: it is up, and PostgreSQL in it does \
             not accept connections yet",
        "on socket \"/cloudsql/" =>
            "Connect the Cloud SQL instance to the service: the proxy makes the socket",
        "on socket \"{host}\" failed: Permission denied" =>
            "Let the account read the socket's directory",
        "Unix-domain socket path \"{}\" is too long" => "Use a directory with a shorter path"
    ],
    perhaps [
        "on socket \"{}\" failed: No such file or directory",
        "Is the server running locally and accepting",
        "NpgsqlException (0x80004005): Failed to connect to",
        "Can't reach database server at",
        "The connection attempt failed"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Connect(broken)) = live.why() else { return };
    let place = live.place();
    let (message, help) = match broken {
        Broken::Refused => (
            alloc::format!("nobody listens at {place}"),
            "start the server, or correct host and port; in a container `localhost` is the \
             container itself",
        ),
        Broken::Failed(words) if case.is_socket() => (
            alloc::format!("there is no server behind the socket {place}: {words}"),
            "start the server, or name a host to connect over the network",
        ),
        Broken::Failed(words) => (
            alloc::format!("no connection to {place}: {words}"),
            "ask whoever runs the network about this error",
        ),
        _ => return,
    };
    findings.report(Severity::Error, message, help).at(case.host_span());
}
