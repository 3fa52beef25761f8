//! Elixir's `URI.parse`, and its decoding.
//!
//! Reproduces `lib/elixir/lib/uri.ex` of Elixir 1.14: two regular expressions that fit any text, of
//! which the second reads as much of the authority as it can and passes over the rest.

use alloc::vec::Vec;

use crate::syntax::Slice;
use crate::syntax::python::unquote_to_bytes;

/// The parts of a URL; `None` is Elixir's `nil`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the part it is named after")]
pub struct Uri<'s> {
    pub scheme: Option<Slice<'s>>,
    pub authority: Option<Slice<'s>>,
    pub userinfo: Option<Slice<'s>>,
    /// Empty where the authority is.
    pub host: Option<Slice<'s>>,
    /// Digits.
    pub port: Option<Slice<'s>>,
    pub path: Option<Slice<'s>>,
    pub query: Option<Slice<'s>>,
    pub fragment: Option<Slice<'s>>,
}

/// `URI.parse(text)`.
pub fn parse(text: Slice<'_>) -> Uri<'_> {
    let mut uri = Uri::default();
    let mut rest = text;
    if let Some((scheme, behind)) = text.split_once(':')
        && is_scheme(scheme.text)
    {
        (uri.scheme, rest) = (Some(scheme), behind);
    }
    if let Some(behind) = rest.strip_prefix("//") {
        let (authority, behind) = behind.split_before(&['/', '?', '#']);
        rest = behind;
        split_authority(authority, &mut uri);
    }
    let (path, behind) = rest.split_before(&['?', '#']);
    uri.path = filled(path);
    rest = behind;
    if let Some(behind) = rest.strip_prefix("?") {
        let (query, behind) = behind.split_before(&['#']);
        (uri.query, rest) = (Some(query), behind);
    }
    // A `.` of a regular expression is no line feed.
    let fragment = rest.strip_prefix("#").and_then(|it| it.split('\n').next());
    uri.fragment = fragment.and_then(filled);
    uri
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
}

fn filled(slice: Slice<'_>) -> Option<Slice<'_>> {
    (!slice.is_empty()).then_some(slice)
}

/// `(^(.*)@)?(\[[a-zA-Z0-9:.]*\]|[^:]*)(:(\d*))?`
fn split_authority<'s>(authority: Slice<'s>, uri: &mut Uri<'s>) {
    uri.authority = Some(authority);
    if authority.is_empty() {
        uri.host = Some(authority);
        return;
    }
    let mut rest = authority;
    if let Some((userinfo, behind)) = authority.rsplit_once('@')
        && !userinfo.text.contains('\n')
    {
        (uri.userinfo, rest) = (filled(userinfo), behind);
    }
    let in_brackets = rest.strip_prefix("[").and_then(|it| it.split_once(']'));
    let is_address =
        |it: &str| it.bytes().all(|it| it.is_ascii_alphanumeric() || b":.".contains(&it));
    let (host, behind) = match in_brackets.filter(|(inner, _)| is_address(inner.text)) {
        Some(found) => found,
        None => {
            let (host, behind) = rest.split_before(&[':']);
            let host = host.strip_prefix("[").unwrap_or(host);
            match host.text.strip_suffix(']') {
                Some(text) => (Slice { text, at: host.at }, behind),
                None => (host, behind),
            }
        }
    };
    uri.host = filled(host);
    let digits = behind.strip_prefix(":").map(|it| {
        let count = it.text.bytes().take_while(u8::is_ascii_digit).count();
        it.split_at(count).0
    });
    uri.port = digits.and_then(filled);
}

/// `URI.decode_www_form`: a plus is a blank.
pub fn decode_form(text: &str) -> Vec<u8> {
    unquote_to_bytes(&text.replace('+', " "))
}

/// `URI.decode` of bytes.
pub fn decode_bytes(bytes: &[u8]) -> Vec<u8> {
    match core::str::from_utf8(bytes) {
        Ok(text) => unquote_to_bytes(text),
        Err(_) => bytes.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: [Option<&str>; 8]) {
        let uri = parse(Slice::whole(text));
        let parts = [
            uri.scheme,
            uri.authority,
            uri.userinfo,
            uri.host,
            uri.port,
            uri.path,
            uri.query,
            uri.fragment,
        ];
        for part in parts.into_iter().flatten() {
            assert_eq!(text.get(part.at..part.end()), Some(part.text), "{text}");
        }
        assert_eq!(parts.map(|it| it.map(|it| it.text)), expected, "{text}");
    }

    /// As `iex` of Elixir 1.14 prints them.
    #[test]
    fn urls_are_taken_apart_as_elixir_does() {
        check(
            "postgres://u:p@h:1/d?a=b#c",
            [
                Some("postgres"),
                Some("u:p@h:1"),
                Some("u:p"),
                Some("h"),
                Some("1"),
                Some("/d"),
                Some("a=b"),
                Some("c"),
            ],
        );
        let none = None;
        check("h", [none, none, none, none, none, Some("h"), none, none]);
        check(
            "postgres:///d",
            [Some("postgres"), Some(""), none, Some(""), none, Some("/d"), none, none],
        );
        check("//@h:x", [none, Some("@h:x"), none, Some("h"), none, none, none, none]);
        check("//[::1]:5", [none, Some("[::1]:5"), none, Some("::1"), Some("5"), none, none, none]);
        check(
            "//h1:5,h2:6",
            [none, Some("h1:5,h2:6"), none, Some("h1"), Some("5"), none, none, none],
        );
    }
}
