//! Differences that are a danger: what one client's `sslmode` promises, and another does not keep.

use alloc::string::String;
use alloc::vec::Vec;

use super::ClientReading;
use crate::inputs::DATABASE_URL;
use crate::resolution::Resolution;
use crate::tls::SslMode;

/// Something that some of the clients do, and a reader of the URL would not expect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What they do, in a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// libpq's `sslmode` in the URL, as one of the clients reads it.
pub(super) fn sslmode(resolution: &Resolution<'_>) -> Option<SslMode> {
    let mut lines = resolution.ledger.lines().map(|(_, line)| line);
    let line = lines.find(|it| {
        let is_of_url = it.origin.input_span().is_some_and(|it| it.input == DATABASE_URL);
        is_of_url && it.key.keyword() == "sslmode" && it.value.unknown().is_none()
    })?;
    line.value.as_str()?.parse().ok()
}

/// What of the URL's `sslmode` is not kept, worst first.
pub(super) fn about(sslmode: SslMode, readings: &[ClientReading]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |is: &dyn Fn(&ClientReading) -> bool, what: &str, help| {
        let names = readings.iter().filter(|it| it.refusal.is_none() && is(it));
        let names: Vec<_> = names.map(|it| it.client).collect();
        if let Some((last, others)) = names.split_last() {
            let names = match others {
                [] => String::from(*last),
                others => alloc::format!("{} and {last}", others.join(", ")),
            };
            let mode = sslmode.name();
            let what = what.replace("{clients}", &names);
            let message = alloc::format!("The URL says `sslmode={mode}`, and {what}");
            notes.push(Note { message, help });
        }
    };
    let servers = |it: &ClientReading, of: fn(&super::Servers) -> &'static str| {
        it.servers.as_ref().map_or("", of)
    };
    // What fails everywhere fails for another reason than its TLS.
    let connects =
        |it: &ClientReading| servers(it, |it| it.trusted) != "fails" || it.needs_public_authority;
    if sslmode >= SslMode::Require {
        note(
            &|it| servers(it, |it| it.without_tls) == "plain",
            "{clients} would connect without TLS where the server offers none",
            "set TLS in the configuration of these clients, where the URL cannot",
        );
    }
    if sslmode >= SslMode::VerifyCa {
        note(
            &|it| servers(it, |it| it.self_signed) == "tls",
            "{clients} would accept any certificate",
            "set the root certificate in the configuration of these clients",
        );
    }
    if sslmode == SslMode::VerifyFull {
        note(
            &|it| {
                servers(it, |it| it.wrong_host) == "tls"
                    && servers(it, |it| it.self_signed) != "tls"
            },
            "{clients} would accept a certificate for another host",
            "set the check of the host name in the configuration of these clients",
        );
    }
    if sslmode == SslMode::Require {
        note(
            &|it| {
                connects(it)
                    && servers(it, |it| it.self_signed) == "fails"
                    && servers(it, |it| it.without_tls) == "fails"
            },
            "{clients} would verify the certificate as well, and refuse a self-signed one",
            "give these clients the server's root certificate",
        );
    }
    if matches!(sslmode, SslMode::Allow | SslMode::Prefer) {
        note(
            &|it| connects(it) && servers(it, |it| it.without_tls) == "fails",
            "{clients} would not connect to a server without TLS",
            "write `sslmode=disable` for a server without TLS, and `sslmode=require` for others",
        );
    }
    notes
}
