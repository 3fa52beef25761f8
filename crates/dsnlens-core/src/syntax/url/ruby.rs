//! Ruby's `URI::RFC2396_Parser`: the grammar of RFC 2396, for ASCII alone.
//!
//! `uri/rfc2396_parser.rb` and `uri/generic.rb` of Ruby 3.1.2, whose two patterns are read here from
//! left to right: what may stand in a part never holds what ends it. Blanks around a URI are dropped.

use crate::syntax::Slice;

/// The parts of a URI; `None` for one that is not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Uri<'s> {
    /// Before the first `:`; Ruby lowercases it.
    pub scheme: Option<Slice<'s>>,
    /// All behind the scheme up to a `#`, with a `?` in it: of a URI that is not hierarchical.
    pub opaque: Option<Slice<'s>>,
    /// Before the `@`.
    pub userinfo: Option<Slice<'s>>,
    /// With the brackets of an IPv6 address.
    pub host: Option<Slice<'s>>,
    /// Digits, or nothing.
    pub port: Option<Slice<'s>>,
    /// An authority that has no such parts, which no scheme accepts that is not Ruby's own.
    pub registry: Option<Slice<'s>>,
    /// From the first slash behind the authority.
    pub path: Option<Slice<'s>>,
    /// Behind the `?`.
    pub query: Option<Slice<'s>>,
}

/// Splits a text; what is wrong with it where it is no URI, as Ruby puts it.
pub fn split(text: &str) -> Result<Uri<'_>, &'static str> {
    let uri = split_parts(text).ok_or("is not URI?")?;
    let Uri { scheme, opaque, host, registry, path, .. } = uri;
    match scheme.is_some() && [opaque, host, registry, path].iter().all(Option::is_none) {
        true => Err("absolute but no path"),
        false => Ok(uri),
    }
}

fn split_parts(text: &str) -> Option<Uri<'_>> {
    let is_space = |c: char| matches!(c, ' ' | '\t'..='\r');
    let start = text.len() - text.trim_start_matches(is_space).len();
    let (_, trimmed) = Slice::whole(text).split_at(start);
    let (trimmed, _) = trimmed.split_at(trimmed.text.trim_end_matches(is_space).len());
    let (rest, fragment) = trimmed.partition('#');
    if !is_made_of(fragment, URIC) {
        return None;
    }
    absolute(rest).or_else(|| relative(rest))
}

