//! lib/pq, given `DATABASE_URL` as `sql.Open("postgres", os.Getenv("DATABASE_URL"))` gives it.
//!
//! lib/pq v1.12.3, `connector.go`, `newConfig()` and what it calls; `ssl.go`, `ssl()`; `conn.go`,
//! `open()`; Go 1.27.3's `net/url`.

mod fields;
mod settings;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use self::fields::{FIELDS, check_setting, check_variables};
use self::settings::{read_keyvalue, read_url};
use super::Client;
use super::go::quoted_value;
use super::reading::{Reading, peer_of, read as read_with};
use crate::ledger::{Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::tls::Attempt::{Plain, Tls};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Peer, Setback, TlsMode, TrustedRoots, Verification};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "lib/pq",
    title: "lib/pq",
    version: "lib/pq v1.12.3, Go 1.27",
    packages: &["pkg:golang/github.com/lib/pq"],
    subject: "lib/pq",
    stages: &[&CONFIG],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: true,
    patience: None,
    read,
};

static CONFIG: Stage = Stage { name: "lib/pq", title: "lib/pq", refuses: Moment::Start };

/// `open()` and `ssl()`. A certificate is looked at before the log-in only with a root certificate.
static TLS: [TlsMode; 6] = [
    mode("disable", &[Plain], &[], [Nothing, Nothing]),
    mode("allow", &[Plain, Tls], &[Setback::LogIn], [Nothing, Chain]),
    mode("prefer", &[Tls, Plain], &[Setback::NoTls, Setback::Certificate], [Nothing, Chain]),
    mode("require", &[Tls], &[], [Nothing, Chain]),
    mode("verify-ca", &[Tls], &[], [Chain, Chain]),
    mode("verify-full", &[Tls], &[], [ChainAndHost, ChainAndHost]),
];

const fn mode(
    name: &'static str,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: [Verification; 2],
) -> TlsMode {
    TlsMode { name, attempts, falls_back, verifies }
}

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    read_with(question, &CONFIG, |reading| {
        check_variables(reading)?;
        let raw = reading.source.raw();
        match ["postgres://", "postgresql://"].iter().any(|it| raw.starts_with(it)) {
            true => read_url(reading, raw)?,
            false => read_keyvalue(reading, raw)?,
        }
        for field in &FIELDS {
            check_setting(reading, field)?;
        }
        let lists = Lists::new(reading);
        for field in &FIELDS {
            if !field.variable.is_empty() {
                reading.fill_from_set(field.keyword, field.variable);
            }
        }
        check_service(reading)?;
        lists.split(reading)?;
        check_session(reading)?;
        reading.fill_from("user", "USER");
        reading.default("user", Value::Account);
        secure(reading)
    })
}

/// Host, address and port, each of which may be a list; what follows the first of a variable's list
/// stays when the URL has a list of its own.
struct Lists {
    rest: [Vec<String>; 3],
}

const LISTS: [(&str, &str, &str); 3] =
    [("host", "PGHOST", "localhost"), ("hostaddr", "PGHOSTADDR", ""), ("port", "PGPORT", "5432")];

impl Lists {
    fn new(reading: &Reading<'_, '_>) -> Lists {
        let rest = LISTS.map(|(keyword, variable, empty)| {
            let of = |text: &str| -> Vec<String> {
                let pieces = text.split(',').skip(1);
                pieces.map(|it| if it.is_empty() { empty } else { it }.to_string()).collect()
            };
            let mut rest = of(reading.inputs().get(variable).unwrap_or(""));
            rest.extend(of(reading.get(keyword).unwrap_or("")));
            rest
        });
        Lists { rest }
    }

    fn split<'a>(self, reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
        let has_host = reading.get("host").is_some_and(|it| !it.is_empty());
        let has_address = reading.winner("hostaddr").is_some();
        reading.default("host", Value::Str("localhost".into()));
        reading.default("port", Value::Str("5432".into()));
        let [hosts, addresses, ports] = &self.rest;
        if has_host && has_address && hosts.len() != addresses.len() {
            let text = alloc::format!(
                "pq: could not match {} host names to {} hostaddr values",
                hosts.len() + 1,
                addresses.len() + 1
            );
            return refused(reading, "hostaddr", |_| Text::plain(text));
        }
        let others = hosts.len().max(addresses.len());
        if others > 0 && !ports.is_empty() && ports.len() != others {
            let text = alloc::format!(
                "pq: could not match {} port numbers to {} hosts",
                ports.len() + 1,
                others + 1
            );
            return refused(reading, "port", |_| Text::plain(text));
        }
        if reading.is_unknown("host") || reading.is_unknown("port") {
            return Ok(());
        }
        let first = |keyword: &str| {
            let text = reading.get(keyword).unwrap_or("");
            text.split(',').next().unwrap_or("").to_string()
        };
        let (host, port) = (first("host"), first("port"));
        let mut all: Vec<String> = Vec::from([host]);
        match hosts.is_empty() {
            true => all.extend(addresses.iter().map(|_| String::new())),
            false => all.extend(hosts.iter().cloned()),
        }
        let mut all_ports = Vec::from([port.clone()]);
        match ports.is_empty() {
            true => all_ports.extend(all.iter().skip(1).map(|_| port.clone())),
            false => all_ports.extend(ports.iter().cloned()),
        }
        // A port that no host is left for.
        all_ports.truncate(all.len());
        // `05432` is 5432.
        for port in &mut all_ports {
            if let Ok(number) = port.parse::<u16>() {
                *port = number.to_string();
            }
        }
        if all.len() > 1 {
            reading.respell("host", "host", all);
        }
        if all_ports.len() > 1
            || all_ports.first().is_some_and(|it| reading.get("port") != Some(it))
        {
            reading.respell("port", "host", all_ports);
        }
        Ok(())
    }
}

