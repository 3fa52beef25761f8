//! Variables in a YAML file of another tool: a map of them, a list of `name` and `value`, of
//! `NAME=value`, or of commands that set them. `serverless.yml`, `app.yaml`, the values of a chart,
//! a playbook, a CI file of CircleCI, Travis, Bitbucket, Drone.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::commands;
use super::draft::{Draft, Scalar, is_name, quotable};
use super::fill::{Filled, Grammar, Known, fill, from_outside};
use super::tree::{Tree, Value};
use super::{Beside, NoteKind, yaml};
use crate::inputs::is_relevant;
use crate::syntax::words;

/// How many maps and lists are looked at.
const MAX_PLACES: usize = 32;

/// What an item calls the name of its variable.
const NAMES: [&str; 5] = ["name", "key", "option_name", "Name", "Key"];

/// What an item calls its value.
const VALUES: [&str; 2] = ["value", "Value"];

/// What the file that is read fills in.
const WHO: &str = "the tool that reads this file";

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, ":") || !text.contains('\n') {
        return None;
    }
    let tree = yaml::parse(text);
    // A text with more than a line here and there that is no YAML is something else.
    if tree.unreadable.len() * 4 > tree.places().len() {
        return None;
    }
    let mut places: Vec<usize> = Vec::new();
    for place in tree.places() {
        let holder = holder(&tree, place);
        let Some(holder) = holder.filter(|it| places.last() != Some(it)) else { continue };
        if places.len() < MAX_PLACES && !places.contains(&holder) {
            places.push(holder);
        }
    }
    let drafts = places.iter().map(|it| (*it, draft(&tree, *it)));
    let mut drafts: Vec<_> = drafts.filter(|it| it.1.is_relevant()).collect();
    let best = drafts.iter().map(|it| it.1.rank()).max()?;
    let nth = drafts.iter().position(|it| it.1.rank() == best)?;
    let (place, mut draft) = drafts.swap_remove(nth);
    draft.part = part(&tree, place);
    if !drafts.is_empty() {
        let note = "several places of the file set variables: those of one are read";
        draft.note(NoteKind::Read, tree.span(place), note);
    }
    draft.facts.has_more = true;
    draft.facts.reader = Some(WHO.into());
    draft.note_unreadable(&tree, text);
    Some(draft)
}

/// What holds a variable and its neighbors, where an entry is one.
fn holder(tree: &Tree<'_>, place: usize) -> Option<usize> {
    let parent = tree.parent(place)?;
    let is_read = |it: &str| is_name(it) && is_relevant(it);
    let text = tree.text(place).map_or("", |it| &*it.text);
    match tree.key(place) {
        // An item that is a map of its own, and its name.
        Some(key) if NAMES.contains(&key) && is_read(text) => tree.parent(parent),
        Some(key) => is_read(key).then_some(parent),
        None => {
            let setting = |it: &str| it.split_once('=').is_some_and(|it| is_read(it.0));
            text.split_whitespace().take(MAX_PLACES).any(setting).then_some(parent)
        }
    }
}

fn draft<'s>(tree: &Tree<'s>, place: usize) -> Draft<'s> {
    let mut draft = Draft::default();
    for member in tree.members(place) {
        let Some(entry) = tree.get(member) else { continue };
        let part = |names: &[&str]| {
            let found = names.iter().find_map(|it| tree.child(member, it));
            found.and_then(|it| tree.text(it))
        };
        match (&entry.key, tree.text(member)) {
            (Some(name), Some(value)) => put(&mut draft, name.text.clone(), value),
            (Some(name), None) => {
                // As `vars` of some tools: a name with a map that has a value.
                match part(&VALUES) {
                    Some(value) => put(&mut draft, name.text.clone(), value),
                    None => leave(&mut draft, name.text.clone(), tree, member),
                }
            }
            (None, Some(item)) => draft.absorb(item_of(item)),
            (None, None) => {
                let Some(name) = part(&NAMES) else { continue };
                match part(&VALUES) {
                    Some(value) => put(&mut draft, name.text.clone(), value),
                    None => leave(&mut draft, name.text.clone(), tree, member),
                }
            }
        }
    }
    draft
}

fn leave<'s>(draft: &mut Draft<'s>, name: Cow<'s, str>, tree: &Tree<'s>, place: usize) {
    let is_empty = matches!(tree.get(place).map(|it| &it.value), Some(Value::Open(_)))
        && tree.children(place).is_empty();
    let why = match is_empty {
        true => "has no value in this file",
        false => "comes from elsewhere",
    };
    draft.leave(name, tree.span(place), why);
}

fn put<'s>(draft: &mut Draft<'s>, name: Cow<'s, str>, value: &Scalar<'s>) {
    draft.assign_filled(name, expand(value.clone()));
}

/// `${…}`, `{{ … }}` and `<< … >>` are filled in, by whatever reads the file.
fn expand(value: Scalar<'_>) -> Filled<'_> {
    let mut filled = fill(value, Grammar::Braces, |name| Known::Unknown(from_outside(WHO, name)));
    if let Some((_, behind)) = words::split_once(&filled.value.text, "<<")
        && words::contains(behind, ">>")
    {
        let why = from_outside(WHO, "");
        let hole = crate::span::Span::new(0, filled.value.text.len());
        filled.holes = alloc::vec![crate::inputs::Hole::at(hole, why)];
    }
    filled
}

/// What an item of a list sets: `NAME=value`, several of them, or a command with them.
fn item_of<'s>(item: &Scalar<'s>) -> Draft<'s> {
    let mut draft = Draft::default();
    let Some((name, value)) = item.text.split_once('=') else { return draft };
    let is_shell = !is_name(name) || value.contains([' ', '"', '\'']);
    if is_shell {
        // Of what is written in another way the pieces have no place of their own.
        let text = String::from(&*item.text);
        let mut found = commands::assignments(&text);
        for (name, filled) in found.drain(..) {
            draft.assign_filled(
                name,
                Filled {
                    value: Scalar { text: filled.value.text.into_owned().into(), span: item.span },
                    ..filled
                },
            );
        }
        return draft;
    }
    let name = String::from(name);
    let value = Scalar { text: String::from(value).into(), span: item.span };
    draft.assign_filled(name, expand(value));
    draft
}

/// Where a map or a list is: the keys that lead to it.
pub(super) fn part<'s>(tree: &Tree<'s>, place: usize) -> Option<Cow<'s, str>> {
    let mut path = String::new();
    let mut at = Some(place);
    while let Some(place) = at.filter(|_| path.len() < 60) {
        if let Some(key) = tree.key(place).and_then(quotable) {
            path = match path.is_empty() {
                true => key.into(),
                false => alloc::format!("{key}.{path}"),
            };
        }
        at = tree.parent(place);
    }
    (!path.is_empty()).then(|| path.into())
}
