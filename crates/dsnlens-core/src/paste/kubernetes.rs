//! The variables of a Kubernetes manifest: a container's `env`, a ConfigMap's `data`, a Secret's
//! `stringData` and `data`.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::base64;
use super::draft::{Draft, Scalar, quotable};
use super::fill::{Grammar, Known, fill, from_outside};
use super::literals;
use super::tree::Tree;
use super::yaml;
use super::{Beside, NoteKind};
use crate::span::Span;
use crate::syntax::{Places, words};

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    parts(text, beside, 1).pop()
}

/// The containers that know where their database is, `most` at most, each with what the manifest
/// says beside them.
pub(super) fn parts<'s>(text: &'s str, _: &Beside<'_>, most: usize) -> Vec<Draft<'s>> {
    let is_manifest = ["env:", "kind:", "value:", "valueFrom:"];
    let json = words::contains(text, "\"kind\"").then(|| literals::json(text)).flatten();
    let tree = match json {
        // As `kubectl get -o json` prints it.
        Some((tree, _)) => tree,
        None if is_manifest.iter().any(|it| words::contains(text, it)) => yaml::parse(text),
        None => return Vec::new(),
    };
    let tree = &tree;
    let mut draft = Draft::default();
    let mut seen = alloc::vec![false; tree.places().end];
    for place in tree.places().filter(|it| tree.key(*it) == Some("kind")) {
        if let Some(seen @ false) = seen.get_mut(tree.eldest(place)) {
            *seen = true;
            resource(tree, place, &mut draft);
        }
    }
    let resources = Resources::of(tree);
    // Containers of one list of entries are many, so their parents are marked once.
    let mut with_sources = alloc::vec![false; tree.places().end];
    for place in tree.places().filter(|it| tree.key(*it) == Some("envFrom")) {
        if let Some(mark) = tree.parent(place).and_then(|it| with_sources.get_mut(it)) {
            *mark = true;
        }
    }
    // What a container is given counts before what its ConfigMap says, so it comes last.
    let containers: Vec<_> =
        tree.places().filter_map(|it| container(tree, it, &resources, &with_sources)).collect();
    let has_application = containers.iter().any(|it| it.draft.is_application());
    let is_chosen = |it: &&Container<'_>| match has_application {
        true => it.draft.is_application(),
        false => it.draft.is_relevant(),
    };
    let chosen: Vec<_> = containers.iter().filter(is_chosen).take(most).collect();
    let has_resource = !draft.is_empty();
    // A ConfigMap and a Secret are mostly two halves.
    draft.facts.has_more = has_resource && chosen.is_empty();
    draft.facts.reader = Some("Kubernetes".into());
    let finished = |container: Option<&Container<'s>>, is_read: bool, mut draft: Draft<'s>| {
        if let Some(container) = container {
            if containers.len() > 1 && most == 1 {
                let text = "several containers have variables: those of one are read";
                draft.note(NoteKind::Read, tree.span(container.place), text);
            }
            let place = container.place;
            let name = tree.parent(place).and_then(|it| tree.text(tree.child(it, "name")?));
            draft.part = name.map(|it| it.text.clone()).or(draft.part.take());
            draft.note_sources(tree, place);
            if is_read {
                draft.absorb(container.draft.clone());
            }
        }
        draft.note_unreadable(tree, text);
        (has_resource || draft.is_relevant()).then_some(draft)
    };
    match &chosen[..] {
        [] => finished(containers.first(), false, draft).into_iter().collect(),
        chosen => chosen.iter().filter_map(|it| finished(Some(it), true, draft.clone())).collect(),
    }
}

struct Container<'s> {
    /// Of its `env`.
    place: usize,
    draft: Draft<'s>,
}