fn absolute(text: Slice<'_>) -> Option<Uri<'_>> {
    let (scheme, rest) = text.split_once(':')?;
    let is_inside = |it: u8| it.is_ascii_alphanumeric() || b"-+.".contains(&it);
    let is_scheme = scheme.text.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.text.bytes().all(is_inside);
    if !is_scheme {
        return None;
    }
    let scheme = Some(scheme);
    let is_opaque = !rest.is_empty() && !rest.text.starts_with(['/', '[', ']']);
    if is_opaque && is_made_of(rest, URIC) {
        return Some(Uri { scheme, opaque: Some(rest), ..Uri::default() });
    }
    let uri = hierarchical(rest, false)?;
    Some(Uri { scheme, ..uri })
}

fn relative(text: Slice<'_>) -> Option<Uri<'_>> {
    if text.text.starts_with('/') {
        return hierarchical(text, true);
    }
    let (segment, rest) = text.split_before(&['/', '?']);
    let uri = path_and_query(rest, Uri::default())?;
    let behind = uri.path.map_or(0, |it| it.text.len());
    // The first segment goes on into the path.
    let (path, _) = text.split_at(segment.text.len() + behind);
    let path = Some(path).filter(|it| !it.is_empty());
    is_made_of(segment, REL_SEGMENT).then_some(Uri { path, ..uri })
}

/// `//authority/path?query`, each of which may be missing.
fn hierarchical(text: Slice<'_>, is_relative: bool) -> Option<Uri<'_>> {
    let mut uri = Uri::default();
    let rest = match text.strip_prefix("//") {
        Some(behind) => {
            let (authority, rest) = behind.split_before(&['/', '?']);
            match server(authority, is_relative) {
                Some((userinfo, host, port)) => {
                    (uri.userinfo, uri.host, uri.port) = (userinfo, host, port);
                }
                None if !authority.is_empty() && is_made_of(authority, REG_NAME) => {
                    uri.registry = Some(authority);
                }
                None => return None,
            }
            rest
        }
        None => text,
    };
    path_and_query(rest, uri)
}

fn path_and_query<'s>(rest: Slice<'s>, mut uri: Uri<'s>) -> Option<Uri<'s>> {
    let (path, query) = rest.split_before(&['?']);
    if !path.is_empty() {
        uri.path = Some(path);
    }
    uri.query = query.strip_prefix("?");
    let is_path = path.is_empty() || path.text.starts_with('/') && is_made_of(path, PATH);
    (is_path && is_made_of(uri.query.unwrap_or_default(), URIC)).then_some(uri)
}

type Server<'s> = (Option<Slice<'s>>, Option<Slice<'s>>, Option<Slice<'s>>);

/// `[userinfo@]host[:port]`, or nothing; in a relative URI the host may be missing.
fn server(authority: Slice<'_>, is_relative: bool) -> Option<Server<'_>> {
    if authority.is_empty() {
        return Some((None, None, None));
    }
    let (userinfo, hostport) = match authority.split_once('@') {
        Some((userinfo, hostport)) => (Some(userinfo), hostport),
        None => (None, authority),
    };
    let ends = match hostport.text.find(']') {
        Some(at) if hostport.text.starts_with('[') => at + 1,
        _ => hostport.text.find(':').unwrap_or(hostport.text.len()),
    };
    let (host, rest) = hostport.split_at(ends);
    let port = rest.strip_prefix(":");
    let is_port = match port {
        Some(port) => port.text.bytes().all(|it| it.is_ascii_digit()),
        None => rest.is_empty(),
    };
    let is_host = match host.text.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
        Some(address) => is_ipv6(address),
        None if host.is_empty() => is_relative,
        None => is_made_of(host, HOSTNAME),
    };
    let is_userinfo = is_made_of(userinfo.unwrap_or_default(), USERINFO);
    let host = Some(host).filter(|it| !it.is_empty());
    (is_userinfo && is_host && is_port).then_some((userinfo, host, port))
}

/// `(?:hexseq2|(?:hexseq1)?::(?:hexseq2)?)`, of however many groups.
fn is_ipv6(address: &str) -> bool {
    let is_hex =
        |it: &str| (1..=4).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_hexdigit());
    let is_ipv4 = |it: &str| {
        let mut parts = 0;
        it.split('.').all(|it| {
            parts += 1;
            (1..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_digit())
        }) && parts == 4
    };
    let is_groups = |it: &str| it.split(':').all(is_hex);
    let is_groups_to_the_end = |it: &str| match it.rsplit_once(':') {
        Some((groups, last)) => is_groups(groups) && (is_hex(last) || is_ipv4(last)),
        None => is_hex(it) || is_ipv4(it),
    };
    match address.split_once("::") {
        Some((before, behind)) => {
            (before.is_empty() || is_groups(before))
                && (behind.is_empty() || is_groups_to_the_end(behind))
        }
        None => is_groups_to_the_end(address),
    }
}

const UNRESERVED: &[u8] = b"-_.!~*'()";
const URIC: &[u8] = b";/?:@&=+$,[]";
const USERINFO: &[u8] = b";:&=+$,";
const REG_NAME: &[u8] = b"$,;:@&=+";
const REL_SEGMENT: &[u8] = b";@&=+$,";
const PATH: &[u8] = b"/;:@&=+$,";
/// Without what is unreserved elsewhere.
const HOSTNAME: &[u8] = b"";

/// Whether a text is made of letters, digits, escapes and such characters.
fn is_made_of(slice: Slice<'_>, others: &[u8]) -> bool {
    let is_hostname = others.is_empty();
    let mut rest = slice.text.as_bytes();
    loop {
        rest = match rest {
            [] => return true,
            [b'%', high, low, behind @ ..]
                if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() =>
            {
                behind
            }
            [byte, behind @ ..] => {
                let is_it = byte.is_ascii_alphanumeric()
                    || others.contains(byte)
                    || if is_hostname { b"-.".contains(byte) } else { UNRESERVED.contains(byte) };
                if !is_it {
                    return false;
                }
                behind
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [Option<&str>; 8]) {
        let read = split(text).map(|it| {
            let parts = [
                it.scheme,
                it.opaque,
                it.userinfo,
                it.host,
                it.port,
                it.registry,
                it.path,
                it.query,
            ];
            parts.map(|it| it.map(|it| it.text))
        });
        assert_eq!(read, Ok(expected), "{text:?}");
    }

    /// Asked of the real parser.
    #[test]
    fn parts_are_rubys() {
        let x = Some("x");
        let none = None;
        check(
            "x://u:p@h:1/d?q#f",
            [x, none, Some("u:p"), Some("h"), Some("1"), none, Some("/d"), Some("q")],
        );
        check(" x://h\n", [x, none, none, Some("h"), none, none, none, none]);
        assert_eq!(split("x://"), Err("absolute but no path"));
        check("x:///d", [x, none, none, none, none, none, Some("/d"), none]);
        check("x://u@/d", [x, none, none, none, none, Some("u@"), Some("/d"), none]);
        check("x://a_b/d", [x, none, none, none, none, Some("a_b"), Some("/d"), none]);
        check("x://[::1]:5", [x, none, none, Some("[::1]"), Some("5"), none, none, none]);
        check("x:y/z?q", [x, Some("y/z?q"), none, none, none, none, none, none]);
        check("x:/d", [x, none, none, none, none, none, Some("/d"), none]);
        check("a/b?q", [none, none, none, none, none, none, Some("a/b"), Some("q")]);
        check("//h:1/d", [none, none, none, Some("h"), Some("1"), none, Some("/d"), none]);
        for text in ["x://h/%zz", "x://u p@h", "x://é", "x://[z]/d", "x://h/[", "x://h#a#b"] {
            assert_eq!(split(text), Err("is not URI?"), "{text:?}");
        }
    }
}
