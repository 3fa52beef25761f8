//! What libpq takes from files: a service's options, a password, a root certificate.
//!
//! Reproduces `parseServiceInfo()`, the end of `pqConnectOptions2()` (`fe-connect.c`) and
//! `initialize_SSL()` (`fe-secure-openssl.c`) of PostgreSQL 18.6. Which files there are, and what
//! stands in them, [`Machine`] says; a file that it does not know is as good as none.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::checks::OptionError;
use super::{Connection, TLS, Version, Winners, find, policy};
use crate::clients::stages;
use crate::inputs::Inputs;
use crate::ledger::{Key, Ledger, Origin, Value};
use crate::machine::{Content, File, Machine};
use crate::shown;
use crate::syntax::passfile::find_password;
use crate::syntax::service_file::{ServiceError, parse_service};
use crate::tls::{TrustedRoots, Verification};

/// The directory of libpq's own socket in Debian and in psycopg's wheels.
const SOCKET_DIRECTORY: &str = "/var/run/postgresql";

/// Fills what is open with the options of the service that is named. The error, where libpq has
/// none for it.
pub(super) fn add_service<'a>(
    inputs: &Inputs<'a>,
    version: Version,
    ledger: &mut Ledger<'a>,
    winners: &mut Winners,
) -> Option<OptionError> {
    let service = winners.text(ledger, "service")?;
    let refused = |message| Some(OptionError { keyword: "service", message });
    let own = inputs.get("PGSERVICEFILE");
    for path in service_files(inputs).into_iter().flatten() {
        let is_named = own == Some(&*path);
        let (path, text) = match inputs.machine().file(&path) {
            Some(File { path, content: Content::Text(text) | Content::Exposed(text) }) => {
                (path, text)
            }
            // The default place need not be there.
            Some(File { content: Content::Absent, .. }) if !is_named => continue,
            // libpq would wait for what comes, or read on; what is in it is not known here.
            Some(File { content: Content::Irregular(kind), .. }) => {
                return refused(format!("service file \"{path}\" is {kind}, not a regular file"));
            }
            Some(File { content: Content::TooLarge, .. }) => {
                return refused(format!(
                    "service file \"{path}\" is larger than 1 MB, the limit of DSN Lens"
                ));
            }
            Some(_) => return refused(format!("service file \"{path}\" not found")),
            None => continue,
        };
        match parse_service(text, &service, &version) {
            Ok(None) => {}
            Ok(Some(entries)) => {
                for entry in entries {
                    let Some(keyword) = find(entry.keyword) else { continue };
                    let value = shown::value(keyword.name, Cow::Borrowed(entry.value.text));
                    let origin = Origin::File { path, line: entry.line };
                    let key = Key::Keyword(keyword.name);
                    match winners.id(keyword.name) {
                        None => winners.put(ledger, keyword.name, value, origin),
                        winner => {
                            ledger.fill(&stages::LIBPQ, key, value, origin, winner);
                        }
                    }
                }
                return None;
            }
            Err(error) => return refused(message(error, path)),
        }
    }
    refused(format!("definition of service \"{service}\" not found"))
}

fn message(error: ServiceError, path: &str) -> String {
    match error {
        ServiceError::TooLong(line) => format!("line {line} too long in service file \"{path}\""),
        ServiceError::Syntax(line) => {
            format!("syntax error in service file \"{path}\", line {line}")
        }
        ServiceError::Nested(line) => format!(
            "nested service specifications not supported in service file \"{path}\", line {line}"
        ),
    }
}

/// Whether the definition of the service that is named may be in a file that nobody has looked at.
pub(crate) fn is_service_elsewhere(inputs: &Inputs<'_>, ledger: &Ledger<'_>) -> bool {
    let Some(_) = Winners::of(ledger).text(ledger, "service") else { return false };
    let paths = service_files(inputs);
    let is_unseen = |path: &str| inputs.machine().file(path).is_none();
    paths.iter().all(Option::is_none) || paths.iter().flatten().any(|it| is_unseen(it))
}