/// The variables of an `env`, or of its items alone.
fn container<'s>(
    tree: &Tree<'s>,
    place: usize,
    resources: &Resources<'s>,
    with_sources: &[bool],
) -> Option<Container<'s>> {
    let items: Vec<_> = match (tree.key(place), tree.parent(place)) {
        (Some("env"), _) => tree.children(place),
        // The first item of a list that stands alone speaks for all of it.
        (None, None) if place == 0 => {
            tree.places().filter(|it| tree.parent(*it).is_none()).collect()
        }
        _ => return None,
    };
    let named = |item: usize| tree.child(item, "name").and_then(|it| tree.text(it));
    let mut order = Places::new();
    for (nth, item) in items.iter().enumerate() {
        if let Some(name) = named(*item) {
            order.entry(name.text.clone()).or_insert(nth);
        }
    }
    let has_sources = tree.parent(place).and_then(|it| with_sources.get(it)) == Some(&true);
    let mut draft = Draft::default();
    for (nth, &item) in items.iter().enumerate() {
        let Some(name) = named(item) else { continue };
        let value = tree.child(item, "value").and_then(|it| tree.text(it));
        match (value, tree.child(item, "valueFrom")) {
            (Some(value), _) => {
                let filled = fill(value.clone(), Grammar::Kubernetes, |name| {
                    let is_above = order.get(name).is_some_and(|it| *it < nth);
                    match draft.value(name).filter(|_| is_above) {
                        Some((value, true)) if is_above => Known::Value(String::from(value).into()),
                        _ if is_above => Known::Unknown(from_outside("Kubernetes", name)),
                        // Kubernetes itself sets the addresses of services, and an envFrom comes
                        // before all of these.
                        _ if has_sources
                            || name.contains("_SERVICE_")
                            || name.contains("_PORT") =>
                        {
                            match resources.any(name) {
                                Some(value) => Known::Value(value),
                                None => Known::Unknown(from_outside("Kubernetes", name)),
                            }
                        }
                        _ => Known::Unexpanded { is_below: order.contains_key(name) },
                    }
                });
                draft.assign_filled(name.text.clone(), filled);
            }
            (None, Some(source)) => {
                let source = tree.children(source).into_iter().next();
                let kind = source.and_then(|it| tree.key(it));
                let part = |name: &str| {
                    source.and_then(|it| tree.text(tree.child(it, name)?)).map(|it| &*it.text)
                };
                let (resource, key) = (part("name"), part("key"));
                if let Some(value) = resource.zip(key).and_then(|it| resources.get(it.0, it.1)) {
                    draft.assign(name.text.clone(), value);
                    continue;
                }
                let what = match kind {
                    Some("secretKeyRef") => "Secret",
                    Some("configMapKeyRef") => "ConfigMap",
                    _ => {
                        draft.leave(name.text.clone(), name.span, "is filled in by Kubernetes");
                        continue;
                    }
                };
                let why = match resource.and_then(quotable) {
                    Some(resource) => alloc::format!("comes from the {what} `{resource}`"),
                    None => alloc::format!("comes from a {what}"),
                };
                draft.leave(name.text.clone(), name.span, &why);
            }
            (None, None) => match tree.child(item, "value") {
                // `{{ … }}` without quotes.
                Some(value) if !tree.children(value).is_empty() => {
                    draft.leave(name.text.clone(), tree.span(value), "is filled in by a template");
                }
                // No value is an empty one.
                _ => {
                    let span = Span::new(name.span.end, name.span.end);
                    draft.assign(name.text.clone(), Scalar { text: "".into(), span });
                }
            },
        }
    }
    (!draft.is_empty()).then_some(Container { place, draft })
}

/// The values of every ConfigMap and Secret of the text.
struct Resources<'s> {
    values: Vec<(String, String, Scalar<'s>)>,
    by_key: Places<'s>,
}

/// More than a person writes into one text.
const MAX_VALUES: usize = 256;

impl<'s> Resources<'s> {
    fn of(tree: &Tree<'s>) -> Resources<'s> {
        let mut resources = Resources { values: Vec::new(), by_key: Places::new() };
        for kind in tree.places().filter(|it| tree.key(*it) == Some("kind")).take(32) {
            let mut draft = Draft::default();
            resource(tree, kind, &mut draft);
            let name = draft.part.take().unwrap_or_default();
            for (key, value) in draft.values() {
                if resources.values.len() < MAX_VALUES {
                    resources.by_key.insert(String::from(&*key).into(), resources.values.len());
                    resources.values.push((String::from(&*name), String::from(&*key), value));
                }
            }
        }
        resources
    }

    fn get(&self, name: &str, key: &str) -> Option<Scalar<'s>> {
        let mut found = self.values.iter().filter(|it| it.0 == name && it.1 == key);
        found.next().map(|it| it.2.clone())
    }

    fn any(&self, key: &str) -> Option<Cow<'s, str>> {
        Some(self.values.get(*self.by_key.get(key)?)?.2.text.clone())
    }
}

/// A ConfigMap or a Secret, by its `kind`.
fn resource<'s>(tree: &Tree<'s>, kind: usize, draft: &mut Draft<'s>) {
    let is_secret = match tree.text(kind).map(|it| &*it.text) {
        Some("ConfigMap") => false,
        Some("Secret") => true,
        _ => return,
    };
    let siblings: Vec<_> = tree.siblings(kind).collect();
    let section = |name: &str| siblings.iter().copied().find(|it| tree.key(*it) == Some(name));
    let name = section("metadata").and_then(|it| tree.text(tree.child(it, "name")?));
    draft.part = draft.part.take().or(name.map(|it| it.text.clone()));
    for (key, is_encoded) in [("data", is_secret), ("stringData", false)] {
        let Some(section) = section(key) else { continue };
        for place in tree.children(section) {
            let (Some(name), Some(value)) =
                (tree.get(place).and_then(|it| it.key.as_ref()), tree.text(place))
            else {
                continue;
            };
            let name = name.text.clone();
            match is_encoded.then(|| base64::decode(&value.text)) {
                None => draft.assign(name, value.clone()),
                Some(Some(decoded)) => {
                    draft.assign(name, Scalar { text: decoded.into(), span: value.span });
                }
                Some(None) => draft.leave(name, value.span, "is not the base64 of a text"),
            }
        }
    }
}

impl Draft<'_> {
    /// Says that a container has variables from elsewhere, too.
    fn note_sources(&mut self, tree: &Tree<'_>, env: usize) {
        let parent = tree.parent(env);
        if let Some(source) = parent.and_then(|it| tree.child(it, "envFrom")) {
            let text = String::from("the container has an envFrom, too, which is not looked at");
            self.facts.has_more = true;
            self.note(NoteKind::Unknown, tree.span(source), text);
        }
    }
}
