//! `credentials-misread`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, Percent, Userinfo, code_at, in_url, rule, to_write};
use crate::diagnostic::{Edit, Severity};
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Line, Origin, Value};
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::span::{InputSpan, Span};
use crate::syntax::python::{quote, unquote};

rule! {
    /// The client does not read the user or the password that the URL holds
    ///
    /// # What happens
    ///
    /// Each client ends a password elsewhere. `#`, `/` and `?` end the part of a URL that holds user,
    /// password and host: node-postgres, postgres.js and sqlx answer with `Invalid URL` or
    /// `invalid port number`, pgx and lib/pq with `invalid port ":p" after host`. An `@` ends the
    /// password for libpq, asyncpg and tokio-postgres, which take what follows for the host. A `%`
    /// that starts no code is refused by libpq (`invalid percent-encoded token`), Go
    /// (`invalid URL escape`) and postgres.js (`URI malformed`). Digits before a `/` are a port:
    /// `app:5432/secret@db/shop` is the host `app` for most of them, without any error. Ruby's
    /// `URI::InvalidURIError` follows on `^`, `|` and their like. pgjdbc takes no user and no password
    /// in front of the host.
    ///
    /// # Why it matters
    ///
    /// The client refuses the URL, or looks up a piece of the password as a host name, which leaves
    /// it in the logs of name servers.
    ///
    /// # What to do
    ///
    /// Percent-encode user and password: `#` is `%23`, `/` is `%2F`, `?` is `%3F`, `@` is `%40`, `%`
    /// is `%25`. All clients read that the same.
    ///
    /// # References
    ///
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `parse()`, with the WHATWG reader of URLs
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): `_parse_connect_dsn_and_args()`
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `urlsplit()`
    ///
    /// # Examples
    ///
    /// ```env,reports,client node-postgres
    /// DATABASE_URL=postgres://app:corr#ect-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports,client psql
    /// DATABASE_URL=postgres://app:correct@horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports,client lib/pq
    /// DATABASE_URL=postgres://app:5432/correct@db.example.com/shop
    /// ```
    ///
    /// ```env,silent,client node-postgres
    /// DATABASE_URL=postgres://app:correct@horse@db.example.com/shop
    /// ```
    "credentials-misread", [Error] readers, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(meant)) = (case.url(), case.userinfo()) else { return };
    let written = Span::new(meant.user.start, meant.host);
    if !case.inputs.holes().is_empty() || written.is_empty() {
        return;
    }
    let wanted = Wanted::new(url, meant);
    let missed = wanted.missed(case.resolution);
    if missed.is_empty() || case.has_placeholder(written) {
        return;
    }
    let is_cure = |(_, edits): &(_, Vec<Edit>)| {
        !edits.is_empty() && case.reread(edits, |read| wanted.is_read_so_far(read))
    };
    let cure = readings(case, url, meant).into_iter().find(is_cure);
    let is_surrounded = case.bare().len() < url.len();
    let is_read = case.resolution.ledger.lines().any(|(_, it)| it.fate == Fate::Won);
    let is_refused = case.resolution.refusal.is_some();
    // Something else is refused, or everything is.
    if is_refused && (cure.is_none() || is_surrounded) || !is_read && cure.is_none() {
        return;
    }
    let subject = case.subject();
    let odd = first_odd(url, meant);
    let happens = match is_refused {
        true => alloc::format!("{subject} refuses the URL"),
        false => alloc::format!(
            "{subject} reads another {}",
            listed(&missed.iter().map(|it| String::from(*it)).collect::<Vec<_>>())
        ),
    };
    let message = match odd {
        Some((whose, c, _)) => alloc::format!("The {whose} holds `{c}`: {happens}"),
        None if is_refused => alloc::format!(
            "{subject} refuses the URL, for the way in which it writes user and password"
        ),
        None => alloc::format!("{happens} than the URL holds"),
    };
    let written_without_at =
        Span::new(meant.user.start, meant.password.end.max(meant.user.end)).of(url);
    let help = match (odd, &cure) {
        (Some(_), _) => to_write(written_without_at, Percent::Code),
        (None, Some((title, _))) => String::from(*title),
        (None, None) => String::from("write user and password as this client reads them"),
    };
    let at = odd.map_or(meant.user, |(_, _, at)| at);
    let finding = findings.report(Severity::Error, message, help).at([in_url(at)]);
    if let Some((title, edits)) = cure {
        finding.fix(title, edits);
    }
}

/// User, password and host as a person means them.
pub(super) struct Wanted<'u> {
    user: Cow<'u, str>,
    password: Cow<'u, str>,
    /// The first host, as it is written.
    host: &'u str,
}

