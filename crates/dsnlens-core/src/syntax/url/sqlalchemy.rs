//! SQLAlchemy's own pattern for URLs.
//!
//! `_parse_url()` of SQLAlchemy 2.1.9 (`lib/sqlalchemy/engine/url.py`). The pattern has to fit the
//! beginning of a text alone, and each part behind the scheme may be missing; so what is left over
//! is dropped without a word.

use crate::syntax::Slice;

/// The parts of a URL; `None` for one that is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Url<'s> {
    /// The dialect, and the driver behind a `+`.
    pub name: Slice<'s>,
    /// Before the `:` of the userinfo, still encoded.
    pub username: Option<Slice<'s>>,
    /// Behind it, up to the first `@`, still encoded.
    pub password: Option<Slice<'s>>,
    /// As it is written, without the brackets of an IPv6 address; never encoded.
    pub host: Option<Slice<'s>>,
    /// Behind the `:` of the host.
    pub port: Option<Slice<'s>>,
    /// Behind the slash, still encoded.
    pub database: Option<Slice<'s>>,
    /// Behind the question mark, up to the end of the line.
    pub query: Option<Slice<'s>>,
}

/// Splits a text, if it begins like a URL.
pub fn split(text: &str) -> Option<Url<'_>> {
    let whole = Slice::whole(text);
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '+';
    let (name, rest) = whole.split_at(text.find(|c| !is_name(c))?);
    let rest = rest.strip_prefix("://").filter(|_| !name.is_empty())?;
    let (username, password, rest) = split_userinfo(rest);
    let (host, rest) = split_host(rest);
    let (port, rest) = match rest.strip_prefix(":") {
        Some(behind) => some_first(behind.split_before(&['/', '?'])),
        None => (None, rest),
    };
    let (database, rest) = match rest.strip_prefix("/") {
        Some(behind) => some_first(behind.split_before(&['?'])),
        None => (None, rest),
    };
    let query = rest.strip_prefix("?").map(|it| it.split_before(&['\n']).0);
    Some(Url { name, username, password, host, port, database, query })
}

fn some_first<'s>((first, rest): (Slice<'s>, Slice<'s>)) -> (Option<Slice<'s>>, Slice<'s>) {
    (Some(first), rest)
}

/// User, password and what follows the `@`. A password ends at the first `@` wherever that is; a
/// user without one ends at the last `@` before any `:` or `/`.
fn split_userinfo(rest: Slice<'_>) -> (Option<Slice<'_>>, Option<Slice<'_>>, Slice<'_>) {
    let (run, behind) = rest.split_before(&[':', '/']);
    if let Some((password, behind)) = behind.strip_prefix(":").and_then(|it| it.split_once('@')) {
        return (Some(run), Some(password), behind);
    }
    match run.rsplit_once('@') {
        Some((username, host)) => (Some(username), None, rest.split_at(host.at - rest.at).1),
        None => (None, None, rest),
    }
}

fn split_host(rest: Slice<'_>) -> (Option<Slice<'_>>, Slice<'_>) {
    if let Some(inside) = rest.strip_prefix("[") {
        let (run, _) = inside.split_before(&['/', '?']);
        if let Some((host, _)) = run.rsplit_once(']').filter(|(host, _)| !host.is_empty()) {
            return (Some(host), rest.split_at(host.end() + 1 - rest.at).1);
        }
    }
    let (host, behind) = rest.split_before(&['/', ':', '?']);
    (Some(host).filter(|it| !it.is_empty()), behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [Option<&str>; 7]) {
        let read = split(text).map(|it| {
            let parts = [it.username, it.password, it.host, it.port, it.database, it.query];
            let [username, password, host, port, database, query] =
                parts.map(|it| it.map(|it| it.text));
            [Some(it.name.text), username, password, host, port, database, query]
        });
        assert_eq!(read, Some(expected), "{text:?}");
    }

    /// Asked of the real pattern.
    #[test]
    fn parts_end_where_the_pattern_ends_them() {
        let n = Some("x");
        check("x://", [n, None, None, None, None, None, None]);
        check(
            "x://u:p@h:1/d?q",
            [n, Some("u"), Some("p"), Some("h"), Some("1"), Some("d"), Some("q")],
        );
        check("x://u:p/q?r@h/d", [n, Some("u"), Some("p/q?r"), Some("h"), None, Some("d"), None]);
        check("x://u:p@q@h/d", [n, Some("u"), Some("p"), Some("q@h"), None, Some("d"), None]);
        check("x://u@v@h/d", [n, Some("u@v"), None, Some("h"), None, Some("d"), None]);
        check("x://u@v:p@h/d", [n, Some("u@v"), Some("p"), Some("h"), None, Some("d"), None]);
        check("x://u@h:1/d", [n, Some("u"), None, Some("h"), Some("1"), Some("d"), None]);
        check("x://h?u=a@b", [n, Some("h?u=a"), None, Some("b"), None, None, None]);
        check("x://h/d?a=b@c", [n, None, None, Some("h"), None, Some("d"), Some("a=b@c")]);
        check("x://h:1/d?a=b@c", [n, Some("h"), Some("1/d?a=b"), Some("c"), None, None, None]);
        check("x://[::1]:5/d", [n, None, None, Some("::1"), Some("5"), Some("d"), None]);
        check("x://[::1]y/d", [n, None, None, Some("::1"), None, None, None]);
        check("x://[a]b]/d", [n, None, None, Some("a]b"), None, Some("d"), None]);
        check("x://[]/d", [n, None, None, Some("[]"), None, Some("d"), None]);
        check("x://[::1/d", [n, None, None, Some("["), Some(":1"), Some("d"), None]);
        check("x://h:/d", [n, None, None, Some("h"), Some(""), Some("d"), None]);
        check("x://h#f", [n, None, None, Some("h#f"), None, None, None]);
        check("x://h/d\n?a\nb", [n, None, None, Some("h"), None, Some("d\n"), Some("a")]);
        for text in ["", "x", "x:/h", " x://h", "://h", "a-b://h", "\u{feff}x://h"] {
            assert_eq!(split(text), None, "{text:?}");
        }
    }
}
