//! The WHATWG URL Standard's parser, with the place of each part: what `new URL(text, base)` makes
//! of a text.
//!
//! <https://url.spec.whatwg.org/#concept-basic-url-parser>, as of the crate `url` 2.5.8 and Node
//! 20.20, which leave a `^` in a path as it is.
//! A host of a special scheme (`http`, `https`, `ws`, `wss`, `ftp`, `file`) that needs Unicode's
//! tables, or is a number, is left unknown, and a drive letter is a name like any other.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::Edited;
use super::javascript::{byte, escape};
use crate::syntax::Slice;

/// A part as the getter of `URL` gives it, and the bytes that it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part<'s> {
    /// The bytes.
    pub slice: Slice<'s>,
    /// The text, percent-encoded as the standard says.
    pub text: Cow<'s, str>,
}

/// The host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host<'s> {
    /// The bytes.
    pub slice: Slice<'s>,
    /// `hostname`; `None` where it is not known.
    pub text: Option<Cow<'s, str>>,
}

/// A URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url<'s> {
    /// In small letters, without `:`.
    pub scheme: Cow<'s, str>,
    /// `username`.
    pub username: Part<'s>,
    /// `password`.
    pub password: Part<'s>,
    /// `hostname`, empty where there is none.
    pub host: Host<'s>,
    /// `port`, empty where there is none or the scheme's own.
    pub port: Part<'s>,
    /// `pathname`.
    pub path: Part<'s>,
    /// The path is a text without structure: `mailto:a@b`.
    pub is_opaque: bool,
    /// What follows `?`, without it.
    pub query: Slice<'s>,
}

/// Removes what the parser drops: blanks and control characters around the text, and TAB, LF and CR
/// anywhere.
pub fn strip(text: Edited<'_>) -> Edited<'_> {
    let is_blank = |c: char| c <= ' ';
    let is_dropped = |c: char| matches!(c, '\t' | '\n' | '\r');
    let whole = text.text();
    let (start, end) = (
        whole.len() - whole.trim_start_matches(is_blank).len(),
        whole.trim_end_matches(is_blank).len(),
    );
    if start == 0 && end == whole.len() && !whole.contains(is_dropped) {
        return text;
    }
    text.edit(|rest| {
        let c = rest.text.chars().next()?;
        let is_kept = (start..end).contains(&rest.at) && !is_dropped(c);
        (!is_kept).then(|| (c.len_utf8(), "".into()))
    })
}

/// `new URL(text, base)`, where `base` is the scheme, which is not special, and the host of a base
/// without a path. The text is stripped. An error where it throws "TypeError: Invalid URL".
pub fn split<'s>(
    text: &'s str,
    base: Option<(&'static str, &'static str)>,
) -> Result<Url<'s>, Invalid> {
    let whole = Slice::whole(text);
    let mut url = Url {
        scheme: Cow::Borrowed(""),
        username: Part::default(),
        password: Part::default(),
        host: Host { slice: whole.before(), text: Some(Cow::Borrowed("")) },
        port: Part::default(),
        path: Part::default(),
        is_opaque: false,
        query: Slice::default(),
    };
    let (hierarchy, query) = cut_query(whole);
    url.query = query;
    let Some((scheme, rest)) = scheme(hierarchy) else {
        let (scheme, host) = base.ok_or(Invalid::RelativeWithoutBase)?;
        url.scheme = Cow::Borrowed(scheme);
        match hierarchy.strip_prefix("//") {
            Some(rest) => url.authority(rest)?,
            None => {
                url.host.text = Some(Cow::Borrowed(host));
                url.path(hierarchy);
            }
        }
        return Ok(url);
    };
    url.scheme = match scheme.text.bytes().any(|it| it.is_ascii_uppercase()) {
        true => Cow::Owned(scheme.text.to_ascii_lowercase()),
        false => Cow::Borrowed(scheme.text),
    };
    if url.scheme == "file" {
        url.file(rest)?;
    } else if url.is_special() {
        let behind = rest.text.trim_start_matches(['/', '\\']);
        url.authority(rest.split_at(rest.text.len() - behind.len()).1)?;
    } else if let Some(rest) = rest.strip_prefix("//") {
        url.authority(rest)?;
    } else if rest.text.starts_with('/') {
        url.path(rest);
    } else {
        url.is_opaque = true;
        url.path = Part { slice: rest, text: encode(rest.text, is_control) };
    }
    Ok(url)
}

/// Why a text is no URL, as the crate `url` says it (`ParseError`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is the text it stands for")]
pub enum Invalid {
    DomainCharacter,
    EmptyHost,
    Ipv6Address,
    PortNumber,
    RelativeWithoutBase,
}