impl<'u> Wanted<'u> {
    pub(super) fn new(url: &'u str, meant: Userinfo) -> Wanted<'u> {
        let host = Span::new(meant.host, url.len()).of(url);
        let host = host.split([':', '/', '?', '#', ',']).next().unwrap_or("");
        Wanted {
            user: unquote(meant.user.of(url)),
            password: unquote(meant.password.of(url)),
            host,
        }
    }

    /// The same of a URL without either.
    pub(super) fn host(host: &'u str) -> Wanted<'u> {
        Wanted { user: "".into(), password: "".into(), host }
    }

    /// What of it a reading misses. An option that takes its place is not missed.
    fn missed(&self, read: &Resolution<'_>) -> Vec<&'static str> {
        let line = |keyword| read.ledger.winner(keyword).map(|(_, line)| line);
        let query = read.url.map(|it| it.query).unwrap_or_default();
        let is_of_option = |it: &Line<'_>| match it.origin {
            Origin::Variable { name, span } => {
                name == DATABASE_URL && query.start <= span.start && span.end <= query.end
            }
            Origin::File { .. } => true,
            _ => false,
        };
        let is_read = |keyword, wanted: &str| match line(keyword) {
            Some(it) if it.value.unknown().is_some() => true,
            Some(it) if it.value.as_str() == Some(wanted) => true,
            Some(it) => is_of_option(it),
            None => wanted.is_empty(),
        };
        let mut missed = Vec::new();
        if !self.user.is_empty() && !is_read("user", &self.user) {
            missed.push("user");
        }
        if !self.password.is_empty() && !is_read("password", &self.password) {
            missed.push("password");
        }
        if !missed.is_empty() && !self.reads_host(read) {
            missed.push("host");
        }
        missed
    }

    /// Whether it goes to the host that is meant; an address in brackets is not compared.
    fn reads_host(&self, read: &Resolution<'_>) -> bool {
        let Some((_, line)) = read.ledger.winner("host") else { return self.host.is_empty() };
        let first = match line.value.bare() {
            Value::List(hosts) => hosts.first().and_then(Value::as_str),
            value => value.as_str(),
        };
        self.host.starts_with('[') || first.is_some_and(|it| it.starts_with(&*unquote(self.host)))
    }

    /// Whether all of it is read, and what is refused, if anything, is an option.
    fn is_read_so_far(&self, read: &Resolution<'_>) -> bool {
        let is_option = |it: &Refusal<'_>| {
            let query = read.url.map(|it| it.query).unwrap_or_default();
            let is_in = |it: &InputSpan<'_>| {
                query.start <= it.span.start && it.span.end <= query.end && !query.is_empty()
            };
            it.unless.is_some() || it.spans.first().is_some_and(is_in)
        };
        read.refusal.as_ref().is_none_or(is_option)
            && self.missed(read).is_empty()
            && self.reads_host(read)
    }

    /// Whether nothing is refused, and all of it is read.
    pub(super) fn is_read(&self, read: &Resolution<'_>) -> bool {
        let is_refused = read.refusal.as_ref().is_some_and(|it| it.unless.is_none());
        !is_refused && self.missed(read).is_empty() && self.reads_host(read)
    }
}

/// What may be written instead.
fn readings(case: &Case<'_, '_>, url: &str, meant: Userinfo) -> Vec<(&'static str, Vec<Edit>)> {
    if case.bare().len() < url.len() {
        return alloc::vec![(AROUND, without_surroundings(case))];
    }
    let password = meant.password.of(url);
    let has_codes = password.match_indices('%').any(|(at, _)| code_at(password, at).is_some());
    let title = match has_codes && !case.is_plain(meant) {
        true => "percent-encode user and password, and keep the codes",
        false => "percent-encode user and password",
    };
    let mut readings = alloc::vec![
        (title, alloc::vec![case.encode(meant, Percent::Code)]),
        // For a reader that takes neither in front of the host.
        ("write user and password as options", as_options(case, url, meant)),
    ];
    if let Some(rest) = url.find("://").filter(|_| !url.starts_with("postgres")) {
        let scheme = Edit::write(DATABASE_URL, Span::new(0, rest), "postgresql");
        let edits = alloc::vec![scheme, case.encode(meant, Percent::Code)];
        readings.push(("write `postgresql:`", edits));
    }
    readings
}

/// What the fix that follows does.
pub(super) const AROUND: &str = "remove the characters around the URL";

/// The URL without what was pasted along.
pub(super) fn without_surroundings(case: &Case<'_, '_>) -> Vec<Edit> {
    let (url, bare) = (case.url().unwrap_or(""), case.bare());
    alloc::vec![
        Edit::delete(DATABASE_URL, Span::new(0, bare.start)),
        Edit::delete(DATABASE_URL, Span::new(bare.end, url.len()))
    ]
}

