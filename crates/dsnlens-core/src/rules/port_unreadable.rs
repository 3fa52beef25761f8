//! `port-unreadable`.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use crate::advice::{Case, Findings, Socket, brief, rule};
use crate::clients::cpython::parse_int;
use crate::clients::settings::FIELDS;
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Value;
use crate::provider::is_cloud_sql_instance;
use crate::span::InputSpan;
use crate::syntax::python::{is_ip_address, unquote};
use crate::syntax::words;

rule! {
    /// The port is no number from 1 to 65535
    ///
    /// # What happens
    ///
    /// In a URL, Python takes ASCII digits and nothing else:
    /// `ValueError: Port could not be cast to integer value as '5432a'` or
    /// `Port out of range 0-65535` (dj-database-url 2.1.0), `ParseError: This string is not a valid
    /// url` (3.x). `DB_PORT` is looked at by the connection only. With a host's name psycopg 3 looks
    /// up both together: `failed to resolve host 'db': [Errno -8] Servname not supported for
    /// ai_socktype`. With an IP address it is libpq's `invalid integer value "5432a" for connection
    /// option "port"`, and for a number out of range `invalid port number: "70000"`.
    ///
    /// # Why it matters
    ///
    /// The error of `DB_PORT` speaks of the host. In Kubernetes, a Service called `db` makes every
    /// pod's `DB_PORT` something like `tcp://10.0.0.7:5432`.
    ///
    /// # What to do
    ///
    /// Write the port in digits. An IPv6 address stands in brackets: `[::1]:5432`. In Kubernetes set
    /// `enableServiceLinks: false` or rename the Service.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `port` of a URL
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid port number` and `invalid integer value`
    /// - [psycopg 3.3.4, `_conninfo_attempts.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/_conninfo_attempts.py): name and port are looked up together
    /// - [Kubernetes' documentation, Services](https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables): the variables of a Service
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:5432a/shop
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db
    /// DB_PORT=tcp://10.0.0.7:5432
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:5432/shop
    /// ```
    "port-unreadable", [Error], check,
    errors [
        "Port out of range 0-65535",
        "Servname not supported for ai_socktype",
        "Unrecognized service",
        "invalid integer value \"{secret}\" for connection option \"port\"",
        "invalid port number: \"{port}\""
    ],
    perhaps [
        "Port could not be cast to integer value as '{secret}'",
        "This string is not a valid url"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(refusal) = &case.resolution.refusal else { return };
    let Some(&found) = refusal.spans.first().filter(|it| !it.span.is_empty()) else { return };
    let value = case.inputs.get(found.input).unwrap_or("");
    if refusal.stage == &stages::RECIPE {
        let Some(parts) = case.resolution.url.filter(|it| it.port == found.span) else { return };
        let is_list = parts.hostinfo.of(value).contains(',');
        if is_list || case.is_misread() || case.has_placeholder(found.span) {
            return;
        }
    } else {
        let winner = case.winner("port").and_then(|(_, line)| line.origin.input_span());
        let is_placeholder = || case.placeholders().iter().any(|(it, _)| it.input == found.input);
        if winner != Some(found) || is_placeholder() {
            return;
        }
    }
    if let Some(socket) = instance(case, found, value) {
        findings
            .report(
                Severity::Error,
                "The host is a Cloud SQL instance, whose colons Python takes for the start of a port",
                "write the directory of its socket, percent-encoded: `%2Fcloudsql%2F…%3A…%3A…`",
            )
            .at([found])
            .fix("write the directory of its socket, percent-encoded", [socket]);
        return;
    }
    let port = found.span.of(value);
    let shown = brief(&case.quote(found.input, found.span).to_string());
    let help: Cow<'static, str> = match port {
        port if words::contains(port, "://") => {
            "write the port alone; in Kubernetes a Service of that name sets the variable".into()
        }
        port if port.contains(',') => "name as many ports as hosts, or one for all".into(),
        _ => "write a number from 1 to 65535 in plain digits, or leave the port out".into(),
    };
    let what = match (parse_int(port), readable(port)) {
        (Some(_), None) => "is out of range",
        (Some(_), Some(_)) => "is not written in plain digits",
        _ if port.contains(',') => "is a list, and there are not as many hosts",
        _ => "is no number",
    };
    let message = alloc::format!("the port `{shown}` in {} {what}", found.input);
    let finding = findings.report(Severity::Error, message, help).at([found]);
    if case.hides(found.input, found.span) {
        return;
    }
    let Some(variable) = FIELDS.into_iter().chain([DATABASE_URL]).find(|it| *it == found.input)
    else {
        return;
    };
    if let Some(edit) = address_edit(case, found, value) {
        finding.fix("put the IPv6 address in brackets", [edit]);
    } else if let Some(number) = readable(port) {
        finding.fix(
            alloc::format!("write the port {number}"),
            [Edit::write(variable, found.span, number)],
        );
    }
}

