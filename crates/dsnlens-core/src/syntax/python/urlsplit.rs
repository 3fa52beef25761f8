//! `urllib.parse.urlsplit` and the `username`, `password`, `hostname`, `port` of its result.
//!
//! Splitting never fails here; the `ValueError`s are asked for separately, in Python's order.

use alloc::string::{String, ToString};

use super::ip::is_ip_literal;
use super::repr::{escape, quote_for};
use crate::secret::Text;
use crate::syntax::Slice;

/// The parts of a URL. `T` is what is told of each: a [`Slice`], or only its span.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SplitUrl<T> {
    /// The scheme as written; Python lowercases it.
    pub scheme: T,
    /// Between `//` and the first `/`, `?` or `#`.
    pub netloc: T,
    /// Before the first `:` of the userinfo.
    pub username: T,
    /// Behind the first `:` of the userinfo.
    pub password: T,
    /// Everything behind the last `@`: `hostname`, brackets and `port`.
    pub hostinfo: T,
    /// Without brackets; Python lowercases it up to the first `%`.
    pub hostname: T,
    /// Behind the `:` of `hostinfo`.
    pub port: T,
    /// From the first `/` behind the netloc.
    pub path: T,
    /// Behind the first `?`.
    pub query: T,
    /// Behind the first `#`; Python drops it.
    pub fragment: T,
}

impl<T> SplitUrl<T> {
    /// The same parts, each told differently.
    pub fn map<U>(self, mut tell: impl FnMut(T) -> U) -> SplitUrl<U> {
        SplitUrl {
            scheme: tell(self.scheme),
            netloc: tell(self.netloc),
            username: tell(self.username),
            password: tell(self.password),
            hostinfo: tell(self.hostinfo),
            hostname: tell(self.hostname),
            port: tell(self.port),
            path: tell(self.path),
            query: tell(self.query),
            fragment: tell(self.fragment),
        }
    }
}

/// Splits a text as `urlsplit` has cleaned it.
pub fn urlsplit(text: &str) -> SplitUrl<Slice<'_>> {
    let (scheme, rest) = split_scheme(Slice::whole(text));
    let (netloc, rest) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_before(&['/', '?', '#']),
        None => (rest.before(), rest),
    };
    let (rest, fragment) = rest.partition('#');
    let (path, query) = rest.partition('?');
    let (userinfo, hostinfo) = netloc.rsplit_once('@').unwrap_or((netloc.before(), netloc));
    let (username, password) = userinfo.partition(':');
    let (hostname, port) = match hostinfo.split_once('[') {
        Some((_, bracketed)) => {
            let (hostname, behind) = bracketed.partition(']');
            (hostname, behind.split_once(':').map_or(behind.after(), |(_, port)| port))
        }
        None => hostinfo.partition(':'),
    };
    SplitUrl { scheme, netloc, username, password, hostinfo, hostname, port, path, query, fragment }
}

fn split_scheme(url: Slice<'_>) -> (Slice<'_>, Slice<'_>) {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|it| it.is_ascii_alphanumeric() || b"+-.".contains(&it))
    };
    match url.split_once(':') {
        Some((scheme, rest)) if is_scheme(scheme.text) => (scheme, rest),
        _ => (url.before(), url),
    }
}

/// Who knows which bytes of a text are secret, and quotes them apart.
pub trait Quotes<'a> {
    /// `slice` word for word, each stretch passed through `spell`.
    fn quote(&self, slice: Slice<'_>, spell: &dyn Fn(&str) -> String) -> Text<'a>;

    /// Whether `slice` holds a byte of a secret.
    fn is_secret(&self, slice: Slice<'_>) -> bool;
}

/// A `ValueError` of `urlsplit` or of `.port`, and the part it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlError<'a, 's> {
    /// Python's text.
    pub message: Text<'a>,
    /// The part to look at.
    pub part: Slice<'s>,
}

