//! `jdbc:postgresql://host:port/database?user=…&password=…`, as pgjdbc reads it.
//!
//! pgjdbc's `Driver.parseURL` knows no userinfo; its options have names of their own.

use super::draft::Draft;
use super::parameters::Parameters;
use super::{Beside, NoteKind};
use crate::clients::libpq;
use crate::shown;
use crate::span::Span;
use crate::syntax::python::unquote_plus;
use crate::syntax::{Slice, bare, words};

/// pgjdbc's names for options that libpq has, too.
const OPTIONS: [(&str, &str); 7] = [
    ("ApplicationName", "application_name"),
    ("connectTimeout", "connect_timeout"),
    ("sslMode", "sslmode"),
    ("targetServerType", "target_session_attrs"),
    ("channelBinding", "channel_binding"),
    ("gssEncMode", "gssencmode"),
    ("sslNegotiation", "sslnegotiation"),
];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    const PREFIX: &str = "jdbc:postgresql:";
    let at = words::find(text, PREFIX)?;
    let head = text.get(..at)?.trim_matches(|c: char| c.is_whitespace() || "\"'`<(=:".contains(c));
    if !head.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it)) {
        return None;
    }
    let whole = Slice::whole(text).split_at(at + PREFIX.len()).1;
    let span = bare(whole.text);
    let url = whole.split_at(span.end).0.split_at(span.start).1;
    if url.text.contains(['\n', '\r', ' ']) {
        return None;
    }
    let mut draft = Draft::default();
    let mut parameters = Parameters::default();
    let (path, query) = url.partition('?');
    match path.strip_prefix("//") {
        Some(address) => {
            let (hosts, dbname) = address.partition('/');
            let userinfo = hosts.rsplit_once('@');
            if let Some((userinfo, _)) = userinfo {
                let span = Span::new(userinfo.at, userinfo.end());
                let text =
                    "JDBC reads no user and password in front of the host: they are left out";
                draft.note(NoteKind::Lost, span, text);
            }
            let hosts = userinfo.map_or(hosts, |it| it.1);
            // A part of a secret lies where pgjdbc reads a host, a port or a database: what is
            // hidden in the URL would be shown in a variable.
            let place = Span::new(hosts.at - at, dbname.end() - at);
            if shown::hidden(text.get(at..url.end())?).iter().any(|it| it.overlaps(place)) {
                return None;
            }
            let (mut names, mut ports) = (alloc::vec::Vec::new(), alloc::vec::Vec::new());
            for host in hosts.text.split(',') {
                let colon =
                    host.rfind(':').filter(|at| !host.get(*at..).unwrap_or("").contains(']'));
                let (name, port) = host.split_at_checked(colon.unwrap_or(host.len()))?;
                names.push(name.trim_matches(['[', ']']));
                ports.push(port.trim_start_matches(':'));
            }
            parameters.set("host", names.join(","));
            if ports.iter().any(|it| !it.is_empty()) {
                parameters.set("port", ports.join(","));
            }
            parameters.set("dbname", unquote_plus(dbname.text));
        }
        None => parameters.set("dbname", unquote_plus(path.text)),
    }
    for pair in query.text.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = unquote_plus(value);
        let known = OPTIONS.iter().find(|it| it.0 == name).map_or(name, |it| it.1);
        match (known, &*value) {
            ("ssl", "true" | "") => {
                draft.note(
                    NoteKind::Read,
                    Span::new(query.at, query.end()),
                    "JDBC's ssl=true verifies the certificate and the host's name: it is written \
                     as sslmode=verify-full",
                );
                if !parameters.is_set("sslmode") {
                    parameters.set("sslmode", "verify-full");
                }
            }
            ("ssl", "false") => {}
            ("currentSchema", _) => parameters.set("currentSchema", value),
            (keyword, _) if libpq::find(keyword).is_some() => parameters.set(keyword, value),
            (keyword, _) => {
                // Another name may be the rest of a password.
                let name = if shown::is_known(keyword) { keyword } else { "an option" };
                let text = alloc::format!("{name} is an option of JDBC's alone and is left out");
                draft.note(NoteKind::Lost, Span::new(query.at, query.end()), text);
            }
        }
    }
    parameters.assign("postgresql", Span::new(at, url.end()), &mut draft);
    Some(draft)
}
