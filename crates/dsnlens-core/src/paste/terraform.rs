//! `name = "DATABASE_URL"` beside `value = "…"`, as Terraform's providers take variables.

use super::Beside;
use super::draft::{Draft, Scalar};
use super::fill::{Grammar, Known, fill};
use super::literals;
use crate::inputs::is_relevant;
use crate::span::Span;
use crate::syntax::{Slice, words};

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    // XML has such attributes, too.
    let is_xml = text.trim_start().starts_with('<');
    if is_xml || !words::contains(text, "value") || !text.contains('=') {
        return None;
    }
    let mut draft = Draft::default();
    // A name waits for its value, on the same line or on one of the next.
    let mut name: Option<Scalar<'s>> = None;
    for line in Slice::whole(text).split('\n') {
        for key in ["name", "key", "value"] {
            let Some(value) = attribute(line, key) else { continue };
            let text = literals::text(value).map(|it| it.0);
            match (key, text, name.take()) {
                ("value", Some(value), Some(name)) => {
                    let filled = fill(value, Grammar::Terraform, |_| {
                        Known::Unknown("Terraform fills it in".into())
                    });
                    draft.assign_filled(name.text, filled);
                }
                ("value", None, Some(name)) => {
                    let span = Span::new(value.at, value.end());
                    draft.leave(name.text, span, "is an expression of Terraform");
                }
                ("value", ..) => {}
                (_, text, _) => name = text.filter(|it| is_relevant(&it.text)),
            }
        }
    }
    draft.if_relevant()
}

/// What is behind `key =`.
fn attribute<'s>(line: Slice<'s>, key: &str) -> Option<Slice<'s>> {
    words::places(line.text, key).find_map(|at| {
        let before = line.text.get(..at)?.chars().next_back();
        let behind = line.split_at(at + key.len()).1;
        let blank = behind.text.len() - behind.text.trim_start().len();
        let value = behind.split_at(blank).1.strip_prefix("=")?;
        let blank = value.text.len() - value.text.trim_start().len();
        let is_word = before.is_none_or(|it| !(it.is_ascii_alphanumeric() || it == '_'));
        is_word.then(|| value.split_at(blank).1)
    })
}
