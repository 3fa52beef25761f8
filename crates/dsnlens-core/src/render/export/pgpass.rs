//! The lines of a password file: `host:port:database:user:password`.

use alloc::string::String;
use alloc::vec::Vec;

use super::effective::Effective;
use super::sheet::Sheet;
use crate::clients::libpq::{Endpoint, endpoints};
use crate::secret::Text;
use crate::syntax::passfile::push_field;

/// Where servers listen unless they are told otherwise, in Debian's builds and in PostgreSQL's
/// own. For the one that is its default, libpq looks for `localhost`.
const SOCKET_DIRECTORIES: [&str; 2] = ["/var/run/postgresql", "/tmp"];

pub(super) fn write(effective: &Effective<'_, '_>) -> Text<'static> {
    let mut sheet = Sheet::new("#");
    sheet.comment("~/.pgpass: libpq ignores it unless `chmod 600 ~/.pgpass` keeps others out.");
    let Some(password) = effective.get("password") else {
        sheet.comment("There is no password.");
        return sheet.into_text();
    };
    let fields = ["host", "port", "dbname", "user", "password"].map(|it| effective.text(it));
    if fields.iter().flatten().any(|it| it.contains('\n')) || password.reveal().ends_with('\r') {
        sheet.comment("A password file cannot hold a value of more than one line.");
        return sheet.into_text();
    }
    for (host, port) in hosts(effective) {
        let [dbname, user] = ["dbname", "user"].map(|it| effective.text(it));
        let fields = [Some(host), Some(port), dbname, user];
        let mut line = Text::default();
        for (keyword, field) in ["host", "port", "dbname", "user"].into_iter().zip(fields) {
            let mut written = String::new();
            match field {
                Some(field) => push_field(field, &mut written),
                None => written.push('*'),
            }
            line = match effective.get(keyword) {
                Some(it) => line.and_text(it.written(written)),
                None => line.and(written),
            };
            line = line.and(":");
        }
        let mut written = String::new();
        push_field(password.reveal(), &mut written);
        sheet.put_line(line.and_text(password.written(written)));
    }
    sheet.into_text()
}

/// Each host with its port; a list of hosts has a line for each.
fn hosts<'e>(effective: &'e Effective<'_, '_>) -> Vec<(&'e str, &'e str)> {
    let [host, hostaddr, port] =
        ["host", "hostaddr", "port"].map(|it| effective.text(it).unwrap_or_default());
    let mut hosts = Vec::new();
    for Endpoint { host, hostaddr, port } in endpoints(host, hostaddr, port) {
        let given = [host, hostaddr].into_iter().find(|it| !it.is_empty());
        let host = given.unwrap_or("localhost");
        hosts.push((host, port));
        if SOCKET_DIRECTORIES.contains(&host) {
            hosts.push(("localhost", port));
        }
    }
    hosts
}
