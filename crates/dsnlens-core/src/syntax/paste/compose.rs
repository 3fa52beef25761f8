//! The variables of a compose file: `environment`, as a map or as a list, or its lines alone.

use alloc::vec::Vec;

use super::NoteKind;
use super::draft::{Draft, Scalar, is_name};
use super::tree::{Tree, Value};
use super::yaml;
use crate::inputs::{DATABASE_URL, is_relevant};
use crate::span::Span;
use crate::syntax::words;

/// How many services are looked at: each may hold what another one says.
const MAX_SERVICES: usize = 32;

pub(super) fn read(text: &str) -> Option<Draft<'_>> {
    // Most texts have no line that could be YAML's.
    if !words::contains(text, ":") && !words::contains(text, "- ") {
        return None;
    }
    let tree = yaml::parse(text);
    let is_environment = |it: &usize| tree.key(*it) == Some("environment");
    let environments = tree.places().filter(is_environment).take(MAX_SERVICES);
    let environments: Vec<_> = environments.collect();
    if environments.is_empty() {
        return lines(&tree);
    }
    let drafts: Vec<_> = environments.iter().map(|it| draft(&tree, *it)).collect();
    // The application is the service that knows where its database is.
    let is_application = |it: &Draft<'_>| it.assigns(|name| name == DATABASE_URL || is_field(name));
    let chosen = drafts.iter().position(is_application);
    let chosen = chosen.or_else(|| drafts.iter().position(Draft::is_relevant));
    let Some(nth) = chosen else {
        let is_postgres = |it: &Draft<'_>| it.assigns(|name| name.starts_with("POSTGRES_"));
        let nth = drafts.iter().position(is_postgres)?;
        let mut draft = Draft::default();
        note_server(&tree, *environments.get(nth)?, &mut draft);
        return Some(draft);
    };
    let place = *environments.get(nth)?;
    let mut draft = drafts.into_iter().nth(nth)?;
    draft.part = service(&tree, place).map(|it| it.text.clone());
    for &other in environments.iter().filter(|it| **it != place) {
        note_server(&tree, other, &mut draft);
    }
    if let Some(parent) = tree.parent(place)
        && let Some(file) = tree.child(parent, "env_file")
    {
        draft.note(
            NoteKind::Unknown,
            tree.span(file),
            "the service has an env_file, too, which is not looked at",
        );
    }
    draft.note_references("compose");
    draft.note_unreadable(&tree);
    Some(draft)
}

fn is_field(name: &str) -> bool {
    name.starts_with("DB_")
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
    let who = service(tree, place).filter(|it| is_plain(&it.text));
    let who = who.map_or("a service", |it| &*it.text);
    let text = alloc::format!(
        "the POSTGRES_* variables of {who} set up a server: an application does not read them"
    );
    draft.note(NoteKind::Skipped, tree.span(place), text);
}

fn is_plain(name: &str) -> bool {
    name.len() <= 63 && name.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.-".contains(&it))
}

/// What an `environment` says.
fn draft<'s>(tree: &Tree<'s>, place: usize) -> Draft<'s> {
    let mut draft = Draft::default();
    for member in tree.members(place) {
        put(tree, member, &mut draft);
    }
    draft
}

fn put<'s>(tree: &Tree<'s>, place: usize, draft: &mut Draft<'s>) {
    const ELSEWHERE: &str = "comes from the shell that runs compose";
    let Some(entry) = tree.get(place) else { return };
    match (&entry.key, tree.text(place)) {
        (Some(name), Some(value)) => draft.assign(name.text.clone(), value.clone()),
        (Some(name), None) => match &entry.value {
            Value::Open(span) => draft.leave(name.text.clone(), *span, ELSEWHERE),
            _ => draft.leave(name.text.clone(), tree.span(place), "is not a string"),
        },
        (None, Some(item)) => match split_item(item) {
            (name, Some(value)) => draft.assign(name.text, value),
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
        put(tree, place, &mut draft);
    }
    // A name alone, and nothing behind it, is nobody's variable.
    draft.assigns(is_relevant).then(|| {
        draft.note_references("compose");
        draft
    })
}
