//! `url-refused`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::credentials_misread::{AROUND, Wanted, as_options, listed, without_surroundings};
use crate::advice::{Case, Findings, Percent, brief, in_url, rule};
use crate::diagnostic::{Edit, Severity};
use crate::inputs::DATABASE_URL;
use crate::ledger::Moment;
use crate::span::{InputSpan, Span};
use crate::tls::{SslMode, Verification};

rule! {
    /// The client refuses the URL
    ///
    /// # What happens
    ///
    /// Something in the URL is not what this client reads: a scheme that it does not know (pgjdbc
    /// takes `jdbc:postgresql:`, SQLAlchemy `postgresql:`), an option that it has not
    /// (`unexpected keyword argument`, `unknown option`), a value that it cannot use
    /// (`connect_timeout=10s`, `sslmode=REQUIRE`), a port that is not a number, quotes around the URL.
    ///
    /// # Why it matters
    ///
    /// The application does not start, or no connection is made. Another client reads the same URL.
    ///
    /// # What to do
    ///
    /// Write what this client reads; the finding names the part that it refuses.
    ///
    /// # References
    ///
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): its errors
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `parse()`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `parse()`
    ///
    /// # Examples
    ///
    /// ```env,reports,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10s
    /// ```
    ///
    /// ```env,reports,client pgjdbc
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10s
    /// ```
    "url-refused", [Error] readers, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(refusal) = &case.resolution.refusal else { return };
    if refusal.unless.is_some() || !case.question.client.takes_urls() {
        return;
    }
    let subject = refusal.stage.title;
    let about = refusal.spans.first().copied();
    let part = part(case, about);
    let refuses = match refusal.stage.refuses {
        Moment::Start => "refuses",
        _ => "would refuse",
    };
    let message = alloc::format!("{subject} {refuses} {}", part.words(case));
    let mut finding = findings.report(Severity::Error, message, part.help()).at(about);
    for (title, edits) in cures(case, part) {
        finding = finding.fix(title, edits);
    }
}

/// What is refused.
#[derive(Clone, Copy)]
enum Part<'a> {
    Scheme(Span),
    /// An option, and whether it is refused for its name.
    Option(Span, bool),
    Port,
    Host,
    /// All of them, in a list.
    Hosts,
    Database,
    /// Quotes, a name and the like.
    Around,
    /// Another variable.
    Variable(&'a str),
    Whole,
}

fn part<'a>(case: &Case<'_, 'a>, about: Option<InputSpan<'a>>) -> Part<'a> {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return Part::Whole };
    let about = about.unwrap_or(in_url(Span::new(0, url.len())));
    if about.input != DATABASE_URL {
        return Part::Variable(about.input);
    }
    let at = about.span;
    let is_in = |part: Span| part.start <= at.start && at.end <= part.end && !part.is_empty();
    // A client may refuse all of it for a part.
    let is_vague = !is_in(parts.query) && !is_in(parts.scheme);
    let is_cured = |edits: &[Edit]| case.reread(edits, |read| read.refusal.is_none());
    let hosts = parts.hostinfo.of(url);
    if case.bare().len() < url.len() && is_cured(&without_surroundings(case)) {
        return Part::Around;
    }
    if is_in(parts.query) {
        let option = option(parts.query.start, parts.query.of(url), at.start);
        let name = option.of(url).split('=').next().unwrap_or("");
        let is_name = at.start < option.start + name.len().max(1);
        return Part::Option(option, is_name && case.winner(name).is_none());
    }
    let port = parts.port.of(url);
    if is_vague && !case.is_misread() && !port.bytes().all(|it| it.is_ascii_digit()) {
        return Part::Port;
    }
    if is_vague && let Some(first) = hosts.find(',') {
        let rest = Span::new(parts.hostinfo.start + first, parts.hostinfo.end);
        if is_cured(&[Edit::delete(DATABASE_URL, rest)]) {
            return Part::Hosts;
        }
    }
    let scheme = scheme(case);
    if !scheme.is_empty() && (is_in(scheme) || !schemes(case, scheme).is_empty()) {
        return Part::Scheme(scheme);
    }
    match () {
        () if is_in(parts.port) => Part::Port,
        () if is_in(parts.hostinfo) => Part::Host,
        () if is_in(parts.path) => Part::Database,
        () => Part::Whole,
    }
}

