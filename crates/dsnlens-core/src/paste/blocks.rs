//! `NAME = "value"` in the blocks of a file: HCL as Terraform and Nomad have it, a Jenkinsfile.

use super::Beside;
use super::draft::{Draft, Scalar, is_name, quotable};
use super::fill::{Grammar, Known, fill};
use super::literals;
use crate::inputs::is_relevant;
use crate::span::Span;
use crate::syntax::{Slice, words};

/// What such files begin a block with.
const HEADS: [&str; 12] = [
    "resource \"",
    "module \"",
    "data \"",
    "variable \"",
    "provider \"",
    "job \"",
    "locals {",
    "terraform {",
    "env {",
    "environment {",
    "pipeline {",
    "inputs = {",
];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !HEADS.iter().any(|it| words::contains(text, it)) {
        return None;
    }
    let mut draft = Draft::default();
    let mut block: Option<&str> = None;
    let mut depth = 0_usize;
    for line in Slice::whole(text).split('\n') {
        let content = line.text.trim();
        if content.starts_with(['#', '/', '*']) {
            continue;
        }
        // A value has its braces in pairs.
        let opened = content.matches('{').count();
        let closed = content.matches('}').count();
        let is_inside = depth > 0;
        depth = (depth + opened).saturating_sub(closed);
        if opened > closed {
            let head = content.split(['=', '{', ' ']).next().unwrap_or("");
            block = quotable(head).or(block);
            continue;
        }
        let Some((name, value)) = line.split_once('=').filter(|_| is_inside) else { continue };
        let name = name.text.trim().trim_matches('"');
        if !is_name(name) || !is_relevant(name) {
            continue;
        }
        let blank = value.text.len() - value.text.trim_start().len();
        let value = value.split_at(blank).1;
        if let Some(block) = block.filter(|_| draft.part.is_none()) {
            draft.part = Some(block.into());
        }
        match literal(value) {
            Some((value, true)) => {
                let filled = fill(value, Grammar::Terraform, |_| {
                    Known::Unknown("the file's reader fills in a part of {}".into())
                });
                draft.assign_filled(name, filled);
            }
            Some((value, false)) => draft.assign(name, value),
            None => {
                let span = Span::new(value.at, value.end());
                draft.leave(name, span, "is an expression, not a text");
            }
        }
    }
    draft.facts.has_more = true;
    draft.if_relevant()
}

/// A text in quotes and nothing behind it; whether something in it is filled in.
fn literal(value: Slice<'_>) -> Option<(Scalar<'_>, bool)> {
    let (scalar, rest, is_filled) = match value.text.chars().next()? {
        '"' => {
            let (scalar, rest) = literals::text(value)?;
            (scalar, rest, true)
        }
        '\'' => {
            let (inside, rest) = value.split_at(1).1.split_once('\'')?;
            let span = Span::new(inside.at, inside.end());
            (Scalar { text: inside.text.into(), span }, rest, false)
        }
        _ => return None,
    };
    let rest = rest.text.trim_matches(|c: char| c.is_whitespace() || c == ',' || c == ';');
    (rest.is_empty() || rest.starts_with(['#', '/'])).then_some((scalar, is_filled))
}
