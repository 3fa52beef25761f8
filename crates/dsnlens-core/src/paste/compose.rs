//! The variables of a compose file: `environment`, as a map or as a list, or its lines alone.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{Draft, Scalar, is_name, quotable};
use super::fill::{Filled, Grammar, Known, fill, from_outside};
use super::tree::{Tree, Value};
use super::{Beside, NoteKind};
use super::{services, yaml};
use crate::file_facts::Network;
use crate::inputs::is_relevant;
use crate::span::Span;
use crate::syntax::{dotenv, words};

/// How many services are looked at: each may hold what another one says.
const MAX_SERVICES: usize = 32;

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    parts(text, beside, 1).pop()
}

/// The services that know where their database is, `most` at most.
pub(super) fn parts<'s>(text: &'s str, beside: &Beside<'_>, most: usize) -> Vec<Draft<'s>> {
    // Most texts have no line that could be YAML's.
    if !words::contains(text, ":") && !words::contains(text, "- ") {
        return Vec::new();
    }
    let tree = yaml::parse(text);
    let is_environment = |it: &usize| tree.key(*it) == Some("environment");
    let places = |name: &str| -> Vec<usize> {
        tree.places().filter(|it| tree.key(*it) == Some(name)).collect()
    };
    let of_services = |name: &str| -> Vec<usize> {
        // Whether each is one takes as long as what is beside it.
        let places = places(name).into_iter().take(2 * MAX_SERVICES);
        places.filter(|it| is_of_service(&tree, *it)).take(MAX_SERVICES).collect()
    };
    let environments = of_services("environment");
    let known = Variables::of(&tree, text, beside);
    let files = of_services("env_file");
    if environments.is_empty() && files.is_empty() {
        if !(places("environment").is_empty() && places("env_file").is_empty()) {
            return Vec::new();
        }
        return lines(&tree).into_iter().collect();
    }
    let is_alone = |it: &usize| {
        let parent = tree.parent(*it);
        !environments.iter().any(|it| tree.parent(*it) == parent)
    };
    // A service with files alone has an environment, too.
    let places = environments.iter().copied().chain(files.iter().copied().filter(is_alone));
    let places: Vec<_> = places.collect();
    let drafts = places.iter().map(|it| {
        let mut draft = Draft::default();
        if let Some(file) = tree.parent(*it).and_then(|it| tree.child(it, "env_file")) {
            env_files(&tree, file, &known, beside, &mut draft);
        }
        if is_environment(it) {
            for member in tree.members(*it) {
                put(&tree, member, &known, &mut draft);
            }
        }
        draft
    });
    let drafts: Vec<_> = drafts.collect();
    // The variables of a server are no application's.
    let is_server = |place: usize| {
        let Some(service) = tree.parent(place) else { return false };
        let has = |key: &str| tree.child(service, key).is_some();
        services::service(&tree, service, "").postgres.is_some() || !(has("image") || has("build"))
    };
    let is_relevant = |(it, place): (&Draft<'_>, &usize)| match is_server(*place) {
        true => it.assigns(is_relevant),
        false => it.is_relevant(),
    };
    // The application is the service that knows where its database is.
    let has_application = drafts.iter().any(Draft::is_application);
    let all = drafts.iter().zip(&places).enumerate();
    let chosen = all.filter(|(_, it)| match has_application {
        true => it.0.is_application(),
        false => is_relevant(*it),
    });
    let chosen: Vec<_> = chosen.map(|it| it.0).take(most).collect();
    if chosen.is_empty() {
        let is_postgres = |it: &Draft<'_>| it.assigns(|name| name.starts_with("POSTGRES_"));
        let server = drafts.iter().zip(&places).find(|it| is_postgres(it.0));
        let draft = server.map(|(_, place)| {
            let mut draft = Draft::default();
            note_server(&tree, *place, &mut draft);
            draft
        });
        return draft.into_iter().collect();
    }
    let drafts = drafts.into_iter().zip(&places).enumerate();
    let drafts = drafts.filter(|(nth, _)| chosen.contains(nth));
    let finished = drafts.map(|(_, (mut draft, &place))| {
        draft.part = service(&tree, place).map(|it| it.text.clone());
        for &other in places.iter().filter(|it| **it != place) {
            note_server(&tree, other, &mut draft);
        }
        draft.facts.reader = Some("compose".into());
        neighbors(&tree, place, &known, &mut draft);
        draft.note_unreadable(&tree, text);
        draft
    });
    finished.collect()
}