/// User and password as options.
pub(super) fn as_options(case: &Case<'_, '_>, url: &str, meant: Userinfo) -> Vec<Edit> {
    let encoded = |part: Span| quote(&unquote(part.of(url)));
    // Python may end the options elsewhere.
    let rest = Span::new(meant.host, url.len()).of(url);
    let rest = rest.split_once('#').map_or(rest, |(rest, _)| rest);
    let end = meant.host + rest.len();
    let joint = match (rest.ends_with(['?', '&']), rest.contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let user = match case.hides(DATABASE_URL, meant.user) {
        true => Text::default().and_hidden(encoded(meant.user)),
        false => Text::plain(encoded(meant.user)),
    };
    let mut text = Text::plain(joint).and("user=").and_text(user);
    if !meant.password.is_empty() {
        text = text.and("&password=").and_hidden(encoded(meant.password));
    }
    let credentials = Span::new(meant.user.start, meant.host);
    let place = Span::new(end, end);
    alloc::vec![Edit::delete(DATABASE_URL, credentials), Edit::replace(DATABASE_URL, place, text)]
}

/// Words as a sentence lists them.
pub(super) fn listed(words: &[String]) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => alloc::format!("{} and {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The first character that readers take for something else, whose it is, and where it stands.
fn first_odd(url: &str, meant: Userinfo) -> Option<(&'static str, char, Span)> {
    let parts = [("user name", meant.user), ("password", meant.password)];
    let odd = |(whose, part): (&'static str, Span)| {
        let text = part.of(url);
        let is_odd = |(at, c): &(usize, char)| match c {
            '%' => code_at(text, *at).is_none(),
            c => "#/?[]@".contains(*c),
        };
        let (at, c) = text.char_indices().find(is_odd)?;
        let start = part.start + at;
        Some((whose, c, Span::new(start, start + c.len_utf8())))
    };
    parts.into_iter().find_map(odd)
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_in, said_in};

    #[track_caller]
    fn check(client: &str, url: &str, found: &str, fixed: &str) {
        let said = said_in(&RULE, client, url);
        assert!(said.len() == 1 && said[0].contains(found), "{client} {url}: {said:?}");
        assert_eq!(fixed_in(&RULE, client, url), [fixed], "{client} {url}");
    }

    #[test]
    fn the_fix_is_read_as_the_password_that_was_meant() {
        for client in ["node-postgres", "postgres.js", "prisma", "pgx", "lib/pq", "sqlx", "ecto"] {
            let refused = "password holds `#`: ";
            check(client, "postgres://u:p#ss@h/d", refused, "postgres://u:p%23ss@h/d");
        }
        for client in ["psql", "asyncpg", "tokio-postgres", "sqlalchemy+psycopg"] {
            let misread = "reads another password and host";
            check(client, "postgres://u:p@ss@h/d", misread, "postgres://u:p%40ss@h/d");
        }
        check(
            "pgx",
            "postgres://u:12/34@h/d",
            "pgx reads another user, password and host",
            "postgres://u:12%2F34@h/d",
        );
        check("postgres.js", "postgres://u:1%@h/d", "holds `%`", "postgres://u:1%25@h/d");
        check("rails", "postgres://u:p^s@h/d", "refuses the URL", "postgres://u:p%5Es@h/d");
    }

    #[test]
    fn where_a_client_takes_no_credentials_before_the_host_they_become_options() {
        check(
            "pgjdbc",
            "jdbc:postgresql://u:p#ss@h/d?sslmode=require",
            "holds `#`",
            "jdbc:postgresql://h/d?sslmode=require&user=u&password=p%23ss",
        );
    }

    #[test]
    fn an_option_that_is_refused_as_well_is_another_matter() {
        let url = "postgres://u:p#ss@h/d?connect_timeout=10s";
        let fixed = "postgres://u:p%23ss@h/d?connect_timeout=10s";
        assert_eq!(said_in(&RULE, "pgx", url).len(), 1);
        assert_eq!(said_in(&RULE, "pgx", fixed), [""; 0]);
    }

    #[test]
    fn what_is_read_as_it_is_meant_is_fine() {
        for (client, url) in [
            ("node-postgres", "postgres://u:p@ss@h/d"),
            ("pgx", "postgres://u:p%40ss@h/d"),
            ("psql", "postgres://u:p#ss@h/d"),
            ("psql", "postgres://u:p@h/d?user=x&password=y"),
            ("pgx", "postgres://u:p@h/d?connect_timeout=x"),
            ("pgjdbc", "jdbc:postgresql://h/d?user=u&password=p"),
            ("psql", "postgres://h/d"),
            ("psql", "host=h password=p@ss"),
        ] {
            assert_eq!(said_in(&RULE, client, url), [""; 0], "{client} {url}");
        }
    }
}
