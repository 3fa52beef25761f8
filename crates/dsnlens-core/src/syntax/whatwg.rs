//! The WHATWG URL Standard's view of a URL, as far as it is compared with the others.
//!
//! The parser is handed in: `parse` is the crate `url`; a browser has one of its own, and a page
//! that uses it is 18 KB lighter.

use alloc::string::String;

/// What the getters of the standard's `URL` class say, percent-encoded as they say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the getter it is named after")]
pub struct WhatwgUrl {
    pub username: String,
    pub password: String,
    /// An IPv6 address stands in brackets.
    pub hostname: String,
    /// Empty where there is none.
    pub port: String,
    pub pathname: String,
}

/// A parser that follows the standard; `None` where it refuses.
pub type ParseUrl = fn(&str) -> Option<WhatwgUrl>;

/// Parses with the crate `url`.
#[cfg(feature = "whatwg")]
pub fn parse(url: &str) -> Option<WhatwgUrl> {
    use alloc::string::ToString;

    let url = url::Url::parse(url).ok()?;
    Some(WhatwgUrl {
        username: url.username().into(),
        password: url.password().unwrap_or("").into(),
        hostname: url.host_str().unwrap_or("").into(),
        port: url.port().map_or_else(String::new, |port| port.to_string()),
        pathname: url.path().into(),
    })
}