impl Invalid {
    /// The text.
    pub const fn text(self) -> &'static str {
        match self {
            Invalid::DomainCharacter => "invalid domain character",
            Invalid::EmptyHost => "empty host",
            Invalid::Ipv6Address => "invalid IPv6 address",
            Invalid::PortNumber => "invalid port number",
            Invalid::RelativeWithoutBase => "relative URL without a base",
        }
    }
}

/// The pieces of a query between `&`, empty ones left out: name and value.
pub fn pairs<'s>(query: Slice<'s>) -> impl Iterator<Item = (Slice<'s>, Slice<'s>)> {
    query.split('&').filter(|it| !it.is_empty()).map(|it| it.partition('='))
}

/// A name or a value of a query, as `URLSearchParams` decodes it.
pub fn decode_form(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    loop {
        rest = match rest {
            [] => return Cow::Owned(String::from_utf8_lossy(&decoded).into_owned()),
            [b'+', behind @ ..] => {
                decoded.push(b' ');
                behind
            }
            [b'%', high, low, behind @ ..] if let Some(byte) = byte(*high, *low) => {
                decoded.push(byte);
                behind
            }
            [byte, behind @ ..] => {
                decoded.push(*byte);
                behind
            }
        };
    }
}

impl<'s> Url<'s> {
    fn is_special(&self) -> bool {
        ["http", "https", "ws", "wss", "ftp", "file"].contains(&&*self.scheme)
    }

    /// What follows `//`: user, host, port and path.
    fn authority(&mut self, rest: Slice<'s>) -> Result<(), Invalid> {
        let stops: &[char] = if self.is_special() { &['/', '\\'] } else { &['/'] };
        let (authority, path) = rest.split_before(stops);
        let host = match authority.rsplit_once('@') {
            Some((userinfo, host)) => {
                let part = |slice: Slice<'s>| Part {
                    slice,
                    text: encode(slice.text, is_encoded_in_userinfo),
                };
                let (username, password) = userinfo.partition(':');
                (self.username, self.password) = (part(username), part(password));
                if host.is_empty() {
                    return Err(Invalid::EmptyHost);
                }
                host
            }
            None => authority,
        };
        // A `:` in brackets does not end the host.
        let mut is_inside = false;
        let end = host.text.bytes().position(|byte| {
            match byte {
                b'[' => is_inside = true,
                b']' => is_inside = false,
                _ => {}
            }
            byte == b':' && !is_inside
        });
        let (host, port) = host.split_at(end.unwrap_or(host.text.len()));
        if host.is_empty() && (end.is_some() || self.is_special()) {
            return Err(Invalid::EmptyHost);
        }
        self.host = Host { slice: host, text: parse_host(host.text, self.is_special())? };
        if let Some(port) = port.strip_prefix(":").filter(|it| !it.is_empty()) {
            self.port = self.read_port(port).ok_or(Invalid::PortNumber)?;
        }
        self.path(path);
        Ok(())
    }

    fn read_port(&self, slice: Slice<'s>) -> Option<Part<'s>> {
        if !slice.text.bytes().all(|it| it.is_ascii_digit()) {
            return None;
        }
        let text = match slice.text.trim_start_matches('0') {
            "" => "0",
            digits => digits,
        };
        text.parse::<u16>().ok()?;
        let is_default = matches!(
            (&*self.scheme, text),
            ("http" | "ws", "80") | ("https" | "wss", "443") | ("ftp", "21")
        );
        Some(Part { slice, text: Cow::Borrowed(if is_default { "" } else { text }) })
    }

    fn file(&mut self, rest: Slice<'s>) -> Result<(), Invalid> {
        let is_slash = |it: &Slice<'_>| it.text.starts_with(['/', '\\']);
        let path = match Some(rest).filter(is_slash).map(|it| it.split_at(1).1).filter(is_slash) {
            None => rest,
            Some(behind) => {
                let (host, path) = behind.split_at(1).1.split_before(&['/', '\\']);
                let text = match host.is_empty() {
                    true => Some(Cow::Borrowed("")),
                    false => parse_host(host.text, true)?,
                };
                let text = text.map(|it| if it == "localhost" { Cow::Borrowed("") } else { it });
                self.host = Host { slice: host, text };
                path
            }
        };
        self.path(path);
        Ok(())
    }

    /// The path, in which `.` and `..` are taken as steps.
    fn path(&mut self, slice: Slice<'s>) {
        let is_special = self.is_special();
        if slice.is_empty() && !is_special {
            self.path = Part { slice, text: Cow::Borrowed("") };
            return;
        }
        let is_slash = |c: char| c == '/' || (is_special && c == '\\');
        let text = slice.text.strip_prefix(is_slash).unwrap_or(slice.text);
        let mut segments: Vec<Cow<'_, str>> = Vec::new();
        let mut pieces = text.split(is_slash).peekable();
        while let Some(segment) = pieces.next() {
            let is_last = pieces.peek().is_none();
            let dots = dots(segment);
            if dots == Some(2) {
                segments.pop();
            }
            match dots {
                Some(_) if is_last => segments.push(Cow::Borrowed("")),
                Some(_) => {}
                None => segments.push(encode(segment, is_encoded_in_path)),
            }
        }
        let mut path = String::with_capacity(slice.text.len() + 1);
        for segment in &segments {
            path.push('/');
            path.push_str(segment);
        }
        let text = if path == slice.text { Cow::Borrowed(slice.text) } else { Cow::Owned(path) };
        self.path = Part { slice, text };
    }
}

