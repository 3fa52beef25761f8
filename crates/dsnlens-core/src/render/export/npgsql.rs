//! A connection string for Npgsql: `Host=…;Username=…`, as .NET's `DbConnectionStringBuilder` reads it.

use alloc::string::String;
use alloc::vec::Vec;

use super::effective::Effective;
use super::elsewhere::{hidden_as, note_lost, servers};
use super::sheet::Sheet;
use crate::secret::Text;
use crate::tls::SslMode;

/// libpq's keywords and Npgsql's for the same.
const KEYWORDS: [(&str, &str); 8] = [
    ("dbname", "Database"),
    ("user", "Username"),
    ("password", "Password"),
    ("sslrootcert", "Root Certificate"),
    ("sslcert", "SSL Certificate"),
    ("sslkey", "SSL Key"),
    ("connect_timeout", "Timeout"),
    ("application_name", "Application Name"),
];

pub(super) fn write(effective: &Effective<'_, '_>) -> Option<Text<'static>> {
    let servers = servers(effective)?;
    let mode = mode(effective)?;
    // Several have their ports behind them; one that is hidden hides them all.
    let host = match &*servers {
        [(host, _)] => host.clone(),
        servers => {
            let pair = |(host, port): &(String, String)| match host.contains(':') {
                true => alloc::format!("[{host}]:{port}"),
                false => alloc::format!("{host}:{port}"),
            };
            servers.iter().map(pair).collect::<Vec<_>>().join(",")
        }
    };
    let written = hidden_as(effective, "host", quoted(&host)?);
    let host = match servers.len() > 1 && !written.is_secret() {
        true => hidden_as(effective, "port", quoted(&host)?),
        false => written,
    };
    let mut text = Text::plain("Host=").and_text(host);
    if let [(_, port)] = &*servers {
        text = text.and(";Port=").and_text(hidden_as(effective, "port", port.clone()));
    }
    for (keyword, name) in KEYWORDS {
        let Some(it) = effective.get(keyword).filter(|it| it.reveal() != "system") else {
            continue;
        };
        text = text.and(";").and(name).and("=").and_text(it.written(quoted(it.reveal())?));
    }
    let mut sheet = Sheet::new("#");
    sheet.comment("For Npgsql 8 and later, in which Require verifies no certificate.");
    let written: Vec<_> = KEYWORDS.iter().map(|it| it.0).chain(["sslmode"]).collect();
    note_lost(effective, &written, "Npgsql", &mut sheet);
    sheet.put_line(text.and(";SSL Mode=").and(mode));
    Some(sheet.into_text())
}

/// Npgsql's word for the mode, where it does the same: it verifies by the machine's roots where none
/// are named, and not at all below `VerifyCA`.
fn mode(effective: &Effective<'_, '_>) -> Option<&'static str> {
    let tls = effective.resolution.tls?;
    let has_root = effective.get("sslrootcert").is_some();
    match tls.sslmode()? {
        SslMode::Disable => Some("Disable"),
        SslMode::Allow if !has_root => Some("Allow"),
        SslMode::Prefer if !has_root => Some("Prefer"),
        SslMode::Require if !has_root => Some("Require"),
        SslMode::VerifyCa if has_root => Some("VerifyCA"),
        SslMode::VerifyFull if has_root => Some("VerifyFull"),
        _ => None,
    }
}

/// A value as `DbConnectionStringBuilder` takes it: in quotes, doubled within, where it holds what
/// would end it. `None` for what it has no way to write.
fn quoted(text: &str) -> Option<String> {
    let is_odd = |c: char| c == ';' || c == '\'' || c == '"' || c == '=' || c.is_whitespace();
    match text {
        _ if text.contains('\0') => None,
        _ if text.contains(is_odd) || text.is_empty() => {
            Some(alloc::format!("\"{}\"", text.replace('"', "\"\"")))
        }
        _ => Some(text.into()),
    }
}