/// The keys of a service in a compose file, apart from those that other tools have, too.
const OF_SERVICES: [&str; 30] = [
    "image",
    "build",
    "command",
    "entrypoint",
    "ports",
    "expose",
    "depends_on",
    "env_file",
    "environment",
    "volumes",
    "restart",
    "networks",
    "network_mode",
    "container_name",
    "hostname",
    "links",
    "external_links",
    "extra_hosts",
    "extends",
    "healthcheck",
    "deploy",
    "labels",
    "logging",
    "secrets",
    "configs",
    "user",
    "working_dir",
    "profiles",
    "platform",
    "<<",
];

/// Whether what an entry is in is a service: one of `services`, or one that is pasted alone.
fn is_of_service(tree: &Tree<'_>, place: usize) -> bool {
    let is_service = |it: Vec<usize>| {
        it.into_iter().all(|it| {
            let key = tree.key(it).unwrap_or("");
            OF_SERVICES.contains(&key) || key.starts_with("x-")
        })
    };
    let Some(service) = tree.parent(place) else {
        return is_service(tree.siblings(place).collect());
    };
    match tree.parent(service) {
        Some(all) => tree.parent(all).is_none() && tree.key(all) == Some("services"),
        None => {
            let name = tree.key(service).unwrap_or("");
            let is_alone = name != "provider" && is_service(tree.children(service));
            !name.is_empty() && (name.starts_with("x-") || is_alone)
        }
    }
}

/// What a `.env` file says that compose fills in: one beside the file, or the lines of one around
/// it in the same text.
struct Variables {
    values: BTreeMap<String, String>,
}

impl Variables {
    fn of(tree: &Tree<'_>, text: &str, beside: &Beside<'_>) -> Variables {
        let mut values = BTreeMap::new();
        let file = beside(".env").unwrap_or_default();
        let lines = tree.unreadable.iter().map(|it| it.of(text));
        for line in core::iter::once(&*file).chain(lines) {
            for binding in dotenv::parse(line).bindings {
                if let Some(value) = binding.value.filter(|_| is_name(binding.name)) {
                    values.insert(String::from(binding.name), value.into_owned());
                }
            }
        }
        Variables { values }
    }

    fn fill<'s>(&self, value: &Scalar<'s>) -> Filled<'s> {
        fill(value.clone(), Grammar::Compose, |name| match self.values.get(name) {
            Some(value) => Known::Value(value.as_str().into()),
            None => Known::Unknown(from_outside("compose", name)),
        })
    }
}

/// The variables of the files that an `env_file` names.
fn env_files<'s>(
    tree: &Tree<'s>,
    place: usize,
    known: &Variables,
    beside: &Beside<'_>,
    draft: &mut Draft<'s>,
) {
    let mut files = alloc::vec![place];
    files.extend(tree.children(place));
    for file in files {
        let path = tree.text(file).or_else(|| tree.text(tree.child(file, "path")?));
        let Some(path) = path else { continue };
        // The lines of one in the same text may be this file's.
        let text = beside(&path.text);
        let values: Vec<(String, String)> = match &text {
            Some(text) => {
                let bindings = dotenv::parse(text).bindings.into_iter();
                let values =
                    bindings.filter_map(|it| Some((it.name.into(), it.value?.into_owned())));
                values.collect()
            }
            None => {
                known.values.iter().map(|(name, value)| (name.clone(), value.clone())).collect()
            }
        };
        if values.is_empty() {
            let text = "the service has an env_file, too, which is not looked at";
            draft.note(NoteKind::Unknown, path.span, text);
            draft.facts.has_more = true;
        }
        for (name, value) in values {
            draft.assign(name, Scalar { text: value.into(), span: path.span });
        }
    }
}

/// The services that the application can reach by their names.
fn neighbors(tree: &Tree<'_>, place: usize, known: &Variables, draft: &mut Draft<'_>) {
    let Some(own) = tree.parent(place) else { return };
    let Some(all) = tree.parent(own).filter(|it| tree.key(*it) == Some("services")) else { return };
    let mode = tree.child(own, "network_mode").and_then(|it| tree.text(it));
    // What is elsewhere on a network may have any name.
    let is_open = tree.places().any(|it| tree.key(it) == Some("external"))
        || ["external_links", "extra_hosts", "extends"]
            .iter()
            .any(|it| tree.child(own, it).is_some())
        || tree.places().any(|it| tree.key(it) == Some("include"));
    draft.facts.network = match mode.map(|it| &*it.text) {
        Some("host") => Some(Network::Host),
        Some(_) => None,
        None if is_open => None,
        None => Some(Network::Containers),
    };
    for it in tree.children(all).into_iter().take(MAX_SERVICES) {
        let mut service = services::service(tree, it, "environment");
        let links = tree.child(own, "links").map_or_else(Vec::new, |it| tree.children(it));
        for link in links.into_iter().filter_map(|it| tree.text(it)?.text.split_once(':')) {
            if service.names.iter().any(|it| it == link.0) {
                service.names.extend(quotable(link.1).map(String::from));
            }
        }
        let environment = tree.child(it, "environment");
        for member in environment.map_or_else(Vec::new, |it| tree.members(it)) {
            let Some(text) = tree.text(member) else { continue };
            let (name, value) = match tree.key(member) {
                Some(name) => (name, text.clone()),
                None => match split_item(text) {
                    (_, None) => continue,
                    (_, Some(value)) => (text.text.split('=').next().unwrap_or(""), value),
                },
            };
            let filled = known.fill(&value);
            if filled.holes.is_empty() {
                let value = &filled.value.text;
                services::server_variable(&mut service, name, value);
            }
        }
        draft.facts.services.push(service);
    }
}

