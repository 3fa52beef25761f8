//! `wrong-service`.

use alloc::string::String;

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Why, service};

rule! {
    /// What listens there is no PostgreSQL
    ///
    /// # What happens
    ///
    /// The first bytes that come back are none that PostgreSQL sends. libpq says
    /// `received invalid response to SSL negotiation: H` for an HTTP server, or waits until
    /// `timeout expired`, since many services say nothing to what they do not understand.
    ///
    /// # Why it matters
    ///
    /// The port is another service's: 80 or 8080 of a web server, 22 of SSH, 3306 of MySQL, or the
    /// administration page of the database's own container.
    ///
    /// # What to do
    ///
    /// Correct the port; PostgreSQL's own is 5432.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    /// - [PostgreSQL 18, `fe-misc.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-misc.c): `timeout expired`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:8080/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: other HTTP/1.1 400 Bad Request
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:8080/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: N
    /// ```
    "wrong-service", [Error], live check,
    errors [
        "invalid startup packet layout",
        "received invalid response to SSL negotiation",
        "invalid response to SSL negotiation",
        "expected authentication request from server, but received",
        "received invalid authentication request",
        "unexpected message from server during startup",
        "invalid length of startup packet",
        "unsupported frontend protocol" =>
            "Correct the port, or update the client: it asks for a protocol that the server does \
             not have",
        "bad packet header",
        "Something unusual has occurred to cause the driver to fail",
        "Received unexpected backend message"
    ],
    perhaps ["timeout expired"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let place = live.place();
    let message = match live.why() {
        Some(Why::Broken(Broken::Endless)) => {
            alloc::format!("{place} sends more than any PostgreSQL has to say")
        }
        Some(Why::NotPostgres(bytes)) => match service(bytes) {
            Some(service) => alloc::format!("{place} is {service}, and no PostgreSQL"),
            None => alloc::format!("{place} answers with {}, which is no PostgreSQL", shown(bytes)),
        },
        _ => return,
    };
    findings
        .report(Severity::Error, message, "correct the port; PostgreSQL's own is 5432")
        .at(case.host_span());
}

/// The first few bytes, readable.
fn shown(bytes: &[u8]) -> String {
    const MOST: usize = 16;
    let few = bytes.get(..MOST).unwrap_or(bytes);
    alloc::format!("`{}`", few.escape_ascii())
}
