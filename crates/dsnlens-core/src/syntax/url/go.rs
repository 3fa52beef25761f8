//! Go's `net/url` and what goes with it: `url.Parse`, `URL.Query`, `net.SplitHostPort`,
//! `netip.ParseAddr` and `strconv.Quote`, with the place of each part.
//!
//! Go 1.27.3, `src/net/url/url.go`. Go's strings are bytes, so what is decoded need not be UTF-8.

mod address;
mod quoting;

use alloc::borrow::Cow;
use alloc::vec::Vec;

pub use address::parse_addr;
pub use quoting::{escape, is_valid_encoding, quote, quote_cut, quote_inner};

use super::javascript::byte;
use crate::syntax::Slice;

/// A part of a URL: as written, and decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part<'s> {
    /// As written.
    pub slice: Slice<'s>,
    /// Decoded.
    pub bytes: Cow<'s, [u8]>,
}

/// A URL with an authority.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url<'s> {
    /// What comes before the authority, `//` included.
    pub scheme: Slice<'s>,
    /// The user, where there is an `@`.
    pub user: Option<Part<'s>>,
    /// The password, where there is a `:` before the `@`.
    pub password: Option<Part<'s>>,
    /// Host and port.
    pub host: Part<'s>,
    /// The path.
    pub path: Part<'s>,
    /// The query, without `?`; `None` where there is no `?`.
    pub query: Option<Slice<'s>>,
    /// The fragment, without `#`.
    pub fragment: Slice<'s>,
}

/// A piece of an error text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'s> {
    /// Prose.
    Plain(&'static str),
    /// What was written, as `strconv.Quote` quotes it.
    Quoted(Slice<'s>),
    /// The same of so many bytes of it, the last of which are a part of a character.
    QuotedCut(Slice<'s>, usize),
}

/// An error, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error<'s> {
    /// Its text.
    pub pieces: Vec<Piece<'s>>,
    /// What is wrong.
    pub at: Slice<'s>,
}

impl<'s> Error<'s> {
    fn new(text: &'static str, at: Slice<'s>) -> Error<'s> {
        Error { pieces: alloc::vec![Piece::Plain(text)], at }
    }

    fn quoting(before: &'static str, at: Slice<'s>, after: &'static str) -> Error<'s> {
        let pieces = [Piece::Plain(before), Piece::Quoted(at), Piece::Plain(after)];
        Error { pieces: pieces.into(), at }
    }
}

/// How a part is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// `encodePath`
    Path,
    /// `encodeHost`
    Host,
    /// `encodeZone`
    Zone,
    /// `encodeUserPassword`
    UserPassword,
    /// `encodeQueryComponent`
    Query,
    /// `encodeFragment`
    Fragment,
}

/// `url.Parse(text)` of a text that begins with a scheme and `//`.
pub fn parse(text: &str) -> Result<Url<'_>, Error<'_>> {
    let (whole, fragment) = Slice::whole(text).partition('#');
    let is_control = |c: char| c < ' ' || c == '\u{7f}';
    if whole.text.contains(is_control) {
        return Err(Error::new("net/url: invalid control character in URL", whole));
    }
    let (_, rest) = whole.split_at(whole.text.find("//").map_or(0, |at| at + 2));
    let scheme = Slice { text: whole.text.get(..rest.at).unwrap_or(""), at: 0 };
    let (rest, query) = rest.split_before(&['?']);
    let query = query.strip_prefix("?");
    let (authority, path) = rest.split_before(&['/']);
    let (userinfo, host) = match authority.rsplit_once('@') {
        Some((userinfo, host)) => (Some(userinfo), host),
        None => (None, authority),
    };
    let host = parse_host(host)?;
    let mut url = Url { scheme, host, query, fragment, ..Url::default() };
    if let Some(userinfo) = userinfo {
        if !userinfo.text.bytes().all(is_userinfo) {
            return Err(Error::new("net/url: invalid userinfo", userinfo));
        }
        let part = |slice| Ok(Part { slice, bytes: unescape(slice, Encoding::UserPassword)? });
        match userinfo.split_once(':') {
            Some((user, password)) => {
                url.user = Some(part(user)?);
                url.password = Some(part(password)?);
            }
            None => url.user = Some(part(userinfo)?),
        }
    }
    url.path = Part { slice: path, bytes: unescape(path, Encoding::Path)? };
    unescape(fragment, Encoding::Fragment)?;
    Ok(url)
}

fn is_userinfo(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte)
}

/// `parseHost()`
fn parse_host(host: Slice<'_>) -> Result<Part<'_>, Error<'_>> {
    match host.text.rfind('[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err(Error::new("invalid IP-literal", host)),
        None => {}
    }
    // The last colon, for any scheme but HTTP's.
    if let Some(at) = host.text.rfind(':') {
        check_port(host.split_at(at).1)?;
    }
    Ok(Part { slice: host, bytes: unescape(host, Encoding::Host)? })
}

