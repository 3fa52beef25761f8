//! libpq's own reader of connection URIs: `conninfo_uri_parse()` of PostgreSQL 18.6
//! (`fe-connect.c`), as far as it goes without looking at the options' names.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::slice::Slice;

/// A parameter as libpq takes it from a URI.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param<'s> {
    /// The keyword.
    pub keyword: Cow<'s, str>,
    /// The value, decoded.
    pub value: Cow<'s, str>,
}

/// Why libpq refuses a URI, and the piece it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the texts say it")]
pub enum UriError<'s> {
    EmptyIpv6(Slice<'s>),
    ExtraEqualsSign(Slice<'s>),
    ForbiddenNul(Slice<'s>),
    InvalidPercent(Slice<'s>),
    InvalidUtf8(Slice<'s>),
    MissingEqualsSign(Slice<'s>),
    NoUri(Slice<'s>),
    UnexpectedCharacter(Slice<'s>),
    UnexpectedSpaces(Slice<'s>),
    UnmatchedBracket(Slice<'s>),
}

/// Reads a URI; the last of repeated keywords counts, as in libpq.
pub fn parse_uri(uri: &str) -> Result<Vec<Param<'_>>, UriError<'_>> {
    let whole = Slice::whole(uri);
    // Exact and case-sensitive: anything else is read as `key=value` pairs.
    let rest = ["postgresql://", "postgres://"].iter().find_map(|it| whole.strip_prefix(it));
    let mut rest = rest.ok_or(UriError::NoUri(whole))?;
    let mut params = Vec::new();
    let mut push = |keyword, piece: Slice<'_>, value| {
        if !piece.is_empty() {
            params.push(Param { keyword: Cow::Borrowed(keyword), value });
        }
    };

    // The userinfo ends at the first `@`, unless a `/` comes before it.
    let (userinfo, behind) = rest.split_before(&['@', '/']);
    if let Some(behind) = behind.strip_prefix("@") {
        let (user, password) = userinfo.partition(':');
        push("user", user, decode(user)?);
        push("password", password, decode(password)?);
        rest = behind;
    }

    let (hosts, behind) = hosts(rest)?;
    let (names, ports): (Vec<_>, Vec<_>) = hosts.into_iter().unzip();
    for (keyword, list) in [("host", names), ("port", ports)] {
        let joined = list.iter().map(|it| it.text).collect::<Vec<_>>().join(",");
        if !joined.is_empty() {
            let first = list.first().copied().unwrap_or_default();
            let value =
                decode(Slice { text: &joined, at: first.at }).map_err(|_| error_in(&list))?;
            params.push(Param { keyword: keyword.into(), value: Cow::Owned(value.into_owned()) });
        }
    }

    let (path, query) = behind.partition('?');
    if let Some(dbname) = path.strip_prefix("/").filter(|it| !it.is_empty()) {
        params.push(Param { keyword: "dbname".into(), value: decode(dbname)? });
    }
    for piece in query.split('&').filter(|_| !query.is_empty()) {
        params.push(option(piece)?);
    }
    Ok(params)
}

/// The hosts with their ports, and what follows them.
fn hosts(mut rest: Slice<'_>) -> Result<(Vec<(Slice<'_>, Slice<'_>)>, Slice<'_>), UriError<'_>> {
    let mut hosts = Vec::new();
    loop {
        let (host, behind) = match rest.strip_prefix("[") {
            Some(bracketed) => bracketed_host(rest, bracketed)?,
            None => rest.split_before(&[':', '/', '?', ',']),
        };
        let (port, behind) = match behind.strip_prefix(":") {
            Some(behind) => behind.split_before(&['/', '?', ',']),
            None => (behind.before(), behind),
        };
        hosts.push((host, port));
        match behind.strip_prefix(",") {
            Some(behind) => rest = behind,
            None => return Ok((hosts, behind)),
        }
    }
}

fn bracketed_host<'s>(
    whole: Slice<'s>,
    bracketed: Slice<'s>,
) -> Result<(Slice<'s>, Slice<'s>), UriError<'s>> {
    let (host, behind) = bracketed.split_once(']').ok_or(UriError::UnmatchedBracket(whole))?;
    match behind.text.chars().next() {
        _ if host.is_empty() => Err(UriError::EmptyIpv6(whole)),
        None | Some(':' | '/' | '?' | ',') => Ok((host, behind)),
        Some(_) => Err(UriError::UnexpectedCharacter(behind)),
    }
}

fn option(piece: Slice<'_>) -> Result<Param<'_>, UriError<'_>> {
    let (keyword, value) = piece.split_once('=').ok_or(UriError::MissingEqualsSign(piece))?;
    if value.text.contains('=') {
        return Err(UriError::ExtraEqualsSign(keyword));
    }
    let (keyword, value) = (decode(keyword)?, decode(value)?);
    Ok(match (&*keyword, &*value) {
        ("ssl", "true") => Param { keyword: "sslmode".into(), value: "require".into() },
        ("requiressl", value) => {
            let mode = if value.starts_with('1') { "require" } else { "prefer" };
            Param { keyword: "sslmode".into(), value: mode.into() }
        }
        _ => Param { keyword, value },
    })
}

/// `conninfo_uri_decode()`: blanks around a piece are dropped and refused inside it, every `%`
/// must be followed by two hexadecimal digits, and `%00` is forbidden.
fn decode(piece: Slice<'_>) -> Result<Cow<'_, str>, UriError<'_>> {
    let text = piece.text.trim_matches(' ');
    if text.contains(' ') {
        return Err(UriError::UnexpectedSpaces(piece));
    }
    if !text.contains('%') {
        return Ok(Cow::Borrowed(text));
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut pieces = text.split('%');
    decoded.extend(pieces.next().unwrap_or("").bytes());
    for it in pieces {
        let code = it.get(..2).filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        let code = code.and_then(|it| u8::from_str_radix(it, 16).ok());
        match code {
            None => return Err(UriError::InvalidPercent(piece)),
            Some(0) => return Err(UriError::ForbiddenNul(piece)),
            Some(code) => decoded.push(code),
        }
        decoded.extend(it.bytes().skip(2));
    }
    match alloc::string::String::from_utf8(decoded) {
        Ok(text) => Ok(Cow::Owned(text)),
        Err(_) => Err(UriError::InvalidUtf8(piece)),
    }
}

fn error_in<'s>(list: &[Slice<'s>]) -> UriError<'s> {
    let failed = list.iter().find_map(|&it| decode(it).err());
    failed.unwrap_or(UriError::UnexpectedSpaces(list.first().copied().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;
    use alloc::string::String;

    fn read(uri: &str) -> String {
        match parse_uri(uri) {
            Ok(params) => {
                let params: Vec<_> =
                    params.iter().map(|it| format!("{}={}", it.keyword, it.value)).collect();
                params.join(" ")
            }
            Err(error) => format!("{error:?}").split('(').next().unwrap_or("").into(),
        }
    }

    #[test]
    fn the_first_at_ends_the_userinfo() {
        assert_eq!(read("postgres://u:a@b@h/db"), "user=u password=a host=b@h dbname=db");
        assert_eq!(read("postgresql://u:a#b@h"), "user=u password=a#b host=h");
        assert_eq!(read("postgres://u:1/2@h"), "host=u port=1 dbname=2@h");
    }

    #[test]
    fn several_hosts_and_options() {
        let uri = "postgres://h1,[::1]:2/db?sslmode=require&ssl=true";
        assert_eq!(read(uri), "host=h1,::1 port=,2 dbname=db sslmode=require sslmode=require");
        assert_eq!(read("postgres://?requiressl=0"), "sslmode=prefer");
    }

    #[test]
    fn what_libpq_refuses() {
        for (uri, error) in [
            ("pgsql://h", "NoUri"),
            ("POSTGRES://h", "NoUri"),
            ("postgres://u:100%@h", "InvalidPercent"),
            ("postgres://u:%00@h", "ForbiddenNul"),
            ("postgres://u:%ff@h", "InvalidUtf8"),
            ("postgres://u:a b@h", "UnexpectedSpaces"),
            ("postgres://[::1", "UnmatchedBracket"),
            ("postgres://[]", "EmptyIpv6"),
            ("postgres://[::1]x", "UnexpectedCharacter"),
            ("postgres://h?a", "MissingEqualsSign"),
            ("postgres://h?a=b=c", "ExtraEqualsSign"),
        ] {
            assert_eq!(read(uri), error, "{uri}");
        }
    }
}
