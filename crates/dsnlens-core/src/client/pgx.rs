//! pgx, given `DATABASE_URL` as `pgx.Connect(ctx, os.Getenv("DATABASE_URL"))` gives it.
//!
//! pgx v5.10.0, `pgconn/config.go`, `ParseConfigWithOptions()` and what it calls; `conn.go`,
//! `ParseConfigWithOptions()`; `pgconn/errors.go`, `redactPW()`; Go 1.27.3's `net/url`.

mod error;
mod settings;

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use self::error::refuse;
use self::settings::{read_keyvalue, read_url};
use super::Client;
use super::go::number_problem;
use super::reading::{Reading, peer_of, read as read_with};
use crate::ledger::{Moment, Stage, Value};
use crate::question::Question;
use crate::refusal::Refusal;
use crate::resolution::Resolution;
use crate::secret::Text;
use crate::tls::Attempt::{Plain, Tls};
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Setback, TlsMode, TrustedRoots, Verification};

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "pgx",
    title: "pgx",
    version: "pgx v5.10.0, Go 1.27",
    packages: &["pkg:golang/github.com/jackc/pgx"],
    subject: "pgx",
    stages: &[&CONFIG, &CONNECTION],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &TLS,
    goes_on: true,
    patience: None,
    read,
};

static CONFIG: Stage = Stage { name: "pgx", title: "pgx", refuses: Moment::Start };

static CONNECTION: Stage =
    Stage { name: "pgx connection", title: "pgx", refuses: Moment::Connection };

/// `configTLS()`. An error leads to the next attempt, unless the server knows the user and refuses.
static TLS: [TlsMode; 6] = [
    mode("disable", &[Plain], &[], [Nothing, Nothing]),
    mode("allow", &[Plain, Tls], &[Setback::LogIn], [Nothing, Nothing]),
    mode(
        "prefer",
        &[Tls, Plain],
        &[Setback::NoTls, Setback::Certificate, Setback::LogIn],
        [Nothing, Nothing],
    ),
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

/// `parseEnvSettings()`
const VARIABLES: [(&str, &str); 24] = [
    ("host", "PGHOST"),
    ("port", "PGPORT"),
    ("dbname", "PGDATABASE"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("passfile", "PGPASSFILE"),
    ("application_name", "PGAPPNAME"),
    ("connect_timeout", "PGCONNECT_TIMEOUT"),
    ("sslmode", "PGSSLMODE"),
    ("sslkey", "PGSSLKEY"),
    ("sslcert", "PGSSLCERT"),
    ("sslsni", "PGSSLSNI"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("sslpassword", "PGSSLPASSWORD"),
    ("sslnegotiation", "PGSSLNEGOTIATION"),
    ("target_session_attrs", "PGTARGETSESSIONATTRS"),
    ("service", "PGSERVICE"),
    ("servicefile", "PGSERVICEFILE"),
    ("timezone", "PGTZ"),
    ("options", "PGOPTIONS"),
    ("min_protocol_version", "PGMINPROTOCOLVERSION"),
    ("max_protocol_version", "PGMAXPROTOCOLVERSION"),
    ("channel_binding", "PGCHANNELBINDING"),
    ("require_auth", "PGREQUIREAUTH"),
];

const SESSIONS: [&str; 6] =
    ["read-write", "read-only", "primary", "standby", "prefer-standby", "any"];

const METHODS: [&str; 7] = ["password", "md5", "gss", "sspi", "scram-sha-256", "oauth", "none"];

const EXEC_MODES: [&str; 5] =
    ["cache_statement", "cache_describe", "describe_exec", "exec", "simple_protocol"];

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    read_with(question, &CONFIG, |reading| {
        let raw = reading.source.raw();
        let is_url = ["postgres://", "postgresql://"].iter().any(|it| raw.starts_with(it));
        match (raw.is_empty(), is_url) {
            (true, _) => {}
            (false, true) => read_url(reading, raw)?,
            (false, false) => read_keyvalue(reading, raw)?,
        }
        for (keyword, variable) in VARIABLES {
            reading.fill_from(keyword, variable);
        }
        // The first of three directories that is there; Debian's is taken to be.
        reading.default("host", Value::Str("/var/run/postgresql".into()));
        reading.default("port", Value::Str("5432".into()));
        reading.default("user", Value::Account);
        check_service(reading)?;
        check_timeout(reading)?;
        split_hosts(reading)?;
        secure(reading)?;
        check_words(reading)?;
        check_cache(reading)
    })
}

/// A service is missing, as far as the question says.
fn check_service<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    if reading.winner("service").is_none() || reading.is_unknown("service") {
        return Ok(());
    }
    let file = reading.get("servicefile").map(ToString::to_string);
    let file = file.or_else(|| reading.inputs().machine().service_file.map(ToString::to_string));
    let why = Text::plain("failed to read service file: ");
    let why = why.and(file.unwrap_or_else(|| "~/.pg_service.conf".into()));
    let unless = reading.leave_service_open();
    let refusal = refuse(reading, "failed to read service", Some(why), Some("service"));
    Err(Refusal { unless, ..refusal })
}

fn check_timeout<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let Some(text) = reading.get("connect_timeout") else { return Ok(()) };
    let why = match number_problem(text, "ParseInt") {
        Some(problem) => error::number(reading, "ParseInt", "connect_timeout", problem),
        None if text.starts_with('-') && !text.trim_matches(['-', '0']).is_empty() => {
            Text::plain("negative timeout")
        }
        None => return Ok(()),
    };
    Err(refuse(reading, "invalid connect_timeout", Some(why), Some("connect_timeout")))
}

