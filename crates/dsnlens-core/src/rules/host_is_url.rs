//! `host-is-url`.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::advice::{Case, Findings, brief, rule};
use crate::clients::dj_database_url::SCHEMES;
use crate::diagnostic::{Edit, Severity};
use crate::inputs::DATABASE_URL;
use crate::ledger::{Line, Origin};
use crate::provider::is_cloud_sql_instance;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::words;

rule! {
    /// The host holds more than a host
    ///
    /// # What happens
    ///
    /// `DB_HOST`, `HOST` or the option `host` holds a whole URL, a port, a database or quotes. All of it
    /// is looked up as one name, which does not exist: `failed to resolve host
    /// 'https://db.example.com'` from psycopg 3, `could not translate host name
    /// "db.example.com:5432" to address` from psql.
    ///
    /// # Why it matters
    ///
    /// The error reads like a fault of the network or of DNS. A page's address is copied from the
    /// browser; a database's address is copied from a console, which writes the port behind it.
    ///
    /// # What to do
    ///
    /// Write the name or the address alone, and the port on its own. Put a database's URL into
    /// `DATABASE_URL`.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `_conninfo_attempts.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/_conninfo_attempts.py): `failed to resolve host`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `could not translate host name`
    /// - [Django's documentation, `HOST`](https://docs.djangoproject.com/en/5.2/ref/settings/#host)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_HOST=https://db.example.com
    /// DB_NAME=shop
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com:6432
    /// DB_NAME=shop
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'http://db.example.com'}}
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db.example.com
    /// DB_NAME=shop
    /// ```
    "host-is-url", [Error] libpq given, check,
    errors [
        "could not translate host name \"{host:url}\" to address",
        "failed to resolve host '{host:url}'",
        "getaddrinfo ENOTFOUND {host:url}",
        "getaddrinfo EAI_AGAIN {host:url}"
    ]
}

/// What is written where a host should be.
#[derive(Debug, PartialEq)]
pub(super) struct Parts<'t> {
    scheme: &'t str,
    has_userinfo: bool,
    host: &'t str,
    port: &'t str,
    /// The database, without the slash.
    path: &'t str,
    has_wrapping: bool,
}

