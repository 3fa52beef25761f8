//! What exports for other stacks have in common: that their own reader reads the same.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::effective::{Effective, Parameter};
use super::sheet::Sheet;
use crate::client::Client;
use crate::clients::{cpython, libpq};
use crate::inputs::Inputs;
use crate::ledger::Value;
use crate::promise::Outcomes;
use crate::question::Question;
use crate::resolution::{Resolution, read};
use crate::secret::Text;
use crate::syntax::python::quote;

/// Where a connection goes, and as whom.
#[derive(PartialEq)]
struct Target {
    hosts: Vec<(String, String)>,
    user: String,
    password: String,
    database: String,
}

impl Target {
    fn of(resolution: &Resolution<'_>, client: &Client) -> Target {
        let value = |keyword| resolution.ledger.winner(keyword).map(|(_, line)| line.value.bare());
        let text = |keyword| match value(keyword) {
            None | Some(Value::Account) => String::new(),
            Some(value) => cpython::value_str(value).into_owned(),
        };
        let list = |keyword| match value(keyword) {
            Some(Value::List(values)) => {
                values.iter().map(|it| cpython::value_str(it).into_owned()).collect()
            }
            _ => alloc::vec![text(keyword)],
        };
        let port = |it: &str| match it.trim().parse::<u16>() {
            Ok(port) => port.to_string(),
            Err(_) if it.is_empty() => libpq::DEFAULT_PORT.to_string(),
            Err(_) => it.to_string(),
        };
        let hosts = match client.ends_in_libpq {
            true => {
                let [host, address, ports] = ["host", "hostaddr", "port"].map(text);
                let hosts = libpq::endpoints(&host, &address, &ports);
                hosts.map(|it| (it.host.to_ascii_lowercase(), port(it.port))).collect()
            }
            false => {
                let ports = list("port");
                let hosts = list("host").into_iter().enumerate();
                let of = |nth| ports.get(nth).or(ports.first()).map_or("", |it| it);
                hosts.map(|(nth, host)| (host.to_ascii_lowercase(), port(of(nth)))).collect()
            }
        };
        let user = text("user");
        let database = Some(text("dbname")).filter(|it| !it.is_empty());
        Target {
            hosts,
            password: text("password"),
            database: database.unwrap_or_else(|| user.clone()),
            user,
        }
    }
}

/// Whether a client reads out of a URL what the answer comes to: the same servers, user, password and
/// database, and the same way to each kind of server.
pub(super) fn is_read(effective: &Effective<'_, '_>, client: &'static Client, url: &str) -> bool {
    let there = read(&Question::new(Inputs::url(url)).with_client(client));
    let here = effective.resolution;
    there.refusal.is_none()
        && Target::of(&there, client) == Target::of(here, effective.answer.question.client)
        && Outcomes::of(&there) == Outcomes::of(here)
        && Outcomes::of(&there).is_some()
}

/// The servers: host and port. `None` where one of them is a socket, or has an address beside its
/// name.
pub(super) fn servers(effective: &Effective<'_, '_>) -> Option<Vec<(String, String)>> {
    let text = |keyword| effective.text(keyword).unwrap_or_default();
    let [host, address, port] = ["host", "hostaddr", "port"].map(text);
    let is_named = |host: &str| !host.is_empty() && !host.starts_with(['/', '@']);
    if !address.is_empty() {
        return None;
    }
    let hosts = libpq::endpoints(host, address, port);
    let hosts = hosts.map(|it| is_named(it.host).then(|| (it.host.into(), it.port.into())));
    hosts.collect()
}

/// `host:port,…` as URLs have it; either is hidden where it may be a piece of a password.
pub(super) fn authority(
    effective: &Effective<'_, '_>,
    servers: &[(String, String)],
) -> Text<'static> {
    let mut text = Text::default();
    for (nth, (host, port)) in servers.iter().enumerate() {
        let host = match host.contains(':') {
            true => alloc::format!("[{host}]"),
            false => quote(host),
        };
        text = text.and(if nth == 0 { "" } else { "," });
        text = text.and_text(hidden_as(effective, "host", host)).and(":");
        text = text.and_text(hidden_as(effective, "port", port.clone()));
    }
    text
}

/// A text that was made of a keyword's value, as secret as that is.
pub(super) fn hidden_as(
    effective: &Effective<'_, '_>,
    keyword: &str,
    text: String,
) -> Text<'static> {
    match effective.get(keyword) {
        Some(it) => it.written(text),
        None => Text::plain(text),
    }
}

/// The value of a keyword as a URL has it; empty where there is none.
pub(super) fn encoded(effective: &Effective<'_, '_>, keyword: &str) -> Text<'static> {
    let written = |it: &Parameter<'_>| it.written(quote(it.reveal()));
    effective.get(keyword).map(written).unwrap_or_default()
}

/// What every form writes in a place of its own.
pub(super) const TARGET: [&str; 6] = ["host", "hostaddr", "port", "dbname", "user", "password"];

/// Says which parameters a form has no place for.
pub(super) fn note_lost(
    effective: &Effective<'_, '_>,
    written: &[&str],
    whose: &str,
    sheet: &mut Sheet,
) {
    let lost = effective.parameters.iter().map(|it| it.keyword.name);
    for keyword in lost.filter(|it| !TARGET.contains(it) && !written.contains(it)) {
        sheet.comment(alloc::format!("{keyword} is left out: {whose} has no such option."));
    }
}
