//! What a client reads of the variables, and how that ends at five kinds of servers.

use alloc::string::String;
// The generated declarations call it.
#[cfg(feature = "typescript")]
use alloc::string::ToString;
use alloc::vec::Vec;

use serde::Serialize;

use super::{Json, Writer};
use crate::clients::{cpython, django, libpq};
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Key, Line, Moment, Value};
use crate::promise::Outcomes;
use crate::resolution::Resolution;
use crate::secret::MASK;
use crate::tls::Attempt;

/// What a client reads of the variables, also where it refuses something else later. `null` is left
/// to the machine: its socket directory, the name of the account.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reads {
    /// Hosts with their ports; a port is a text where it is not a number.
    #[cfg_attr(feature = "typescript", ts(type = "Array<[Read, Read | number]>"))]
    pub hosts: Vec<[Json; 2]>,
    /// The role.
    #[cfg_attr(feature = "typescript", ts(type = "Read"))]
    pub user: Json,
    /// The password.
    #[cfg_attr(feature = "typescript", ts(type = "Read"))]
    pub password: Json,
    /// The database.
    #[cfg_attr(feature = "typescript", ts(type = "Read"))]
    pub database: Json,
}

/// How a connection is made to five kinds of servers. A root certificate that is named is believed
/// to exist, and to be the one that signed the server's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Servers {
    /// The server does not offer TLS.
    #[cfg_attr(feature = "typescript", ts(type = "Outcome"))]
    pub without_tls: &'static str,
    /// A known root signed the server's certificate, for this host.
    #[cfg_attr(feature = "typescript", ts(type = "Outcome"))]
    pub trusted: &'static str,
    /// The server's certificate is self-signed.
    #[cfg_attr(feature = "typescript", ts(type = "Outcome"))]
    pub self_signed: &'static str,
    /// A known root signed the server's certificate, for another host.
    #[cfg_attr(feature = "typescript", ts(type = "Outcome"))]
    pub wrong_host: &'static str,
    /// The server's certificate is trusted, and it refuses plain text.
    #[cfg_attr(feature = "typescript", ts(type = "Outcome"))]
    pub tls_required: &'static str,
}

/// `null` where nothing is known of the connection, or it is none to PostgreSQL.
pub(super) fn servers(outcomes: Option<Outcomes>) -> Option<Servers> {
    let outcomes = outcomes?;
    let word = |it: Option<Attempt>| it.map_or("fails", Attempt::name);
    Some(Servers {
        without_tls: word(outcomes.without_tls),
        trusted: word(outcomes.trusted),
        self_signed: word(outcomes.self_signed),
        wrong_host: word(outcomes.wrong_host),
        tls_required: word(outcomes.tls_required),
    })
}

impl Writer<'_, '_> {
    /// `null` where the URL itself is refused, or is none of PostgreSQL's.
    pub(super) fn reads(&self, resolution: &Resolution<'_>) -> Option<Reads> {
        // Django may refuse settings that were read of it.
        let is_refused = resolution.settings.is_none()
            && resolution.refusal.as_ref().is_some_and(|it| it.stage.refuses == Moment::Start);
        let is_read = self.ledger.lines().any(|(_, line)| line.fate == Fate::Won);
        // PostgreSQL's, whether or not Django has a backend of that name.
        let is_postgres = |it: &str| django::is_modelled(it) || it.starts_with("postgres");
        if is_refused || !is_read || !resolution.engine().is_none_or(is_postgres) {
            return None;
        }
        // Before Django joined them, a setting and an option may both stand: the setting wins.
        let value = |keyword: &str| {
            let is_its = |line: &&Line<'_>| {
                line.fate == Fate::Won && line.key.reveal() == keyword && line.value.is_truthy()
            };
            let lines = || self.ledger.lines().rev().map(|(_, line)| line).filter(is_its);
            let setting = lines().find(|it| matches!(it.key, Key::Setting(_)));
            setting.or_else(|| lines().next()).map(|line| &line.value)
        };
        let json = |keyword: &str| value(keyword).map_or(Json::Null, |it| self.read(it));
        let [host, hostaddr, port] = ["host", "hostaddr", "port"].map(json);
        let is_list = |it: &Json| matches!(it, Json::Null | Json::Str(_));
        let is_hidden = value("host").is_some_and(Value::is_secret) && !self.show_secrets;
        let is_text = [&host, &hostaddr, &port].into_iter().all(is_list) && !is_hidden;
        let hosts = match (&host, &port) {
            (Json::List(hosts), port) => {
                let of = |nth: usize| match port {
                    Json::List(ports) => ports.get(nth).or(ports.first()).cloned(),
                    port => Some(port.clone()),
                };
                let pair = |(nth, host): (usize, &Json)| [host.clone(), of_text(of(nth))];
                hosts.iter().enumerate().map(pair).collect()
            }
            (_, Json::List(ports)) => alloc::vec![[host.clone(), of_text(ports.first().cloned())]],
            _ if is_text && self.ends_in_libpq => {
                let [host, hostaddr, port] = [&host, &hostaddr, &port].map(text);
                let pair = |it: libpq::Endpoint<'_>| {
                    let named = [it.host, it.hostaddr].into_iter().find(|it| !it.is_empty());
                    [named.map_or(Json::Null, |it| Json::Str(it.into())), number(it.port)]
                };
                libpq::endpoints(host, hostaddr, port).map(pair).collect()
            }
            _ => alloc::vec![[host, of_text(Some(port))]],
        };
        let (user, password, database) = (json("user"), json("password"), json("dbname"));
        Some(Reads { hosts, user, password, database })
    }

    /// A value as the text that a driver is given; `null` for an empty one.
    fn read(&self, value: &Value<'_>) -> Json {
        if !value.is_truthy() || *value.bare() == Value::Account {
            return Json::Null;
        }
        match value.bare() {
            Value::Unknown { .. } | Value::Bytes(_) | Value::List(_) | Value::Tuple(_) => {
                self.json(value)
            }
            _ if value.is_secret() && !self.show_secrets => Json::Str(MASK.into()),
            bare => Json::Str(cpython::value_str(bare).into_owned()),
        }
    }

    /// The options of the URL that meet such a fate, in their order.
    pub(super) fn options(&self, fate: impl Fn(Fate) -> bool) -> Vec<String> {
        let its = |line: &Line<'_>| {
            let is_option = !matches!(line.key, Key::Setting(_) | Key::Entry(_));
            let is_written = line.origin.input_span().is_some_and(|it| it.input == DATABASE_URL);
            is_option && is_written && fate(line.fate)
        };
        let mut names: Vec<String> = Vec::new();
        for (_, line) in self.ledger.lines().filter(|(_, line)| its(line)) {
            let name = self.keyword(&line.key);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

fn text(value: &Json) -> &str {
    match value {
        Json::Str(text) => text,
        _ => "",
    }
}

/// A port as a number where it is one; the default one where there is none.
fn of_text(port: Option<Json>) -> Json {
    match port {
        None | Some(Json::Null) => number(libpq::DEFAULT_PORT),
        Some(Json::Str(port)) if port.is_empty() => number(libpq::DEFAULT_PORT),
        Some(Json::Str(port)) => number(&port),
        // Of a single host.
        Some(Json::List(ports)) => of_text(ports.into_iter().next()),
        Some(other) => other,
    }
}

fn number(port: &str) -> Json {
    port.trim().parse().map_or_else(|_| Json::Str(port.into()), Json::Int)
}