/// The parts of a text that is more than a host, where that is certain.
pub(super) fn parts(text: &str) -> Option<Parts<'_>> {
    let is_wrapping = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let inside = text.trim_matches(is_wrapping);
    let has_wrapping = inside.len() < text.len();
    if inside.is_empty() || inside.contains(['$', '{', '<', ',', ' ', '?', '%']) {
        return None;
    }
    let (scheme, rest) = words::split_once(inside, "://").unwrap_or(("", inside));
    // A socket's directory, or a socket without a file.
    if scheme.is_empty() && rest.starts_with(['/', '@']) {
        return None;
    }
    let (userinfo, rest) = rest.rsplit_once('@').map_or((None, rest), |it| (Some(it.0), it.1));
    let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
    if hosts.matches(':').count() > 1 || is_cloud_sql_instance(hosts) || hosts.starts_with('[') {
        return None;
    }
    let (host, port) = hosts.split_once(':').unwrap_or((hosts, ""));
    let is_name = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    let is_number = |it: &str| it.len() < 6 && it.bytes().all(|it| it.is_ascii_digit());
    // `run/postgresql` is a directory that lost its slash.
    let is_domain = host.contains('.') || host == "localhost" || !scheme.is_empty();
    if host.is_empty()
        || !host.chars().all(is_name)
        || !is_number(port)
        || rest.contains('/') && !is_domain
    {
        return None;
    }
    let is_more = !scheme.is_empty()
        || userinfo.is_some()
        || !port.is_empty()
        || rest.contains('/')
        || has_wrapping;
    is_more.then_some(Parts {
        scheme,
        has_userinfo: userinfo.is_some(),
        host,
        port,
        path,
        has_wrapping,
    })
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, line)) = case.winner("host").filter(|(_, it)| it.value.unknown().is_none()) else {
        return;
    };
    // What a reader makes of a URL's authority is other rules' business.
    let is_authority = case.resolution.url.is_some_and(|it| {
        line.origin
            .input_span()
            .is_some_and(|at| at.input == DATABASE_URL && it.netloc.overlaps(at.span))
    });
    let Some(parts) = parts(case.host()).filter(|_| !is_authority && !case.is_misread()) else {
        return;
    };
    let is_database = SCHEMES.iter().any(|it| it.name.eq_ignore_ascii_case(parts.scheme));
    let field = field(line);
    let message = match () {
        () if is_database => alloc::format!("{field} holds the URL of a database, not a host"),
        () if !parts.scheme.is_empty() => alloc::format!(
            "{field} holds a URL (`{}://`), and all of it is looked up as a name",
            brief(parts.scheme)
        ),
        () if parts.has_userinfo => {
            alloc::format!(
                "{field} holds a user in front of the host: all of it is looked up as a name"
            )
        }
        () if !parts.port.is_empty() => alloc::format!(
            "{field} holds the port {} behind the host: both are looked up as one name",
            parts.port
        ),
        () if !parts.path.is_empty() => alloc::format!(
            "{field} holds the path `/{}` behind the host: both are looked up as one name",
            brief(parts.path)
        ),
        () if parts.has_wrapping => {
            alloc::format!(
                "{field} has quotes or blanks around the host, and they are looked up with it"
            )
        }
        () => alloc::format!("{field} ends with a slash, and that is looked up with it"),
    };
    let is_api = parts.host.ends_with(".supabase.co") && !parts.host.starts_with("db.");
    let help = match () {
        () if is_database => String::from("Put it into DATABASE_URL, or write the host alone"),
        () if is_api => String::from(
            "Write the database's host: the provider's page with the connection string shows it, \
             and this is the address of its API",
        ),
        () => alloc::format!("Write `{}`{}", brief(parts.host), on_its_own(&parts)),
    };
    let finding = findings.report(Severity::Error, message, help).at(line.origin.input_span());
    let edits = match is_database {
        true => as_url(case, line),
        false if is_api => Vec::new(),
        false => alone(case, line, &parts),
    };
    if !edits.is_empty() {
        let title = match is_database {
            true => String::from("put it into DATABASE_URL"),
            false => alloc::format!("write the host alone{}", on_its_own(&parts)),
        };
        finding.fix(title, edits);
    }
}

