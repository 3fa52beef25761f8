//! `dns-failed`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Broken, Why};

rule! {
    /// The host's name stands for no address here
    ///
    /// # What happens
    ///
    /// Before anything is sent the name is looked up, and the look-up fails. psycopg says
    /// `failed to resolve host 'db': [Errno -2] Name or service not known`, psql
    /// `could not translate host name "db" to address: Name or service not known`.
    ///
    /// Node says
    /// `getaddrinfo ENOTFOUND db` or `getaddrinfo EAI_AGAIN db`, asyncpg `socket.gaierror`.
    ///
    /// # Why it matters
    ///
    /// Many names exist only where they are meant to be used: a compose service inside its
    /// network, `*.railway.internal` inside the project, an RDS endpoint inside its VPC. The same
    /// URL works there and fails on a laptop, or while an image is built.
    ///
    /// # What to do
    ///
    /// Look for a typing mistake; then use the name that is meant for the place where the program
    /// runs. Where part of a password stands in the host's place, percent-encode the password.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `_conninfo_attempts.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/_conninfo_attempts.py): `failed to resolve host`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `could not translate host name`
    /// - [Railway's documentation, `how-it-works.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/networking/private-networking/how-it-works.md): names of the private network
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@postgres.railway.internal/shop
    ///
    /// dns: failed Name or service not known
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: refused
    /// ```
    "dns-failed", [Error], live check,
    errors [
        "lookup {} on {}: server misbehaving" =>
            "Check the name server of this machine: it answers with an error",
        "failed to resolve host '{host}'",
        "could not translate host name \"{host}\" to address",
        "could not parse network address \"{host}\"" =>
            "Write the name as `host`: `hostaddr` takes IP addresses only",
        "failed to resolve host '{host:service}'" =>
            "Check that the container is up, and look at its log: the name of a stopped \
             container is unknown",
        "could not translate host name \"{host:service}\" to address" =>
            "Check that the container is up, and look at its log: the name of a stopped \
             container is unknown",
        "getaddrinfo ENOTFOUND {host:service}" =>
            "Check that the container is up, and look at its log: the name of a stopped \
             container is unknown",
        "lookup {host:service} on {}: no such host" =>
            "Check that the container is up, and look at its log: the name of a stopped \
             container is unknown",
        "getaddrinfo ENOTFOUND",
        "getaddrinfo EAI_AGAIN",
        "socket.gaierror",
        "getaddrinfo failed",
        "nodename nor servname provided, or not known",
        "Name does not resolve",
        "Name or service not known",
        "Temporary failure in name resolution",
        "No address associated with hostname",
        "No such host is known",
        "Unknown host",
        "UnknownHostException",
        "no such host",
        "failed to lookup address information",
        "hostname resolving error",
        "server DNS lookup failed",
        "connecting with your hostname",
        ":nxdomain",
        "label empty or too long" =>
            "Correct the host: two dots follow each other in it, or a part of it is longer than \
             63 characters"
    ],
    perhaps ["Can't reach database server at", "The connection attempt failed"]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(Why::Dns(broken)) = live.why() else { return };
    let host = case.shown_host();
    let message = match broken {
        Broken::TimedOut => alloc::format!("looking up `{host}` takes too long"),
        Broken::Failed(words) => alloc::format!("`{host}` cannot be looked up: {words}"),
        _ => alloc::format!("`{host}` cannot be looked up"),
    };
    findings
        .report(
            Severity::Error,
            message,
            "look for a typing mistake, and whether the name is one that only another network \
             knows: a container's, a provider's private one",
        )
        .at(case.host_span());
}