/// Whether the definition may be in a file for a client whose readers of files are not reproduced.
#[cfg(feature = "clients")]
pub(crate) fn is_service_unread(inputs: &Inputs<'_>) -> bool {
    let paths = service_files(inputs);
    let is_absent = |path: &str| is_absent(inputs.machine(), path);
    paths.iter().all(Option::is_none) || !paths.iter().flatten().all(|it| is_absent(it))
}

/// Where a service is looked up, in this order.
fn service_files<'a>(inputs: &Inputs<'a>) -> [Option<Cow<'a, str>>; 2] {
    let machine = inputs.machine();
    let own = inputs.get("PGSERVICEFILE").or(machine.service_file).map(Cow::Borrowed);
    let system = match inputs.get("PGSYSCONFDIR") {
        Some(directory) => Some(Cow::Owned(format!("{directory}/pg_service.conf"))),
        None => machine.system_service_file.map(Cow::Borrowed),
    };
    [own, system]
}

/// What certificates are checked against where no `sslrootcert` is named.
pub(super) fn add_root_certificate<'a>(
    inputs: &Inputs<'a>,
    ledger: &mut Ledger<'a>,
    winners: &mut Winners,
) {
    let machine = inputs.machine();
    let file = machine.root_certificate.and_then(|path| machine.file(path));
    if let Some(File { path, content }) = file
        && content != Content::Absent
        && winners.filled(ledger, "sslrootcert").is_none()
    {
        let origin = Origin::Default { of: "libpq" };
        winners.put(ledger, "sslrootcert", Value::Str(path.into()), origin);
    }
}

/// What `sslrootcert=root` gives to check certificates against.
pub(super) fn roots(root: &str, inputs: &Inputs<'_>, version: Version) -> TrustedRoots {
    match root {
        _ if is_system(root, version) => TrustedRoots::System,
        _ if is_absent(inputs.machine(), root) => TrustedRoots::None,
        _ => TrustedRoots::File,
    }
}

/// The roots that the machine trusts, since 16; a file of that name before.
fn is_system(root: &str, version: Version) -> bool {
    root == "system" && version >= Version::V16
}

fn is_absent(machine: &Machine<'_>, path: &str) -> bool {
    machine.file(path).is_some_and(|it| it.content == Content::Absent)
}

/// What libpq says once a server has agreed to TLS, if there is nothing to check it against. Its
/// text goes on behind the name of the server.
pub(super) fn missing_root(
    inputs: &Inputs<'_>,
    connections: &[Connection<'_>],
    version: Version,
) -> Option<OptionError> {
    let machine = inputs.machine();
    let missing = |connection: &Connection<'_>| {
        let tls = policy(&TLS, connection, None, inputs, version)?;
        let [needed, _] = tls.mode.verifies;
        if tls.is_socket() || needed == Verification::Nothing {
            return None;
        }
        if connection.is_unknown("sslrootcert") {
            return None;
        }
        let named = connection.get("sslrootcert").filter(|it| !is_system(it, version));
        let path = match connection.get("sslrootcert") {
            Some(_) => named?,
            None => machine.root_certificate?,
        };
        is_absent(machine, path).then(|| String::from(path))
    };
    let mut missing = connections.iter().map(missing);
    let path = missing.next()??;
    if !missing.all(|it| it.is_some()) {
        return None;
    }
    let remedy = match version {
        Version::V15 => "Either provide the file",
        _ => "Either provide the file, use the system's trusted roots with sslrootcert=system,",
    };
    let message = format!(
        "root certificate file \"{path}\" does not exist\n{remedy} or change sslmode to disable \
         server certificate verification."
    );
    Some(OptionError { keyword: "sslrootcert", message })
}

