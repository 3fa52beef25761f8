//! The services beside an application, as compose and GitHub describe them.

use alloc::string::String;
use alloc::vec::Vec;

use super::draft::quotable;
use super::tree::{Tree, Value};
use crate::file_facts::Service;
use crate::secret::Secret;

/// A service; `environment` is the name of what holds its variables.
pub(super) fn service(tree: &Tree<'_>, place: usize, environment: &str) -> Service {
    let mut service = Service::default();
    name(&mut service, tree.key(place));
    for key in ["container_name", "hostname"] {
        name(&mut service, tree.child(place, key).and_then(|it| Some(&*tree.text(it)?.text)));
    }
    for network in tree.child(place, "networks").map_or_else(Vec::new, |it| tree.children(it)) {
        let aliases = tree.child(network, "aliases");
        for alias in aliases.map_or_else(Vec::new, |it| tree.children(it)) {
            name(&mut service, tree.text(alias).map(|it| &*it.text));
        }
    }
    let image = tree.child(place, "image").and_then(|it| tree.text(it));
    service.postgres = image.and_then(|it| postgres(&it.text));
    for port in tree.child(place, "ports").map_or_else(Vec::new, |it| tree.children(it)) {
        service.ports.extend(self::port(tree, port));
    }
    let variables = tree.child(place, environment);
    for member in variables.map_or_else(Vec::new, |it| tree.members(it)) {
        let Some(text) = tree.text(member) else { continue };
        let (name, value) = match tree.key(member) {
            Some(name) => (name, &*text.text),
            None => match text.text.split_once('=') {
                Some(pair) => pair,
                None => continue,
            },
        };
        // What is filled in is not known.
        server_variable(&mut service, name, value);
    }
    service
}

/// Takes in a variable that the image of PostgreSQL reads.
pub(super) fn server_variable(service: &mut Service, name: &str, value: &str) {
    if value.contains('$') || value.contains("{{") {
        return;
    }
    let value = String::from(value);
    match name {
        "POSTGRES_USER" => service.user = Some(value),
        "POSTGRES_PASSWORD" => service.password = Some(Secret::new(value)),
        "POSTGRES_DB" => service.database = Some(value),
        _ => {}
    }
}

fn name(service: &mut Service, name: Option<&str>) {
    let name = name.and_then(quotable).map(String::from);
    service.names.extend(name.filter(|it| !service.names.contains(it)));
}

/// The image, if a server of PostgreSQL is in it.
pub(super) fn postgres(image: &str) -> Option<String> {
    const KIN: [&str; 5] = ["postgres", "postgis", "timescaledb", "pgvector", "postgresql"];
    let path = image.split('@').next()?;
    let last = path.rsplit('/').next()?;
    let base = last.split(':').next()?;
    let is_one = KIN
        .iter()
        .any(|it| base == *it || base.strip_prefix(it).is_some_and(|it| it.starts_with('-')));
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"_.-/:".contains(&it);
    // A tool for it is none.
    let is_tool = base.contains("exporter") || base.contains("backup");
    (is_one && !is_tool && path.len() <= 100 && path.bytes().all(is_plain)).then(|| path.into())
}

/// `5432`, `5433:5432`, `127.0.0.1:5433:5432/tcp`, or a map with `published` and `target`.
fn port(tree: &Tree<'_>, place: usize) -> Option<(Option<u16>, u16)> {
    // PyYAML may take `22:22` for a number to the base of sixty; compose reads a text.
    if let Some(text) = tree.text(place).filter(|_| tree.key(place).is_none()) {
        let text = text.text.split('/').next()?;
        let mut parts = text.rsplit(':');
        let inside = parts.next()?.trim().parse().ok()?;
        let outside = parts.next().map(|it| it.trim().parse());
        return match outside {
            None => Some((None, inside)),
            Some(outside) => Some((Some(outside.ok()?), inside)),
        };
    }
    let number =
        |name: &str| tree.child(place, name).and_then(|it| tree.text(it)?.text.parse().ok());
    let is_map = matches!(tree.get(place)?.value, Value::Open(_));
    is_map.then(|| Some((number("published"), number("target")?)))?
}
