//! `docker run -e NAME=value` and its like: the variables that a container is given.

use alloc::string::String;

use super::commands::value_of;
use super::draft::{Draft, Scalar, is_name};
use super::fill::{Grammar, Known, fill, from_outside};
use super::{Beside, NoteKind};
use crate::syntax::shell::{Word, commands};
use crate::syntax::words;

/// Programs that give variables to containers.
const PROGRAMS: [&str; 6] =
    ["docker", "podman", "nerdctl", "docker-compose", "podman-compose", "kubectl"];

/// What they do with them.
const VERBS: [&str; 4] = ["run", "exec", "create", "update"];

pub(super) fn read<'s>(text: &'s str, beside: &Beside<'_>) -> Option<Draft<'s>> {
    if !PROGRAMS.iter().any(|it| words::contains(text, it)) {
        return None;
    }
    let mut best: Option<Draft<'s>> = None;
    for command in commands(text) {
        let is_program = |it: &Word<'_>| PROGRAMS.contains(&&*it.text);
        let Some(at) = command.iter().position(is_program) else { continue };
        let rest = command.get(at + 1..).unwrap_or_default();
        if !rest.iter().any(|it| VERBS.contains(&&*it.text)) {
            continue;
        }
        let draft = options(rest, text, beside);
        let is_better = best.as_ref().is_none_or(|it| !it.is_application());
        if draft.is_relevant() && is_better && best.as_ref().is_none_or(|_| draft.is_application())
        {
            best = Some(draft);
        }
    }
    best
}

fn options<'s>(command: &[Word<'_>], text: &'s str, beside: &Beside<'_>) -> Draft<'s> {
    let mut draft = Draft::default();
    draft.facts.reader = Some("the shell".into());
    let mut rest = command.iter();
    while let Some(word) = rest.next() {
        let (name, value) = match word.text.split_once('=') {
            Some((name, _)) if name.starts_with("--") => (name, Some(name.len() + 1)),
            _ if word.text.starts_with("-e") && word.text.len() > 2 => ("-e", Some(2)),
            _ => (&*word.text, None),
        };
        match name {
            "-e" | "--env" | "--env-file" => {}
            "--name" if value.is_none() => {
                draft.part = rest.next().map(|it| String::from(&*it.text).into());
                continue;
            }
            _ => continue,
        }
        let (word, from) = match value {
            Some(from) => (word, from),
            None => match rest.next() {
                Some(next) => (next, 0),
                None => return draft,
            },
        };
        if name == "--env-file" {
            env_file(value_of(word, from, text), beside, &mut draft);
        } else {
            variable(word, from, text, &mut draft);
        }
    }
    draft
}

fn variable<'s>(word: &Word<'_>, from: usize, text: &'s str, draft: &mut Draft<'s>) {
    let pair = word.text.get(from..).unwrap_or("");
    let whole = value_of(word, from, text);
    let Some((name, _)) = pair.split_once('=').filter(|it| is_name(it.0)) else {
        if is_name(pair) {
            draft.leave(
                String::from(pair),
                whole.span,
                "comes from the shell that runs the command",
            );
        }
        return;
    };
    // The quote may stand in front of the name, or behind the `=`.
    let written = word.span.of(text);
    let quoted = words::find(written, name).map_or(0, |it| it + name.len() + 1);
    let value = match word.text.get(from + name.len() + 1..) {
        Some(value) => {
            let behind = written.get(quoted..).unwrap_or("");
            match words::find(behind, value).filter(|_| !value.is_empty()) {
                Some(at) => {
                    let start = word.span.start + quoted + at;
                    let span = crate::span::Span::new(start, start + value.len());
                    Scalar { text: span.of(text).into(), span }
                }
                None => Scalar { text: String::from(value).into(), span: word.span },
            }
        }
        None => whole,
    };
    let name = String::from(name);
    match word.is_expanded {
        true => {
            let filled =
                fill(value, Grammar::Shell, |name| Known::Unknown(from_outside("the shell", name)));
            draft.assign_filled(name, filled);
        }
        false => draft.assign(name, value),
    }
}

/// The lines of a file as docker reads them: `NAME=value`, nothing taken off.
fn env_file<'s>(path: Scalar<'s>, beside: &Beside<'_>, draft: &mut Draft<'s>) {
    let Some(text) = beside(&path.text) else {
        let text = "the command reads an --env-file, too, which is not looked at";
        draft.facts.has_more = true;
        return draft.note(NoteKind::Unknown, path.span, text);
    };
    for line in text.lines().filter(|it| !it.starts_with('#')) {
        if let Some((name, value)) = line.split_once('=').filter(|it| is_name(it.0)) {
            let value = Scalar { text: String::from(value).into(), span: path.span };
            draft.assign(String::from(name), value);
        }
    }
}
