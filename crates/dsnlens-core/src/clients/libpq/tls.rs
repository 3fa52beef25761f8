//! How libpq secures a connection: what each `sslmode` does, and which one counts.
//!
//! From PostgreSQL 18's documentation of `sslmode` and `fe-connect.c`.

use super::{Connection, Version, files};
use crate::inputs::Inputs;
use crate::ledger::LineId;
use crate::tls::Verification::{Chain, ChainAndHost, Nothing};
use crate::tls::{Attempt, Peer, Setback, SslMode, TlsMode, TlsPolicy, TrustedRoots, Verification};

/// libpq's modes, weakest first. With root certificates at hand every handshake verifies the chain.
pub(crate) static TLS: [TlsMode; 6] = [
    mode(SslMode::Disable, &[Attempt::Plain], &[], [Nothing, Nothing]),
    mode(SslMode::Allow, &[Attempt::Plain, Attempt::Tls], &[Setback::LogIn], [Nothing, Chain]),
    mode(
        SslMode::Prefer,
        &[Attempt::Tls, Attempt::Plain],
        &[Setback::NoTls, Setback::Certificate, Setback::LogIn],
        [Nothing, Chain],
    ),
    mode(SslMode::Require, &[Attempt::Tls], &[], [Nothing, Chain]),
    mode(SslMode::VerifyCa, &[Attempt::Tls], &[], [Chain, Chain]),
    mode(SslMode::VerifyFull, &[Attempt::Tls], &[], [ChainAndHost, ChainAndHost]),
];

const fn mode(
    mode: SslMode,
    attempts: &'static [Attempt],
    falls_back: &'static [Setback],
    verifies: [Verification; 2],
) -> TlsMode {
    TlsMode { name: mode.name(), attempts, falls_back, verifies }
}

/// The policy of a connection, by a client's table and the line that chose the mode. `None` where
/// the client does not know the mode, or where what decides is not known.
pub(crate) fn policy(
    table: &'static [TlsMode],
    connection: &Connection<'_>,
    by: Option<LineId>,
    inputs: &Inputs<'_>,
    version: Version,
) -> Option<TlsPolicy> {
    let word = connection.get("sslmode")?;
    let mode = table.iter().find(|it| it.name == word)?;
    // With a root certificate `require` verifies the chain.
    if mode.name == SslMode::Require.name() && connection.is_unknown("sslrootcert") {
        return None;
    }
    let root = connection.get("sslrootcert");
    let roots = root.map_or(TrustedRoots::None, |it| files::roots(it, inputs, version));
    // A host that is not known is taken for one of a network.
    let host = match connection.is_unknown("host") {
        true => "?",
        false => connection.get("host").unwrap_or(""),
    };
    // A path, an abstract name, or nothing at all is a Unix socket, unless an address is given.
    let has_address = connection.is_unknown("hostaddr") || connection.get("hostaddr").is_some();
    let peer = match has_address {
        false if host.is_empty() || host.starts_with(['/', '@']) => Peer::Socket,
        true if host.is_empty() => Peer::Address,
        _ => Peer::Host,
    };
    let binds = connection.get("channel_binding") == Some("require");
    Some(TlsPolicy { mode, by, roots, peer, binds })
}
