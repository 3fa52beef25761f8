//! A JSON object of variables, as a dashboard or `heroku config --json` gives it.

use super::draft::{Draft, is_name};
use super::literals::{self, Dialect};
use super::tree::{Tree, Value};
use crate::syntax::Slice;

pub(super) fn read(text: &str) -> Option<Draft<'_>> {
    let start = text.len() - text.trim_start().len();
    let whole = Slice::whole(text).split_at(start).1;
    if !whole.text.starts_with('{') {
        return None;
    }
    let mut tree = Tree::default();
    let root = tree.push(None, None, Value::Open(Default::default()));
    let end = literals::parse(&mut tree, Some(root), whole, Dialect::Json);
    if !text.get(end..)?.trim().is_empty() {
        return None;
    }
    let mut draft = Draft::default();
    for place in tree.children(root) {
        let entry = tree.get(place)?;
        // The name between double quotes: anything else is Python's.
        let key = entry.key.as_ref()?;
        if !text.get(..key.span.start)?.ends_with('"') {
            return None;
        }
        match &entry.value {
            Value::Text(value) if is_name(&key.text) => {
                draft.assign(key.text.clone(), value.clone())
            }
            _ => draft.leave(key.text.clone(), tree.span(place), "is not a string"),
        }
    }
    draft.if_relevant()
}