/// The socket of a Cloud SQL instance, where that is what the host names.
fn instance(case: &Case<'_, '_>, found: InputSpan<'_>, value: &str) -> Option<Edit> {
    let parts = case.resolution.url.filter(|it| it.port == found.span)?;
    let host = unquote(parts.hostinfo.of(value));
    let name = host.rsplit('/').next().filter(|it| is_cloud_sql_instance(it))?;
    if case.hides(DATABASE_URL, parts.hostinfo) {
        return None;
    }
    let path = match host.contains('/') {
        true => host.to_string(),
        false => alloc::format!("/cloudsql/{name}"),
    };
    let socket = Socket::read(&path)?.host();
    Some(Edit::write(DATABASE_URL, parts.hostinfo, socket))
}

/// The number that a port holds, where there is no doubt about it.
fn readable(port: &str) -> Option<String> {
    // `tcp://10.0.0.7:5432`, and a colon too many.
    let (_, number) = match words::places(port, "://").last() {
        Some(at) => port.get(at + 3..)?.rsplit_once(':')?,
        None => ("", port.trim_start_matches(':')),
    };
    // Twice the same.
    let number = number.split_once(':').map_or(number, |(it, again)| match it == again {
        true => it,
        false => number,
    });
    match parse_int(number)? {
        Value::Int(number @ 1..=65535) => Some(number.to_string()),
        _ => None,
    }
}

/// Brackets around an IPv6 address, whose colons pass for a port; what follows the last colon is
/// the port if the rest is an address too.
fn address_edit(case: &Case<'_, '_>, found: InputSpan<'_>, value: &str) -> Option<Edit> {
    let parts = case.resolution.url.filter(|it| it.port == found.span)?;
    let hostinfo = parts.hostinfo.of(value);
    if case.hides(DATABASE_URL, parts.hostinfo) {
        return None;
    }
    let text = match hostinfo.rsplit_once(':')? {
        (host, port) if host.contains(':') && is_ip_address(host) && readable(port).is_some() => {
            alloc::format!("[{host}]:{port}")
        }
        _ if is_ip_address(hostinfo) => alloc::format!("[{hostinfo}]"),
        _ => return None,
    };
    Some(Edit::write(DATABASE_URL, parts.hostinfo, text))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    #[track_caller]
    fn check(host: &str, piece: &str, fixed: &[&str]) {
        let url = alloc::format!("postgres://u:p@{host}/db");
        let said = said_of(&RULE, &url);
        assert!(said.len() == 1 && said[0].ends_with(&alloc::format!("<{piece}>")), "{said:?}");
        let fixed: alloc::vec::Vec<_> =
            fixed.iter().map(|it| alloc::format!("postgres://u:p@{it}/db")).collect();
        assert_eq!(fixed_url(&RULE, &url), fixed);
    }

    #[test]
    fn a_number_that_python_would_read_elsewhere_is_written_plainly() {
        check("h:５４３２", "５４３２", &["h:5432"]);
        check("h: 5432 ", " 5432 ", &["h:5432"]);
        check("h:5_432", "5_432", &["h:5432"]);
        check("h:70000", "70000", &[]);
        check("h:abc", "abc", &[]);
        check("h:-1", "-1", &[]);
        check("h::5432", ":5432", &["h:5432"]);
    }

    #[test]
    fn an_instance_is_a_socket() {
        let fixed = ["%2Fcloudsql%2Fp%3Ar-1%3Ai"];
        check("p:r-1:i", "r-1:i", &fixed);
        check("cloudsql%2Fp:r-1:i", "r-1:i", &fixed);
        check("%2Fcloudsql%2Fp:r-1:i", "r-1:i", &fixed);
    }

    #[test]
    fn an_ipv6_address_gets_its_brackets() {
        check("::1:5432", ":1:5432", &["[::1]:5432"]);
        check("2001:db8::7", "db8::7", &["[2001:db8::7]"]);
    }

    #[test]
    fn a_field_is_read_by_the_connection() {
        for (port, expected) in [
            ("tcp://10.0.0.7:5432", &["DB_PORT=5432"][..]),
            ("5432 ", &["DB_PORT=5432"]),
            ("abc", &[]),
            ("0", &[]),
        ] {
            let set = [("DB_HOST", "db"), ("DB_PORT", port)];
            assert_eq!(said(&RULE, &set).len(), 1, "{port}");
            assert_eq!(fixed(&RULE, &set), expected, "{port}");
        }
        assert!(said(&RULE, &[("DB_PORT", "05432")]).is_empty());
        assert!(said(&RULE, &[("DB_PORT", "$DB_PORT")]).is_empty());
    }

    #[test]
    fn other_rules_explain_what_is_no_port_at_all() {
        for url in
            ["postgres://u:p#s@h/db", "postgres://u:p@a:1,b:2/db", "postgres://u:p@h:PORT/db"]
        {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
        assert_eq!(said_of(&RULE, "postgres://u:p@h/db?port=abc").len(), 1);
    }
}
