//! `Environment=` of a systemd unit: words, quoted or not, in which a `%` begins a specifier.

use alloc::string::String;
use alloc::vec::Vec;

use super::commands::assignment;
use super::draft::{Draft, Scalar};
use super::fill::Filled;
use super::{Beside, NoteKind};
use crate::inputs::Hole;
use crate::span::Span;
use crate::syntax::{Slice, dotenv, shell, words};

/// The specifiers of systemd 256.
const SPECIFIERS: &str = "aAbBCdDEfgGhHiIjJlLmMnNopPqrRsStTuUvVwWy";

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "Environment") {
        return None;
    }
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        let blank = line.text.len() - line.text.trim_start().len();
        let line = line.split_at(blank).1;
        if let Some(path) = line.strip_prefix("EnvironmentFile=") {
            let path = path.strip_prefix("-").unwrap_or(path);
            let span = Span::new(path.at, path.end());
            match beside(path.text.trim()) {
                Some(file) => {
                    for binding in dotenv::parse(&file).bindings {
                        if let Some(value) = binding.value {
                            let text = value.into_owned().into();
                            draft.assign(String::from(binding.name), Scalar { text, span });
                        }
                    }
                }
                None => {
                    draft.facts.has_more = true;
                    draft.note(
                        NoteKind::Unknown,
                        span,
                        "the unit has an EnvironmentFile, too, which is not looked at",
                    );
                }
            }
            continue;
        }
        let Some(rest) = line.strip_prefix("Environment=") else { continue };
        for mut word in shell::words(rest.text)? {
            word.span = Span::new(word.span.start + rest.at, word.span.end + rest.at);
            let quoted = word.span.of(text).starts_with(['"', '\'']);
            if quoted {
                word.span = Span::new(word.span.start + 1, word.span.end.saturating_sub(1));
            }
            if let Some((name, value)) = assignment(&word, text) {
                draft.assign_filled(name, specify(value));
            }
        }
    }
    draft.facts.reader = Some("systemd".into());
    // A unit whose variables are all in a file is one, too.
    let is_unit = draft.facts.has_more && words::contains(text, "[Service]");
    (is_unit || draft.is_relevant()).then_some(draft)
}

/// `%%` is a `%`; a letter that systemd knows is filled in; anything else stays.
fn specify(value: Scalar<'_>) -> Filled<'_> {
    let mut filled = Filled { value, holes: Vec::new(), outcomes: Vec::new() };
    if !filled.value.text.contains('%') {
        return filled;
    }
    let mut text = String::new();
    let mut chars = filled.value.text.chars().peekable();
    while let Some(c) = chars.next() {
        let start = text.len();
        text.push(c);
        match chars.peek() {
            Some('%') if c == '%' => drop(chars.next()),
            Some(&next) if c == '%' && SPECIFIERS.contains(next) => {
                chars.next();
                text.push(next);
                let why = "systemd replaces a `%` and the letter behind it in {}";
                filled.holes.push(Hole::at(Span::new(start, text.len()), why));
            }
            _ => {}
        }
    }
    if text != *filled.value.text {
        filled.value.text = text.into();
    }
    filled
}
