//! `scheme-unknown`.

use alloc::borrow::Cow;
use alloc::string::ToString;

use crate::advice::{Case, Findings, brief, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::libpq::parse_keyvalue;
use crate::syntax::python::quote;
use crate::syntax::words;

rule! {
    /// The URL's scheme is not registered with dj-database-url
    ///
    /// # What happens
    ///
    /// Django does not start: `ValueError: No support for 'postgress'. We support: cockroach, …`
    /// with dj-database-url 2.1.0, `UnknownSchemeError: Scheme 'postgress://' is unknown. Did you
    /// forget to register custom backend?` with 3.x. The other way round, `pgsql://` and capital
    /// letters are fine for Django and refused by psql, which then reads the whole URL as
    /// `key=value` pairs and prints it, password included:
    /// `missing "=" after "pgsql://…" in connection info string`.
    ///
    /// SQLAlchemy knows no `postgres`: `Can't load plugin: sqlalchemy.dialects:postgres`; asyncpg only
    /// two: `invalid DSN: scheme is expected to be either "postgresql" or "postgres"`.
    ///
    /// # Why it matters
    ///
    /// Tools have schemes of their own: SQLAlchemy's `postgresql+psycopg`, JDBC's `jdbc:postgresql`,
    /// Prisma's `prisma+postgres`. Without a scheme, `app:secret@host/shop` has the scheme `app`.
    /// And `host=… dbname=…` is libpq's own form, which is no URL.
    ///
    /// # What to do
    ///
    /// For PostgreSQL write `postgresql://`: Django, psql and every driver take it.
    ///
    /// # References
    ///
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `UnknownSchemeError`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `missing "=" after`
    /// - [SQLAlchemy 2.0.49, `langhelpers.py`](https://github.com/sqlalchemy/sqlalchemy/blob/rel_2_0_49/lib/sqlalchemy/util/langhelpers.py): `Can't load plugin`
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): `invalid DSN`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgresql+psycopg://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="host=db.example.com dbname=shop user=app"
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=pgsql://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgresql://app:correct-horse@db.example.com/shop
    /// ```
    "scheme-unknown", [Error, Warning], check,
    errors [
        "nonexistent 'postgres' adapter" =>
            "Write `adapter: postgresql`",
        "(Ecto.InvalidURLError) invalid url" =>
            "Write `ecto://USER:PASSWORD@HOST/DATABASE`",
        "no driver found for URL scheme",
        "invalid URI scheme designator",
        "No support for '{}'. We support",
        "is unknown. Did you forget to register custom backend?",
        "Can't load plugin: sqlalchemy.dialects:",
        "scheme is expected to be either \"postgresql\" or \"postgres\"",
        "missing \"=\" after \"{secret}\" in connection info string",
        "URL scheme should be",
        "Could not parse SQLAlchemy URL",
        "Could not parse rfc1738 URL",
        "the URL must start with the protocol `postgresql://`",
        "The asyncio extension requires an async driver" =>
            "Write `postgresql+asyncpg://` or `postgresql+psycopg://`: this driver is not async",
        "No suitable driver found for" =>
            "Write `jdbc:postgresql://…`, and add PostgreSQL's driver",
        "claims to not accept jdbcUrl" =>
            "Write `jdbc:postgresql://…` without user and password in front of the host",
        "Format of the initialization string does not conform" =>
            "Write `Host=…;Username=…;Password=…;Database=…`: Npgsql reads no URL"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let scheme = parts.scheme.of(url);
    // What Python deletes is another rule's business.
    if matches!(scheme, "postgres" | "postgresql") || scheme.contains(['\t', '\n', '\r']) {
        return;
    }
    if case.is_url_refused() && !case.has_known_scheme() {
        report_unknown(case, url, parts.scheme, findings);
    } else if case.resolution.engine() == Some(crate::clients::settings::POSTGRESQL) {
        // A GIS backend has no other scheme, so nothing is said about one.
        findings
            .report(
                Severity::Warning,
                alloc::format!("Django takes the scheme `{scheme}`, psql does not"),
                "write `postgresql://`, which both take",
            )
            .at([in_url(parts.scheme)])
            .fix("write postgresql://", [Edit::write(DATABASE_URL, parts.scheme, "postgresql")]);
    }
}

fn report_unknown<'a>(case: &Case<'_, 'a>, url: &str, scheme: Span, findings: &mut Findings<'a>) {
    // What stands before the scheme, or in the place of the whole URL, is another rule's business.
    let start = url.len() - url.trim_start_matches(|c| c <= ' ').len();
    let head = Span::new(start, start + head(url.get(start..).unwrap_or("")));
    let is_covered = case.bare().is_empty()
        || !case.before_url().is_empty()
        || super::url_another_form::form(case).is_some();
    if is_covered || case.has_placeholder(Span::new(start, head.end + 1)) {
        return;
    }
    if let Some(text) = from_pairs(case, url) {
        let whole = Span::new(0, url.len());
        findings
            .report(
                Severity::Error,
                "DATABASE_URL holds libpq's `key=value` pairs, and dj-database-url reads URLs only",
                "write them as `postgresql://user:password@host:port/database`",
            )
            .at([in_url(whole)])
            .fix("write the pairs as a URL", [Edit::replace(DATABASE_URL, whole, text)]);
        return;
    }
    let Beginning { end, meant, what } = beginning(url, scheme, head);
    let quote = |it: Span| brief(&case.quote(DATABASE_URL, it).to_string());
    let help: Cow<'static, str> = match (&what, meant) {
        (Begins::With("Prisma's"), _) => {
            "copy the direct connection string from Prisma's console: it starts with `postgres://`"
                .into()
        }
        (Begins::With("a web address"), _) => {
            "copy the database's connection string from its console".into()
        }
        (Begins::With(_), None) => {
            "set DATABASE_URL to the URL of the PostgreSQL database: `postgresql://…`".into()
        }
        (_, meant) => {
            alloc::format!("start the URL with `{}://`", meant.unwrap_or("postgresql")).into()
        }
    };
    let message: Cow<'static, str> = match (scheme.is_empty(), what) {
        (_, Begins::WithoutScheme) => {
            "the URL has no scheme: it starts with what follows one".into()
        }
        (true, _) => "the URL has no scheme that Django could read".into(),
        (_, Begins::With(whose)) => {
            let word = quote(Span::new(head.start, end));
            let word = word.trim_end_matches(SEPARATORS);
            alloc::format!("`{word}` is {whose}, and dj-database-url has no such scheme").into()
        }
        (_, Begins::Misspelt) => {
            let (scheme, meant) = (quote(scheme), meant.unwrap_or_default());
            alloc::format!("dj-database-url has no scheme `{scheme}`; `{meant}` is near").into()
        }
        (_, Begins::Otherwise) => {
            alloc::format!("dj-database-url has no scheme `{}`", quote(scheme)).into()
        }
    };
    let shown = if scheme.is_empty() { head } else { scheme };
    let finding = findings.report(Severity::Error, message, help).at([in_url(shown)]);
    if let Some(meant) = meant {
        let written = alloc::format!("{meant}://");
        let edit = Edit::write(DATABASE_URL, Span::new(0, end), written.clone());
        let edits = core::iter::once(edit).chain(case.encode_behind(end));
        finding.fix(alloc::format!("write {written}"), edits);
    }
}

