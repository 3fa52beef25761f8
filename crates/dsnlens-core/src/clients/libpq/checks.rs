//! What libpq refuses once it has every option: the words it does not know, and the pairs that
//! do not go together.
//!
//! The order is that of `pqConnectOptions2()` and of the first step of `PQconnectPoll()` in
//! PostgreSQL 18.6, asked of the real library option by option and pair by pair.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::net::Ipv6Addr;

use super::{Connection, Version};
use crate::tls::{Release, SslMode};

/// A refused option: its keyword, and libpq's text.
#[derive(Clone)]
pub(super) struct OptionError {
    pub(super) keyword: &'static str,
    pub(super) message: String,
}

type Checked = Result<(), OptionError>;

/// The first thing libpq would say against these options.
pub(super) fn check<'v>(
    connection: &Connection<'_>,
    value: &impl Fn(&'static str) -> Option<Cow<'v, str>>,
    version: Version,
) -> Checked {
    require_auth(value("require_auth"))?;
    word("channel_binding", value("channel_binding"), &["disable", "prefer", "require"])?;
    ssl(value, version)?;
    tls_versions(value("ssl_min_protocol_version"), value("ssl_max_protocol_version"))?;
    word("sslcertmode", value("sslcertmode"), &["disable", "allow", "require"])?;
    word("gssencmode", value("gssencmode"), &["disable", "prefer", "require"])?;
    let attrs = ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"];
    word("target_session_attrs", value("target_session_attrs"), &attrs)?;
    scram_key("scram_client_key", "client", value("scram_client_key"))?;
    scram_key("scram_server_key", "server", value("scram_server_key"))?;
    word("load_balance_hosts", value("load_balance_hosts"), &["disable", "random"])?;
    protocol_versions(value("min_protocol_version"), value("max_protocol_version"))?;
    places(connection)?;
    keepalives(connection, value)
}

/// What is set on a socket of the network before it connects, in order and up to the first that is
/// no number; its text goes on behind the name of the server. Over a Unix socket nobody looks.
fn keepalives<'v>(
    connection: &Connection<'_>,
    value: &impl Fn(&'static str) -> Option<Cow<'v, str>>,
) -> Checked {
    let number = |keyword| value(keyword).map(|text| integer(keyword, &text)).transpose();
    let is_off = || Ok(number("keepalives")? == Some(0));
    let checked = is_off().and_then(|is_off| {
        if !is_off {
            let options =
                ["keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout"];
            for keyword in options {
                number(keyword)?;
            }
        }
        Ok(())
    });
    // Where Kerberos must encrypt, libpq looks for its ticket first, which the machine knows.
    let is_kerberos = || value("gssencmode").as_deref() == Some("require");
    checked.or_else(|error| match has_unix_socket(connection) || is_kerberos() {
        true => Ok(()),
        false => Err(error),
    })
}

/// Whether one of the hosts is no host of a network.
fn has_unix_socket(connection: &Connection<'_>) -> bool {
    connection
        .endpoints()
        .any(|it| it.hostaddr.is_empty() && (it.host.is_empty() || it.host.starts_with(['/', '@'])))
}

/// Where the connection goes. One host that can be tried is enough, but for a port that is no
/// number libpq gives up at once.
fn places(connection: &Connection<'_>) -> Checked {
    let mut refusals = Vec::new();
    for it in connection.endpoints() {
        let number = integer("port", it.port);
        let is_number = number.is_ok();
        let checked = number.and_then(|number| {
            check_port(it.port, number)?;
            match it.hostaddr {
                "" => check_socket(it.host, number),
                address => check_address(address),
            }
        });
        let Err(error) = checked else { return Ok(()) };
        refusals.push(error);
        if !is_number {
            break;
        }
    }
    let Some(first) = refusals.first() else { return Ok(()) };
    let messages: Vec<_> = refusals.iter().map(|it| it.message.as_str()).collect();
    Err(refused(first.keyword, messages.join("\n")))
}

