//! `option-unknown`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, MANY, Socket, brief, in_url, rule, shown_key};
use crate::clients::cpython::value_str;
use crate::clients::django::POOL;
use crate::clients::foreign::{DJANGO, FOREIGN, Foreign, INSTANCES, OTHER_NAMES, SERVER, SOCKETS};
use crate::clients::{libpq, psycopg};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Line, LineId, Origin, Value};
use crate::provider::is_cloud_sql_instance;
use crate::recipe::Recipe;
use crate::span::Span;
use crate::syntax::python::quote;
use crate::tls::SslMode;

rule! {
    /// The URL has an option or a value that the driver does not know
    ///
    /// # What happens
    ///
    /// dj-database-url copies every option behind the `?` to `OPTIONS`, and Django hands them to
    /// psycopg. The process starts; the first connection fails:
    ///
    /// - `django.db.utils.ProgrammingError: invalid connection option "pgbouncer"` (psycopg 3);
    /// - `invalid dsn: invalid connection option "pgbouncer"` (psycopg2);
    /// - `invalid URI query parameter: "pgbouncer"` (psql).
    ///
    /// asyncpg under SQLAlchemy has no `sslmode`: `connect() got an unexpected keyword argument
    /// 'sslmode'`. It takes `ssl=require`.
    ///
    /// # Why it matters
    ///
    /// The URL was made for another tool: `pgbouncer`, `connection_limit` and `schema` are
    /// Prisma's, `ssl` is JDBC's, asyncpg's and node-postgres's, `conn_max_age` works with
    /// django-environ only, `statement_timeout` is a setting of the server. Or the name is nearly
    /// right: `ssl_mode`, `sslMode`, or `amp;sslmode` from a URL that was copied out of HTML.
    ///
    /// # What to do
    ///
    /// Write the driver's own name: libpq's is `sslmode=require`, asyncpg's `ssl=require`. A setting of the server goes into
    /// `options=-c%20statement_timeout%3D5000`, one of Django's into `settings.py`. Take out what
    /// only another tool reads.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid connection option` and `invalid URI query parameter`
    /// - [psycopg2 2.9.10, `psycopgmodule.c`](https://github.com/psycopg/psycopg2/blob/2.9.10/psycopg/psycopgmodule.c): `invalid dsn`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): every option goes to `OPTIONS`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS): the names that libpq knows
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pgbouncer=true
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?ssl_mode=require
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "option-unknown", [Error] given, check,
    errors [
        "invalid connection option \"{option}\"",
        "invalid URI query parameter: \"{option}\"",
        "extra key/value separator \"=\" in URI query parameter: \"{option}\"",
        "got an unexpected keyword argument 'sslmode'" =>
            "Write `ssl=require` instead: asyncpg has no `sslmode`",
        "connect() got an unexpected keyword argument 'sslmode'" =>
            "Write `ssl=require` instead: asyncpg has no `sslmode`",
        "connect() got an unexpected keyword argument '{option}'" =>
            "Take it out of the URL: asyncpg has no such option",
        "Invalid argument(s) '{option}' sent to create_engine",
        "unknown option `{option}`",
        "invalid {option:known} value: \"" => "Correct the value: libpq does not know it",
        "invalid value \"{}\" for m{}imum SSL protocol version" =>
            "Correct the value: libpq does not know it",
        "invalid integer value \"{secret}\" for connection option \"" =>
            "Write a whole number as the option's value"
    ],
    perhaps ["unrecognized configuration parameter \"{option}\""]
}