/// What comes before the query, and the query; the fragment is left out.
fn cut_query(whole: Slice<'_>) -> (Slice<'_>, Slice<'_>) {
    let (url, _) = whole.split_before(&['#']);
    let (hierarchy, query) = url.split_before(&['?']);
    (hierarchy, query.strip_prefix("?").unwrap_or(query))
}

fn scheme(text: Slice<'_>) -> Option<(Slice<'_>, Slice<'_>)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.text.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it));
    is_scheme.then_some((scheme, rest))
}

/// One for `.`, two for `..`, however they are encoded.
fn dots(segment: &str) -> Option<usize> {
    let mut rest = segment;
    let mut found = 0;
    while found < 3 && !rest.is_empty() {
        let code = rest.get(..3).filter(|it| it.eq_ignore_ascii_case("%2e"));
        rest = rest.strip_prefix('.').or(code.and_then(|_| rest.get(3..)))?;
        found += 1;
    }
    (rest.is_empty() && (1..=2).contains(&found)).then_some(found)
}

/// `None` where what becomes of the host is not known.
fn parse_host(host: &str, is_special: bool) -> Result<Option<Cow<'_, str>>, Invalid> {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.strip_suffix(']').and_then(|it| it.parse::<Ipv6Addr>().ok());
        return Ok(Some(Cow::Owned(ipv6(address.ok_or(Invalid::Ipv6Address)?))));
    }
    let is_forbidden = |c: char| "\0\t\n\r #/:<>?@[\\]^|".contains(c);
    if !is_special {
        if host.contains(is_forbidden) {
            return Err(Invalid::DomainCharacter);
        }
        return Ok(Some(encode(host, is_control)));
    }
    let domain = decode_percent(host);
    if !domain.is_ascii() || domain.to_ascii_lowercase().contains("xn--") {
        return Ok(None);
    }
    if domain.contains(|c: char| is_forbidden(c) || c <= ' ' || c == '%' || c == '\u{7f}') {
        return Err(Invalid::DomainCharacter);
    }
    let domain = domain.to_ascii_lowercase();
    let name = domain.strip_suffix('.').unwrap_or(&domain);
    let last = name.rsplit('.').next().unwrap_or("");
    let is_number =
        !last.is_empty() && (last.bytes().all(|it| it.is_ascii_digit()) || last.starts_with("0x"));
    if is_number && domain.parse::<Ipv4Addr>().is_err() {
        return Ok(None);
    }
    Ok(Some(Cow::Owned(domain)))
}

fn decode_percent(text: &str) -> String {
    // A `+` is no blank here.
    decode_form(&text.replace('+', "%2B")).into_owned()
}

/// An address as the standard writes it: the first of the longest runs of zeros is left out.
fn ipv6(address: Ipv6Addr) -> String {
    let pieces = address.segments();
    let mut longest = (0, 1);
    let mut run = (0, 0);
    for (nth, piece) in pieces.iter().enumerate() {
        run = match (*piece, run.1) {
            (0, 0) => (nth, 1),
            (0, length) => (run.0, length + 1),
            _ => (0, 0),
        };
        if run.1 > longest.1 {
            longest = run;
        }
    }
    let mut text = String::from("[");
    for (nth, piece) in pieces.iter().enumerate() {
        let is_left_out = longest.1 > 1 && (longest.0..longest.0 + longest.1).contains(&nth);
        if is_left_out {
            if nth == longest.0 {
                text.push_str(if nth == 0 { "::" } else { ":" });
            }
            continue;
        }
        text.push_str(&alloc::format!("{piece:x}"));
        if nth < 7 {
            text.push(':');
        }
    }
    text.push(']');
    text
}

fn is_control(c: char) -> bool {
    !(' '..='~').contains(&c)
}

fn is_encoded_in_path(c: char) -> bool {
    is_control(c) || " \"#<>?`{}".contains(c)
}

fn is_encoded_in_userinfo(c: char) -> bool {
    is_encoded_in_path(c) || "/:;=@[\\]^|".contains(c)
}

