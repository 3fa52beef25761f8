//! Rails' `config/database.yml`: the `url` of each environment.

use alloc::string::String;
use alloc::vec::Vec;

use super::Beside;
use super::draft::Draft;
use super::yaml;
use crate::inputs::DATABASE_URL;
use crate::syntax::words;

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    parts(text, beside, 1).pop()
}

/// The environments that are given a URL, `most` at most; that of production first.
pub(super) fn parts<'s>(text: &'s str, _: &Beside<'_>, most: usize) -> Vec<Draft<'s>> {
    if !words::contains(text, "adapter:") || !words::contains(text, "url:") {
        return Vec::new();
    }
    let tree = yaml::parse(text);
    let adapters = tree.places().filter(|it| tree.key(*it) == Some("adapter"));
    if !adapters
        .into_iter()
        .any(|it| tree.text(it).is_some_and(|it| matches!(&*it.text, "postgresql" | "postgis")))
    {
        return Vec::new();
    }
    let mut found = Vec::new();
    for place in tree.places().filter(|it| tree.key(*it) == Some("url")) {
        let (Some(url), Some(parent)) = (tree.text(place), tree.parent(place)) else { continue };
        let mut draft = Draft::default();
        match url.text.contains("<%") {
            true => draft.leave(DATABASE_URL, url.span, "is filled in by ERB"),
            false => draft.assign(DATABASE_URL, url.clone()),
        }
        let mut part = String::from(tree.key(parent).unwrap_or(""));
        // `production: primary: url:`
        if let Some(outer) = tree.parent(parent).and_then(|it| tree.key(it)) {
            part = alloc::format!("{outer}.{part}");
        }
        let is_production = part.starts_with("production");
        draft.part = Some(part.into());
        match is_production {
            true => found.insert(0, draft),
            false => found.push(draft),
        }
    }
    found.truncate(most);
    found
}
