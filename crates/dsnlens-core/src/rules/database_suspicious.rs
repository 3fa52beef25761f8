//! `database-suspicious`.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, Socket, in_url, is_this_machine, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Setting;
use crate::provider::socket_proxy;
use crate::span::{InputSpan, Span};
use crate::syntax::python::{quote, unquote};

rule! {
    /// The database's name holds what is hardly a part of it
    ///
    /// # What happens
    ///
    /// Everything between the host's slash and the first `?` is the name, to the byte: a slash at the
    /// end, blanks, quotes, and options that follow `&` or `;` where a `?` should stand. The server
    /// answers `FATAL: database "shop/" does not exist` (SQLSTATE 3D000). What follows a `#` is
    /// dropped by Python and kept by psql: `shop#prod` is `shop` to Django and `shop#prod` to psql;
    /// options behind a `#` are gone without a word.
    ///
    /// # Why it matters
    ///
    /// The name looks right in the error, and with `shop&sslmode=require` no option counts.
    ///
    /// # What to do
    ///
    /// Write the bare name, then `?`, then options with `&` between them. A character that does
    /// belong to the name is percent-encoded: `@` is `%40`, `#` is `%23`, `/` is `%2F`. The directory
    /// of a Unix socket is a host: percent-encode it with its leading slash, `@%2Fcloudsql%2F…/shop`,
    /// or write it as an option, `@/shop?host=/cloudsql/…`. Its port is an option, too: `?port=6432`.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `urlsplit()` cuts at `#` and `?`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `NAME` is the rest of the path
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_uri_parse_options()`
    /// - [PostgreSQL's documentation, connection URIs](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop/
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop&sslmode=require
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@/cloudsql/project:europe-west1:main/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "database-suspicious", [Warning], check,
    errors [
        "database \"{database:path}\" does not exist" =>
            "Write the database's bare name behind the host; a socket's directory goes into \
             `?host=`, and options follow `?`"
    ],
    perhaps ["database \"{database}\" does not exist"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, name)) = case.setting(Setting::Name) else { return };
    let Some(text) = name.value.as_str().filter(|it| !it.is_empty()) else { return };
    let Some(parts) = case.resolution.url else {
        // A line end alone is another rule's business.
        if text
            .trim_end_matches(['\n', '\r'])
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it))
        {
            return;
        }
        return check_field(text, name.origin.input_span(), findings);
    };
    // Most names are a word, and most URLs have no fragment.
    let is_word = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    if parts.fragment.is_empty() && text.bytes().all(is_word) {
        return;
    }
    let is_libpq = case.resolution.connect_params.is_some();
    if !is_libpq || case.is_misread() || case.has_lost_authority() {
        return;
    }
    let url = case.url().unwrap_or("");
    if !parts.fragment.is_empty() {
        check_fragment(case, url, parts.fragment, findings);
    }
    // What was pasted behind the URL is no part of the name.
    let end = parts.path.end.min(case.bare().end);
    let path = Span::new(parts.path.start, end);
    let written = Span::new((path.start + 1).min(end), end);
    let raw = written.of(url);
    if case.has_placeholder(written) {
        return;
    }
    let host = parts.hostname.of(url);
    if raw.starts_with('/') && ["http", "https"].iter().any(|it| host.eq_ignore_ascii_case(it)) {
        let web = Span::new(parts.hostname.start, written.start + 1);
        let message = alloc::format!("`{host}://` before the host makes `{host}` the host");
        findings
            .report(Severity::Warning, message, "take it out")
            .at([in_url(web)])
            .fix("take it out", [Edit::delete(DATABASE_URL, web)]);
        return;
    }
    let option =
        raw.find(['&', ';']).filter(|&at| raw.get(at..).is_some_and(|it| it.contains('=')));
    if let Some(at) = option {
        let place = Span::new(written.start + at, written.start + at + 1);
        findings
            .report(
                Severity::Warning,
                "the first option follows `&` or `;`, so that it is a part of the database's name",
                "write `?` before the first option, and `&` before each other one",
            )
            .at([in_url(place)])
            .fix("write `?` before the first option", [Edit::write(DATABASE_URL, place, "?")]);
        return;
    }
    let decoded = unquote(raw);
    let (decoded, is_hostless) = with_host(decoded, parts.hostinfo.of(url));
    if let Some(misplaced) = Misplaced::find(&decoded, is_hostless) {
        report_misplaced(case, &misplaced, Span::new(parts.hostinfo.start, end), written, findings);
        return;
    }
    let kept = raw.trim_matches(is_foreign);
    let name = decoded;
    let decoded = name.trim_matches(is_foreign);
    if kept.len() < raw.len() && !kept.is_empty() {
        let start = written.start + (raw.len() - raw.trim_start_matches(is_foreign).len());
        let around = [Span::new(written.start, start), Span::new(start + kept.len(), written.end)];
        let around: Vec<_> = around.into_iter().filter(|it| !it.is_empty()).collect();
        let cut: Vec<_> = around.iter().map(|it| Edit::delete(DATABASE_URL, *it)).collect();
        report_edges(around.into_iter().map(in_url), findings).fix("keep the bare name", cut);
    } else if raw.contains(['@', '/']) {
        let strange = raw.match_indices(['@', '/']).map(|(at, _)| written.start + at);
        findings
            .report(
                Severity::Warning,
                "the database's name holds `@` or `/`: mostly it is a piece of the URL's first half",
                "write `@` as `%40` and `/` as `%2F` if they belong to the name",
            )
            .at(strange.map(|at| in_url(Span::new(at, at + 1))))
            .fix("encode the name as Django reads it", [case.rewrite(written, quote(&name))]);
    } else if decoded.len() < name.len() {
        let edit = case.rewrite(written, quote(decoded));
        report_edges([in_url(written)], findings).fix("keep the bare name", [edit]);
    }
}

