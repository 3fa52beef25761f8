//! `host-list`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, in_url, rule};
use crate::clients::libpq::DEFAULT_PORT;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;

rule! {
    /// The URL names several hosts with ports of their own
    ///
    /// # What happens
    ///
    /// libpq takes a port behind each host: `h1:5432,h2:5433`. Python's URLs have one host and one
    /// port: `ValueError: Port could not be cast to integer value as '5432,h2:5433'` with
    /// dj-database-url 2.1.0, `ParseError: This string is not a valid url` with 3.x. With one port at
    /// the end, `h1,h2:5433`, Django uses it for both hosts, and psql for the last one only: the
    /// first has 5432 to it.
    ///
    /// # Why it matters
    ///
    /// A fail-over configuration that works in psql does not start Django, or tries a port on which
    /// nobody listens.
    ///
    /// # What to do
    ///
    /// Name the hosts without ports, and all ports as an option: `h1,h2/shop?port=5432,5433`. Add
    /// `target_session_attrs=read-write` if one of them is a standby.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, several hosts](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-MULTIPLE-HOSTS)
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_uri_parse_options()`, a port behind each host
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `port` of a URL
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `ParseError`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db1.example.com:5432,db2.example.com:5432/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db1.example.com,db2.example.com:5433/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db1.example.com,db2.example.com/shop?port=5433
    /// ```
    "host-list", [Error, Warning] given, check,
    errors [
        "could not match {} port numbers to {} hosts",
        "could not match {} host names to {} hostaddr values",
        "could not match {} host names with {} hostaddr values"
    ],
    perhaps [
        "Port could not be cast to integer value as '{secret}'",
        "This string is not a valid url"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let list = parts.hostinfo;
    if parts.port.is_empty() || !list.of(url).contains(',') || !case.has_head() || case.is_misread()
    {
        return;
    }
    let is_refused = case.is_url_refused();
    let (severity, message) = match is_refused {
        true => {
            (Severity::Error, "several hosts have ports of their own, and Django takes one port")
        }
        false => {
            let message =
                "one port behind several hosts: Django uses it for all, psql for the last";
            (Severity::Warning, message)
        }
    };
    let help = "write the hosts without ports, and the ports as an option: `?port=5432,5433`";
    let mut finding = findings.report(severity, message, help).at([in_url(list)]);
    let read = split(list.of(url));
    // What is no list of hosts, or a longer one than anybody has, is beyond mending.
    let is_host = |host: &str| host.bytes().any(|it| !it.is_ascii_digit());
    let is_long = read.len() > LONGEST || case.hides(DATABASE_URL, list);
    if is_long || !read.iter().all(|(host, _)| is_host(host)) {
        return;
    }
    let hosts: Vec<_> = read.iter().map(|(host, _)| *host).collect();
    let hosts = hosts.join(",");
    let fix = |ports: &str| {
        let edit = Edit::write(DATABASE_URL, list, hosts.clone());
        let option = match ports {
            DEFAULT_PORT => None,
            ports => case.add_option(&alloc::format!("port={ports}")),
        };
        core::iter::once(edit).chain(option)
    };
    let each = ports(read.iter().map(|(_, port)| *port));
    if is_refused {
        finding.fix("write the ports as an option", fix(&each));
    } else {
        let one = parts.port.of(url);
        finding = finding.fix("use this port for all hosts, as Django does now", fix(one));
        if each != one {
            finding.fix("use it for the last host, 5432 for the others, as psql does", fix(&each));
        }
    }
}

const LONGEST: usize = 64;

/// Hosts and ports between the commas; an IPv6 address stands in brackets.
fn split(list: &str) -> Vec<(&str, &str)> {
    let entries = list.split(',').map(|entry| match entry.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (entry, ""),
    });
    entries.collect()
}

/// The list of ports, or the one that all have; a host without one has 5432.
fn ports<'p>(all: impl Iterator<Item = &'p str> + Clone) -> String {
    let all = all.map(|it| if it.is_empty() { DEFAULT_PORT } else { it });
    let first = all.clone().next().unwrap_or("");
    match all.clone().all(|it| it == first) {
        true => first.into(),
        false => all.collect::<Vec<_>>().join(","),
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn the_ports_move_into_an_option() {
        for (url, fixed) in [
            ("postgres://u:p@a:1,b:2/db", &["postgres://u:p@a,b/db?port=1,2"][..]),
            ("postgres://u:p@a:5432,b:5432/db", &["postgres://u:p@a,b/db"]),
            ("postgres://u:p@a,b:5432/db", &["postgres://u:p@a,b/db"]),
            ("postgres://u:p@a:5432,5433/db", &[]),
            ("postgres://u:p@a:5432,/db", &[]),
            (
                "postgres://u:p@a:1,b/db?sslmode=require",
                &["postgres://u:p@a,b/db?sslmode=require&port=1,5432"],
            ),
            (
                "postgres://u:p@a,b:2/db",
                &["postgres://u:p@a,b/db?port=2", "postgres://u:p@a,b/db?port=5432,2"],
            ),
        ] {
            assert_eq!(said_of(&RULE, url).len(), 1, "{url}");
            assert_eq!(fixed_url(&RULE, url), fixed, "{url}");
        }
    }

    #[test]
    fn hosts_without_ports_are_read_alike() {
        for url in
            ["postgres://u:p@a,b/db", "postgres:///db?host=a,b&port=1,2", "postgres://u:p,w@h:1/db"]
        {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
