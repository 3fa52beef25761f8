//! Whether a URL reads the same by Python's `urlsplit`, by libpq and by the WHATWG standard.

use alloc::borrow::Cow;

use crate::clients::django;
use crate::clients::libpq::Version;
use crate::inputs::DATABASE_URL;
use crate::recipe::Django;
use crate::source::Source;
use crate::syntax::libpq::Dialect;
use crate::syntax::python::{SplitUrl, unquote, unquote_plus, urlsplit};
use crate::syntax::whatwg::{ParseUrl, WhatwgUrl};
use crate::syntax::{Slice, libpq};

/// What the three readers must agree on.
#[derive(Debug, Default, PartialEq)]
struct Reading<'u> {
    user: Cow<'u, str>,
    password: Cow<'u, str>,
    host: Cow<'u, str>,
    port: Cow<'u, str>,
    dbname: Cow<'u, str>,
}

/// Whether the three read the same out of `url`. A scheme that libpq does not know is read by two.
pub(super) fn is_unambiguous(url: &str, parse_url: ParseUrl) -> bool {
    let source = Source::new(DATABASE_URL, url);
    let split = urlsplit(source.text());
    let python = by_python(&split);
    if source.text() != url || by_standard(url, &split, parse_url).as_ref() != Some(&python) {
        return false;
    }
    let python = python.with_options(split.query.text);
    match libpq::strip_scheme(url) {
        None => true,
        Some(rest) => libpq::parse_uri(url, rest, &WithDjangos)
            .is_ok_and(|params| by_libpq(&params) == Some(python)),
    }
}

/// libpq as it would be if it passed over what Django and dj-database-url take out: a URL that has
/// such an option is for them.
struct WithDjangos;

impl Dialect for WithDjangos {
    fn knows(&self, keyword: &str) -> bool {
        Version::default().knows(keyword)
            || django::consumes(keyword, Django::default())
            || keyword == "currentSchema"
    }

    fn strips_blanks(&self) -> bool {
        Version::default().strips_blanks()
    }
}

impl<'u> Reading<'u> {
    fn into_owned(self) -> Reading<'static> {
        let owned = |it: Cow<'_, str>| Cow::Owned(it.into_owned());
        Reading {
            user: owned(self.user),
            password: owned(self.password),
            host: owned(self.host),
            port: owned(self.port),
            dbname: owned(self.dbname),
        }
    }

    /// Adds what the options say. To Django they yield to the authority, the database aside; to
    /// libpq they beat it, so the two agree only where one of both says it.
    fn with_options(mut self, query: &'u str) -> Reading<'u> {
        for option in query.split('&') {
            let (name, value) = option.split_once('=').unwrap_or((option, ""));
            let (part, yields) = match name {
                "user" => (&mut self.user, true),
                "password" => (&mut self.password, true),
                "host" => (&mut self.host, true),
                "port" => (&mut self.port, true),
                "dbname" => (&mut self.dbname, false),
                _ => continue,
            };
            if !yields || part.is_empty() {
                *part = unquote_plus(value);
            }
        }
        self.host = lower(self.host);
        self
    }
}

fn by_python<'u>(split: &SplitUrl<Slice<'u>>) -> Reading<'u> {
    let mut path = split.path.text.chars();
    path.next();
    Reading {
        user: unquote(split.username.text),
        password: unquote(split.password.text),
        host: lower(unquote(split.hostname.text)),
        // Zero is no port to dj-database-url.
        port: if split.port.text.bytes().all(|it| it == b'0') { "" } else { split.port.text }
            .into(),
        // What dj-database-url does: the first character goes, whatever it is.
        dbname: unquote(path.as_str()),
    }
}

/// The standard has no credentials without a host, which an option may name: what reads such URLs
/// puts a host there for the time being, as pg-connection-string does.
fn by_standard(
    url: &str,
    split: &SplitUrl<Slice<'_>>,
    parse_url: ParseUrl,
) -> Option<Reading<'static>> {
    let read = |url: &str| parse_url(url).map(|it| by_whatwg(&it).into_owned());
    let lacks_host = split.hostinfo.text.is_empty() && !split.netloc.text.is_empty();
    let at = split.hostinfo.at;
    match url.split_at_checked(at).filter(|_| lacks_host) {
        Some((head, rest)) if rest.starts_with('/') => {
            let reading = read(&alloc::format!("{head}x{rest}"))?;
            Some(Reading { host: "".into(), ..reading })
        }
        _ => read(url),
    }
}

fn by_whatwg(url: &WhatwgUrl) -> Reading<'_> {
    let host = url.hostname.trim_start_matches('[').trim_end_matches(']');
    Reading {
        user: unquote(&url.username),
        password: unquote(&url.password),
        host: lower(unquote(host)),
        port: url.port.as_str().into(),
        dbname: unquote(url.pathname.strip_prefix('/').unwrap_or("")),
    }
}

/// `None` where a value is no text: libpq takes any bytes, psycopg does not.
fn by_libpq<'p>(params: &'p [libpq::Param<'_>]) -> Option<Reading<'p>> {
    let mut reading = Reading::default();
    for param in params {
        let value = Cow::Borrowed(core::str::from_utf8(&param.value).ok()?);
        match &*param.keyword {
            "user" => reading.user = value,
            "password" => reading.password = value,
            "host" => reading.host = lower(value),
            // Commas alone leave every host its default.
            "port" if value.bytes().all(|it| it == b',') => {}
            "port" => reading.port = value,
            "dbname" => reading.dbname = value,
            _ => {}
        }
    }
    Some(reading)
}

/// Host names have no case, and only Python changes it.
fn lower(host: Cow<'_, str>) -> Cow<'_, str> {
    match host.bytes().any(|it| it.is_ascii_uppercase()) {
        true => Cow::Owned(host.to_ascii_lowercase()),
        false => host,
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use crate::syntax::whatwg::parse;

    fn is_unambiguous(url: &str) -> bool {
        super::is_unambiguous(url, parse)
    }

    #[test]
    fn what_reads_the_same_everywhere() {
        for url in [
            "postgres://u:p@h:5432/db",
            "postgresql://u:p%23%40@DB.example.com/shop?sslmode=require",
            "postgres://u@[::1]:5432/db",
            "postgres://%2Fcloudsql%2Fp/db",
            "postgres://u:p@h1,h2/db",
            "postgres://u:p@h1,h2/db?port=5432,5433",
            "postgres:///db?host=h&user=u",
            "postgres://u:p@/db?host=/cloudsql/p:r:i",
            "postgres://u@/db",
        ] {
            assert!(is_unambiguous(url), "{url}");
        }
        for url in [
            "postgres://u:a@b@h/db",
            "postgres://u:a#b@h/db",
            "postgres://u:100%@h/db",
            "postgres://u%ff@h/db",
            "postgres:host/db",
            "postgres://h:0/db",
            " postgres://h/db",
            "postgres://h/db#x",
            "postgres://u:p@h1,h2:5433/db",
            "postgres://h/db?host=x",
            "postgres://u:a#b@/db?host=x",
            "postgres://h/db?user=a+b",
        ] {
            assert!(!is_unambiguous(url), "{url}");
        }
    }
}