/// What an unknown scheme is, where the URL goes on behind it, and which scheme was meant.
struct Beginning {
    end: usize,
    meant: Option<&'static str>,
    what: Begins,
}

enum Begins {
    WithoutScheme,
    Misspelt,
    /// A scheme that somebody else knows.
    With(&'static str),
    Otherwise,
}

fn beginning(url: &str, scheme: Span, head: Span) -> Beginning {
    let behind = |at: usize| url.get(at..).unwrap_or("");
    // The separator may be damaged: `postgres//`, `postgres ://`, `postgres;//`.
    let rest = behind(head.end).trim_start_matches(SEPARATORS);
    let end = url.len() - rest.len();
    let is_separated = Span::new(head.end, end).of(url).contains(['/', '\\']);
    let word = head.of(url);
    if word.eq_ignore_ascii_case("jdbc") {
        let (inner, _) = rest.split_once(':').unwrap_or((rest, ""));
        let rest = rest.get(inner.len()..).unwrap_or("").trim_start_matches([':', '/']);
        let end = url.len() - rest.len();
        return Beginning { end, meant: near(inner), what: Begins::With("JDBC's") };
    }
    if word.is_empty()
        && let Some(at) = words::find(behind(head.start), "://")
        && at > 0
        && !behind(head.start).get(..at).unwrap_or("").contains(['@', '/', ':'])
    {
        // A letter from another alphabet, a backslash.
        let word = Span::new(head.start, head.start + at).of(url);
        return Beginning { end: head.start + at + 3, meant: near(word), what: Begins::Otherwise };
    }
    if !is_separated || word.is_empty() {
        // `user:password@host`, `//user:password@host`, `://user:password@host`
        let is_address = behind(head.start).contains('@');
        let end = if word.is_empty() { end } else { head.start };
        let meant = is_address.then_some("postgresql");
        let what = if is_address { Begins::WithoutScheme } else { Begins::Otherwise };
        return Beginning { end, meant, what };
    }
    let meant = near(word);
    let what = match word.split_once('+') {
        Some(("prisma", _)) => Begins::With("Prisma's"),
        Some((_, "asyncpg" | "psycopg" | "psycopg2" | "psycopg_async" | "pg8000" | "pymysql")) => {
            Begins::With("SQLAlchemy's")
        }
        _ if word == "ecto" => Begins::With("Ecto's"),
        _ if word.eq_ignore_ascii_case("https") || word.eq_ignore_ascii_case("http") => {
            Begins::With("a web address")
        }
        _ if let Some((_, whose)) = OTHERS.iter().find(|it| is_of(word, it.0)) => {
            Begins::With(whose)
        }
        _ if meant.is_some() && !scheme.is_empty() => Begins::Misspelt,
        _ => Begins::Otherwise,
    };
    let meant = match what {
        Begins::With(whose) if OTHERS.iter().any(|it| it.1 == whose) => None,
        _ if word == "ecto" => Some("postgresql"),
        _ => meant,
    };
    Beginning { end, meant, what }
}

/// Schemes of what is no database of Django's, and whose they are.
const OTHERS: [(&str, &str); 14] = [
    ("redis", "Redis's"),
    ("rediss", "Redis's"),
    ("valkey", "Valkey's"),
    ("mongodb", "MongoDB's"),
    ("amqp", "RabbitMQ's"),
    ("amqps", "RabbitMQ's"),
    ("kafka", "Kafka's"),
    ("nats", "NATS's"),
    ("smtp", "a mail server's"),
    ("ldap", "a directory's"),
    ("s3", "an object store's"),
    ("ssh", "a remote shell's"),
    ("tcp", "a bare socket's"),
    ("unix", "a bare socket's"),
];

/// Whether a word is a scheme, or one with a transport behind a plus sign.
fn is_of(word: &str, scheme: &str) -> bool {
    word.split('+').next().is_some_and(|it| it.eq_ignore_ascii_case(scheme))
}

/// What stands between a scheme and the host, rightly or not.
const SEPARATORS: [char; 5] = [':', '/', '\\', ';', ' '];

/// How long the word is that a URL begins with.
fn head(url: &str) -> usize {
    let is_inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-' | '_');
    url.find(|c| !is_inside(c)).unwrap_or(url.len())
}

/// The scheme that a word comes near to. A library or tool is joined to it by a plus sign.
fn near(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let family = |piece: &str| match piece {
        it if it.starts_with("mysql") || it.starts_with("mariadb") => Some("mysql"),
        it if it.starts_with("sqlite") => Some("sqlite"),
        it if it.starts_with("cockroach") => Some("cockroach"),
        it if it.starts_with("timescale") => Some("timescale"),
        it if words::contains(it, "ostg") || it.starts_with("pg") => Some("postgresql"),
        it if it.starts_with('p') && (words::contains(it, "gr") || words::contains(it, "sql")) => {
            Some("postgresql")
        }
        it if it.starts_with("pos") => Some("postgresql"),
        _ => None,
    };
    word.split('+').find_map(family)
}

/// libpq's pairs as a URL; `None` where the text is no such thing, or a list of hosts.
fn from_pairs(case: &Case<'_, '_>, url: &str) -> Option<Text<'static>> {
    let params = url.contains('=').then(|| parse_keyvalue(url.trim(), &case.recipe.libpq))?.ok()?;
    let value = |keyword: &str| {
        let last = params.iter().rfind(|it| it.keyword == keyword)?;
        core::str::from_utf8(&last.value).ok()
    };
    // A password that is no value of its own: nobody knows what it is a part of.
    let mut secrets = case.resolution.secrets.iter().filter(|it| it.input == DATABASE_URL);
    if secrets.nth(usize::from(value("password").is_some())).is_some() {
        return None;
    }
    let mut text = Text::plain("postgresql://");
    if let Some(user) = value("user") {
        text = text.and(quote(user));
        if let Some(password) = value("password") {
            text = text.and(":").and_hidden(quote(password));
        }
        text = text.and("@");
    }
    match value("host")? {
        host if host.contains(',') => return None,
        host if host.contains(':') => text = text.and(alloc::format!("[{host}]")),
        host => text = text.and(quote(host)),
    }
    if let Some(port) = value("port") {
        text = text.and(alloc::format!(":{port}"));
    }
    text = text.and(alloc::format!("/{}", quote(value("dbname").unwrap_or(""))));
    let mut joint = "?";
    for param in &params {
        if !matches!(&*param.keyword, "user" | "password" | "host" | "port" | "dbname") {
            let option = quote(core::str::from_utf8(&param.value).ok()?);
            let name = alloc::format!("{joint}{}=", param.keyword);
            text = match crate::clients::libpq::is_secret(&param.keyword) {
                true => text.and(name).and_hidden(option),
                false => text.and(name + &option),
            };
            joint = "&";
        }
    }
    Some(text)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};
    use alloc::string::ToString;

    const REST: &str = "u:p@h/db";

    #[track_caller]
    fn check(beginning: &str, message: &str) {
        let url = alloc::format!("{beginning}{REST}");
        let said = said_of(&RULE, &url);
        assert!(said.len() == 1 && said[0].contains(message), "{url}: {said:?}");
        assert_eq!(fixed_url(&RULE, &url), [alloc::format!("postgresql://{REST}")], "{url}");
    }

    #[test]
    fn a_near_miss_is_named_and_mended() {
        for scheme in ["postgress", "postgre", "posgres", "psql", "pg", "postgresq1", "potsgres"] {
            check(&alloc::format!("{scheme}://"), "`postgresql` is near");
        }
        for scheme in ["postgresql+psycopg", "postgresql+asyncpg", "postgres+psycopg2"] {
            check(&alloc::format!("{scheme}://"), "is SQLAlchemy's");
        }
        check("jdbc:postgresql://", "`jdbc:postgresql` is JDBC's");
        check("prisma+postgres://", "is Prisma's");
        check("ecto://", "is Ecto's");
        check("xpostgres://", "is near <xpostgres>");
        check("django.db.backends.postgresql://", "is near");
    }

    #[test]
    fn a_missing_or_damaged_scheme_is_written() {
        for beginning in ["", "//", "://"] {
            check(beginning, "the URL has no scheme: it starts with what follows one");
        }
        for beginning in [
            "postgres//",
            "postgres;//",
            "postgres ://",
            "postgresql_psycopg2://",
            "\\postgres://",
            "ｐostgres://",
        ] {
            check(beginning, "the URL has no scheme that Django could read");
        }
    }

    #[test]
    fn the_fix_cures_the_password_as_well() {
        assert_eq!(fixed_url(&RULE, "psql://u:p#s@h/db"), ["postgresql://u:p%23s@h/db"]);
    }

    #[test]
    fn pairs_become_a_url() {
        let url = "host=h port=5433 user=u password='p w' dbname=db sslmode=require";
        let fixed = "postgresql://u:p%20w@h:5433/db?sslmode=require";
        assert_eq!(fixed_url(&RULE, url), [fixed]);
        assert_eq!(said_of(&RULE, "host=/run user=u dbname=db").len(), 1);
    }

    #[test]
    fn other_databases_have_no_near_scheme() {
        for url in ["mongodb://u:p@h/db", "redis://h/0", "https://x.supabase.co"] {
            assert_eq!(said_of(&RULE, url).len(), 1, "{url}");
            assert!(fixed_url(&RULE, url).is_empty(), "{url}");
        }
    }

    #[test]
    fn what_is_no_database_is_not_given_another_scheme() {
        for (url, message, help) in [
            ("redis://:p@h:6379/0", "`redis` is Redis's", "set DATABASE_URL to the URL of"),
            ("mongodb+srv://u:p@h/db", "is MongoDB's", "set DATABASE_URL to the URL of"),
            ("unix:///run/postgresql/db", "is a bare socket's", "set DATABASE_URL"),
            ("mariadb://u:p@h/db", "`mysql` is near", "start the URL with `mysql://`"),
            ("jdbc:sqlserver://h;databaseName=db", "is JDBC's", "set DATABASE_URL"),
        ] {
            let answer = crate::resolve(crate::Inputs::url(url));
            let its = answer.diagnostics.iter().find(|it| it.rule == &RULE).expect(url);
            assert!(its.message.to_string().contains(message), "{url}: {}", its.message);
            assert!(its.help.to_string().starts_with(help), "{url}: {}", its.help);
        }
    }

    #[test]
    fn capital_letters_are_for_django_only() {
        assert!(said_of(&RULE, "POSTGRES://u:p@h/db")[0].starts_with("warning"));
        assert!(said_of(&RULE, "postgis://u:p@h/db").is_empty());
    }
}