fn parse_literal(host: Slice<'_>) -> Result<Part<'_>, Error<'_>> {
    let Some(end) = host.text.rfind(']') else {
        return Err(Error::new("missing ']' in host", host));
    };
    let (bracketed, port) = host.split_at(end + 1);
    check_port(port)?;
    let name = bracketed.strip_prefix("[").unwrap_or(bracketed);
    let (name, _) = name.split_at(name.text.len().saturating_sub(1));
    let (address, zone) = name.split_at(name.text.find("%25").unwrap_or(name.text.len()));
    let mut bytes = unescape(address, Encoding::Host)?.into_owned();
    bytes.extend_from_slice(&unescape(zone, Encoding::Zone)?);
    let decoded = core::str::from_utf8(&bytes).unwrap_or("?");
    match parse_addr(decoded) {
        Ok(is_v4) if is_v4 => return Err(Error::new("invalid IP-literal", name)),
        Ok(_) => {}
        Err((text, at)) => {
            // Only a zone is ever decoded, and errors are about what comes before it.
            let mut pieces = Vec::from([
                Piece::Plain("invalid host: ParseAddr("),
                Piece::Quoted(name),
                Piece::Plain("): "),
                Piece::Plain(text),
            ]);
            if let Some(at) = at {
                let at = name.split_at(at.min(name.text.len())).1;
                pieces.extend([Piece::Plain(" (at "), Piece::Quoted(at), Piece::Plain(")")]);
            }
            return Err(Error { pieces, at: name });
        }
    }
    let mut literal = Vec::from(*b"[");
    literal.extend(bytes);
    literal.push(b']');
    literal.extend_from_slice(port.text.as_bytes());
    let bytes = match literal == host.text.as_bytes() {
        true => Cow::Borrowed(host.text.as_bytes()),
        false => Cow::Owned(literal),
    };
    Ok(Part { slice: host, bytes })
}

/// `validOptionalPort()`
fn check_port(port: Slice<'_>) -> Result<(), Error<'_>> {
    let digits = port.text.strip_prefix(':');
    match port.is_empty() || digits.is_some_and(|it| it.bytes().all(|it| it.is_ascii_digit())) {
        true => Ok(()),
        false => Err(Error::quoting("invalid port ", port, " after host")),
    }
}

/// `unescape()`
pub fn unescape(text: Slice<'_>, mode: Encoding) -> Result<Cow<'_, [u8]>, Error<'_>> {
    let is_host = matches!(mode, Encoding::Host | Encoding::Zone);
    let is_plus = mode == Encoding::Query;
    let is_changed = |it: u8| it == b'%' || (is_plus && it == b'+');
    if !is_host && !text.text.bytes().any(is_changed) {
        return Ok(Cow::Borrowed(text.text.as_bytes()));
    }
    let mut decoded = Vec::with_capacity(text.text.len());
    let mut rest = text.text.as_bytes();
    loop {
        let at = text.text.len() - rest.len();
        // Up to a boundary of characters.
        let refused = |length: usize| {
            let (_, tail) = text.split_at(at);
            let end = (length..=tail.text.len()).find(|it| tail.text.is_char_boundary(*it));
            tail.split_at(end.unwrap_or(0)).0
        };
        rest = match rest {
            [] => break,
            [b'%', behind @ ..] => {
                let code = match behind {
                    [high, low, ..] => byte(*high, *low),
                    _ => None,
                };
                let is_percent = code == Some(b'%');
                let is_allowed = |code: u8| match mode {
                    Encoding::Host => code >= 0x80 || is_percent,
                    Encoding::Zone => is_percent || code == b' ' || quoting::is_host(code),
                    _ => true,
                };
                match code.filter(|it| is_allowed(*it)) {
                    Some(code) => decoded.push(code),
                    None => {
                        let length = rest.len().min(3);
                        let piece = refused(length);
                        let quoted = match piece.text.len() == length {
                            true => Piece::Quoted(piece),
                            false => Piece::QuotedCut(piece, length),
                        };
                        let pieces = [Piece::Plain("invalid URL escape "), quoted];
                        return Err(Error { pieces: pieces.into(), at: piece });
                    }
                }
                behind.get(2..).unwrap_or(&[])
            }
            [b'+', behind @ ..] if is_plus => {
                decoded.push(b' ');
                behind
            }
            [found, behind @ ..] => {
                if is_host && *found < 0x80 && !quoting::is_host(*found) {
                    let piece = refused(1);
                    return Err(Error::quoting("invalid character ", piece, " in host name"));
                }
                decoded.push(*found);
                behind
            }
        };
    }
    Ok(match decoded == text.text.as_bytes() {
        true => Cow::Borrowed(text.text.as_bytes()),
        false => Cow::Owned(decoded),
    })
}

/// A setting of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<'s> {
    /// As written.
    pub written: Slice<'s>,
    /// The name.
    pub name: Part<'s>,
    /// The value.
    pub value: Part<'s>,
    /// `Query()` leaves it out, for it has a `;` or a malformed code.
    pub is_dropped: bool,
}

/// `defaultMaxParams`
const MOST_SETTINGS: usize = 10_000;

