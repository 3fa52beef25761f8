//! `jdbc:postgresql:` URLs, as pgjdbc takes them apart, with the place of each part.
//!
//! pgjdbc 42.5.5, `org/postgresql/Driver.java`, `parseURL()`; Java 17's `String.split` and
//! `java.net.URLDecoder`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::javascript::byte;
use crate::syntax::Slice;

/// A host, and its port where it has one; a host that is empty before a port is left to the driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<'s> {
    /// The host.
    pub host: Slice<'s>,
    /// The port.
    pub port: Option<Slice<'s>>,
}

/// A URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Url<'s> {
    /// The hosts, `None` where there is no `//`.
    pub addresses: Option<Vec<Address<'s>>>,
    /// The database, as written.
    pub database: Option<Slice<'s>>,
    /// Names and values of what follows `?`, as written; a name alone has no value.
    pub args: Vec<(Slice<'s>, Option<Slice<'s>>)>,
}

/// What keeps a URL from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError<'s> {
    /// It does not begin with `jdbc:postgresql:`.
    Foreign,
    /// It is refused for what stands there.
    Refused(Slice<'s>),
    /// Nothing but commas where hosts belong, on which the driver breaks.
    NoAddress(Slice<'s>),
}

/// Takes a URL apart.
pub fn parse(text: &str) -> Result<Url<'_>, UrlError<'_>> {
    let (server, args) = Slice::whole(text).partition('?');
    let server = server.strip_prefix("jdbc:postgresql:").ok_or(UrlError::Foreign)?;
    let args = args.split('&').filter(|it| !it.is_empty());
    let args = args.map(|it| match it.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (it, None),
    });
    let mut url = Url { args: args.collect(), ..Url::default() };
    if ["//", "///"].contains(&server.text) {
        return Ok(url);
    }
    let Some(rest) = server.strip_prefix("//") else {
        if server.text.starts_with('/') {
            return Err(UrlError::Refused(server));
        }
        url.database = Some(server);
        return Ok(url);
    };
    let Some((hosts, database)) = rest.split_once('/') else {
        return Err(UrlError::Refused(rest));
    };
    if database.text.contains('/') {
        return Err(UrlError::Refused(database));
    }
    url.database = Some(database).filter(|it| !it.is_empty());
    let mut addresses: Vec<_> = hosts.split(',').collect();
    drop_empty(&mut addresses, |it| it.is_empty());
    if addresses.is_empty() {
        return Err(UrlError::NoAddress(hosts));
    }
    url.addresses = Some(addresses.into_iter().map(address).collect());
    Ok(url)
}

/// The last colon begins the port, unless it is in brackets.
fn address(text: Slice<'_>) -> Address<'_> {
    let bracket = text.text.rfind(']');
    match text.text.rfind(':').filter(|at| bracket.is_none_or(|it| it < *at)) {
        Some(at) => {
            let (host, port) = text.split_at(at);
            Address { host, port: port.strip_prefix(":") }
        }
        None => Address { host: text, port: None },
    }
}

/// `text.split(",")`, which leaves out empty pieces at the end, but not the only one.
pub fn split_list(text: &str) -> Vec<&str> {
    let mut pieces: Vec<_> = text.split(',').collect();
    drop_empty(&mut pieces, |it| it.is_empty());
    pieces
}

fn drop_empty<T>(pieces: &mut Vec<T>, is_empty: impl Fn(&T) -> bool) {
    if pieces.len() > 1 {
        while pieces.last().is_some_and(&is_empty) {
            pieces.pop();
        }
    }
}

/// `URLDecoder.decode(text, "UTF-8")`; `None` where it throws.
pub fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let mut decoded = String::with_capacity(text.len());
    let mut run = Vec::new();
    let mut rest = text;
    loop {
        if let Some(behind) = rest.strip_prefix('%') {
            let mut digits = behind.bytes();
            let code = match (digits.next()?, digits.next()?) {
                // `Integer.parseInt` takes a sign.
                (b'+', low) => byte(b'0', low)?,
                (high, low) => byte(high, low)?,
            };
            run.push(code);
            rest = behind.get(2..)?;
            continue;
        }
        // A run of codes is decoded on its own.
        decoded.push_str(&String::from_utf8_lossy(&run));
        run.clear();
        let Some(c) = rest.chars().next() else { return Some(Cow::Owned(decoded)) };
        decoded.push(if c == '+' { ' ' } else { c });
        rest = rest.get(c.len_utf8()..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_colon_begins_the_port() {
        let hosts = |url| {
            let url = parse(url).unwrap();
            let of = |it: Address<'static>| (it.host.text, it.port.map(|it| it.text));
            url.addresses.unwrap().into_iter().map(of).collect::<Vec<_>>()
        };
        assert_eq!(hosts("jdbc:postgresql://u:p@h:1/d"), [("u:p@h", Some("1"))]);
        assert_eq!(hosts("jdbc:postgresql://[::1]/"), [("[::1]", None)]);
        assert_eq!(hosts("jdbc:postgresql://a,:2,/"), [("a", None), ("", Some("2"))]);
    }

    #[test]
    fn what_is_refused() {
        assert_eq!(parse("postgres://h/d"), Err(UrlError::Foreign));
        for url in ["jdbc:postgresql://h", "jdbc:postgresql://h/d/e", "jdbc:postgresql:/d"] {
            assert!(matches!(parse(url), Err(UrlError::Refused(_))), "{url}");
        }
        assert!(matches!(parse("jdbc:postgresql://,/d"), Err(UrlError::NoAddress(_))));
        assert_eq!(parse("jdbc:postgresql:///").unwrap(), Url::default());
    }

    #[test]
    fn a_plus_is_a_blank_and_codes_may_be_refused() {
        for (text, decoded) in [
            ("p+s%2B", Some("p s+")),
            ("%C3%A9", Some("é")),
            ("%E9x", Some("\u{fffd}x")),
            ("%+5", Some("\u{5}")),
            ("%", None),
            ("%4", None),
            ("%zz", None),
            ("%-1", None),
        ] {
            assert_eq!(decode(text).as_deref(), decoded, "{text}");
        }
        assert_eq!(split_list("a,,b,,"), ["a", "", "b"]);
        assert_eq!((split_list(""), split_list(",").len()), (Vec::from([""]), 0));
    }
}
