//! The variables of a TOML file: `fly.toml`'s `[env]`, wrangler's `[vars]` and their like.

use super::Beside;
use super::draft::{Draft, Scalar, is_name};
use super::literals;
use crate::span::Span;
use crate::syntax::Slice;

/// Tables of variables.
const TABLES: [&str; 4] = ["env", "vars", "variables", "environment"];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !text.contains('[') {
        return None;
    }
    let mut draft = Draft::default();
    let mut is_inside = false;
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        if let Some(table) = content.strip_prefix('[') {
            let name = table.split(']').next().unwrap_or("");
            let name = name.trim_matches([' ', '[', '"', '\'']);
            is_inside = name.rsplit('.').next().is_some_and(|it| TABLES.contains(&it.trim()));
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_inside) else { continue };
        let name = name.text.trim().trim_matches(['"', '\'']);
        if is_name(name) && !content.starts_with('#') {
            match literal(value) {
                Some(value) => draft.assign(name, value),
                None => {
                    let span = Span::new(value.at, value.end());
                    draft.leave(name, span, "is not a string on one line");
                }
            }
        }
    }
    // Secrets are set by a command.
    draft.facts.has_more = true;
    draft.if_relevant()
}

/// A text between quotes, a number, `true` or `false`.
fn literal(value: Slice<'_>) -> Option<Scalar<'_>> {
    let blank = value.text.len() - value.text.trim_start().len();
    let value = value.split_at(blank).1;
    if value.text.starts_with("\"\"\"") || value.text.starts_with("'''") {
        return None;
    }
    match value.text.chars().next()? {
        '"' => Some(literals::text(value)?.0),
        '\'' => {
            let inside = value.split_at(1).1;
            let (text, _) = inside.split_once('\'')?;
            Some(Scalar { text: text.text.into(), span: Span::new(text.at, text.end()) })
        }
        '[' | '{' => None,
        _ => {
            let text = value.text.split('#').next()?.trim_end();
            let span = Span::new(value.at, value.at + text.len());
            Some(Scalar { text: text.into(), span })
        }
    }
}
