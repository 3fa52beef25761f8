//! JSON with variables in it: an object of them, as a dashboard or `heroku config --json` gives it,
//! or one somewhere inside, as in an ECS task definition, `app.json` or `launch.json`.

use alloc::vec::Vec;

use super::Beside;
use super::draft::{Draft, is_name, quotable};
use super::literals;
use super::tree::{Tree, Value};
use super::variables;
use crate::inputs::is_relevant;

/// How many objects and lists with variables are looked at.
const MAX_PLACES: usize = 32;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let (tree, root) = literals::json(text)?;
    // A manifest, as `kubectl get -o json` prints it.
    if tree.child(root, "kind").is_some() && tree.child(root, "apiVersion").is_some() {
        return None;
    }
    // What holds a variable that is read, each once.
    let mut places: Vec<usize> = Vec::new();
    for place in tree.places() {
        let name = match tree.key(place) {
            Some("name" | "Name") => tree.text(place).map(|it| &*it.text),
            key => key,
        };
        let is_named = matches!(tree.key(place), Some("name" | "Name"));
        let holder = match is_named {
            true => tree.parent(place).and_then(|it| tree.parent(it)),
            false => tree.parent(place),
        };
        let Some(holder) = holder.filter(|_| name.is_some_and(is_relevant)) else { continue };
        if places.last() != Some(&holder) && places.len() < MAX_PLACES {
            places.push(holder);
        }
    }
    let mut drafts: Vec<_> = places.iter().map(|it| (*it, draft(&tree, *it))).collect();
    let nth = drafts.iter().position(|it| it.1.is_application());
    let nth = nth.or_else(|| drafts.iter().position(|it| it.1.is_relevant()))?;
    let (place, mut draft) = drafts.swap_remove(nth);
    // `environment` and `secrets` of one container.
    let siblings = tree.parent(place).map_or_else(Vec::new, |it| tree.children(it));
    for (other, more) in drafts {
        let is_beside = siblings.contains(&other) && tree.key(other).is_some();
        if is_beside && ["environment", "secrets"].contains(&tree.key(other).unwrap_or("")) {
            draft.absorb(more);
        }
    }
    if place != root {
        draft.part = part(&tree, place);
    }
    draft.if_relevant()
}

/// `@name`, a reference.
fn is_at(value: &str) -> bool {
    value.strip_prefix('@').is_some_and(|it| quotable(it).is_some())
}

/// Where an object is: the name beside it, or the keys that lead to it.
fn part<'s>(tree: &Tree<'s>, place: usize) -> Option<alloc::borrow::Cow<'s, str>> {
    let parent = tree.parent(place)?;
    let name = tree.child(parent, "name").and_then(|it| tree.text(it));
    if let Some(name) = name {
        return Some(name.text.clone());
    }
    variables::part(tree, place)
}

/// The variables of an object, or of a list of objects with a `name` and a `value`.
fn draft<'s>(tree: &Tree<'s>, place: usize) -> Draft<'s> {
    let mut draft = Draft::default();
    for child in tree.children(place) {
        let Some(entry) = tree.get(child) else { continue };
        let part = |names: [&str; 2]| {
            let found = names.iter().find_map(|it| tree.child(child, it));
            found.and_then(|it| tree.text(it))
        };
        match &entry.key {
            None => {
                let Some(name) = part(["name", "Name"]) else { continue };
                match part(["value", "Value"]) {
                    Some(value) => draft.assign(name.text.clone(), value.clone()),
                    None => draft.leave(name.text.clone(), name.span, "comes from a secret store"),
                }
            }
            Some(key) => match (&entry.value, part(["value", "Value"])) {
                // No database variable begins like this; Vercel names its secrets so.
                (Value::Text(value), _) if is_relevant(&key.text) && is_at(&value.text) => {
                    draft.leave(key.text.clone(), value.span, "comes from a secret store");
                }
                (Value::Text(value), _) if is_name(&key.text) => {
                    draft.assign(key.text.clone(), value.clone());
                }
                (Value::Open(_), Some(value)) => draft.assign(key.text.clone(), value.clone()),
                (Value::Open(_), None) if tree.child(child, "description").is_some() => {
                    draft.leave(key.text.clone(), tree.span(child), "has no value in this file");
                }
                (Value::Open(_), None) if tree.child(child, "generator").is_some() => {
                    draft.leave(key.text.clone(), tree.span(child), "is generated");
                }
                _ => draft.leave(key.text.clone(), tree.span(child), "is not a string"),
            },
        }
    }
    draft
}