/// `strings.Split()` of host and port; a host without a port of its own has the first.
fn split_hosts<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let (Some(hosts), Some(ports)) = (reading.get("host"), reading.get("port")) else {
        return Ok(());
    };
    let given: Vec<&str> = ports.split(',').collect();
    let first = given.first().copied().unwrap_or("");
    let hosts: Vec<String> = hosts.split(',').map(ToString::to_string).collect();
    let mut ports = Vec::new();
    for nth in 0..hosts.len() {
        let port = given.get(nth).copied().unwrap_or(first);
        let why = match number_problem(port, "ParseUint") {
            Some(problem) => {
                let port = port.to_string();
                error::number_text(reading, "ParseUint", "port", &port, problem)
            }
            None if port.parse() == Ok(0_u16) => Text::plain("outside range"),
            None => {
                ports.push(port.to_string());
                continue;
            }
        };
        return Err(refuse(reading, "invalid port", Some(why), Some("port")));
    }
    if hosts.len() > 1 {
        reading.respell("host", "host", hosts);
    }
    if ports.len() > 1 || ports.first().is_some_and(|it| reading.get("port") != Some(it)) {
        reading.respell("port", "host", ports);
    }
    Ok(())
}

/// `configTLS()`, as far as it depends on words.
fn secure<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let first = match reading.line("host").map(|it| it.value.bare()) {
        Some(Value::List(hosts)) => hosts.first().and_then(Value::as_str).map(ToString::to_string),
        _ => reading.get("host").map(ToString::to_string),
    };
    for keyword in ["sslmode", "sslrootcert", "sslcert", "sslkey"] {
        if reading.get(keyword) == Some("") {
            reading.drop(keyword, "is empty");
        }
    }
    reading.default("sslmode", Value::Str("prefer".into()));
    let peer = peer_of(first.as_deref());
    if ["sslmode", "sslrootcert", "sslnegotiation"].into_iter().any(|it| reading.is_unknown(it)) {
        return Ok(());
    }
    let is_system = reading.get("sslrootcert") == Some("system");
    let is_direct = reading.get("sslnegotiation") == Some("direct");
    let word = match reading.get("sslmode") {
        _ if is_system => "verify-full",
        Some("prefer") if is_direct => "require",
        word => word.unwrap_or(""),
    };
    let mode = TLS.iter().map(|it| it.name).find(|it| *it == word);
    // Ignored on a Unix socket, words that it does not know among them.
    if peer == crate::tls::Peer::Socket {
        reading.secure(mode.unwrap_or("disable"), "sslmode", TrustedRoots::None, peer);
        return Ok(());
    }
    let Some(mode) = mode else {
        let why = Text::plain("sslmode is invalid");
        return Err(refuse(reading, "failed to configure TLS", Some(why), Some("sslmode")));
    };
    let has_cert = reading.winner("sslcert").is_some();
    let has_key = reading.winner("sslkey").is_some();
    if has_cert != has_key && mode != "disable" {
        let why = Text::plain("both \"sslcert\" and \"sslkey\" are required");
        let keyword = if has_cert { "sslcert" } else { "sslkey" };
        return Err(refuse(reading, "failed to configure TLS", Some(why), Some(keyword)));
    }
    let roots = match (reading.winner("sslrootcert"), mode) {
        (Some(_), _) if is_system => TrustedRoots::System,
        (Some(_), _) => TrustedRoots::File,
        (None, "verify-ca" | "verify-full") => TrustedRoots::System,
        (None, _) => TrustedRoots::None,
    };
    let key = if is_system { "sslrootcert" } else { "sslmode" };
    reading.secure(mode, key, roots, peer);
    Ok(())
}

