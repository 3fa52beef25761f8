//! `parseURLSettings()` and `parseKeywordValueSettings()`: the settings of a connection string.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::error::{bad_address, refuse_keyvalue, refuse_url};
use crate::client::go::canonical;
use crate::client::reading::Reading;
use crate::ledger::{Key, LineId};
use crate::refusal::Refusal;
use crate::syntax::Slice;
use crate::syntax::url::go::{self, parse, parse_addr, split_host_port};
use crate::syntax::url::go_keyvalue;

/// What pgx itself takes of its settings (`notRuntimeParams`, and `pgx.ParseConfig`). Every other one
/// is a parameter of the session; pgx knows three of those by their variables.
const KNOWN: [&str; 29] = [
    "host",
    "port",
    "dbname",
    "user",
    "password",
    "passfile",
    "connect_timeout",
    "sslmode",
    "sslkey",
    "sslcert",
    "sslrootcert",
    "sslnegotiation",
    "sslpassword",
    "sslsni",
    "krbspn",
    "krbsrvname",
    "target_session_attrs",
    "service",
    "servicefile",
    "min_protocol_version",
    "max_protocol_version",
    "channel_binding",
    "require_auth",
    "statement_cache_capacity",
    "description_cache_capacity",
    "default_query_exec_mode",
    "application_name",
    "timezone",
    "options",
];

/// The settings so far: a later one takes the place of an earlier one.
#[derive(Default)]
struct Settings {
    sent: BTreeMap<String, LineId>,
}

impl Settings {
    fn set<'a>(
        &mut self,
        reading: &mut Reading<'_, 'a>,
        name: Slice<'_>,
        spelling: Cow<'_, str>,
        slice: Slice<'_>,
        bytes: &[u8],
    ) {
        if let Some(keyword) = KNOWN.into_iter().find(|it| *it == canonical(&spelling)) {
            reading.set_bytes(Key::Keyword(keyword), slice, bytes);
            return;
        }
        let spelling = spelling.into_owned();
        let key = reading.key(name, Cow::Owned(spelling.clone()));
        let value = reading.bytes(&key, slice, bytes);
        let line = reading.send_value(key, slice, value);
        if let Some(loser) = self.sent.insert(spelling, line) {
            reading.replace(loser, line);
        }
    }
}

pub(super) fn read_url<'a>(reading: &mut Reading<'_, 'a>, raw: &'a str) -> Result<(), Refusal<'a>> {
    let url = match parse(raw) {
        Ok(url) => url,
        Err(error) => return Err(refuse_url(reading, &error)),
    };
    if let Some(user) = url.user.as_ref().filter(|it| !it.bytes.is_empty()) {
        reading.set_bytes(Key::Keyword("user"), user.slice, &user.bytes);
    }
    if let Some(password) = &url.password {
        reading.set_bytes(Key::Keyword("password"), password.slice, &password.bytes);
    }
    let (mut hosts, mut ports) = (Vec::new(), Vec::new());
    for host in url.host.bytes.split(|it| *it == b',').filter(|it| !it.is_empty()) {
        if is_ip_only(host) {
            hosts.push(trim(host));
            continue;
        }
        match split_host_port(host) {
            Ok((host, port)) => {
                hosts.extend(Some(host).filter(|it| !it.is_empty()));
                ports.extend(Some(port).filter(|it| !it.is_empty()));
            }
            Err(why) => return Err(bad_address(reading, url.host.slice, host, why)),
        }
    }
    for (keyword, pieces) in [("host", hosts), ("port", ports)] {
        if !pieces.is_empty() {
            let slice = piece_of(url.host.slice, &pieces);
            reading.set_bytes(Key::Keyword(keyword), slice, &pieces.join(&b','));
        }
    }
    let path = &*url.path.bytes;
    let slashes = path.iter().take_while(|it| **it == b'/').count();
    let database = path.get(slashes..).unwrap_or(&[]);
    if !database.is_empty() {
        let slice = url.path.slice;
        let written = slice.text.trim_start_matches('/');
        let slice = slice.split_at(slice.text.len() - written.len()).1;
        reading.set_bytes(Key::Keyword("dbname"), slice, database);
    }
    let mut settings = Settings::default();
    // The first of a name counts.
    let mut seen = BTreeMap::new();
    for setting in go::query(url.query.unwrap_or_default()) {
        let name = String::from_utf8_lossy(&setting.name.bytes);
        let (written, value) = (setting.name.slice, setting.value.slice);
        let reason = match () {
            () if setting.is_dropped => "net/url leaves it out: it has a `;` or a malformed code",
            () if seen.insert(name.clone().into_owned(), ()).is_some() => {
                "an earlier one of this name counts"
            }
            () => {
                settings.set(reading, written, name, value, &setting.value.bytes);
                continue;
            }
        };
        let key = reading.key(written, Cow::Owned(canonical(&name).into()));
        reading.ignore(key, value, Cow::Borrowed(value.text), reason);
    }
    Ok(())
}

/// The stretch that holds all of `pieces`, where they are as they are written.
fn piece_of<'s>(host: Slice<'s>, pieces: &[&[u8]]) -> Slice<'s> {
    let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return host };
    let find = |piece: &[u8], is_last: bool| {
        let piece = core::str::from_utf8(piece).ok()?;
        let at = if is_last { host.text.rfind(piece) } else { host.text.find(piece) }?;
        Some((at, at + piece.len()))
    };
    match (find(first, false), find(last, true)) {
        (Some((start, _)), Some((_, end))) if start <= end => {
            host.split_at(end).0.split_at(start).1
        }
        _ => host,
    }
}

/// `isIPOnly()`: an address, or anything without a colon.
fn is_ip_only(host: &[u8]) -> bool {
    let text = core::str::from_utf8(trim(host)).unwrap_or("");
    // `net.ParseIP` takes no zone.
    !host.contains(&b':') || (!text.contains('%') && parse_addr(text).is_ok())
}

/// `strings.Trim(host, "[]")`
fn trim(host: &[u8]) -> &[u8] {
    let is_bracket = |it: &u8| b"[]".contains(it);
    let start = host.iter().take_while(|it| is_bracket(it)).count();
    let end = host.len() - host.iter().rev().take_while(|it| is_bracket(it)).count();
    host.get(start..end).unwrap_or(&[])
}

pub(super) fn read_keyvalue<'a>(
    reading: &mut Reading<'_, 'a>,
    raw: &'a str,
) -> Result<(), Refusal<'a>> {
    let found = match go_keyvalue::pgx(raw) {
        Ok(found) => found,
        Err(error) => return Err(refuse_keyvalue(reading, error)),
    };
    let mut settings = Settings::default();
    for setting in found {
        let (key, value) = (setting.key, &setting.value);
        if key.text == "user" && value.is_empty() {
            let key = Key::Keyword("user");
            reading.ignore(key, setting.written, Cow::Borrowed(""), "is empty");
            continue;
        }
        let spelling = Cow::Borrowed(key.text);
        settings.set(reading, key, spelling, setting.written, value.as_bytes());
    }
    Ok(())
}
