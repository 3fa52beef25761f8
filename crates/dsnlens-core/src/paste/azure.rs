//! A pipeline of Azure DevOps: `variables` of the pipeline, of a stage and of a job, which scripts
//! get in capital letters, and `env` of a step.

use alloc::borrow::Cow;
use alloc::string::String;

use super::Beside;
use super::draft::{Draft, Scalar};
use super::fill::{Filled, Grammar, Known, fill, from_outside};
use super::tree::Tree;
use super::yaml;
use crate::syntax::words;

/// How many stages, jobs and steps are looked at.
const MAX_PLACES: usize = 64;

/// What only Azure's pipelines have.
const MARKS: [&str; 6] = ["vmImage", "- script:", "- task:", "- bash:", "- pwsh:", "- powershell:"];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let is_one =
        words::contains(text, "steps:") && MARKS.iter().any(|it| words::contains(text, it));
    if !is_one || words::contains(text, "runs-on:") {
        return None;
    }
    let tree = yaml::parse(text);
    let mut outer = Draft::default();
    let root = |name: &str| {
        tree.places().find(|it| tree.parent(*it).is_none() && tree.key(*it) == Some(name))
    };
    if let Some(it) = root("variables") {
        outer.absorb(variables(&tree, it, &Draft::default()));
    }
    let mut best: Option<Draft<'s>> = None;
    let mut keep = |draft: Draft<'s>| {
        if draft.is_relevant() && best.as_ref().is_none_or(|it| it.rank() < draft.rank()) {
            best = Some(draft);
        }
    };
    let lists = tree.places().filter(|it| tree.key(*it) == Some("steps")).take(MAX_PLACES);
    for steps in lists {
        let mut around = outer.clone();
        // The job, and the stage around it.
        let mut scopes = alloc::vec::Vec::new();
        let mut scope = tree.parent(steps);
        while let Some(it) = scope.filter(|_| scopes.len() < 8) {
            scopes.push(it);
            scope = tree.parent(it);
        }
        for it in scopes.into_iter().rev() {
            if let Some(own) = tree.child(it, "variables") {
                let more = variables(&tree, own, &around);
                around.absorb(more);
            }
        }
        for step in tree.children(steps).into_iter().take(MAX_PLACES) {
            let Some(env) = tree.child(step, "env") else { continue };
            let mut all = around.clone();
            all.absorb(of_step(&tree, env, &around));
            keep(all);
        }
        keep(around);
    }
    let mut draft = best?;
    draft.facts.reader = Some("Azure Pipelines".into());
    draft.note_unreadable(&tree, text);
    Some(draft)
}

/// A map of variables, or a list of `name` and `value`.
fn variables<'s>(tree: &Tree<'s>, place: usize, outer: &Draft<'s>) -> Draft<'s> {
    let mut draft = Draft::default();
    for member in tree.members(place) {
        let part = |name: &str| tree.child(member, name).and_then(|it| tree.text(it));
        let (name, value) = match tree.key(member) {
            Some(name) => (Cow::from(String::from(name)), tree.text(member)),
            None => match part("name") {
                Some(name) => (name.text.clone(), part("value")),
                // A group, or a template.
                None => {
                    draft.facts.has_more = true;
                    continue;
                }
            },
        };
        // What a script gets: capitals, and no dots.
        let name = name.to_ascii_uppercase().replace('.', "_");
        match value {
            Some(value) => draft.assign_filled(name, expand(value, outer)),
            None => draft.leave(name, tree.span(member), "has no value in the pipeline"),
        }
    }
    draft
}

fn of_step<'s>(tree: &Tree<'s>, place: usize, outer: &Draft<'s>) -> Draft<'s> {
    let mut draft = Draft::default();
    for member in tree.members(place) {
        let Some(name) = tree.get(member).and_then(|it| it.key.as_ref()) else { continue };
        if let Some(value) = tree.text(member) {
            draft.assign_filled(name.text.clone(), expand(value, outer));
        }
    }
    draft
}

/// `$(name)`: a variable of the pipeline, in whatever letters; what is not defined is a secret or of
/// a group.
fn expand<'s>(value: &Scalar<'s>, outer: &Draft<'s>) -> Filled<'s> {
    fill(value.clone(), Grammar::Kubernetes, |name| {
        let written = name.to_ascii_uppercase().replace('.', "_");
        match outer.value(&written).filter(|it| it.1) {
            Some((value, _)) => Known::Value(String::from(value).into()),
            None => Known::Unknown(from_outside("Azure Pipelines", name)),
        }
    })
}