/// The option of a query that a place is in, name and value.
fn option(start: usize, query: &str, at: usize) -> Span {
    let head = Span::new(0, at.saturating_sub(start)).of(query);
    let from = head.rfind('&').map_or(0, |it| it + 1);
    let rest = Span::new(from, query.len()).of(query);
    let to = from + rest.find('&').unwrap_or(rest.len());
    Span::new(start + from, start + to)
}

/// Everything before `://`, JDBC's two schemes among it.
fn scheme(case: &Case<'_, '_>) -> Span {
    let url = case.url().unwrap_or("");
    let head = url.split("://").next().filter(|it| it.len() < url.len()).unwrap_or("");
    let is_scheme = head.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.:".contains(&it));
    Span::new(0, if is_scheme { head.len() } else { 0 })
}

impl Part<'_> {
    fn words(self, case: &Case<'_, '_>) -> String {
        let quoted = |span: Span| brief(&alloc::format!("{}", case.quote(DATABASE_URL, span)));
        match self {
            Part::Scheme(span) => {
                alloc::format!("a URL that starts with `{}:`", quoted(span))
            }
            Part::Option(option, is_name) => {
                let text = option.of(case.url().unwrap_or(""));
                let name = text.split('=').next().unwrap_or("").len();
                match is_name {
                    true => alloc::format!(
                        "the option `{}`",
                        quoted(Span::new(option.start, option.start + name))
                    ),
                    false => alloc::format!("`{}`", quoted(option)),
                }
            }
            Part::Port => String::from("the port"),
            Part::Host => String::from("the host"),
            Part::Hosts => String::from("a list of hosts"),
            Part::Database => String::from("the database"),
            Part::Around => String::from("the characters around the URL"),
            Part::Variable(name) => String::from(name),
            Part::Whole => String::from("the URL"),
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Part::Scheme(_) => "write the scheme that this client reads",
            Part::Option(_, true) => "leave it out of this client's URL",
            Part::Option(_, false) => {
                "write a value that this client reads, or leave the option out"
            }
            Part::Around => "write the URL alone",
            Part::Port => "write a port between 1 and 65535",
            Part::Hosts => "write one host",
            Part::Variable(_) => "unset it, or write what this client reads",
            Part::Host | Part::Database | Part::Whole => "write what this client reads there",
        }
    }
}

type Reading = (Cow<'static, str>, Vec<Edit>);

/// What may be written instead, the likelier first.
fn cures(case: &Case<'_, '_>, part: Part<'_>) -> Vec<Reading> {
    match part {
        Part::Scheme(span) => schemes(case, span),
        Part::Option(option, _) => options(case, option),
        Part::Around => alloc::vec![(AROUND.into(), without_surroundings(case))],
        _ => Vec::new(),
    }
}

/// The first scheme with which the client reads what is meant.
fn schemes(case: &Case<'_, '_>, scheme: Span) -> Vec<Reading> {
    let url = case.url().unwrap_or("");
    let meant = case.userinfo().filter(|it| it.user.start >= scheme.end);
    let wanted = match (meant, case.resolution.url) {
        (Some(meant), _) => Wanted::new(url, meant),
        (None, Some(parts)) => {
            // Python sees no host behind JDBC's first scheme.
            let rest = Span::new(scheme.end, url.len()).of(url).trim_start_matches("://");
            let host = rest.split([':', '/', '?', '#', ',']).next().unwrap_or("");
            Wanted::host(if parts.hostname.is_empty() { host } else { parts.hostname.of(url) })
        }
        (None, None) => return Vec::new(),
    };
    let has_password = url.contains("password=");
    let is_it = |(_, edits): &Reading| {
        case.reread(edits, |read| {
            let password = read.ledger.winner("password").map(|(_, line)| &line.origin);
            let is_password = password.is_some_and(|it| it.input_span().is_some());
            wanted.is_read(read) && (is_password || !has_password)
        })
    };
    let write = |it: &'static str| {
        let edit = Edit::write(DATABASE_URL, scheme, it);
        let encoded = meant.filter(|it| !case.is_plain(*it));
        let encoded = encoded.map(|it| case.encode(it, Percent::Code));
        let title = match encoded {
            Some(_) => alloc::format!("percent-encode user and password, and write `{it}:`"),
            None => alloc::format!("write `{it}:`"),
        };
        (title.into(), core::iter::once(edit).chain(encoded).collect())
    };
    let mut readings: Vec<Reading> = ["postgresql", "postgres"].map(write).into();
    // JDBC's has user and password among its options.
    let mut edits = alloc::vec![Edit::write(DATABASE_URL, scheme, "jdbc:postgresql")];
    edits.extend(meant.into_iter().flat_map(|it| as_options(case, url, it)));
    readings.push(("write it as a JDBC URL".into(), edits));
    let written = scheme.of(url);
    let is_other =
        |it: &Reading| it.1.len() > 1 || !it.0.contains(&*alloc::format!("`{written}:`"));
    readings.into_iter().filter(is_other).find(is_it).into_iter().collect()
}