/// What else may be only one of a few words.
fn check_words<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let plain = |word: &str| Some(word.to_string());
    let unknown = |keyword: &'static str, words: &[&str]| {
        let word = reading.get(keyword)?;
        (!words.contains(&word)).then(|| plain(word)).flatten()
    };
    if unknown("target_session_attrs", &SESSIONS).is_some() {
        return Err(error::unknown_word(reading, "target_session_attrs"));
    }
    let versions = ["", "3.0", "3.2", "latest"];
    for keyword in ["min_protocol_version", "max_protocol_version"] {
        if unknown(keyword, &versions).is_some() {
            return Err(error::invalid_version(reading, keyword));
        }
    }
    let is_new = |keyword| matches!(reading.get(keyword), Some("3.2" | "latest"));
    if is_new("min_protocol_version") && reading.get("max_protocol_version") == Some("3.0") {
        let text = "min_protocol_version cannot be greater than max_protocol_version";
        return Err(refuse(reading, text, None, Some("min_protocol_version")));
    }
    if unknown("channel_binding", &["", "prefer", "disable", "require"]).is_some() {
        return Err(error::unknown_word(reading, "channel_binding"));
    }
    if reading.get("channel_binding") == Some("require")
        && let Some(tls) = &mut reading.resolution.tls
    {
        tls.binds = true;
    }
    check_methods(reading)
}

/// `parseRequireAuth()`
fn check_methods<'a>(reading: &Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    let Some(words) = reading.get("require_auth").filter(|it| !it.is_empty()) else {
        return Ok(());
    };
    let mut negated = None;
    let mut seen: Vec<&str> = Vec::new();
    for part in words.split(',') {
        let word = part.trim();
        let (is_negative, method) = match word.strip_prefix('!') {
            Some(method) => (true, method),
            None => (false, word),
        };
        let (before, quoted, after) = match negated {
            Some(was) if was != is_negative && is_negative => (
                "negative require_auth method ",
                method,
                " cannot be mixed with non-negative methods",
            ),
            Some(was) if was != is_negative => {
                ("require_auth method ", method, " cannot be mixed with negative methods")
            }
            _ if !METHODS.contains(&method) => ("invalid require_auth method: ", method, ""),
            _ if seen.contains(&method) => {
                ("require_auth method ", part, " is specified more than once")
            }
            _ => {
                negated = Some(is_negative);
                seen.push(method);
                continue;
            }
        };
        let quoted = error::quoted(reading, "require_auth", quoted);
        let why = Text::plain(before).and_text(quoted).and(after);
        return Err(refuse(reading, "invalid require_auth", Some(why), Some("require_auth")));
    }
    Ok(())
}

/// What `pgx.ParseConfig` takes out of the parameters of the session.
fn check_cache<'a>(reading: &mut Reading<'_, 'a>) -> Result<(), Refusal<'a>> {
    for (keyword, message) in [
        ("statement_cache_capacity", "cannot parse statement_cache_capacity"),
        ("description_cache_capacity", "cannot parse description_cache_capacity"),
    ] {
        let Some(text) = reading.get(keyword) else { continue };
        let is_large = text.parse::<i64>().is_ok_and(|it| i32::try_from(it).is_err());
        let problem = match number_problem(text, "ParseInt") {
            Some(problem) => problem,
            None if is_large => "value out of range",
            None => continue,
        };
        let why = error::number(reading, "ParseInt", keyword, problem);
        return Err(refuse(reading, message, Some(why), Some(keyword)));
    }
    let mode = reading.get("default_query_exec_mode").unwrap_or("cache_statement");
    if !EXEC_MODES.contains(&mode) {
        let quoted = error::quoted(reading, "default_query_exec_mode", mode);
        let why = Text::plain("unknown value ").and_text(quoted);
        let key = Some("default_query_exec_mode");
        return Err(refuse(reading, "invalid default_query_exec_mode", Some(why), key));
    }
    let is_off = |keyword| {
        let capacity = reading.get(keyword).and_then(|it| it.parse::<i64>().ok());
        capacity.is_some_and(|it| it <= 0)
    };
    let refused = match mode {
        "cache_statement" if is_off("statement_cache_capacity") => (
            "cannot use QueryExecModeCacheStatement with disabled statement cache",
            "statement_cache_capacity",
        ),
        "cache_describe" if is_off("description_cache_capacity") => (
            "cannot use QueryExecModeCacheDescribe with disabled description cache",
            "description_cache_capacity",
        ),
        _ => return Ok(()),
    };
    reading.stage = &CONNECTION;
    let refusal = reading.refuse_value("error", refused.1, |_| Text::plain(refused.0));
    refusal.map_or(Ok(()), Err)
}
