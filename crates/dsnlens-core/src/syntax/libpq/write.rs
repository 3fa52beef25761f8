//! A URI that Python, libpq and the WHATWG standard read alike.
//!
//! A host that is no plain name or address stands among the options, where all of them take it as
//! it is.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::Ipv6Addr;

use crate::syntax::python::quote_but;

/// A piece of a URI.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece<'p> {
    /// The keyword whose value it spells; `None` for what stands between the values.
    pub keyword: Option<&'p str>,
    /// How it is spelt.
    pub text: Cow<'p, str>,
}

/// Writes keywords and values behind `scheme`, such as `postgresql`. Options keep their order.
pub fn write_uri<'p>(scheme: &'p str, parameters: &[(&'p str, &'p str)]) -> Vec<Piece<'p>> {
    let get = |keyword: &str| parameters.iter().find(|it| it.0 == keyword);
    let mut pieces = Vec::with_capacity(2 * parameters.len() + 3);
    let mut put = |keyword: Option<&'p str>, text: Cow<'p, str>| {
        pieces.push(Piece { keyword, text });
    };
    put(None, scheme.into());
    put(None, "://".into());
    let (user, password) = (get("user"), get("password"));
    if let Some((keyword, user)) = user {
        put(Some(keyword), encode(user).into());
    }
    if let Some((keyword, password)) = password {
        put(None, ":".into());
        put(Some(keyword), encode(password).into());
    }
    if user.is_some() || password.is_some() {
        put(None, "@".into());
    }
    let authority = get("host").and_then(|(keyword, it)| Some((*keyword, as_authority(it)?)));
    let port = get("port").filter(|(_, port)| authority.is_some() && is_number(port));
    let has_authority = authority.is_some();
    if let Some((keyword, host)) = authority {
        put(Some(keyword), host);
    }
    if let Some((keyword, port)) = port {
        put(None, ":".into());
        put(Some(keyword), (*port).into());
    }
    put(None, "/".into());
    if let Some((keyword, dbname)) = get("dbname") {
        put(Some(keyword), encode(dbname).into());
    }
    let mut joint = "?";
    for (keyword, value) in parameters {
        let is_said = match *keyword {
            "user" | "password" | "dbname" => true,
            "host" => has_authority,
            "port" => port.is_some(),
            _ => false,
        };
        if !is_said {
            put(None, joint.into());
            put(None, (*keyword).into());
            put(None, "=".into());
            put(Some(keyword), quote_but(value, b"_.-/:,").into());
            joint = "&";
        }
    }
    pieces
}

/// A `~` is encoded too: behind a colon a shell takes it for a home.
fn encode(value: &str) -> String {
    quote_but(value, b"_.-")
}

/// How a host stands in front of the path, if it can.
fn as_authority(host: &str) -> Option<Cow<'_, str>> {
    if host.parse::<Ipv6Addr>().is_ok() {
        return Some(alloc::format!("[{host}]").into());
    }
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_');
    host.bytes().all(is_plain).then_some(Cow::Borrowed(host))
}

fn is_number(port: &str) -> bool {
    port.bytes().all(|it| it.is_ascii_digit())
}