fn on_its_own(parts: &Parts<'_>) -> &'static str {
    match (parts.port.is_empty(), parts.path.is_empty()) {
        (true, true) => "",
        (false, true) => ", and the port on its own",
        (true, false) => ", and the database on its own",
        (false, false) => ", and the port and the database on their own",
    }
}

/// What a person calls the place of the host.
fn field(line: &Line<'_>) -> String {
    match line.origin {
        Origin::Variable { name: DATABASE_URL, .. } => "The option `host`".to_string(),
        Origin::Variable { name, .. } => brief(name),
        Origin::Settings { .. } => "`HOST`".to_string(),
        _ => "The host".to_string(),
    }
}

/// The URL of a database, moved to where URLs are read.
fn as_url(case: &Case<'_, '_>, line: &Line<'_>) -> Vec<Edit> {
    let Origin::Variable { name: "DB_HOST", .. } = line.origin else { return Vec::new() };
    if case.url().is_some() {
        return Vec::new();
    }
    let text = case.host().trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
    let text = Text::default().and_hidden(text);
    alloc::vec![Edit::replace(DATABASE_URL, Span::new(0, 0), text)]
}

/// The host alone, with the port and the database in their own variables, where those are not set
/// to something else.
fn alone(case: &Case<'_, '_>, line: &Line<'_>, parts: &Parts<'_>) -> Vec<Edit> {
    let Some((variable, span)) = case.written(line) else { return Vec::new() };
    let others = [("DB_PORT", parts.port), ("DB_NAME", parts.path)];
    let others = others.into_iter().filter(|(_, value)| !value.is_empty());
    let is_certain = |(name, value): (&str, &str)| {
        variable == "DB_HOST" && case.inputs.get(name).is_none_or(|it| it.is_empty() || it == value)
    };
    let is_web = ["http", "https"].iter().any(|it| parts.scheme.eq_ignore_ascii_case(it));
    // A web server's port and path are none of a database's.
    if parts.has_userinfo
        || !others.clone().all(is_certain)
        || is_web && !(parts.port.is_empty() && parts.path.is_empty())
        || !parts.scheme.is_empty() && !is_web
    {
        return Vec::new();
    }
    let host = Edit::write(variable, span, String::from(parts.host));
    let write = |(name, value): (&'static str, &str)| {
        let length = case.inputs.get(name).map_or(0, str::len);
        Edit::write(name, Span::new(0, length), String::from(value))
    };
    [host].into_iter().chain(others.map(write)).collect()
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::{RULE, parts};
    use crate::advice::testing::{fixed, said};
    use std::prelude::rust_2024::*;

    #[track_caller]
    fn check(host: &str, message: &str, fixes: &[&str]) {
        let variables = [("DB_HOST", host), ("DB_USER", "app"), ("DB_PASSWORD", "quiet-otter-52")];
        let said = said(&RULE, &variables);
        assert_eq!(said, [format!("error: {message} <{host}>")], "{host}");
        assert_eq!(fixed(&RULE, &variables), fixes, "{host}");
    }

    #[test]
    fn what_is_around_a_host_is_named_and_taken_off() {
        check(
            "https://db.example.com",
            "DB_HOST holds a URL (`https://`), and all of it is looked up as a name",
            &["DB_HOST=db.example.com"],
        );
        check(
            "db.example.com:6432",
            "DB_HOST holds the port 6432 behind the host: both are looked up as one name",
            &["DB_HOST=db.example.com", "DB_PORT=6432"],
        );
        check(
            "db:5432",
            "DB_HOST holds the port 5432 behind the host: both are looked up as one name",
            &["DB_HOST=db", "DB_PORT=5432"],
        );
        check(
            "db.example.com/shop",
            "DB_HOST holds the path `/shop` behind the host: both are looked up as one name",
            &["DB_HOST=db.example.com", "DB_NAME=shop"],
        );
        check(
            "\"db.example.com\"",
            "DB_HOST has quotes or blanks around the host, and they are looked up with it",
            &["DB_HOST=db.example.com"],
        );
        check(
            "https://abcdefghijklmnop.supabase.co",
            "DB_HOST holds a URL (`https://`), and all of it is looked up as a name",
            &[],
        );
        check(
            "https://console.example.com:8443/databases",
            "DB_HOST holds a URL (`https://`), and all of it is looked up as a name",
            &[],
        );
        check(
            "postgres://app:quiet-otter-52@db.example.com:5432/shop",
            "DB_HOST holds the URL of a database, not a host",
            &["DATABASE_URL=postgres://app:quiet-otter-52@db.example.com:5432/shop"],
        );
    }

    #[test]
    fn a_port_that_is_set_to_another_one_is_left_alone() {
        let variables = [("DB_HOST", "db.example.com:6432"), ("DB_PORT", "5432")];
        assert_eq!(fixed(&RULE, &variables), [""; 0]);
    }

    #[test]
    fn a_host_is_only_a_host() {
        for host in [
            "",
            "db",
            "db.example.com",
            "10.0.0.1",
            "::1",
            "2001:db8::1",
            "/run/postgresql",
            "[::1]",
            "@abstract",
            "a,b",
            "${DB_HOST}",
            "cloudsql/p:r:i",
            "p:r:i",
            "run/postgresql",
            "None",
        ] {
            assert_eq!(parts(host), None, "{host}");
        }
    }
}
