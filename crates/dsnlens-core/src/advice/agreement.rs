//! Whether a URL reads the same by Python's `urlsplit`, by libpq and by the WHATWG standard.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::clients::libpq::Version;
use crate::inputs::DATABASE_URL;
use crate::syntax::python::{unquote, urlsplit};
use crate::syntax::whatwg::{ParseUrl, WhatwgUrl};
use crate::syntax::{Source, libpq};

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
    let python = by_python(&source);
    let whatwg = parse_url(url);
    if source.text() != url || whatwg.as_ref().map(by_whatwg).as_ref() != Some(&python) {
        return false;
    }
    match libpq::strip_scheme(url) {
        None => true,
        Some(rest) => libpq::parse_uri(url, rest, &Version::default())
            .is_ok_and(|params| by_libpq(&params) == python),
    }
}

fn by_python<'u>(source: &'u Source<'_>) -> Reading<'u> {
    let split = urlsplit(source);
    Reading {
        user: unquote(split.username.text),
        password: unquote(split.password.text),
        host: lower(unquote(split.hostname.text)),
        port: split.port.text.into(),
        dbname: unquote(split.path.text.strip_prefix('/').unwrap_or("")),
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

fn by_libpq<'p>(params: &'p [libpq::Param<'_>]) -> Reading<'p> {
    let mut reading = Reading::default();
    for param in params {
        let value = String::from_utf8_lossy(&param.value);
        match &*param.keyword {
            "user" => reading.user = value,
            "password" => reading.password = value,
            "host" => reading.host = lower(value),
            "port" => reading.port = value,
            "dbname" => reading.dbname = value,
            _ => {}
        }
    }
    reading
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
        ] {
            assert!(is_unambiguous(url), "{url}");
        }
        for url in [
            "postgres://u:a@b@h/db",
            "postgres://u:a#b@h/db",
            "postgres://u:100%@h/db",
            " postgres://h/db",
            "postgres://h/db#x",
        ] {
            assert!(!is_unambiguous(url), "{url}");
        }
    }
}