/// What belongs into the host's place and is a part of the database's name.
enum Misplaced<'t> {
    Directory(Socket<'t>, Option<&'t str>),
    Host(&'t str, &'t str),
}

impl<'t> Misplaced<'t> {
    /// With a host only a directory that is known is one.
    fn find(name: &'t str, is_hostless: bool) -> Option<Misplaced<'t>> {
        let whole = name.trim_end_matches('/');
        let (head, database) = whole.rsplit_once('/')?;
        let bare = head.trim_start_matches('/');
        let socket = Socket::read(whole)?;
        // Nothing is left for a database.
        let is_whole = database.starts_with(".s.PGSQL.")
            || database.starts_with([':', '('])
            || socket_proxy(&socket.directory()).is_some()
            || (bare.ends_with("run") && database == "postgresql");
        if is_whole && (is_hostless || socket.is_known()) {
            return Some(Misplaced::Directory(socket, None));
        }
        let socket = Socket::read(head)?;
        if !is_hostless {
            return socket.is_known().then_some(Misplaced::Directory(socket, Some(database)));
        }
        let host = bare.split(':').next().unwrap_or("");
        let is_host =
            head == bare && !bare.contains('/') && (host.contains('.') || is_this_machine(host));
        Some(match is_host && !host.starts_with('.') {
            true => Misplaced::Host(bare, database),
            false => Misplaced::Directory(socket, Some(database)),
        })
    }
}

/// Whether the name starts with what belongs into the host's place.
pub(super) fn names_host(case: &Case<'_, '_>) -> bool {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return false };
    let path = parts.path.of(url);
    let name = unquote(path.strip_prefix('/').unwrap_or(path));
    let (name, is_hostless) = with_host(name, parts.hostinfo.of(url));
    Misplaced::find(&name, is_hostless).is_some()
}

/// The name of the database, with the host where that is the first part of a socket's directory.
fn with_host<'t>(name: Cow<'t, str>, host: &str) -> (Cow<'t, str>, bool) {
    match host {
        "cloudsql" => (alloc::format!("/{host}/{name}").into(), true),
        _ => (name, host.is_empty()),
    }
}