/// Another value of an option, or none.
fn options(case: &Case<'_, '_>, option: Span) -> Vec<Reading> {
    let text = option.of(case.url().unwrap_or(""));
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    if name.eq_ignore_ascii_case("sslmode") {
        let asked: Option<SslMode> = value.to_ascii_lowercase().parse().ok();
        let value = Span::new(option.end - value.len(), option.end);
        // As safe as it was meant to be.
        let needed = match asked {
            Some(SslMode::VerifyCa) => Verification::Chain,
            Some(SslMode::VerifyFull) => Verification::ChainAndHost,
            _ => Verification::Nothing,
        };
        let modes = asked.into_iter().chain([SslMode::Require, SslMode::VerifyFull]);
        let readings = modes.map(|mode| {
            let edit = Edit::write(DATABASE_URL, value, mode.name());
            (alloc::format!("write `sslmode={mode}`").into(), alloc::vec![edit])
        });
        let is_safe = |(_, edits): &Reading| {
            case.reread(edits, |read| {
                let verifies = read.tls.map(|it| it.verifies());
                read.refusal.is_none() && verifies.is_some_and(|it| it >= needed)
            })
        };
        if let Some(found) = readings.collect::<Vec<_>>().into_iter().find(is_safe) {
            return alloc::vec![found];
        }
        // Some know it by another name.
        let name = Span::new(option.start, option.start + name.len());
        let edits = alloc::vec![Edit::write(DATABASE_URL, name, "ssl")];
        let is_same = case.reread(&edits, |read| {
            read.refusal.is_none()
                && asked.is_some()
                && read.tls.and_then(|it| it.sslmode()) == asked
        });
        if is_same {
            let title = "write `ssl=` instead of `sslmode=`";
            return alloc::vec![(title.into(), edits)];
        }
        return Vec::new();
    }
    without_refused(case, option).into_iter().collect()
}

/// As many options as are removed at once.
const MOST: usize = 12;

/// The URL without the option that is refused, and without those that are refused then.
fn without_refused(case: &Case<'_, '_>, option: Span) -> Option<Reading> {
    let url = case.url()?;
    let mut removed = alloc::vec![option];
    loop {
        let edits = case.remove_options(&removed);
        // The name of the next one, as the shorter URL has it.
        let next = case.reread(&edits, |read| {
            let refusal = read.refusal.as_ref().filter(|it| it.unless.is_none())?;
            let (at, parts) = (refusal.spans.first()?, read.url?);
            let is_in = parts.query.start <= at.span.start && at.span.end <= parts.query.end;
            is_in.then(|| at.span.start - parts.query.start)
        });
        let Some(at) = next else { break (!edits.is_empty()).then_some((removed, edits)) };
        let kept = kept(url, case.resolution.url?.query, &removed);
        let mut start = 0;
        let next = kept.into_iter().find(|it| {
            start += it.len() + 1;
            at < start
        })?;
        removed.push(next);
        if removed.len() > MOST {
            break None;
        }
    }
    .map(|(removed, edits)| {
        let names = removed.iter().map(|it| {
            let name = it.of(url).split('=').next().unwrap_or("").len();
            let name = Span::new(it.start, it.start + name);
            alloc::format!("`{}`", brief(&alloc::format!("{}", case.quote(DATABASE_URL, name))))
        });
        let names: Vec<String> = names.collect();
        (alloc::format!("remove {}", listed(&names)).into(), edits)
    })
}

