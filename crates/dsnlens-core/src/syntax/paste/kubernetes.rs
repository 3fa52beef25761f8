//! The variables of a Kubernetes manifest: a container's `env`, a ConfigMap's `data`, a Secret's
//! `stringData` and `data`.

use alloc::string::String;
use alloc::vec::Vec;

use super::NoteKind;
use super::base64;
use super::draft::{Draft, Scalar};
use super::tree::Tree;
use super::yaml;
use crate::span::Span;
use crate::syntax::words;

pub(super) fn read(text: &str) -> Option<Draft<'_>> {
    let is_manifest = ["env:", "kind:", "value:", "valueFrom:"].iter();
    if !is_manifest.clone().any(|it| words::contains(text, it)) {
        return None;
    }
    let tree = yaml::parse(text);
    let mut draft = Draft::default();
    let mut seen = alloc::vec![false; tree.places().end];
    for place in tree.places().filter(|it| tree.key(*it) == Some("kind")) {
        if let Some(seen @ false) = seen.get_mut(tree.eldest(place)) {
            *seen = true;
            resource(&tree, place, &mut draft);
        }
    }
    // What a container is given counts before what its ConfigMap says, so it comes last.
    let containers: Vec<_> = tree.places().filter_map(|it| container(&tree, it)).collect();
    let chosen = containers.iter().find(|it| it.draft.is_relevant()).or(containers.first());
    let has_resource = !draft.is_empty();
    if let Some(container) = chosen {
        if containers.len() > 1 {
            let text = "several containers have variables: those of one are read";
            draft.note(NoteKind::Read, tree.span(container.place), text);
        }
        let place = container.place;
        let name = tree.parent(place).and_then(|it| tree.text(tree.child(it, "name")?));
        draft.part = name.map(|it| it.text.clone()).or(draft.part.take());
        draft.note_sources(&tree, place);
    }
    let container = containers.into_iter().find(|it| it.draft.is_relevant());
    if let Some(container) = container {
        draft.absorb(container.draft);
    }
    draft.note_references("Kubernetes, for `$(NAME)`,");
    draft.note_unreadable(&tree);
    (has_resource || draft.is_relevant()).then_some(draft)
}

struct Container<'s> {
    /// Of its `env`.
    place: usize,
    draft: Draft<'s>,
}

/// The variables of an `env`, or of its items alone.
fn container<'s>(tree: &Tree<'s>, place: usize) -> Option<Container<'s>> {
    let items: Vec<_> = match (tree.key(place), tree.parent(place)) {
        (Some("env"), _) => tree.children(place),
        // The first item of a list that stands alone speaks for all of it.
        (None, None) if place == 0 => {
            tree.places().filter(|it| tree.parent(*it).is_none()).collect()
        }
        _ => return None,
    };
    let mut draft = Draft::default();
    for item in items {
        let Some(name) = tree.child(item, "name").and_then(|it| tree.text(it)) else { continue };
        let value = tree.child(item, "value").and_then(|it| tree.text(it));
        match (value, tree.child(item, "valueFrom")) {
            (Some(value), _) => draft.assign(name.text.clone(), value.clone()),
            (None, Some(source)) => {
                let kind = tree.children(source).into_iter().find_map(|it| tree.key(it));
                let why = match kind {
                    Some("secretKeyRef") => "comes from a Secret",
                    Some("configMapKeyRef") => "comes from a ConfigMap",
                    _ => "comes from the cluster",
                };
                draft.leave(name.text.clone(), name.span, why);
            }
            // No value is an empty one.
            (None, None) => draft.assign(
                name.text.clone(),
                Scalar { text: "".into(), span: Span::new(name.span.end, name.span.end) },
            ),
        }
    }
    (!draft.is_empty()).then_some(Container { place, draft })
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
                    if decoded.ends_with(['\n', '\r']) {
                        let text = alloc::format!("the value of {name} ends in a line end");
                        draft.note(NoteKind::Read, value.span, text);
                    }
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
            self.note(NoteKind::Unknown, tree.span(source), text);
        }
    }
}