/// Looks a missing password up. Of several hosts, each with a password of its own, the first
/// counts here.
pub(super) fn add_password<'a>(
    inputs: &Inputs<'a>,
    connection: Option<&Connection<'a>>,
    ledger: &mut Ledger<'a>,
    winners: &mut Winners,
) {
    if winners.filled(ledger, "password").is_some() {
        return;
    }
    let Some(connection) = connection else { return };
    let Some(path) = passfile(inputs, ledger, winners) else { return };
    let Some(file) = inputs.machine().file(&path) else { return };
    let reason = match file.content {
        Content::Text(text) => {
            let Some(place) = place(connection, inputs.machine()) else { return };
            if let Some(found) = find_password(text, place) {
                let value = shown::value("password", Cow::Owned(found.password));
                let origin = Origin::File { path: file.path, line: found.line };
                winners.put(ledger, "password", value, origin);
            }
            return;
        }
        Content::Exposed(_) => "others may read this file, so libpq takes no password from it",
        Content::Unreadable => "libpq cannot open this file, and says nothing",
        Content::Irregular(_) => "this is not a regular file, so libpq takes no password from it",
        Content::TooLarge => "this file is larger than 1 MB, the limit of DSN Lens: not read",
        Content::Absent => "there is no such file, and libpq says nothing",
    };
    match (winners.filled(ledger, "passfile"), winners.id("passfile")) {
        (Some(_), Some(named)) => ledger.drop(named, reason),
        _ if file.content == Content::Absent => {}
        _ => {
            let value = Value::Str(file.path.into());
            let origin = Origin::Default { of: "libpq" };
            ledger.ignore(&stages::LIBPQ, Key::Keyword("passfile"), value, origin, reason);
        }
    }
}

/// The password file that is named, or the user's own.
fn passfile<'a>(
    inputs: &Inputs<'a>,
    ledger: &Ledger<'a>,
    winners: &Winners,
) -> Option<Cow<'a, str>> {
    match winners.filled(ledger, "passfile") {
        Some(_) => winners.text(ledger, "passfile"),
        None => inputs.machine().passfile.map(Cow::Borrowed),
    }
}

/// What a line of the password file has to fit: host, port, database and user. `None` where that
/// takes the name of the account, and nobody knows it.
fn place<'c>(connection: &'c Connection<'_>, machine: &Machine<'c>) -> Option<[&'c str; 4]> {
    if ["host", "hostaddr", "port"].into_iter().any(|it| connection.is_unknown(it)) {
        return None;
    }
    let first = connection.endpoints().next()?;
    let given = [first.host, first.hostaddr].into_iter().find(|it| !it.is_empty());
    let host = match given {
        None | Some(SOCKET_DIRECTORY) => "localhost",
        Some(host) => host,
    };
    let named = |keyword| match connection.value(keyword) {
        Some(Value::Account) => machine.account,
        name => name?.as_str(),
    };
    Some([host, first.port, named("dbname")?, named("user")?])
}

/// The files that `ledger` leads libpq to and that the machine of `inputs` does not know. Whoever
/// reads them asks again, since what stands in one may lead to the next.
pub(crate) fn unknown_files<'a>(
    inputs: &Inputs<'a>,
    version: Version,
    ledger: &Ledger<'a>,
) -> Vec<String> {
    let winners = Winners::of(ledger);
    let machine = inputs.machine();
    let service = winners.line(ledger, "service").map(|_| service_files(inputs));
    let password = winners.filled(ledger, "password");
    let password = if password.is_some() { None } else { passfile(inputs, ledger, &winners) };
    let root = match winners.filled(ledger, "sslrootcert") {
        Some(_) => winners.text(ledger, "sslrootcert").filter(|it| !is_system(it, version)),
        None => machine.root_certificate.map(Cow::Borrowed),
    };
    let paths = service.into_iter().flatten().flatten().chain(password).chain(root);
    paths.filter(|it| machine.file(it).is_none()).map(Cow::into_owned).collect()
}
