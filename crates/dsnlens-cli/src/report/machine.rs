//! What the files of this machine change about the answer.
//!
//! The answer itself is about any machine; these lines say what libpq would find here.

use std::env;
use std::path::Path;

use dsnlens_core::ledger::Origin;
use dsnlens_core::{Encryption, Inputs, Resolution, SslMode};
use dsnlens_native::gather::{self, Facts, File, Presence};

use super::Report;
use crate::style::{HEADING, paint, wrap};
use crate::visible::escape;

pub(super) fn render(report: &Report<'_>) -> String {
    let facts = gather::facts(|name| match name.starts_with("PG") {
        // libpq sees the variables that the settings module sees.
        true => report.inputs.get(name).map(Into::into),
        false => env::var_os(name),
    });
    let sentences = changes(report.inputs, report.resolution, &facts);
    if sentences.is_empty() {
        return String::new();
    }
    let lines = sentences.iter().map(|it| wrap(it, "  ", "  ", report.width));
    format!("{}\n{}", paint(HEADING, "On this machine"), lines.collect::<String>())
}

/// A sentence for each fact that changes something.
fn changes(inputs: &Inputs<'_>, resolution: &Resolution<'_>, facts: &Facts) -> Vec<String> {
    if resolution.connect_params.is_none() {
        return Vec::new();
    }
    let changes = [
        root_certificate(resolution, facts),
        passfile(resolution, facts),
        service_file(inputs, resolution, facts),
    ];
    changes.into_iter().flatten().collect()
}

fn is_set(resolution: &Resolution<'_>, keyword: &str) -> bool {
    resolution.ledger.winner(keyword).is_some_and(|(_, line)| line.value.is_truthy())
}

fn root_certificate(resolution: &Resolution<'_>, facts: &Facts) -> Option<String> {
    let ssl = resolution.ssl.filter(|it| it.encryption != Encryption::Never)?;
    let file = facts.root_certificate.as_ref().filter(|_| !is_set(resolution, "sslrootcert"))?;
    let (path, mode) = (shown(&file.path), ssl.mode);
    match (mode, file.is_present()) {
        (SslMode::VerifyCa | SslMode::VerifyFull, false) => {
            Some(format!("{path} does not exist: with {mode} libpq refuses every server"))
        }
        (SslMode::Require, true) => Some(format!(
            "{path} exists: here {mode} is as strict as verify-ca, and refuses a certificate that \
             no authority in that file has signed"
        )),
        (SslMode::Prefer | SslMode::Allow, true) => Some(format!(
            "{path} exists: a certificate that no authority in that file has signed makes {mode} \
             go on in plain text"
        )),
        _ => None,
    }
}

fn passfile(resolution: &Resolution<'_>, facts: &Facts) -> Option<String> {
    let file = facts.passfile.as_ref().filter(|_| !is_set(resolution, "password"))?;
    // What a URL's option names is no place that the facts know.
    let named = resolution.ledger.winner("passfile");
    let is_known = named
        .is_none_or(|(_, line)| matches!(line.origin, Origin::Variable { name: "PGPASSFILE", .. }));
    let path = shown(&file.path);
    match file.presence {
        _ if !is_known => None,
        Presence::Absent => None,
        Presence::Exposed => {
            Some(format!("{path} can be read by others, so libpq takes no password from it"))
        }
        Presence::Present => Some(format!("{path} exists: libpq looks for the password there")),
    }
}

fn service_file(inputs: &Inputs<'_>, resolution: &Resolution<'_>, facts: &Facts) -> Option<String> {
    if !is_set(resolution, "service") {
        return None;
    }
    let own = facts.service_file.as_ref();
    let is_named = inputs.get("PGSERVICEFILE").is_some_and(|it| !it.is_empty());
    if let Some(file) = own.filter(|it| is_named && !it.is_present()) {
        return Some(format!("{} does not exist, so libpq gives up", shown(&file.path)));
    }
    let files = own.into_iter().chain(&facts.system_service_file);
    let file = files.into_iter().find(|it: &&File| it.is_present())?;
    Some(format!("{} exists: what it says of the service fills what is open", shown(&file.path)))
}

/// A path with the home directory as `~`.
fn shown(path: &Path) -> String {
    let home = env::var_os("HOME").filter(|it| !it.is_empty());
    let below =
        home.and_then(|home| path.strip_prefix(home).ok().map(|it| Path::new("~").join(it)));
    escape(&below.as_deref().unwrap_or(path).display().to_string()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dsnlens_core::{DATABASE_URL, Recipe, resolve};

    fn file(path: &str, presence: Presence) -> Option<File> {
        Some(File { path: path.into(), presence })
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], debug: bool, facts: &Facts, expected: &[&str]) {
        let inputs = Inputs::new(variables.iter().copied()).with_debug(debug);
        let found = changes(&inputs, &resolve(&inputs, &Recipe::default()), facts);
        let starts: Vec<_> =
            found.iter().zip(expected).filter(|(a, b)| a.starts_with(**b)).collect();
        assert_eq!((found.len(), starts.len()), (expected.len(), expected.len()), "{found:?}");
    }

    #[test]
    fn a_root_certificate_matters_where_no_other_is_named() {
        let there = Facts { root_certificate: file("/r", Presence::Present), ..Facts::default() };
        let missing = Facts { root_certificate: file("/r", Presence::Absent), ..Facts::default() };
        let url = |url| [(DATABASE_URL, url)];
        let plain = url("postgres://u:p@h/db");
        check(&plain, false, &there, &["/r exists: here require is as strict"]);
        check(&plain, true, &there, &["/r exists: a certificate"]);
        check(&plain, false, &missing, &[]);
        check(&url("postgres://u:p@h/db?sslrootcert=/x"), false, &there, &[]);
        check(&url("postgres://u:p@%2Ftmp/db"), false, &there, &[]);
        let full = url("postgres://u:p@h/db?sslmode=verify-full");
        check(&full, true, &there, &[]);
        check(&full, true, &missing, &["/r does not exist"]);
        check(&url("postgres://u:p#q@h/db"), false, &there, &[]);
    }

    #[test]
    fn a_password_file_matters_where_the_password_is_missing() {
        let there = Facts { passfile: file("/p", Presence::Present), ..Facts::default() };
        let exposed = Facts { passfile: file("/p", Presence::Exposed), ..Facts::default() };
        let url = (DATABASE_URL, "postgres://u@h/db");
        check(&[url], false, &there, &["/p exists"]);
        check(&[url], false, &exposed, &["/p can be read by others"]);
        check(&[url, ("PGPASSWORD", "secret")], false, &there, &[]);
        check(&[url, ("PGPASSFILE", "/p")], false, &there, &["/p exists"]);
        check(&[(DATABASE_URL, "postgres://u@h/db?passfile=/x")], false, &there, &[]);
    }

    #[test]
    fn a_service_file_matters_where_a_service_is_named() {
        let facts = Facts {
            service_file: file("/s", Presence::Absent),
            system_service_file: file("/t", Presence::Present),
            ..Facts::default()
        };
        let url = (DATABASE_URL, "postgres://u:p@h/db");
        check(&[url], false, &facts, &[]);
        check(&[url, ("PGSERVICE", "x")], false, &facts, &["/t exists"]);
        let named = [url, ("PGSERVICE", "x"), ("PGSERVICEFILE", "/s")];
        check(&named, false, &facts, &["/s does not exist"]);
    }
}
