//! An app specification of DigitalOcean's App Platform: `envs` of the app and of a component.

use alloc::string::String;

use super::Beside;
use super::draft::{Draft, quotable};
use super::fill::{Grammar, Known, fill};
use super::tree::Tree;
use super::yaml;
use crate::syntax::words;

/// The lists of components.
const COMPONENTS: [&str; 5] = ["services", "workers", "jobs", "functions", "static_sites"];

/// How many components are looked at.
const MAX_COMPONENTS: usize = 64;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "envs:") {
        return None;
    }
    let tree = yaml::parse(text);
    let spec = tree.places().find(|it| tree.parent(*it).is_none() && tree.key(*it) == Some("spec"));
    let root = |name: &str| {
        tree.places().find(|it| tree.parent(*it) == spec && tree.key(*it) == Some(name))
    };
    let outer = root("envs").map_or_else(Draft::default, |it| draft(&tree, it));
    let lists = COMPONENTS.iter().filter_map(|it| root(it));
    let components = lists.flat_map(|it| tree.children(it)).take(MAX_COMPONENTS);
    let mut best: Option<Draft<'s>> = None;
    for component in components {
        let mut all = outer.clone();
        if let Some(envs) = tree.child(component, "envs") {
            all.absorb(draft(&tree, envs));
        }
        all.part = tree.child(component, "name").and_then(|it| Some(tree.text(it)?.text.clone()));
        if all.is_relevant() && best.as_ref().is_none_or(|it| it.rank() < all.rank()) {
            best = Some(all);
        }
    }
    let mut draft = best.or_else(|| outer.if_relevant())?;
    draft.facts.reader = Some("App Platform".into());
    draft.note_unreadable(&tree, text);
    Some(draft)
}

fn draft<'s>(tree: &Tree<'s>, place: usize) -> Draft<'s> {
    let mut draft = Draft::default();
    for item in tree.children(place) {
        let part = |name: &str| tree.child(item, name).and_then(|it| tree.text(it));
        let Some(key) = part("key") else { continue };
        match part("value") {
            // As the platform gives a specification back.
            Some(value) if value.text.starts_with("EV[") => {
                draft.leave(
                    key.text.clone(),
                    value.span,
                    "is a secret that App Platform encrypted",
                );
            }
            Some(value) => {
                // `${db.DATABASE_URL}` is of another component; a name alone is one of the app's.
                let filled = fill(value.clone(), Grammar::Braces, |name| {
                    let why = match quotable(name) {
                        Some(name) => alloc::format!("App Platform fills in {name}"),
                        None => String::from("App Platform fills in a part of {}"),
                    };
                    Known::Unknown(why.into())
                });
                draft.assign_filled(key.text.clone(), filled);
            }
            None => draft.leave(key.text.clone(), key.span, "has no value in the specification"),
        }
    }
    draft
}