/// Lists of hosts, addresses and ports that do not match in number.
pub(super) fn unmatched(connections: &[Connection<'_>]) -> Option<OptionError> {
    let [connection] = connections else { return None };
    if ["host", "hostaddr", "port"].into_iter().any(|it| connection.is_unknown(it)) {
        return None;
    }
    let count = |keyword| {
        let list = connection.get(keyword).filter(|it| !it.is_empty());
        list.map_or(0, |it| it.split(',').count())
    };
    let (hosts, addresses, ports) = (count("host"), count("hostaddr"), count("port"));
    if addresses > 0 && hosts > 0 && hosts != addresses {
        let message =
            alloc::format!("could not match {hosts} host names to {addresses} hostaddr values");
        return Some(refused("hostaddr", message));
    }
    let hosts = hosts.max(addresses).max(1);
    (ports > 1 && ports != hosts).then(|| {
        refused("port", alloc::format!("could not match {ports} port numbers to {hosts} hosts"))
    })
}

fn word(keyword: &'static str, value: Option<Cow<'_, str>>, words: &[&str]) -> Checked {
    match value {
        Some(value) if !words.contains(&&*value) => {
            Err(refused(keyword, alloc::format!("invalid {keyword} value: \"{value}\"")))
        }
        _ => Ok(()),
    }
}

/// A list of methods, all of them or none with a `!`.
fn require_auth(value: Option<Cow<'_, str>>) -> Checked {
    const METHODS: [&str; 7] = ["password", "md5", "gss", "sspi", "scram-sha-256", "oauth", "none"];
    let keyword = "require_auth";
    let Some(value) = value.filter(|it| !it.is_empty()) else { return Ok(()) };
    let is_negative = value.starts_with('!');
    let mut seen = 0u8;
    for method in value.split(',') {
        let name = match (method.strip_prefix('!'), is_negative) {
            (Some(name), true) => name,
            (None, false) => method,
            (Some(_), false) => {
                let message = alloc::format!(
                    "negative require_auth method \"{method}\" cannot be mixed with non-negative methods"
                );
                return Err(refused(keyword, message));
            }
            (None, true) => {
                let message = alloc::format!(
                    "require_auth method \"{method}\" cannot be mixed with negative methods"
                );
                return Err(refused(keyword, message));
            }
        };
        let Some(nth) = METHODS.iter().position(|it| *it == name) else {
            let message = alloc::format!("invalid require_auth value: \"{name}\"");
            return Err(refused(keyword, message));
        };
        let bit = 1u8 << nth;
        if seen & bit != 0 {
            let message =
                alloc::format!("require_auth method \"{method}\" is specified more than once");
            return Err(refused(keyword, message));
        }
        seen |= bit;
    }
    Ok(())
}

fn ssl<'v>(value: &impl Fn(&'static str) -> Option<Cow<'v, str>>, version: Version) -> Checked {
    let Some(mode) = value("sslmode") else {
        // It has a default, so it is not known.
        return word("sslnegotiation", value("sslnegotiation"), &["postgres", "direct"]);
    };
    let known: Result<SslMode, ()> = mode.parse();
    let Ok(known) = known else {
        return Err(refused("sslmode", alloc::format!("invalid sslmode value: \"{mode}\"")));
    };
    let negotiation = value("sslnegotiation");
    let is_direct = negotiation.as_deref() == Some("direct");
    word("sslnegotiation", negotiation, &["postgres", "direct"])?;
    if is_direct && known < SslMode::Require {
        let message = alloc::format!(
            "weak sslmode \"{mode}\" may not be used with sslnegotiation=direct (use \"require\", \
             \"verify-ca\", or \"verify-full\")"
        );
        return Err(refused("sslnegotiation", message));
    }
    let is_system = value("sslrootcert").as_deref() == Some("system");
    if is_system && version >= Version::V16 && known != SslMode::VerifyFull {
        let message = alloc::format!(
            "weak sslmode \"{mode}\" may not be used with sslrootcert=system (use \"verify-full\")"
        );
        return Err(refused("sslrootcert", message));
    }
    Ok(())
}

fn tls_versions(min: Option<Cow<'_, str>>, max: Option<Cow<'_, str>>) -> Checked {
    let place = |keyword, value: Option<Cow<'_, str>>| match value.filter(|it| !it.is_empty()) {
        None => Ok(None),
        Some(value) => match Release::read(&value) {
            Some(release) => Ok(Some(release)),
            None => {
                Err(refused(keyword, alloc::format!("invalid \"{keyword}\" value: \"{value}\"")))
            }
        },
    };
    let is_given = min.is_some();
    let min = place("ssl_min_protocol_version", min)?;
    let max = place("ssl_max_protocol_version", max)?;
    let min = if is_given { min } else { Some(Release::OLDEST) };
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            Err(refused("ssl_max_protocol_version", "invalid SSL protocol version range".into()))
        }
        _ => Ok(()),
    }
}

/// Base64 of 32 bytes.
fn scram_key(keyword: &'static str, whose: &str, value: Option<Cow<'_, str>>) -> Checked {
    match value.as_deref().map(base64_length) {
        None | Some(Some(32)) => Ok(()),
        Some(Some(length)) => {
            Err(refused(keyword, alloc::format!("invalid SCRAM {whose} key length: {length}")))
        }
        Some(None) => Err(refused(keyword, alloc::format!("invalid SCRAM {whose} key"))),
    }
}