fn report_misplaced<'a>(
    case: &Case<'_, 'a>,
    misplaced: &Misplaced<'_>,
    host_and_path: Span,
    written: Span,
    findings: &mut Findings<'a>,
) {
    let (socket, database) = match misplaced {
        Misplaced::Directory(socket, database) => (socket, database),
        Misplaced::Host(host, database) => {
            let text = alloc::format!("{host}/{}", quote(database));
            findings
                .report(
                    Severity::Warning,
                    "The host is behind a slash, so it is a part of the database's name",
                    "take out the slash before the host",
                )
                .at([in_url(written)])
                .fix("take out the slash before the host", [case.rewrite(host_and_path, text)]);
            return;
        }
    };
    let has_port = socket.port.is_some();
    let mut help = alloc::string::String::from(
        "write the directory as the host, percent-encoded with its leading slash: `@%2F…/NAME`",
    );
    if has_port {
        help.push_str(", and the port as an option: `?port=…`");
    }
    if database.is_none() {
        help.push_str("; the name of the database is missing behind it");
    }
    let finding = findings
        .report(
            Severity::Warning,
            "The socket's directory is in the place of the database's name",
            help,
        )
        .at([in_url(written)]);
    let Some(database) = database else { return };
    let text = alloc::format!("{}/{}", socket.host(), quote(database));
    let port = socket.port.filter(|_| case.option("port").is_none());
    let port = port.and_then(|it| case.add_option(&alloc::format!("port={it}")));
    let title = match has_port {
        false => "write the directory as the host, percent-encoded",
        true => "write the directory as the host, percent-encoded, and the port as an option",
    };
    finding.fix(title, [case.rewrite(host_and_path, text)].into_iter().chain(port));
}

fn check_field<'a>(name: &str, place: Option<InputSpan<'a>>, findings: &mut Findings<'a>) {
    let kept = name.trim_matches(is_foreign);
    if kept.len() == name.len() || kept.is_empty() {
        return;
    }
    let edit = place.map(|it| Edit::write("DB_NAME", it.span, alloc::string::String::from(kept)));
    report_edges(place, findings).fix("keep the bare name", edit);
}

fn report_edges<'f, 'a>(
    places: impl IntoIterator<Item = InputSpan<'a>>,
    findings: &'f mut Findings<'a>,
) -> crate::advice::Finding<'f, 'a> {
    let message = "a slash, a blank or a quote at its edge is a part of the database's name";
    findings.report(Severity::Warning, message, "write the bare name").at(places)
}

fn check_fragment<'a>(case: &Case<'_, 'a>, url: &str, fragment: Span, findings: &mut Findings<'a>) {
    // A comment behind a blank was pasted along, and another rule says so.
    if case.bare().end <= fragment.start {
        return;
    }
    let mark = Span::new(fragment.start - 1, fragment.start);
    let place = Span::new(mark.start, fragment.end);
    let finding = findings
        .report(
            Severity::Warning,
            "Python drops `#` and all that follows it; psql keeps it as a part of the value",
            "take it out, or write `#` as `%23` if it belongs to the name",
        )
        .at([in_url(place)]);
    let has_options = url.get(..mark.start).is_some_and(|it| it.contains('?'));
    let is_option = fragment.of(url).contains('=');
    let drop = [Edit::delete(DATABASE_URL, place)];
    match is_option {
        true => {
            let lead = if fragment.of(url).starts_with(['?', '&']) { 2 } else { 1 };
            let lead = Span::new(mark.start, mark.start + lead);
            let joint = if has_options { "&" } else { "?" };
            finding
                .fix("make the options behind `#` count", [Edit::write(DATABASE_URL, lead, joint)])
                .fix("drop what Django drops", drop)
        }
        false => finding
            .fix("drop what Django drops", drop)
            .fix("keep it in the value, as psql does", [Edit::write(DATABASE_URL, mark, "%23")]),
    };
}