/// What an unknown option was meant to be.
#[derive(Clone, Copy)]
enum Meant {
    Django,
    Keyword(&'static str),
    Nobody,
    Server(&'static str),
    Socket,
    Ssl(Option<SslMode>),
    Tool(&'static Foreign),
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.has_odd_options() {
        return;
    }
    let is_unknown = |line: &Line<'a>| {
        let name = line.key.reveal();
        // What Django makes of `pool` another rule says.
        !psycopg::knows(name, &case.recipe)
            && name != POOL
            && !super::option_name_unsafe::is_unsafe(name)
    };
    let mut unknown = case.options().filter(|(_, line)| is_unknown(line)).peekable();
    if unknown.peek().is_none() || !case.ends_in_libpq() || case.is_misread() {
        return;
    }
    let mut message = String::from("The first connection fails: libpq has no option ");
    let mut found = Vec::new();
    let mut advised: Vec<(String, String)> = Vec::new();
    for (id, line) in unknown.take(MANY) {
        let meant = meant(line);
        if !found.is_empty() {
            message.push_str(", no ");
        }
        let name = alloc::format!("`{}`", shown_key(&line.key));
        message.push_str(&name);
        match line.key.reveal().starts_with("amp;") {
            true => message.push_str(" (`&amp;` is HTML for `&`)"),
            false => message.push_str(&remark(meant)),
        }
        let advice = match meant {
            Meant::Keyword(keyword) if is_given(case, keyword) => {
                advice(Meant::Nobody, &case.recipe)
            }
            Meant::Ssl(_) if is_given(case, "sslmode") => advice(Meant::Nobody, &case.recipe),
            Meant::Socket => socket_advice(case, line),
            meant => advice(meant, &case.recipe),
        };
        match advised.iter_mut().find(|(_, it)| *it == advice) {
            Some((names, _)) => {
                names.push_str(", ");
                names.push_str(&name);
            }
            None => advised.push((name, advice)),
        }
        found.push(Unknown { line, meant, spans: case.written_spans(id) });
    }
    let mut help = String::new();
    let is_one = advised.len() == 1;
    for (names, advice) in advised {
        help.push_str(if help.is_empty() { "" } else { "; " });
        if !is_one {
            help.push_str(&names);
            help.push_str(": ");
        }
        help.push_str(&advice);
    }
    let names = found.iter().flat_map(|it| &it.spans).map(|&it| in_url(case.option_name(it)));
    let finding = findings.report(Severity::Error, message, help).at(names);
    if let Some((title, edits)) = cure(case, &found) {
        finding.fix(title, edits);
    }
}

struct Unknown<'r, 'a> {
    line: &'r Line<'a>,
    meant: Meant,
    /// The values in the URL; several where the option is repeated.
    spans: Vec<Span>,
}

fn remark(meant: Meant) -> String {
    match meant {
        Meant::Django => " (a setting of Django's)".into(),
        Meant::Keyword(keyword) => alloc::format!(" (`{keyword}` is near)"),
        Meant::Nobody => String::new(),
        Meant::Server(_) => " (a setting of the server's)".into(),
        Meant::Socket => " (another tool's name for a Unix socket)".into(),
        Meant::Ssl(_) => " (an option of other drivers)".into(),
        Meant::Tool(it) => alloc::format!(" (an option of {})", it.tool),
    }
}

fn advice(meant: Meant, recipe: &Recipe) -> String {
    match meant {
        Meant::Django => "take it out of the URL; it belongs into settings.py".into(),
        Meant::Keyword(keyword) => alloc::format!("write `{keyword}`"),
        Meant::Nobody => "take out what libpq does not know".into(),
        Meant::Socket => "write `host=`".into(),
        Meant::Tool(it) => it.instead(recipe).into(),
        Meant::Server(_) => "hand a setting of the server over: `options=-c%20NAME%3DVALUE`".into(),
        Meant::Ssl(Some(mode)) => alloc::format!("write `sslmode={mode}`"),
        Meant::Ssl(None) => "take it out, and set `sslmode`".into(),
    }
}

fn meant(line: &Line<'_>) -> Meant {
    let name = line.key.reveal();
    // What is left of an `&` in HTML.
    let name = name.strip_prefix("amp;").unwrap_or(name);
    let is_name = |it: &&str| it.eq_ignore_ascii_case(name);
    if is_name(&"ssl") {
        return Meant::Ssl(ssl_mode(&value_str(&line.value)));
    }
    // dj-database-url takes the second in JDBC's spelling only.
    if is_name(&"schema") && line.value.as_str() == Some("public") {
        // It is the default.
        return Meant::Nobody;
    }
    if is_name(&"schema") || is_name(&"currentSchema") {
        return Meant::Server("search_path");
    }
    if DJANGO.iter().any(is_name) {
        return Meant::Django;
    }
    if let Some(name) = SERVER.iter().copied().find(|it| is_name(it)) {
        return Meant::Server(name);
    }
    if is_socket(name) {
        return Meant::Socket;
    }
    if is_name(&"sslaccept") && line.value.as_str() == Some("accept_invalid_certs") {
        return Meant::Ssl(Some(SslMode::Require));
    }
    if let Some(it) = FOREIGN.iter().find(|it| it.names.iter().any(is_name)) {
        return Meant::Tool(it);
    }
    near(name).map_or(Meant::Nobody, Meant::Keyword)
}

fn is_socket(name: &str) -> bool {
    SOCKETS.iter().chain(&INSTANCES).any(|it| it.eq_ignore_ascii_case(name))
}

/// Whether an option that libpq does not know holds the socket that is meant.
pub(super) fn names_socket(case: &Case<'_, '_>) -> bool {
    case.has_odd_options() && case.options().any(|(_, line)| is_socket(line.key.reveal()))
}

/// The socket's path in an option of another tool.
fn socket_path(line: &Line<'_>) -> String {
    let value = value_str(&line.value);
    let is_instance = INSTANCES.iter().any(|it| it.eq_ignore_ascii_case(line.key.reveal()));
    match is_instance || is_cloud_sql_instance(&value) {
        true => alloc::format!("/cloudsql/{}", value.trim_start_matches("/cloudsql/")),
        false => value.into(),
    }
}

/// Whether the URL has no host before its options, so that an option may be one.
fn is_hostless(case: &Case<'_, '_>) -> bool {
    case.resolution.url.is_some_and(|it| it.hostinfo.is_empty())
}

fn socket_advice(case: &Case<'_, '_>, line: &Line<'_>) -> String {
    let path = socket_path(line);
    let is_readable = !line.value.is_secret() && !matches!(line.value, Value::List(_));
    let Some(socket) = Socket::read(&path).filter(|_| is_readable) else {
        return advice(Meant::Socket, &case.recipe);
    };
    let mut help = match is_hostless(case) {
        true => alloc::format!("write `host={}`", brief(&socket.directory())),
        false => alloc::format!(
            "write `{}` in the host's place; as an option it is `host=`, and without a host before it",
            brief(&socket.host())
        ),
    };
    if let Some(port) = socket.port {
        help.push_str(&alloc::format!(" and `port={port}`"));
    }
    help
}

/// The mode that other drivers' `ssl` stands for.
fn ssl_mode(value: &str) -> Option<SslMode> {
    let is_yes = |it: &&str| it.eq_ignore_ascii_case(value);
    match ["true", "1", "yes", "on", "no-verify"].iter().any(is_yes) {
        true => Some(SslMode::Require),
        false => value.parse().ok(),
    }
}

/// The keyword that looks like `name`: but for case, `_`, `-` and blanks, or for a slip of the
/// finger.
pub(super) fn near(name: &str) -> Option<&'static str> {
    let plain = |text: &str| -> String {
        let kept = text.bytes().filter(|it| !matches!(it, b'_' | b'-' | b' '));
        kept.map(|it| char::from(it.to_ascii_lowercase())).collect()
    };
    let name = plain(name);
    let other = OTHER_NAMES.iter().find(|(other, _)| plain(other) == name);
    let keywords = || libpq::KEYWORDS.iter().map(|it| it.name);
    other
        .map(|(_, keyword)| *keyword)
        .or_else(|| keywords().find(|it| plain(it) == name))
        .or_else(|| keywords().find(|it| is_slip(name.as_bytes(), plain(it).as_bytes())))
}

/// One letter too many, too few or wrong, or two that changed places.
fn is_slip(typed: &[u8], meant: &[u8]) -> bool {
    let head = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (typed, meant) =
        (typed.get(head..).unwrap_or_default(), meant.get(head..).unwrap_or_default());
    let tails = typed.iter().rev().zip(meant.iter().rev());
    let tail = tails.take_while(|(a, b)| a == b).count();
    let (typed, meant) = (
        typed.get(..typed.len() - tail).unwrap_or_default(),
        meant.get(..meant.len() - tail).unwrap_or_default(),
    );
    let is_long = head + tail > 2;
    match (typed, meant) {
        ([a, b], [c, d]) => is_long && a == d && b == c,
        _ => is_long && typed.len() <= 1 && meant.len() <= 1,
    }
}

/// What makes libpq know every option.
fn cure(case: &Case<'_, '_>, found: &[Unknown<'_, '_>]) -> Option<(String, Vec<Edit>)> {
    let (mut edits, mut removed) = (Vec::new(), Vec::new());
    let mut settings = Vec::new();
    let mut title = String::new();
    for it in found {
        let whole = |span| Span::new(case.option_name(span).start, span.end);
        match it.meant {
            Meant::Keyword(keyword) if !is_given(case, keyword) => {
                let names = it.spans.iter().map(|&span| case.option_name(span));
                edits.extend(names.map(|name| Edit::write(DATABASE_URL, name, keyword)));
                title = alloc::format!("write {keyword}");
            }
            Meant::Ssl(Some(mode)) if !is_given(case, "sslmode") => {
                let option = alloc::format!("sslmode={mode}");
                title = alloc::format!("write {option}");
                let spans = it.spans.iter().copied().map(whole);
                edits.extend(spans.map(|it| Edit::write(DATABASE_URL, it, option.clone())));
            }
            Meant::Server(name) => settings.push((name, it)),
            Meant::Socket if !it.line.value.is_secret() => {
                let path = socket_path(it.line);
                let (socket, [span]) = (Socket::read(&path)?, it.spans.as_slice()) else {
                    return None;
                };
                let port = socket.port.filter(|_| !is_given(case, "port"));
                let port = port.map_or(String::new(), |port| alloc::format!("port={port}"));
                let option = match is_hostless(case) {
                    true if is_given(case, "host") => port,
                    true => {
                        title = alloc::format!("write host={}", brief(&socket.directory()));
                        let joint = if port.is_empty() { "" } else { "&" };
                        alloc::format!("host={}{joint}{port}", socket.value())
                    }
                    false => {
                        title = "write the socket's directory in the host's place".into();
                        let hostinfo = case.resolution.url?.hostinfo;
                        edits.push(case.rewrite(hostinfo, socket.host()));
                        port
                    }
                };
                match option.is_empty() {
                    true => removed.push(*span),
                    false => edits.push(Edit::write(DATABASE_URL, whole(*span), option)),
                }
            }
            _ => {
                title = match shown_key(&it.line.key) {
                    name if name.is_empty() => "take it out".into(),
                    name => alloc::format!("take {name} out"),
                };
                removed.extend(&it.spans);
            }
        }
    }
    if settings.iter().any(|(_, it)| matches!(it.line.value, Value::List(_))) {
        return None;
    }
    if !settings.is_empty() {
        title = "hand it to the server".into();
        let (text, spans) = to_options(&settings);
        let mut spans = spans.into_iter();
        let edit = match case.option("options") {
            None => {
                let first = spans.next()?;
                let place = Span::new(case.option_name(first).start, first.end);
                Edit::write(DATABASE_URL, place, alloc::format!("options={text}"))
            }
            Some((_, line)) => match &line.origin {
                Origin::Variable { span, .. } if !line.value.is_secret() => {
                    let before = quote(&value_str(&line.value));
                    Edit::write(DATABASE_URL, *span, alloc::format!("{before}%20{text}"))
                }
                // `currentSchema` would write over it.
                _ => return None,
            },
        };
        edits.push(edit);
        removed.extend(spans);
    }
    if found.len() > 1 {
        title = match edits.is_empty() {
            true => "take out what libpq does not know".into(),
            false => "write what libpq knows".into(),
        };
    }
    edits.extend(case.remove_options(&removed));
    Some((title, edits))
}

/// The settings as a value of `options`, and where they were written.
fn to_options(settings: &[(&str, &Unknown<'_, '_>)]) -> (String, Vec<Span>) {
    let (mut text, mut spans) = (String::new(), Vec::new());
    for (name, it) in settings {
        // The server splits at blanks that have no backslash before them.
        let value = value_str(&it.line.value).replace('\\', "\\\\").replace(' ', "\\ ");
        text.push_str(if text.is_empty() { "" } else { "%20" });
        text.push_str(&alloc::format!("-c%20{name}%3D{}", quote(&value)));
        spans.extend(&it.spans);
    }
    (text, spans)
}

/// Whether the URL says it already, be it in vain.
fn is_given(case: &Case<'_, '_>, keyword: &str) -> bool {
    let is_in_url = |id: LineId| !case.written_spans(id).is_empty();
    case.option(keyword).is_some_and(|(id, _)| is_in_url(id))
        || case.winner(keyword).is_some_and(|(id, line)| line.value.is_truthy() && is_in_url(id))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::{RULE, near};
    use crate::advice::testing::{fixed_url, said, said_of};
    use alloc::format;

    #[track_caller]
    fn check(query: &str, fixed: &str) {
        let url = "postgres://app:correct-horse@db.example.com/shop";
        let fixes = fixed_url(&RULE, &format!("{url}{query}"));
        let expected = format!("{url}{fixed}");
        assert_eq!(fixes, [expected], "{query}");
    }

    #[test]
    fn what_html_left_is_named() {
        let url = "postgres://app:p@db.example.com/shop?sslmode=require&amp;connect_timeout=5";
        let said = said_of(&RULE, url);
        assert!(said[0].contains("(`&amp;` is HTML for `&`)"), "{said:?}");
    }

    #[test]
    fn a_name_is_put_right_or_taken_out() {
        check("?pgbouncer=true", "");
        check("?pgbouncer=true&sslmode=require", "?sslmode=require");
        check(
            "?sslmode=require&pgbouncer=true&schema=x",
            "?sslmode=require&options=-c%20search_path%3Dx",
        );
        check("?pgbouncer=true&connection_limit=1&schema=public", "");
        check("?ssl_mode=require&a=1", "?sslmode=require");
        check("?sslmode=require&amp;connect_timeout=5", "?sslmode=require&connect_timeout=5");
        check("?SSLMODE=require", "?sslmode=require");
        check("?sslmode=require&sslMode=require", "?sslmode=require");
        check("?aplication_name=a%20b&supa=x", "?application_name=a%20b");
        check("?username=me", "");
        check("?prepareThreshold=0&currentSchema=app", "?currentSchema=app");
        check("?sslaccept=accept_invalid_certs", "?sslmode=require");
    }

    #[test]
    fn a_socket_is_a_host() {
        let fixed = |url: &str| fixed_url(&RULE, url);
        for (option, host) in [
            ("unix_sock=/cloudsql/p:r-1:i/.s.PGSQL.5432", "host=/cloudsql/p:r-1:i"),
            ("unix_sock=%2Fcloudsql%2Fp%3Ar-1%3Ai%2F.s.PGSQL.5432", "host=/cloudsql/p:r-1:i"),
            ("unix_socket=/run/.s.PGSQL.6432", "host=/run&port=6432"),
            ("socket=/var/run/postgresql", "host=/var/run/postgresql"),
            ("socketPath=//cloudsql/p:r-1:i", "host=/cloudsql/p:r-1:i"),
            ("cloudSqlInstance=p:r-1:i", "host=/cloudsql/p:r-1:i"),
            ("socketFactoryArg=p:r-1:i", "host=/cloudsql/p:r-1:i"),
        ] {
            let url = "postgres://postgres:correct-horse@/shop?";
            let fixes = fixed(&format!("{url}{option}"));
            assert_eq!(fixes, [format!("{url}{host}")], "{option}");
            let said = said_of(&RULE, &format!("{url}{option}"));
            assert!(said.len() == 1 && said[0].contains("Unix socket"), "{said:?}");
        }
        let url = "postgres://u:correct-horse@localhost/db?unix_sock=/tmp/.s.PGSQL.6432";
        assert_eq!(fixed(url), ["postgres://u:correct-horse@%2Ftmp/db?port=6432"]);
    }

    #[test]
    fn ssl_is_an_sslmode() {
        check("?ssl=true", "?sslmode=require");
        check("?ssl=no-verify", "?sslmode=require");
        check("?ssl=false", "");
        check("?sslmode=require&ssl=true", "?sslmode=require");
    }

    #[test]
    fn settings_of_the_server_are_handed_over() {
        check("?statement_timeout=30s", "?options=-c%20statement_timeout%3D30s");
        check(
            "?search_path=a,+b&x=1&lock_timeout=5",
            "?options=-c%20search_path%3Da%2C%5C%20b%20-c%20lock_timeout%3D5",
        );
        check("?options=-c%20a=b&lock_timeout=5", "?options=-c%20a%3Db%20-c%20lock_timeout%3D5");
    }

    #[test]
    fn each_is_named_with_the_tool_it_belongs_to() {
        let said = said_of(&RULE, "postgres://h/db?pgbouncer=true&conn_max_age=60&foo=1");
        assert_eq!(
            said,
            ["error: The first connection fails: libpq has no option `pgbouncer` (an option of \
              Prisma), no `conn_max_age` (a setting of Django's), no `foo` <pgbouncer> \
              <conn_max_age> <foo>"]
        );
    }

    #[test]
    fn each_has_its_own_advice() {
        let help = |query: &str| {
            let url = format!("postgres://h/db?{query}");
            let answer = crate::resolve(crate::Inputs::url(&url));
            let mut its = answer.diagnostics.iter().filter(|it| *it.rule == RULE);
            its.next().map(|it| it.help.clone().into_owned())
        };
        let found = help("prepared_statements=false&pgbouncer=true&statement_cache_size=0");
        let found = found.unwrap();
        assert!(
            found.starts_with("`prepared_statements`, `statement_cache_size`: take"),
            "{found}"
        );
        assert!(found.contains("; `pgbouncer`: take it out; for a transaction pooler"), "{found}");
    }

    #[test]
    fn what_somebody_takes_is_no_unknown_option() {
        for query in ["requiressl=1", "pool=true", "autocommit=1", "isolation_level=2", "a%20b=1"] {
            assert!(said_of(&RULE, &format!("postgres://h/db?{query}")).is_empty(), "{query}");
        }
        assert!(said_of(&RULE, "mysql://h/db?charset=utf8").is_empty());
        assert!(said(&RULE, &[("DB_HOST", "h")]).is_empty());
    }

    #[test]
    fn a_near_name_is_near() {
        for (name, keyword) in [
            ("Target-Session-Attrs", "target_session_attrs"),
            ("sslmdoe", "sslmode"),
            ("sslmod", "sslmode"),
            ("channel_bindings", "channel_binding"),
            ("sslRootCert", "sslrootcert"),
        ] {
            assert_eq!(near(name), Some(keyword), "{name}");
        }
        for name in ["", "s", "ssl", "sslaccept", "pool", "mode", "tls"] {
            assert_eq!(near(name), None, "{name}");
        }
    }
}