/// The bytes that `pg_b64_decode()` finds, which goes on behind the padding with shorter groups.
fn base64_length(text: &str) -> Option<usize> {
    let (mut length, mut place, mut bytes_in_group) = (0, 0, 3);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {}
            b'=' if bytes_in_group < 3 => {}
            b'=' if place == 2 => bytes_in_group = 1,
            b'=' if place == 3 => bytes_in_group = 2,
            _ => return None,
        }
        place += 1;
        if place == 4 {
            length += bytes_in_group;
            place = 0;
        }
    }
    (place == 0).then_some(length)
}

fn protocol_versions(min: Option<Cow<'_, str>>, max: Option<Cow<'_, str>>) -> Checked {
    let place = |keyword, value: Option<Cow<'_, str>>| match value.as_deref() {
        None => Ok(None),
        Some("3.0") => Ok(Some(0)),
        Some("3.2" | "latest") => Ok(Some(2)),
        Some(value) => {
            Err(refused(keyword, alloc::format!("invalid {keyword} value: \"{value}\"")))
        }
    };
    let min = place("min_protocol_version", min)?;
    let max = place("max_protocol_version", max)?;
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err(refused(
            "min_protocol_version",
            "\"min_protocol_version\" is greater than \"max_protocol_version\"".into(),
        )),
        _ => Ok(()),
    }
}

/// `pqParseIntParam()`: an `int` with blanks around it.
fn integer(keyword: &'static str, text: &str) -> Result<i32, OptionError> {
    let is_space = |c: char| matches!(c, ' ' | '\t'..='\r');
    text.trim_matches(is_space).parse().map_err(|_| {
        let message =
            alloc::format!("invalid integer value \"{text}\" for connection option \"{keyword}\"");
        refused(keyword, message)
    })
}

/// Whether libpq reads it as an `int`.
pub(crate) fn is_integer(text: &str) -> bool {
    integer("", text).is_ok()
}

/// How long libpq waits.
pub(super) fn timeout(text: &str) -> Checked {
    integer("connect_timeout", text).map(|_| ())
}

fn check_port(text: &str, number: i32) -> Checked {
    match number {
        1..=65535 => Ok(()),
        _ => Err(refused("port", alloc::format!("invalid port number: \"{text}\""))),
    }
}

/// The path of a Unix socket has to fit into `sockaddr_un`.
fn check_socket(host: &str, port: i32) -> Checked {
    const LIMIT: usize = 107;
    if !host.starts_with(['/', '@']) {
        return Ok(());
    }
    let path = alloc::format!("{host}/.s.PGSQL.{port}");
    if path.len() <= LIMIT {
        return Ok(());
    }
    let message =
        alloc::format!("Unix-domain socket path \"{path}\" is too long (maximum {LIMIT} bytes)");
    Err(refused("host", message))
}

/// `getaddrinfo()` with `AI_NUMERICHOST`.
fn check_address(text: &str) -> Checked {
    // Which zones there are, the machine knows.
    let is_ipv6 = text.split('%').next().is_some_and(|it| it.parse::<Ipv6Addr>().is_ok());
    if is_ipv6 || is_inet_aton(text) {
        return Ok(());
    }
    let message =
        alloc::format!("could not parse network address \"{text}\": Name or service not known");
    Err(refused("hostaddr", message))
}

/// One to four numbers, decimal, octal or hexadecimal; the last fills the bytes that are left.
fn is_inet_aton(text: &str) -> bool {
    let number = |text: &str| {
        let (digits, radix) = match (text.strip_prefix("0x"), text.strip_prefix("0X")) {
            (Some(digits), _) | (_, Some(digits)) => (digits, 16),
            _ if text.starts_with('0') => (text, 8),
            _ => (text, 10),
        };
        // `from_str_radix` would take a sign.
        let is_number = digits.bytes().all(|it| it.is_ascii_hexdigit());
        u64::from_str_radix(digits, radix).ok().filter(|_| is_number)
    };
    let (first, last) = match text.rsplit_once('.') {
        Some((first, last)) => (Some(first), last),
        None => (None, text),
    };
    let first = first.map(|it| it.split('.'));
    let count = first.clone().map_or(0, Iterator::count);
    let fits = |text, limit| number(text).is_some_and(|it| it < limit);
    count < 4
        && first.into_iter().flatten().all(|it| fits(it, 256))
        && fits(last, 1 << (8 * (4 - count.min(3))))
}

fn refused(keyword: &'static str, message: String) -> OptionError {
    OptionError { keyword, message }
}
