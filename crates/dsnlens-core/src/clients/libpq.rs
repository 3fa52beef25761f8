//! libpq: what it adds to the parameters it is given.
//!
//! Reproduces `conninfo_add_defaults()` of PostgreSQL 18.6 (`fe-connect.c`): an environment
//! variable, then a compiled default, each for what is still open.

use alloc::borrow::Cow;

use super::django::ConnectParams;
use crate::inputs::Inputs;
use crate::ledger::{Key, Ledger, LineId, Origin, Stage, Value};
use crate::span::Span;
use crate::tls::Ssl;

/// A connection option with the places where libpq looks for it.
struct Keyword {
    name: &'static str,
    variable: &'static str,
    compiled: Option<&'static str>,
}

const fn keyword(name: &'static str, variable: &'static str) -> Keyword {
    Keyword { name, variable, compiled: None }
}

const fn with_default(
    name: &'static str,
    variable: &'static str,
    compiled: &'static str,
) -> Keyword {
    Keyword { name, variable, compiled: Some(compiled) }
}

/// Options that an environment variable or a default can fill, in libpq's order. Of the compiled
/// defaults those stand here that decide where the connection goes and how safe it is.
const KEYWORDS: [Keyword; 33] = [
    keyword("service", "PGSERVICE"),
    keyword("user", "PGUSER"),
    keyword("password", "PGPASSWORD"),
    keyword("passfile", "PGPASSFILE"),
    keyword("channel_binding", "PGCHANNELBINDING"),
    keyword("connect_timeout", "PGCONNECT_TIMEOUT"),
    keyword("dbname", "PGDATABASE"),
    keyword("host", "PGHOST"),
    keyword("hostaddr", "PGHOSTADDR"),
    with_default("port", "PGPORT", "5432"),
    keyword("client_encoding", "PGCLIENTENCODING"),
    keyword("options", "PGOPTIONS"),
    keyword("application_name", "PGAPPNAME"),
    with_default("sslmode", "PGSSLMODE", "prefer"),
    keyword("sslnegotiation", "PGSSLNEGOTIATION"),
    keyword("sslcompression", "PGSSLCOMPRESSION"),
    keyword("sslcert", "PGSSLCERT"),
    keyword("sslkey", "PGSSLKEY"),
    keyword("sslcertmode", "PGSSLCERTMODE"),
    keyword("sslrootcert", "PGSSLROOTCERT"),
    keyword("sslcrl", "PGSSLCRL"),
    keyword("sslcrldir", "PGSSLCRLDIR"),
    keyword("sslsni", "PGSSLSNI"),
    keyword("requirepeer", "PGREQUIREPEER"),
    keyword("require_auth", "PGREQUIREAUTH"),
    keyword("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION"),
    keyword("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION"),
    keyword("gssencmode", "PGGSSENCMODE"),
    keyword("krbsrvname", "PGKRBSRVNAME"),
    keyword("gsslib", "PGGSSLIB"),
    keyword("gssdelegation", "PGGSSDELEGATION"),
    keyword("target_session_attrs", "PGTARGETSESSIONATTRS"),
    keyword("load_balance_hosts", "PGLOADBALANCEHOSTS"),
];

/// Fills what `params` leave open from the environment and from libpq's defaults.
pub(crate) fn add_defaults<'a>(
    inputs: &Inputs<'a>,
    params: &ConnectParams,
    ledger: &mut Ledger<'a>,
) {
    for keyword in &KEYWORDS {
        let mut winner = params.get(ledger, keyword.name);
        if let Some(text) = inputs.get(keyword.variable) {
            let value = Value::Str(Cow::Borrowed(text));
            let value = if keyword.name == "password" { value.into_secret() } else { value };
            winner = fill(ledger, keyword, value, variable(keyword.variable, text), winner);
        }
        if keyword.name == "sslmode" {
            winner = fill_from_requiressl(inputs, keyword, ledger, winner);
        }
        if let Some(compiled) = keyword.compiled {
            let value = Value::Str(Cow::Borrowed(compiled));
            fill(ledger, keyword, value, Origin::Default { of: "libpq" }, winner);
        }
    }
}

/// What the winning lines guarantee; `None` where `sslmode` is no word that libpq knows.
pub(crate) fn ssl(ledger: &Ledger<'_>) -> Option<Ssl> {
    let winner = |keyword| ledger.winner(keyword).and_then(|(_, line)| line.value.as_str());
    let mode = winner("sslmode")?.parse().ok()?;
    let has_root = winner("sslrootcert").is_some_and(|it| !it.is_empty());
    Some(Ssl::new(mode, has_root, is_socket(winner("host"), winner("hostaddr"))))
}

/// A path, an abstract name, or nothing at all stands for a Unix socket, unless an address is given.
fn is_socket(host: Option<&str>, address: Option<&str>) -> bool {
    let host = host.unwrap_or("");
    address.is_none_or(str::is_empty) && (host.is_empty() || host.starts_with(['/', '@']))
}

/// `PGREQUIRESSL`, the ancestor of `PGSSLMODE`: only a value that starts with `1` counts.
fn fill_from_requiressl<'a>(
    inputs: &Inputs<'a>,
    keyword: &Keyword,
    ledger: &mut Ledger<'a>,
    winner: Option<LineId>,
) -> Option<LineId> {
    match inputs.get("PGREQUIRESSL") {
        Some(text) if text.starts_with('1') => {
            let value = Value::Str("require".into());
            fill(ledger, keyword, value, variable("PGREQUIRESSL", text), winner)
        }
        _ => winner,
    }
}

fn fill<'a>(
    ledger: &mut Ledger<'a>,
    keyword: &Keyword,
    value: Value<'a>,
    origin: Origin<'a>,
    winner: Option<LineId>,
) -> Option<LineId> {
    let line = ledger.fill(Stage::Libpq, Key::Keyword(keyword.name), value, origin, winner);
    winner.or(Some(line))
}

fn variable<'a>(name: &'static str, text: &'a str) -> Origin<'a> {
    Origin::Variable { name, span: Span::new(0, text.len()) }
}
