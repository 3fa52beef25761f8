//! A URL: `postgresql://user:password@host:port/dbname?keyword=value`.
//!
//! Python, libpq and the WHATWG standard read it alike. A host that is no plain name or address
//! stands among the options, where all of them take it as it is.

use alloc::string::String;
use core::net::Ipv6Addr;

use super::effective::{Effective, Parameter};
use super::sheet::Sheet;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::syntax::python::quote_but;

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    url(effective, |_| true).and("\n")
}

/// The whole URL. Above it stands what is lost, and what Django makes of it that it should not.
pub(super) fn noted_url(effective: &Effective<'_, '_>, sheet: &mut Sheet) -> Text<'static> {
    let url = url(effective, |_| true);
    effective.note_lost_mode(sheet);
    effective.note_differences(&[(DATABASE_URL, &url.reveal())], sheet);
    url
}

/// The URL with those parameters that are `wanted`.
pub(super) fn url(
    effective: &Effective<'_, '_>,
    wanted: impl Fn(&Parameter<'_>) -> bool,
) -> Text<'static> {
    let wanted = |keyword: &str| effective.get(keyword).filter(|it| wanted(it));
    // `postgres` means the same, but SQLAlchemy knows only this one.
    let mut url = Text::plain("postgresql://");
    let (user, password) = (wanted("user"), wanted("password"));
    if let Some(user) = user {
        url = url.and_text(user.written(encode(user)));
    }
    if let Some(password) = password {
        url = url.and(":").and_text(password.written(encode(password)));
    }
    if user.is_some() || password.is_some() {
        url = url.and("@");
    }
    let (host, port) = (wanted("host"), wanted("port"));
    let authority = host.and_then(|it| Some((it, as_authority(it.reveal())?)));
    let port_in_authority = authority.as_ref().and(port).filter(|it| is_number(it.reveal()));
    if let Some((host, written)) = authority.as_ref() {
        url = url.and_text(host.written(written.as_str()));
    }
    if let Some(port) = port_in_authority {
        url = url.and(":").and_text(port.written(port.reveal()));
    }
    url = url.and("/");
    if let Some(dbname) = wanted("dbname") {
        url = url.and_text(dbname.written(encode(dbname)));
    }
    let mut joint = "?";
    for parameter in &effective.parameters {
        let keyword = parameter.keyword.name;
        let is_said = match keyword {
            "user" | "password" | "dbname" => true,
            "host" => authority.is_some(),
            "port" => port_in_authority.is_some(),
            _ => false,
        };
        if is_said || wanted(keyword).is_none() {
            continue;
        }
        let value = quote_but(parameter.reveal(), b"_.-/:,");
        url = url.and(joint).and(keyword).and("=").and_text(parameter.written(value));
        joint = "&";
    }
    url
}

/// A `~` is encoded too: behind a colon a shell takes it for a home.
fn encode(parameter: &Parameter<'_>) -> String {
    quote_but(parameter.reveal(), b"_.-")
}

/// How a host stands in front of the path, if it can.
fn as_authority(host: &str) -> Option<String> {
    if host.parse::<Ipv6Addr>().is_ok() {
        return Some(alloc::format!("[{host}]"));
    }
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'.' | b'_');
    host.bytes().all(is_plain).then(|| host.into())
}

fn is_number(port: &str) -> bool {
    port.bytes().all(|it| it.is_ascii_digit())
}