/// `URL.Query()`, in the order written; of more than 10,000 settings none is read.
pub fn query(query: Slice<'_>) -> Vec<Setting<'_>> {
    let is_too_long = query.text.bytes().filter(|it| *it == b'&').count() >= MOST_SETTINGS;
    let pieces = query.split('&').filter(|it| !it.is_empty());
    pieces.map(|it| setting(it, is_too_long)).collect()
}

fn setting(written: Slice<'_>, is_too_long: bool) -> Setting<'_> {
    let (name, value) = written.partition('=');
    let [first, second] = [name, value].map(|it| (it, unescape(it, Encoding::Query)));
    let is_dropped =
        is_too_long || written.text.contains(';') || first.1.is_err() || second.1.is_err();
    let [name, value] = [first, second].map(|(slice, bytes)| Part {
        slice,
        bytes: bytes.unwrap_or(Cow::Borrowed(slice.text.as_bytes())),
    });
    Setting { written, name, value, is_dropped }
}

/// `net.SplitHostPort()`; the reason where it refuses.
pub fn split_host_port(text: &[u8]) -> Result<(&[u8], &[u8]), &'static str> {
    let find = |byte: u8, text: &[u8]| text.iter().position(|it| *it == byte);
    let missing = "missing port in address";
    let Some(last) = text.iter().rposition(|it| *it == b':') else { return Err(missing) };
    let (head, tail) = text.split_at_checked(last).unwrap_or((text, &[]));
    let port = tail.get(1..).unwrap_or(&[]);
    let (host, from, to) = match text.first() {
        Some(b'[') => {
            let Some(end) = find(b']', text) else { return Err("missing ']' in address") };
            if end + 1 == text.len() {
                return Err(missing);
            }
            if end + 1 != last {
                let is_colon = text.get(end + 1) == Some(&b':');
                return Err(if is_colon { "too many colons in address" } else { missing });
            }
            (text.get(1..end).unwrap_or(&[]), 1, end + 1)
        }
        _ if head.contains(&b':') => return Err("too many colons in address"),
        _ => (head, 0, 0),
    };
    if find(b'[', text.get(from..).unwrap_or(&[])).is_some() {
        return Err("unexpected '[' in address");
    }
    if find(b']', text.get(to..).unwrap_or(&[])).is_some() {
        return Err("unexpected ']' in address");
    }
    Ok((host, port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    fn error(text: &str) -> String {
        let piece = |it: Piece<'_>| match it {
            Piece::Plain(text) => String::from(text),
            Piece::Quoted(slice) => quote(slice.text),
            Piece::QuotedCut(slice, length) => quote_cut(slice.text, length),
        };
        parse(text).unwrap_err().pieces.into_iter().map(piece).collect()
    }

    #[test]
    fn what_go_refuses() {
        for (url, text) in [
            ("postgres://u:p#a@h", "invalid port \":p\" after host"),
            ("postgres://u:p%zz@h", "invalid URL escape \"%zz\""),
            ("postgres://u:a b@h", "net/url: invalid userinfo"),
            ("postgres://h\n", "net/url: invalid control character in URL"),
            ("postgres://%2Ftmp/d", "invalid URL escape \"%2F\""),
            ("postgres://{h}/d", "invalid character \"{\" in host name"),
            ("postgres://[::1", "missing ']' in host"),
            ("postgres://[::1]:1,[::2]:2/d", "invalid IP-literal"),
            ("postgres://[1.2.3.4]/d", "invalid IP-literal"),
            ("postgres://[x]/d", "invalid host: ParseAddr(\"x\"): unable to parse IP"),
            (
                "postgres://[1::2::3]/d",
                "invalid host: ParseAddr(\"1::2::3\"): multiple :: in address (at \":3\")",
            ),
            ("postgres://u:%aé@h/", "net/url: invalid userinfo"),
            ("postgres://h/%aé", "invalid URL escape \"%a\\xc3\""),
            ("postgres://h/%", "invalid URL escape \"%\""),
            ("postgres://h/d#%a", "invalid URL escape \"%a\""),
        ] {
            assert_eq!(error(url), text, "{url}");
        }
    }

    #[test]
    fn each_part_keeps_its_place() {
        let text = "postgres://u:p%40@[::1]:5433/my%20db?x=1&y;z&%=2#f";
        let url = parse(text).unwrap();
        let (user, password) = (url.user.unwrap(), url.password.unwrap());
        assert_eq!((user.slice.text, password.slice.text, password.slice.at), ("u", "p%40", 13));
        assert_eq!((&*password.bytes, &*url.path.bytes), (&b"p@"[..], &b"/my db"[..]));
        assert_eq!(split_host_port(&url.host.bytes), Ok((&b"::1"[..], &b"5433"[..])));
        let settings = query(url.query.unwrap());
        let read: Vec<_> = settings.iter().map(|it| (it.written.text, it.is_dropped)).collect();
        assert_eq!(read, [("x=1", false), ("y;z", true), ("%=2", true)]);
    }
}