/// The `ValueError`s that `urlsplit` raises for a netloc: brackets first, then NFKC.
pub fn check_netloc<'a, 's>(
    source: &impl Quotes<'a>,
    url: &SplitUrl<Slice<'s>>,
) -> Result<(), UrlError<'a, 's>> {
    let netloc = url.netloc;
    let (opens, closes) = (netloc.text.contains('['), netloc.text.contains(']'));
    if opens != closes {
        return Err(invalid_ipv6_url(netloc));
    }
    if opens {
        check_brackets(source, url)?;
    }
    match !netloc.text.is_ascii() && netloc.text.contains(is_netloc_delimiter_under_nfkc) {
        false => Ok(()),
        true => {
            let message = Text::plain("netloc '")
                .and_text(source.quote(netloc, &|text| text.into()))
                .and("' contains invalid characters under NFKC normalization");
            Err(UrlError { message, part: netloc })
        }
    }
}

fn invalid_ipv6_url<'a, 's>(part: Slice<'s>) -> UrlError<'a, 's> {
    UrlError { message: Text::plain("Invalid IPv6 URL"), part }
}

/// `_check_bracketed_netloc`: with brackets anywhere in the netloc, the host is held to be an
/// IP literal, even where the brackets are in the password.
fn check_brackets<'a, 's>(
    source: &impl Quotes<'a>,
    url: &SplitUrl<Slice<'s>>,
) -> Result<(), UrlError<'a, 's>> {
    let (hostinfo, hostname) = (url.hostinfo, url.hostname);
    if let Some((before, bracketed)) = hostinfo.split_once('[') {
        let behind = bracketed.split_once(']').map_or("", |(_, behind)| behind.text);
        if !before.is_empty() || !(behind.is_empty() || behind.starts_with(':')) {
            return Err(invalid_ipv6_url(hostinfo));
        }
    }
    is_ip_literal(hostname.text).map_err(|reason| UrlError {
        message: match reason {
            Some(reason) => Text::plain(reason),
            None => python_quoted(source, hostname)
                .and(" does not appear to be an IPv4 or IPv6 address"),
        },
        part: hostname,
    })
}

/// The 19 code points whose NFKC form holds one of `/ ? # @ :`; the same in Unicode 14 to 16.
pub fn is_netloc_delimiter_under_nfkc(c: char) -> bool {
    matches!(
        c,
        '\u{2047}'
            ..='\u{2049}'
                | '\u{2100}'
                | '\u{2101}'
                | '\u{2105}'
                | '\u{2106}'
                | '\u{2A74}'
                | '\u{FE13}'
                | '\u{FE16}'
                | '\u{FE55}'
                | '\u{FE56}'
                | '\u{FE5F}'
                | '\u{FE6B}'
                | '\u{FF03}'
                | '\u{FF0F}'
                | '\u{FF1A}'
                | '\u{FF1F}'
                | '\u{FF20}'
    )
}

/// `SplitResult.port`: `None` where there is none, an `int` up to 65535 otherwise.
pub fn parse_port<'a, 's>(
    source: &impl Quotes<'a>,
    port: Slice<'s>,
) -> Result<Option<u16>, UrlError<'a, 's>> {
    if port.is_empty() {
        return Ok(None);
    }
    let error = |message| UrlError { message, part: port };
    if !port.text.bytes().all(|it| it.is_ascii_digit()) {
        let quoted = python_quoted(source, port);
        return Err(error(
            Text::plain("Port could not be cast to integer value as ").and_text(quoted),
        ));
    }
    // CPython's `int` refuses more than 4300 digits, with a text of its own.
    if port.text.len() > 4300 {
        let digits = port.text.len().to_string();
        let message = Text::plain(
            "Exceeds the limit (4300 digits) for integer string conversion: value has ",
        );
        let message = match source.is_secret(port) {
            true => message.and_hidden(digits),
            false => message.and(digits),
        };
        let after = " digits; use sys.set_int_max_str_digits() to increase the limit";
        return Err(error(message.and(after)));
    }
    let digits = port.text.trim_start_matches('0');
    match digits.is_empty() {
        true => Ok(Some(0)),
        false => {
            digits.parse().map(Some).map_err(|_| error(Text::plain("Port out of range 0-65535")))
        }
    }
}

/// `repr()` of a slice, what is secret between the quotes apart.
pub fn python_quoted<'a>(source: &impl Quotes<'a>, slice: Slice<'_>) -> Text<'a> {
    let quote = quote_for(slice.text);
    let inside = source.quote(slice, &|piece| escape(piece, quote).into_owned());
    Text::plain(quote).and_text(inside).and(quote)
}
