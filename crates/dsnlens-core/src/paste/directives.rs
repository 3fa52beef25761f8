//! The lines with which a server gives its application variables: uWSGI's `env = NAME=value`,
//! Apache's `SetEnv`, PHP-FPM's `env[NAME] = value`, nginx's `uwsgi_param`.

use super::Beside;
use super::draft::{Draft, Scalar, is_name, quotable};
use super::fill::{Filled, Grammar, Known, fill};
use crate::span::Span;
use crate::syntax::{Slice, words};

/// The first words of a line.
const WORDS: [&str; 5] = ["SetEnv", "uwsgi_param", "fastcgi_param", "proxy_set_env", "env"];

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    if !words::contains(text, "env")
        && !words::contains(text, "SetEnv")
        && !words::contains(text, "_param")
    {
        return None;
    }
    let mut draft = Draft::default();
    for line in Slice::whole(text).split('\n') {
        if let Some((name, value)) = directive(line) {
            draft.assign_filled(name, expand(value));
        }
    }
    // What starts the server has variables, too.
    draft.facts.has_more = true;
    draft.if_relevant()
}

/// The name and the value that a line gives.
fn directive(line: Slice<'_>) -> Option<(&str, Scalar<'_>)> {
    let line = trimmed(line);
    let word = WORDS
        .into_iter()
        .find(|it| line.text.get(..it.len()).is_some_and(|head| head.eq_ignore_ascii_case(it)))?;
    let rest = line.split_at(word.len()).1;
    if word == "env" {
        // `env = A=b` of uWSGI, or `env[A] = b` of PHP-FPM.
        if let Some(rest) = rest.strip_prefix("[") {
            let (name, value) = rest.split_once(']')?;
            let value = trimmed(value).strip_prefix("=")?;
            return Some((name.text, scalar(value))).filter(|it| is_name(it.0));
        }
        let (name, value) = trimmed(rest).strip_prefix("=")?.split_once('=')?;
        return Some((name.text.trim(), scalar(value))).filter(|it| is_name(it.0));
    }
    let rest = rest.text.starts_with([' ', '\t']).then(|| trimmed(rest))?;
    let (name, value) = rest.split_at(rest.text.find([' ', '\t'])?);
    let end = match word {
        "SetEnv" => value.text.len(),
        _ => value.text.trim_end().strip_suffix(';')?.len(),
    };
    Some((name.text, scalar(value.split_at(end).0))).filter(|it| is_name(it.0))
}

fn trimmed(line: Slice<'_>) -> Slice<'_> {
    line.split_at(line.text.len() - line.text.trim_start().len()).1
}

/// A value without blanks and one pair of quotes around it.
fn scalar(value: Slice<'_>) -> Scalar<'_> {
    let value = trimmed(value);
    let value = value.split_at(value.text.trim_end().len()).0;
    let quote = value.text.chars().next().filter(|it| matches!(it, '"' | '\''));
    let is_quoted = quote.is_some_and(|it| value.text.len() > 1 && value.text.ends_with(it));
    let inside = match is_quoted {
        true => value.split_at(1).1.split_at(value.text.len() - 2).0,
        false => value,
    };
    Scalar { text: inside.text.into(), span: Span::new(inside.at, inside.end()) }
}

/// `$(NAME)` is filled in by uWSGI, `${NAME}` by Apache, `$name` by nginx.
fn expand(value: Scalar<'_>) -> Filled<'_> {
    let grammar = match value.text.contains("$(") {
        true => Grammar::Kubernetes,
        false => Grammar::Braces,
    };
    fill(value, grammar, |name| {
        Known::Unknown(match quotable(name) {
            Some(name) => alloc::format!("the server fills in {name}").into(),
            None => "the server fills in a part of {}".into(),
        })
    })
}
