//! Django's `DATABASES`, one of its databases, or the call of dj-database-url that makes one.

use alloc::string::String;

use super::draft::{Draft, is_name};
use super::literals::{self, Dialect};
use super::parameters::Parameters;
use super::tree::{Tree, Value};
use super::{Beside, NoteKind};
use crate::clients::dj_database_url::SCHEMES;
use crate::clients::libpq;
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::{Slice, words};

/// The settings that are libpq's, too.
const SETTINGS: [(&str, &str); 5] = [
    ("HOST", "host"),
    ("PORT", "port"),
    ("NAME", "dbname"),
    ("USER", "user"),
    ("PASSWORD", "password"),
];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    call(text).or_else(|| database(text))
}

/// `dj_database_url.config(default='…')` or `.parse('…')`.
fn call(text: &str) -> Option<Draft<'_>> {
    const NAME: &str = "dj_database_url.";
    let (at, arguments, is_config) = words::places(text, NAME).find_map(|at| {
        let behind = Slice::whole(text).split_at(at + NAME.len()).1;
        let config = behind.strip_prefix("config").filter(|it| it.text.starts_with('('));
        let parse = behind.strip_prefix("parse").filter(|it| it.text.starts_with('('));
        Some((at, config.or(parse)?, config.is_some()))
    })?;
    let mut tree = Tree::default();
    let root = tree.push(None, None, Value::Open(Span::default()));
    let end = literals::parse(&mut tree, Some(root), arguments, Dialect::Python);
    let mut draft = Draft::default();
    for (nth, place) in tree.children(root).into_iter().enumerate() {
        let key = tree.key(place);
        let is_url = match key {
            Some(key) => key == if is_config { "default" } else { "url" },
            None => nth == 0 && !is_config,
        };
        match (is_url, tree.text(place)) {
            (true, Some(url)) => draft.assign(DATABASE_URL, url.clone()),
            (true, None) => draft.leave(DATABASE_URL, tree.span(place), "is an expression"),
            (false, _) => note_lost(key, tree.span(place), &mut draft),
        }
    }
    let span = Span::new(at, end);
    if is_config && !draft.is_empty() {
        let text = "the default counts where the application's own DATABASE_URL is not set";
        draft.note(NoteKind::Read, span, text);
    }
    if draft.is_empty() {
        draft.leave(DATABASE_URL, span, "comes from the application's environment");
    }
    Some(draft)
}

fn note_lost(name: Option<&str>, span: Span, draft: &mut Draft<'_>) {
    let name = name.filter(|it| is_name(it)).unwrap_or("a value");
    let text = alloc::format!("{name} belongs to the settings module, and no variable says it");
    draft.note(NoteKind::Lost, span, text);
}

/// A dictionary with an `ENGINE`.
fn database(text: &str) -> Option<Draft<'_>> {
    if !words::contains(text, "ENGINE") {
        return None;
    }
    let named = words::places(text, "DATABASES").find(|at| {
        let behind = text.get(at + "DATABASES".len()..).unwrap_or("").trim_start();
        behind.starts_with('=') || behind.starts_with(':')
    });
    let rest = Slice::whole(text).split_at(named.unwrap_or(0)).1;
    let rest = match named {
        // Behind the `=`, and whatever type stands in front of it.
        Some(_) => rest.split_at(rest.text.find('{')?).1,
        None => rest.split_at(text.len() - text.trim_start().len()).1,
    };
    if named.is_none() && !rest.text.starts_with(['{', '\'', '"']) {
        return None;
    }
    let mut tree = Tree::default();
    let root = tree.push(None, None, Value::Open(Span::new(rest.at, rest.at)));
    let end = literals::parse(&mut tree, Some(root), rest, Dialect::Python);
    let is_engine = |it: &usize| tree.key(*it) == Some("ENGINE");
    let alias = |it: usize| tree.parent(it).and_then(|it| tree.key(it));
    let engines = || tree.places().filter(is_engine);
    let engine = engines().find(|it| alias(*it) == Some("default")).or_else(|| engines().next())?;
    let place = tree.parent(engine)?;
    let mut draft = Draft::default();
    draft.part = tree.get(place).and_then(|it| Some(it.key.as_ref()?.text.clone()));
    if engines().count() > 1 {
        let text = "there are several databases: one is read";
        draft.note(NoteKind::Read, tree.span(place), text);
    }
    let span = Span::new(rest.at, end);
    let path = tree.text(engine).map(|it| &*it.text);
    let Some(scheme) = path.and_then(scheme) else {
        let text = "the ENGINE is not Django's for PostgreSQL: nothing is read of it";
        draft.note(NoteKind::Lost, tree.span(engine), text);
        return Some(draft);
    };
    let mut parameters = Parameters::default();
    for child in tree.children(place).into_iter().filter(|it| *it != engine) {
        let key = tree.key(child);
        let setting = SETTINGS.iter().find(|it| Some(it.0) == key);
        match (setting, tree.text(child)) {
            (Some((_, keyword)), Some(value)) => {
                parameters.set(*keyword, value.text.clone());
            }
            (Some((name, _)), None) => note_unknown(&tree, child, name, &mut draft),
            (None, _) if key == Some("OPTIONS") => {
                options(&tree, child, &mut parameters, &mut draft)
            }
            (None, _) => note_lost(key, tree.span(child), &mut draft),
        }
    }
    if parameters.len() > 0 {
        parameters.assign(scheme, span, &mut draft);
    }
    Some(draft)
}

fn note_unknown(tree: &Tree<'_>, place: usize, name: &str, draft: &mut Draft<'_>) {
    // `None` and nothing are the same to Django.
    if matches!(tree.get(place).map(|it| &it.value), Some(Value::Foreign(_))) {
        let text = alloc::format!("{name} is an expression, whose value is not known here");
        draft.note(NoteKind::Unknown, tree.span(place), text);
    }
}

fn options<'s>(
    tree: &Tree<'s>,
    place: usize,
    parameters: &mut Parameters<'s>,
    draft: &mut Draft<'s>,
) {
    for child in tree.children(place) {
        let Some(key) = tree.get(child).and_then(|it| it.key.as_ref()) else { continue };
        let is_known = libpq::find(&key.text).is_some();
        match (tree.text(child), &tree.get(child).map(|it| &it.value)) {
            (Some(value), _) if is_known => parameters.set(key.text.clone(), value.text.clone()),
            (None, Some(Value::Foreign(_))) => {
                let name = if is_name(&key.text) { &*key.text } else { "an option" };
                note_unknown(tree, child, &String::from(name), draft);
            }
            _ => note_lost(Some(&key.text), tree.span(child), draft),
        }
    }
}

/// The scheme that dj-database-url has for a backend that runs on libpq.
fn scheme(engine: &str) -> Option<&'static str> {
    match engine {
        "django.db.backends.postgresql" | "django.db.backends.postgresql_psycopg2" => {
            Some("postgresql")
        }
        _ => {
            let scheme = SCHEMES.iter().find(|it| it.engine == engine)?;
            ["postgis", "timescale", "timescalegis"].contains(&scheme.name).then_some(scheme.name)
        }
    }
}
