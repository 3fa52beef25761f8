//! `environment=` of supervisord's programs: `NAME="value"` pairs between commas, in which a `%`
//! begins an expansion.
//!
//! Reproduces `dict_of_key_value_pairs()` (`supervisor/datatypes.py`) and `expand()`
//! (`supervisor/options.py`) of supervisor 4.3.

use alloc::string::String;
use alloc::vec::Vec;

use super::draft::{Draft, Scalar, is_name, quotable};
use super::fill::Filled;
use super::{Beside, NoteKind};
use crate::inputs::Hole;
use crate::span::Span;
use crate::syntax::{Slice, words};

/// The sections that run something, and the one whose variables all of them get.
const SECTIONS: [&str; 4] = ["program:", "eventlistener:", "fcgi-program:", "supervisord"];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "environment") || !words::contains(text, "[") {
        return None;
    }
    let mut outer = Draft::default();
    let mut best: Option<Draft<'s>> = None;
    for (section, value) in environments(text) {
        let Some(kind) = SECTIONS.iter().find(|it| section.starts_with(**it)) else { continue };
        let Some(pairs) = pairs(value) else { continue };
        if *kind == "supervisord" {
            outer.absorb(pairs);
            continue;
        }
        let mut draft = outer.clone();
        draft.absorb(pairs);
        draft.part = section.split_once(':').and_then(|it| quotable(it.1)).map(Into::into);
        if best.as_ref().is_none_or(|it| it.rank() < draft.rank()) {
            best = Some(draft);
        }
    }
    let mut draft = best.filter(Draft::is_relevant).unwrap_or(outer);
    draft.facts.reader = Some("supervisord".into());
    draft.if_relevant()
}

/// What is behind each `environment=`, over its continuation lines, with its section.
fn environments(text: &str) -> Vec<(&str, Slice<'_>)> {
    let mut found: Vec<(&str, Slice<'_>)> = Vec::new();
    let (mut section, mut is_open) = ("", false);
    for line in Slice::whole(text).split('\n') {
        let trimmed = line.text.trim();
        if line.text.starts_with([' ', '\t']) && !trimmed.is_empty() {
            if let Some((_, value)) = found.last_mut().filter(|_| is_open) {
                *value = Slice::whole(text).split_at(line.end()).0.split_at(value.at).1;
            }
            continue;
        }
        is_open = false;
        if let Some(name) = trimmed.strip_prefix('[').and_then(|it| it.split(']').next()) {
            section = name.trim();
        } else if let Some((name, value)) = line.split_once('=')
            && name.text.trim() == "environment"
        {
            found.push((section, value));
            is_open = true;
        }
    }
    found
}

/// The pairs, if there is one.
fn pairs(value: Slice<'_>) -> Option<Draft<'_>> {
    let mut draft = Draft::default();
    let mut rest = value;
    while !rest.is_empty() {
        let (name, behind) = rest.split_once('=')?;
        let name = name.text.trim_matches(|c: char| c.is_whitespace() || c == ',');
        if !is_name(name) {
            return None;
        }
        let blank = behind.text.len() - behind.text.trim_start().len();
        let behind = behind.split_at(blank).1;
        let quote = behind.text.chars().next().filter(|it| matches!(it, '"' | '\''));
        let (written, tail) = match quote {
            Some(quote) => {
                let inside = behind.split_at(1).1;
                inside.split_at(inside.text.find(quote)?)
            }
            None => {
                behind.split_at(behind.text.find([',', '\n', '\r']).unwrap_or(behind.text.len()))
            }
        };
        let span = Span::new(written.at, written.end());
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_/.+-():".contains(c);
        let shown = written.text.trim_end();
        if quote.is_none() && !shown.chars().all(is_plain) {
            let note = alloc::format!(
                "supervisord refuses the value of {name}: a value with other marks than \
                 `/.+-():` needs quotes"
            );
            draft.note(NoteKind::Dialect, span, note);
        }
        let kept = written.split_at(shown.len()).0;
        let scalar = Scalar { text: kept.text.into(), span: Span::new(kept.at, kept.end()) };
        draft.assign_filled(name, expand(scalar, name));
        if has_lone_percent(kept.text) {
            let note = alloc::format!("supervisord refuses a single `%` in {name}: write `%%`");
            draft.note(NoteKind::Dialect, span, note);
        }
        rest = match tail.text.find(',') {
            Some(at) => tail.split_at(at + 1).1,
            None => tail.split_at(tail.text.len()).1,
        };
        if rest.text.trim().is_empty() {
            break;
        }
    }
    (!draft.is_empty()).then_some(draft)
}

/// Whether a `%` begins neither `%%` nor `%(NAME)s`.
fn has_lone_percent(value: &str) -> bool {
    let mut rest = value;
    while let Some((_, behind)) = rest.split_once('%') {
        match behind.chars().next() {
            Some('%') => rest = behind.get(1..).unwrap_or(""),
            Some('(') => rest = behind,
            _ => return true,
        }
    }
    false
}

/// `%%` is a `%`, and `%(ENV_NAME)s` is filled in.
fn expand<'s>(value: Scalar<'s>, variable: &str) -> Filled<'s> {
    let mut filled = Filled { value, holes: Vec::new(), outcomes: Vec::new() };
    if !filled.value.text.contains('%') {
        return filled;
    }
    let written = filled.value.text.clone();
    let mut text = String::new();
    let mut rest = &*written;
    while let Some((head, behind)) = rest.split_once('%') {
        text.push_str(head);
        rest = behind;
        if let Some(behind) = behind.strip_prefix('%') {
            text.push('%');
            rest = behind;
        } else if let Some((name, behind)) =
            behind.strip_prefix('(').and_then(|it| words::split_once(it, ")s"))
        {
            let start = text.len();
            text.push_str("%(");
            text.push_str(name);
            text.push_str(")s");
            let why = match quotable(name) {
                Some(name) => alloc::format!("supervisord fills in {name}"),
                None => alloc::format!("supervisord fills in a part of {variable}"),
            };
            filled.holes.push(Hole::at(Span::new(start, text.len()), why));
            rest = behind;
        } else {
            text.push('%');
        }
    }
    text.push_str(rest);
    if text != *written {
        filled.value.text = text.into();
    }
    filled
}