fn encode(text: &str, is_encoded: fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(is_encoded) {
        return Cow::Borrowed(text);
    }
    let mut encoded = String::with_capacity(text.len());
    for c in text.chars() {
        match is_encoded(c) {
            true => {
                let mut bytes = [0; 4];
                encoded.extend(c.encode_utf8(&mut bytes).bytes().flat_map(escape));
            }
            false => encoded.push(c),
        }
    }
    Cow::Owned(encoded)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;
    use alloc::string::ToString;

    use super::*;

    /// What the crate `url` and this parser say of a text.
    fn both(text: &str) -> [Option<String>; 2] {
        let base = ("postgres", "base");
        let theirs = url::Url::parse("postgres://base").ok().and_then(|it| it.join(text).ok());
        let theirs = theirs.map(|it| {
            let port = it.port().map_or_else(String::new, |port| port.to_string());
            let query: Vec<_> = it.query_pairs().collect();
            let host = it.host_str().unwrap_or("");
            let (user, password) = (it.username(), it.password().unwrap_or(""));
            format!("{} {user} {password} {host} {port} {} {query:?}", it.scheme(), it.path())
        });
        let stripped = strip(Edited::new(text));
        let ours = split(stripped.text(), Some(base)).map(|it| {
            let query: Vec<_> = pairs(it.query)
                .map(|(name, value)| (decode_form(name.text), decode_form(value.text)))
                .collect();
            let Url { scheme, username, password, host, port, path, .. } = &it;
            let host = host.text.as_deref().unwrap_or("?");
            format!(
                "{scheme} {} {} {host} {} {} {query:?}",
                username.text, password.text, port.text, path.text
            )
        });
        [theirs, ours.ok()]
    }

    /// A sequence of numbers that is always the same.
    fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
        move |below| {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            usize::try_from(seed % 1_000_003).unwrap_or(0) % below
        }
    }

    #[test]
    fn it_reads_as_the_crate_does() {
        let pieces = [
            "postgres",
            "postgresql",
            "x+y",
            ":",
            ":",
            ":",
            "//",
            "//",
            "/",
            "/",
            "@",
            "@",
            "@",
            "?",
            "#",
            "u",
            "p%40",
            "h",
            "h.example",
            "[::1]",
            "[1:0:0:2::]",
            "[",
            "]",
            "5432",
            "65536",
            "0",
            "080",
            "db",
            "..",
            ".",
            "%2e",
            "%2E.",
            "%",
            "%4",
            "%zz",
            "%C3%A9",
            "é",
            " ",
            "\t",
            "\n",
            "\\",
            "|",
            "^",
            "\"",
            "<",
            "{",
            "}",
            "`",
            "'",
            ";",
            "=",
            "&",
            "a=b",
            "+",
            "$",
            "~",
            "\u{1}",
            "\u{7f}",
            ",",
            "_",
            "-",
            "1.2.3.4",
            "::ffff:1.2.3.4",
            "http",
            "file",
            "localhost",
        ];
        let mut next = numbers(0x9E37_79B9_7F4A_7C15);
        let mut read = 0;
        for _ in 0..200_000 {
            let start = match next(4) {
                0 => "",
                1 => "postgres:",
                _ => "postgres://",
            };
            let mut text = String::from(start);
            for _ in 0..next(9) {
                text.push_str(pieces.get(next(pieces.len())).unwrap_or(&""));
            }
            let [theirs, ours] = both(&text);
            let is_unknown = ours.as_ref().is_some_and(|it| it.contains(" ? "));
            // The crate's own ways: `\` ends a port and begins a path of any scheme, and a lone `@`
            // is an empty host. Node 20.20 does as the standard says.
            let start = text.trim_start_matches(|c| c <= ' ');
            let is_special = start.starts_with("http:") || start.starts_with("file:");
            let stripped = strip(Edited::new(&text));
            let is_lone = ["//@", "//:@"].iter().any(|it| stripped.text().contains(it));
            let is_its_own = is_lone || (!is_special && text.contains('\\'));
            if !is_unknown && !is_its_own {
                read += usize::from(ours.is_some());
                assert_eq!(theirs, ours, "{text:?}");
            }
        }
        assert!(read > 50_000, "{read}");
    }

    #[test]
    fn each_part_keeps_its_place() {
        let text = " postgres://u:p%40@h:\t5433/a/../b?x=1#y";
        let edited = strip(Edited::new(text));
        let url = split(edited.text(), None).unwrap();
        let of = |slice| edited.original(slice).text;
        let parts = [url.username.slice, url.password.slice, url.host.slice, url.port.slice];
        assert_eq!(parts.map(of), ["u", "p%40", "h", "5433"]);
        assert_eq!((of(url.path.slice), &*url.path.text), ("/a/../b", "/b"));
        assert_eq!(of(url.query), "x=1");
    }
}