/// The options of a query that are left.
fn kept(url: &str, query: Span, removed: &[Span]) -> Vec<Span> {
    let mut at = query.start;
    let pieces = query.of(url).split('&').map(|piece| {
        let span = Span::new(at, at + piece.len());
        at = span.end + 1;
        span
    });
    pieces.filter(|it| !removed.contains(it)).collect()
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_in, said_in};

    #[track_caller]
    fn check(client: &str, url: &str, found: &str, fixed: &[&str]) {
        assert_eq!(said_in(&RULE, client, url), [alloc::format!("error: {found}")], "{url}");
        assert_eq!(fixed_in(&RULE, client, url), fixed, "{client} {url}");
    }

    #[test]
    fn a_scheme_is_written_as_the_client_reads_it() {
        check(
            "pgjdbc",
            "postgres://u:p#s@h:1/d?sslmode=require",
            "pgjdbc refuses a URL that starts with `postgres:`",
            &["jdbc:postgresql://h:1/d?sslmode=require&user=u&password=p%23s"],
        );
        check(
            "sqlalchemy",
            "postgres://u:p@h/d",
            "SQLAlchemy refuses a URL that starts with `postgres:`",
            &["postgresql://u:p@h/d"],
        );
        check(
            "ecto",
            "jdbc:postgresql://h/d?user=u&password=p",
            "Ecto refuses a URL that starts with `jdbc:postgresql:`",
            &["postgresql://h/d?user=u&password=p"],
        );
    }

    #[test]
    fn an_option_is_written_otherwise_or_left_out() {
        check(
            "pgx",
            "postgres://u:p@h/d?connect_timeout=10s",
            "pgx refuses `connect_timeout=10s`",
            &["postgres://u:p@h/d"],
        );
        check(
            "psql",
            "postgres://u:p@h/d?pgbouncer=true&sslmode=require&schema=x",
            "libpq would refuse the option `pgbouncer`",
            &["postgres://u:p@h/d?sslmode=require"],
        );
        check(
            "tokio-postgres",
            "postgres://u:p@h/d?sslmode=verify-full",
            "tokio-postgres refuses `sslmode=verify-full`",
            &["postgres://u:p@h/d?sslmode=require"],
        );
        check(
            "sqlalchemy+asyncpg",
            "postgresql://u:p@h/d?sslmode=require",
            "asyncpg would refuse `sslmode=require`",
            &["postgresql://u:p@h/d?ssl=require"],
        );
    }

    #[test]
    fn a_weaker_mode_is_no_fix() {
        let url = "postgres://u:p@h/d?sslmode=VERIFY-FULL";
        assert_eq!(fixed_in(&RULE, "lib/pq", url), ["postgres://u:p@h/d?sslmode=verify-full"]);
    }

    #[test]
    fn other_parts_are_named() {
        check("rails", "postgres://u:p@h1,h2/d", "Rails refuses a list of hosts", &[]);
        check("pgx", "postgres://u:p@h:abc/d", "pgx refuses the port", &[]);
        check(
            "pgx",
            "'postgres://u:p@h/d'",
            "pgx refuses the characters around the URL",
            &["postgres://u:p@h/d"],
        );
    }

    #[test]
    fn what_another_rule_explains_is_left_to_it() {
        for (client, url) in [
            ("pgx", "postgres://u:p#s@h/d"),
            ("psql", "postgres://u:p@h/d?sslmode=REQUIRE"),
            ("pgx", "postgres://u:p@h/d?service=x"),
            ("asyncpg", "postgres://u:p@h/d?sslmode=verify-full"),
            ("pgx", "postgres://u:p@h/d"),
        ] {
            assert_eq!(said_in(&RULE, client, url), [""; 0], "{client} {url}");
        }
    }
}
