//! A workflow of GitHub Actions: `env` of the workflow, of a job, of a step.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Beside;
use super::draft::{Draft, Scalar};
use super::fill::{Filled, Grammar, Known, fill, from_outside};
use super::services;
use super::tree::{Tree, Value};
use super::yaml;
use crate::file_facts::Network;
use crate::syntax::words;

/// How many jobs and steps are looked at.
const MAX_PLACES: usize = 64;

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    parts(text, beside, 1).pop()
}

/// The jobs and steps that know where their database is: with `most` 1 the one that knows most.
pub(super) fn parts<'s>(text: &'s str, _: &Beside<'_>, most: usize) -> Vec<Draft<'s>> {
    if !words::contains(text, "jobs:") {
        return Vec::new();
    }
    let tree = yaml::parse(text);
    let root = |name: &str| {
        tree.places().find(|it| tree.parent(*it).is_none() && tree.key(*it) == Some(name))
    };
    let Some(jobs) = root("jobs") else { return Vec::new() };
    let jobs: Vec<_> = tree.children(jobs).into_iter().take(MAX_PLACES).collect();
    let is_job = |it: usize| ["steps", "runs-on"].iter().any(|name| tree.child(it, name).is_some());
    if !jobs.iter().any(|it| is_job(*it)) {
        return Vec::new();
    }
    let outer = root("env").map_or_else(Draft::default, |it| draft(&tree, it, &Draft::default()));
    let mut best: Option<(Draft<'s>, bool)> = None;
    let mut all = Vec::new();
    for &job in &jobs {
        let inner = tree.child(job, "env");
        let mut of_job = outer.clone();
        if let Some(env) = inner {
            of_job.absorb(draft(&tree, env, &outer));
        }
        let name = tree.key(job).map(String::from).unwrap_or_default();
        let steps = tree.child(job, "steps").map_or_else(Vec::new, |it| tree.children(it));
        let envs = steps.into_iter().take(MAX_PLACES).enumerate();
        let envs = envs.filter_map(|(nth, it)| Some((nth, tree.child(it, "env")?)));
        let mut candidates: Vec<(String, Draft<'s>, bool)> = Vec::new();
        for (nth, env) in envs {
            let own = draft(&tree, env, &of_job);
            if own.is_relevant() {
                let mut whole = of_job.clone();
                whole.absorb(own);
                candidates.push((format!("{name}, step {}", nth + 1), whole, true));
            }
        }
        let own =
            inner.is_some_and(|_| of_job.is_relevant()) || tree.child(job, "services").is_some();
        candidates.insert(0, (name, of_job, own));
        for (part, mut draft, is_own) in candidates {
            if !draft.is_relevant() {
                continue;
            }
            let is_better = match &best {
                None => true,
                Some((best, was_own)) => (draft.rank(), is_own) > (best.rank(), *was_own),
            };
            let is_one_of_many = most > 1 && is_own && all.len() < most;
            if is_better || is_one_of_many {
                draft.part = Some(Cow::Owned(part));
                draft.facts.reader = Some("GitHub".into());
                let container = tree.child(job, "container");
                draft.facts.network = Some(match container {
                    Some(_) => Network::Containers,
                    None => Network::Host,
                });
                draft.facts.services = tree.child(job, "services").map_or_else(Vec::new, |it| {
                    let services = tree.children(it).into_iter();
                    services.map(|it| services::service(&tree, it, "env")).collect()
                });
                if is_one_of_many {
                    let mut draft = draft.clone();
                    draft.note_unreadable(&tree, text);
                    all.push(draft);
                }
                if is_better {
                    best = Some((draft, is_own));
                }
            }
        }
    }
    if !all.is_empty() {
        return all;
    }
    let best = best.map(|(mut draft, _)| {
        draft.note_unreadable(&tree, text);
        draft
    });
    best.into_iter().collect()
}

/// What an `env` says; `outer` is what was said around it.
fn draft<'s>(tree: &Tree<'s>, place: usize, outer: &Draft<'s>) -> Draft<'s> {
    let mut draft = Draft::default();
    for member in tree.members(place) {
        let Some(entry) = tree.get(member) else { continue };
        let Some(name) = &entry.key else { continue };
        match tree.text(member) {
            Some(value) => draft.assign_filled(name.text.clone(), expand(value, outer)),
            // Nothing is an empty text.
            None if matches!(entry.value, Value::Open(_)) && tree.children(member).is_empty() => {
                let span = tree.span(member);
                draft.assign(name.text.clone(), Scalar { text: "".into(), span });
            }
            None => draft.leave(name.text.clone(), tree.span(member), "is filled in by a template"),
        }
    }
    draft
}

fn expand<'s>(value: &Scalar<'s>, outer: &Draft<'s>) -> Filled<'s> {
    fill(value.clone(), Grammar::Github, |name| {
        let known = name.strip_prefix("env.").and_then(|it| outer.value(it)).filter(|it| it.1);
        match known {
            Some((value, _)) => Known::Value(String::from(value).into()),
            None => Known::Unknown(from_outside("GitHub", name)),
        }
    })
}