/// An error about the value of a key.
fn refused<'a>(
    reading: &Reading<'_, 'a>,
    key: &str,
    message: impl FnOnce(Text<'a>) -> Text<'a>,
) -> Result<(), Refusal<'a>> {
    reading.refuse_value("error", key, message).map_or(Ok(()), Err)
}

/// A service is missing, as far as the question says.
fn check_service<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    if reading.get("service").is_none_or(str::is_empty) {
        return Ok(());
    }
    let file = reading.inputs().get("PGSERVICEFILE").map(ToString::to_string);
    let file = file.or_else(|| reading.inputs().machine().service_file.map(ToString::to_string));
    let file = file.unwrap_or_else(|| "~/.pg_service.conf".into());
    let text = Text::plain("pq: service file \"").and(file).and("\" not found");
    let unless = reading.leave_service_open();
    refused(reading, "service", |_| text).map_err(|it| Refusal { unless, ..it })
}

/// What the session may be only.
fn check_session<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    if let Some(encoding) = reading.get("client_encoding") {
        let kept = encoding.chars().filter(char::is_ascii_alphanumeric);
        let kept: String = kept.map(|it| it.to_ascii_lowercase()).collect();
        if !["utf8", "unicode"].contains(&&*kept) {
            return refused(reading, "client_encoding", |word| {
                let text = Text::plain("pq: unsupported client_encoding ");
                text.and_text(quoted_value(word)).and(": must be absent or \"UTF8\"")
            });
        }
    }
    if reading.get("datestyle").is_some_and(|it| it != "ISO, MDY") {
        return refused(reading, "datestyle", |word| {
            let text = Text::plain("pq: unsupported datestyle ");
            text.and_text(quoted_value(word)).and(": must be absent or \"ISO, MDY\"")
        });
    }
    Ok(())
}

fn secure<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let first = match reading.line("host").map(|it| it.value.bare()) {
        Some(Value::List(hosts)) => hosts.first().and_then(Value::as_str).map(ToString::to_string),
        _ => reading.get("host").map(ToString::to_string),
    };
    let is_abstract = first.as_deref().is_some_and(|it| it.starts_with('@'));
    let peer = match reading.winner("hostaddr") {
        Some(_) => Peer::Host,
        None if is_abstract => Peer::Socket,
        None => peer_of(first.as_deref()),
    };
    let lowest = reading.get("min_protocol_version").unwrap_or("3.0").to_string();
    let highest = reading.get("max_protocol_version").unwrap_or("3.0").to_string();
    if lowest > highest {
        let key = if lowest == "3.0" { "max_protocol_version" } else { "min_protocol_version" };
        return refused(reading, key, |_| {
            let text = Text::plain("pq: min_protocol_version \"").and(lowest);
            let text = text.and("\" cannot be greater than max_protocol_version \"");
            text.and(highest).and("\"")
        });
    }
    if ["sslmode", "sslrootcert", "sslnegotiation"].into_iter().any(|it| reading.is_unknown(it)) {
        return Ok(());
    }
    let is_socket = peer == Peer::Socket;
    let word = match reading.get("sslmode") {
        _ if is_socket => "disable",
        word => word.unwrap_or(""),
    };
    let is_weak = ["disable", "allow", "prefer"].contains(&word);
    let quoted = Text::plain(" sslmode \"").and(word.to_string());
    if is_weak && reading.get("sslnegotiation") == Some("direct") {
        return refused(reading, "sslnegotiation", |_| {
            let text = Text::plain("pq: weak").and_text(quoted);
            text.and(
                "\" may not be used with sslnegotiation=direct (use \"require\", \"verify-ca\", \
                 or \"verify-full\")",
            )
        });
    }
    let is_system = reading.get("sslrootcert") == Some("system");
    let is_set = reading.winner("sslmode").is_some();
    if is_system && is_set && word != "verify-full" {
        return refused(reading, "sslrootcert", |_| {
            let text = Text::plain("pq: weak").and_text(quoted);
            text.and("\" may not be used with sslrootcert=system (use \"verify-full\")")
        });
    }
    let default = if is_system { "verify-full" } else { "require" };
    reading.default("sslmode", Value::Str(default.into()));
    let mode = reading.get("sslmode").unwrap_or(default);
    let mode = TLS.iter().map(|it| it.name).find(|it| *it == mode).unwrap_or(default);
    let has_root = reading.get("sslrootcert").is_some_and(|it| !it.is_empty());
    let roots = match mode {
        _ if is_system => TrustedRoots::System,
        _ if has_root => TrustedRoots::File,
        "verify-ca" | "verify-full" => TrustedRoots::System,
        _ => TrustedRoots::None,
    };
    reading.secure(mode, "sslmode", roots, peer);
    Ok(())
}
