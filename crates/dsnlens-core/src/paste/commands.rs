//! Commands that set variables: `export NAME=value`, `NAME=value command`,
//! `heroku config:set NAME=value`, a Dockerfile's `ENV`, a
//! line of a Procfile.

use super::Beside;
use super::draft::{Draft, Scalar, is_name};
use super::fill::{Filled, Grammar, Known, fill, from_outside};
use crate::span::Span;
use crate::syntax::Slice;
use crate::syntax::shell::{Word, commands};
use crate::syntax::words;

/// Words in front of assignments.
const SETTERS: [&str; 18] = [
    "export",
    "exec",
    "env",
    "declare",
    "typeset",
    "readonly",
    "local",
    "heroku",
    "config:set",
    "fly",
    "flyctl",
    "set",
    "secrets",
    "secret",
    "dokku",
    "kubectl",
    "eb",
    "setenv",
];

pub(super) fn shell<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !text.contains('=') {
        return None;
    }
    let mut draft = Draft::default();
    for command in commands(text) {
        command_into(&command, text, "the shell", &SETTERS, &mut draft);
    }
    draft.facts.reader = Some("the shell".into());
    draft.if_relevant()
}

/// What the commands of a text set.
pub(super) fn assignments(text: &str) -> alloc::vec::Vec<(alloc::string::String, Filled<'_>)> {
    let mut draft = Draft::default();
    for command in commands(text) {
        command_into(&command, text, "the shell", &SETTERS, &mut draft);
    }
    draft.into_filled()
}

pub(super) fn dockerfile<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let is_it =
        |it: &str| it.trim_start().starts_with("FROM ") || it.trim_start().starts_with("ENV ");
    if !words::contains(text, "ENV ") || !text.lines().any(is_it) {
        return None;
    }
    let mut draft = Draft::default();
    for command in commands(text) {
        match &command[..] {
            // The old form: all that is behind the name.
            [env, name, value] if env.text == "ENV" && is_name(&name.text) => {
                let value = value_of(value, 0, text);
                draft.assign_filled(
                    name.text.clone().into_owned(),
                    expand(value, true, "docker", &Draft::default()),
                );
            }
            [first, ..] if first.text == "ENV" => {
                command_into(&command, text, "docker", &["ENV"], &mut draft);
            }
            _ => {}
        }
    }
    draft.facts.reader = Some("docker".into());
    draft.if_relevant()
}

pub(super) fn procfile<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        if line.text.trim().is_empty() || line.text.starts_with('#') {
            continue;
        }
        let (name, rest) = line.split_once(':')?;
        let is_process = |it: u8| it.is_ascii_alphanumeric() || b"_-".contains(&it);
        if name.text.is_empty() || !name.text.bytes().all(is_process) || !rest.text.starts_with(' ')
        {
            return None;
        }
        for mut command in commands(rest.text) {
            for word in &mut command {
                word.span = Span::new(word.span.start + rest.at, word.span.end + rest.at);
            }
            command_into(&command, text, "the shell", &["env"], &mut draft);
        }
    }
    draft.facts.reader = Some("the shell".into());
    draft.if_relevant()
}

/// The assignments in front of a command, or behind a word that makes them.
fn command_into<'s>(
    command: &[Word<'_>],
    text: &'s str,
    whose: &'static str,
    setters: &[&str],
    draft: &mut Draft<'s>,
) {
    let mut is_setter = false;
    for word in command {
        if let Some((name, value)) = assignment(word, text) {
            // Blanks are in a template's expression, and end a shell's word.
            if value.text.contains("{{") && !value.text.contains("}}") {
                draft.leave(name, value.span, "is filled in by a template");
                return;
            }
            let filled = expand(value, word.is_expanded, whose, draft);
            draft.assign_filled(name, filled);
        } else if setters.contains(&&*word.text) {
            is_setter = true;
        } else if !(is_setter && (word.text.starts_with('-') || is_operand(&word.text))) {
            return;
        }
    }
}

/// A name of an application or of a resource: `shop`, `deploy/shop`, `my-app`.
fn is_operand(word: &str) -> bool {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"_-./".contains(&it);
    word.bytes().all(is_plain)
}

fn expand<'s>(
    value: Scalar<'s>,
    is_expanded: bool,
    whose: &'static str,
    known: &Draft<'_>,
) -> Filled<'s> {
    if !is_expanded {
        return Filled { value, holes: alloc::vec::Vec::new(), outcomes: alloc::vec::Vec::new() };
    }
    fill(value, Grammar::Shell, |name| match known.value(name) {
        Some((value, true)) => Known::Value(alloc::string::String::from(value).into()),
        _ => Known::Unknown(from_outside(whose, name)),
    })
}

/// `NAME=value`, and where the value stands.
pub(super) fn assignment<'s>(word: &Word<'_>, text: &'s str) -> Option<(&'s str, Scalar<'s>)> {
    let written = word.span.of(text);
    // As `kubectl create secret` takes them.
    let flag = "--from-literal=";
    let front = if written.starts_with(flag) { flag.len() } else { 0 };
    let (name, _) = written.get(front..)?.split_once('=').filter(|it| is_name(it.0))?;
    Some((name, value_of(word, front + name.len() + 1, text)))
}

/// What a word says behind its first bytes.
pub(super) fn value_of<'s>(word: &Word<'_>, from: usize, text: &'s str) -> Scalar<'s> {
    let value = word.text.get(from..).unwrap_or("");
    let mut span = Span::new(word.span.start + from, word.span.end);
    if let Some(at) = words::find(span.of(text), value).filter(|_| !value.is_empty()) {
        span = Span::new(span.start + at, span.start + at + value.len());
    }
    let text = match span.of(text) == value {
        true => alloc::borrow::Cow::Borrowed(span.of(text)),
        false => alloc::borrow::Cow::Owned(alloc::string::String::from(value)),
    };
    Scalar { text, span }
}
