//! A pipeline of GitLab: `variables` of the pipeline and of a job, which the services of the job
//! get as well.

use alloc::string::String;
use alloc::vec::Vec;

use super::Beside;
use super::draft::{Draft, Scalar, quotable};
use super::fill::{Grammar, Known, fill, from_outside};
use super::services::{postgres, server_variable};
use super::tree::Tree;
use super::yaml;
use crate::file_facts::{Network, Service};
use crate::syntax::{Places, words};

/// How many jobs are looked at.
const MAX_JOBS: usize = 64;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "variables:") || !words::contains(text, "script:") {
        return None;
    }
    let tree = yaml::parse(text);
    let roots: Vec<_> = tree.places().filter(|it| tree.parent(*it).is_none()).collect();
    let root = |name: &str| roots.iter().copied().find(|it| tree.key(*it) == Some(name));
    let is_job =
        |it: &usize| ["script", "before_script"].iter().any(|name| tree.child(*it, name).is_some());
    let jobs: Vec<_> = roots.iter().copied().filter(is_job).take(MAX_JOBS).collect();
    let mut found = Vec::new();
    for &job in &jobs {
        let mut all: Vec<(Scalar<'s>, Scalar<'s>)> = Vec::new();
        let mut places = Places::new();
        for variables in [root("variables"), tree.child(job, "variables")].into_iter().flatten() {
            for member in tree.members(variables) {
                let value = tree.text(member);
                let value = value.or_else(|| tree.text(tree.child(member, "value")?));
                let name = tree.get(member).and_then(|it| it.key.as_ref());
                if let (Some(name), Some(value)) = (name, value) {
                    let pair = (name.clone(), value.clone());
                    match places.get(&name.text).and_then(|it: &usize| all.get_mut(*it)) {
                        Some(given) => *given = pair,
                        None => {
                            places.insert(name.text.clone(), all.len());
                            all.push(pair);
                        }
                    }
                }
            }
        }
        let draft = draft(&all, &places);
        if draft.is_relevant() {
            found.push((job, draft, all));
        }
    }
    let nth = found.iter().position(|it| it.1.is_application()).unwrap_or(0);
    let (job, mut draft, all) = found.into_iter().nth(nth)?;
    draft.part = tree.get(job).and_then(|it| Some(it.key.as_ref()?.text.clone()));
    draft.facts.reader = Some("GitLab".into());
    let services = tree.child(job, "services").or(root("services"));
    for it in services.map_or_else(Vec::new, |it| tree.children(it)) {
        draft.facts.services.extend(service(&tree, it, &all));
    }
    // A job of a shell runner is on the host, and has no services.
    if !draft.facts.services.is_empty() {
        draft.facts.network = Some(Network::Containers);
    }
    draft.note_unreadable(&tree, text);
    Some(draft)
}

fn draft<'s>(all: &[(Scalar<'s>, Scalar<'s>)], places: &Places<'s>) -> Draft<'s> {
    let mut draft = Draft::default();
    for (name, value) in all {
        let filled = fill(value.clone(), Grammar::Gitlab, |name| {
            let other = places.get(name).and_then(|it| all.get(*it)).map(|it| &it.1.text);
            match other.filter(|it| !it.contains('$')) {
                Some(value) => Known::Value(value.clone()),
                None => Known::Unknown(from_outside("GitLab", name)),
            }
        });
        draft.assign_filled(name.text.clone(), filled);
    }
    draft
}

fn service(tree: &Tree<'_>, place: usize, all: &[(Scalar<'_>, Scalar<'_>)]) -> Option<Service> {
    let part = |name: &str| tree.child(place, name).and_then(|it| tree.text(it));
    let image = tree.text(place).or_else(|| part("name"))?;
    let mut service = Service { postgres: postgres(&image.text), ..Service::default() };
    if let Some(alias) = part("alias") {
        let names = alias.text.split([',', ' ']).filter_map(quotable);
        service.names.extend(names.map(String::from));
    }
    let path = image.text.split(':').next()?;
    let names = [path.replace('/', "-"), path.replace('/', "__")];
    service.names.extend(names.iter().filter_map(|it| quotable(it)).map(String::from));
    service.names.dedup();
    if service.postgres.is_some() {
        for (name, value) in all {
            server_variable(&mut service, &name.text, &value.text);
        }
    }
    Some(service)
}