/// What stands at the edge of a name by mistake.
fn is_foreign(c: char) -> bool {
    c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`')
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    #[track_caller]
    fn check(rest: &str, piece: &str, fixed: &[&str]) {
        let url = alloc::format!("postgres://u:p@h/{rest}");
        let said = said_of(&RULE, &url);
        assert!(said.len() == 1 && said[0].ends_with(piece), "{url}: {said:?}");
        let fixed: alloc::vec::Vec<_> =
            fixed.iter().map(|it| alloc::format!("postgres://u:p@h/{it}")).collect();
        assert_eq!(fixed_url(&RULE, &url), fixed, "{url}");
    }

    #[test]
    fn a_web_address_is_no_host() {
        for web in ["https", "http", "HTTPS"] {
            let url = alloc::format!("postgres://u:p@{web}://h/db");
            let said = said_of(&RULE, &url);
            assert!(said[0].ends_with(&alloc::format!("<{web}://>")), "{said:?}");
            assert_eq!(fixed_url(&RULE, &url), ["postgres://u:p@h/db"]);
        }
    }

    #[test]
    fn edges_are_cut() {
        check("db/", "</>", &["db"]);
        check("/db/?sslmode=require", "</> </>", &["db?sslmode=require"]);
        check("'db'?sslmode=require", "<'> <'>", &["db?sslmode=require"]);
        check(" db", "< >", &["db"]);
        check("db%20?sslmode=require", "<db%20>", &["db?sslmode=require"]);
        assert_eq!(fixed(&RULE, &[("DB_NAME", "\"shop\"\n")]), ["DB_NAME=shop"]);
    }

    #[test]
    fn a_directory_is_a_host() {
        for (rest, fixed) in [
            ("//cloudsql/p:r:i/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/cloudsql/p:r:i/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("///cloudsql/p:r:i/db/", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/cloudsql/p:r:i/db?sslmode=allow", "%2Fcloudsql%2Fp%3Ar%3Ai/db?sslmode=allow"),
            ("/%2Fcloudsql%2Fp%3Ar%3Ai/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/%2Fcloudsql%2Fp%3Ar%3Ai%2Fdb", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/cloudsql/p:r:i/.s.PGSQL.5432/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/run/postgresql:6432/db", "%2Frun%2Fpostgresql/db?port=6432"),
            ("/run/.s.PGSQL.6432/db?sslmode=allow", "%2Frun/db?sslmode=allow&port=6432"),
            ("/tmp:6432/db?port=6432", "%2Ftmp/db?port=6432"),
            ("localhost/cloudsql/p:r:i/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("cloudsql/p:r:i/db", "%2Fcloudsql%2Fp%3Ar%3Ai/db"),
            ("/db.example.com/db", "db.example.com/db"),
            ("/localhost:5433/db", "localhost:5433/db"),
        ] {
            let fixed = alloc::format!("postgres://u:p@{fixed}");
            let url = alloc::format!("postgres://u:p@{rest}");
            assert_eq!(fixed_url(&RULE, &url), [fixed], "{url}");
        }
        assert_eq!(fixed_url(&RULE, "postgres:////run/db"), ["postgres://%2Frun/db"]);
        for rest in ["/cloudsql/p:r:i", "/var/run/postgresql", "/tmp/.s.PGSQL.5432"] {
            let url = alloc::format!("postgres://u:p@{rest}");
            assert!(said_of(&RULE, &url)[0].contains("socket's directory"), "{url}");
            assert!(fixed_url(&RULE, &url).is_empty(), "{url}");
        }
    }

    #[test]
    fn options_start_with_a_question_mark() {
        check("db&sslmode=require", "<&>", &["db?sslmode=require"]);
        check("db;sslmode=require", "<;>", &["db?sslmode=require"]);
    }

    #[test]
    fn a_fragment_is_a_comment_or_a_part() {
        check("db#prod", "<#prod>", &["db", "db%23prod"]);
        check("db#sslmode=require", "<#sslmode=require>", &["db?sslmode=require", "db"]);
        check("db#?sslmode=require", "<#?sslmode=require>", &["db?sslmode=require", "db"]);
        check("db?a=1#b=2", "<#b=2>", &[]);
        check(
            "db?application_name=1#connect_timeout=2",
            "<#connect_timeout=2>",
            &["db?application_name=1&connect_timeout=2", "db?application_name=1"],
        );
    }

    #[test]
    fn a_name_of_two_worlds_is_encoded() {
        check("d@b", "<@>", &["d%40b"]);
        check("db/more", "</>", &["db%2Fmore"]);
    }

    #[test]
    fn names_are_names() {
        for rest in ["db", "my-db_1", "d%40b", "d%2Fb", "my.db", "über", "d%20b"] {
            assert!(
                said_of(&RULE, &alloc::format!("postgres://u:p@h/{rest}")).is_empty(),
                "{rest}"
            );
        }
        for url in ["postgres://u:p@h/db'", "postgres://u:p@h/db # x", "sqlite:///a/b.db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
        assert!(said(&RULE, &[("DB_NAME", "d@b")]).is_empty());
    }
}