/// The name of the service that an `environment` belongs to.
fn service<'t, 's>(tree: &'t Tree<'s>, place: usize) -> Option<&'t Scalar<'s>> {
    tree.get(tree.parent(place)?)?.key.as_ref()
}

/// Says that the variables of a PostgreSQL server set that one up, and tell no client anything.
fn note_server(tree: &Tree<'_>, place: usize, draft: &mut Draft<'_>) {
    let names = |it: usize| match tree.key(it) {
        Some(name) => name.starts_with("POSTGRES_"),
        None => tree.text(it).is_some_and(|it| it.text.starts_with("POSTGRES_")),
    };
    if !tree.members(place).into_iter().any(names) {
        return;
    }
    let who = service(tree, place).and_then(|it| quotable(&it.text)).unwrap_or("a service");
    let text = alloc::format!(
        "the POSTGRES_* variables of {who} set up a server: an application does not read them"
    );
    draft.note(NoteKind::Skipped, tree.span(place), text);
}

fn put<'s>(tree: &Tree<'s>, place: usize, known: &Variables, draft: &mut Draft<'s>) {
    const ELSEWHERE: &str = "comes from the shell that runs compose";
    let Some(entry) = tree.get(place) else { return };
    match (&entry.key, tree.text(place)) {
        (Some(name), Some(value)) => draft.assign_filled(name.text.clone(), known.fill(value)),
        (Some(name), None) => match &entry.value {
            Value::Open(span) => draft.leave(name.text.clone(), *span, ELSEWHERE),
            _ => draft.leave(name.text.clone(), tree.span(place), "is not a string"),
        },
        (None, Some(item)) => match split_item(item) {
            (name, Some(value)) => draft.assign_filled(name.text, known.fill(&value)),
            (name, None) => draft.leave(name.text, name.span, ELSEWHERE),
        },
        (None, None) => {}
    }
}

/// The name and value of `NAME=value`, an item of a list.
fn split_item<'s>(item: &Scalar<'s>) -> (Scalar<'s>, Option<Scalar<'s>>) {
    let Some((name, value)) = item.text.split_once('=') else { return (item.clone(), None) };
    let equals = name.len() + 1;
    match &item.text {
        alloc::borrow::Cow::Borrowed(text) if item.span.len() == text.len() => {
            let at = item.span.start + equals;
            let piece = |from: usize, to: usize| Span::new(from, to).of(text);
            let value = Scalar {
                text: piece(equals, text.len()).into(),
                span: Span::new(at, item.span.end),
            };
            let name = Scalar { text: piece(0, equals - 1).into(), span: item.span };
            (name, Some(value))
        }
        // Where it is written in another way, its pieces have no place of their own.
        _ => {
            let owned = |text: &str| alloc::string::String::from(text).into();
            let value = Scalar { text: owned(value), span: item.span };
            (Scalar { text: owned(name), span: item.span }, Some(value))
        }
    }
}

/// The lines of an `environment` without its name: a map or a list of variables, and nothing else.
fn lines<'s>(tree: &Tree<'s>) -> Option<Draft<'s>> {
    if !tree.unreadable.is_empty() {
        return None;
    }
    let mut draft = Draft::default();
    for place in tree.places() {
        let entry = tree.get(place)?;
        let is_line = entry.parent.is_none()
            && match (&entry.key, tree.text(place)) {
                (Some(key), _) => is_name(&key.text),
                (None, Some(item)) => split_item(item)
                    .1
                    .is_some_and(|_| item.text.split('=').next().is_some_and(is_name)),
                (None, None) => false,
            };
        if !is_line {
            return None;
        }
        put(tree, place, &Variables { values: BTreeMap::new() }, &mut draft);
    }
    draft.facts.reader = Some("compose".into());
    // A name alone, and nothing behind it, is no variable.
    draft.if_relevant()
}
