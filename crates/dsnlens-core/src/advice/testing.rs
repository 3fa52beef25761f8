//! How a rule's tests ask it: an environment in, findings and fixes out.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::inputs::Inputs;
use crate::resolve;
use crate::rule::Rule;

/// What `rule` says of `variables`: a line for each finding, with its severity, its message and
/// the bytes that it points at in angle brackets.
pub(crate) fn said(rule: &Rule, variables: &[(&str, &str)]) -> Vec<String> {
    said_of_inputs(rule, &Inputs::new(variables.iter().copied()))
}

/// The same of a file, as it is pasted.
#[cfg(feature = "paste")]
pub(crate) fn said_of_file(rule: &Rule, text: &str) -> Vec<String> {
    let pasted = crate::paste::read(text).expect("a known form");
    said_of_inputs(rule, &Inputs::new(pasted.reveal()).with_file(&pasted.facts))
}

fn said_of_inputs(rule: &Rule, inputs: &Inputs<'_>) -> Vec<String> {
    let answer = resolve(inputs.clone());
    let its = answer.diagnostics.iter().filter(|it| it.rule == rule);
    let line = its.map(|it| {
        let pieces = it.spans.iter().map(|span| {
            let value = inputs.get(span.input).expect("a span lies in a variable");
            format!(" <{}>", value.get(span.span.start..span.span.end).expect("a piece"))
        });
        format!("{}: {}{}", it.severity.name(), it.message, pieces.collect::<String>())
    });
    line.collect()
}

/// The same of a `DATABASE_URL` alone, in production.
pub(crate) fn said_of(rule: &Rule, url: &str) -> Vec<String> {
    said(rule, &[("DATABASE_URL", url)])
}

/// The fixes that `rule` offers for `variables`, each variable as it is to be pasted.
#[cfg(feature = "whatwg")]
pub(crate) fn fixed(rule: &Rule, variables: &[(&str, &str)]) -> Vec<String> {
    let answer = resolve(Inputs::new(variables.iter().copied()));
    let its = answer.diagnostics.iter().filter(|it| it.rule == rule);
    let fixes = its.flat_map(|it| answer.fixes(it));
    let pasted = fixes.flat_map(|fix| fix.variables);
    pasted.map(|(name, text)| format!("{name}={}", text.reveal())).collect()
}

/// The fixes of a `DATABASE_URL` alone, in production: the URLs.
#[cfg(feature = "whatwg")]
pub(crate) fn fixed_url(rule: &Rule, url: &str) -> Vec<String> {
    let fixes = fixed(rule, &[("DATABASE_URL", url)]);
    fixes.iter().filter_map(|it| Some(it.strip_prefix("DATABASE_URL=")?.to_string())).collect()
}

/// What `rule` says of a `DATABASE_URL` as another client reads it.
#[cfg(all(feature = "clients", feature = "whatwg"))]
pub(crate) fn said_in(rule: &Rule, client: &str, url: &str) -> Vec<String> {
    let client = crate::client::find(client).expect("a client");
    let answer = resolve(crate::Question::new(Inputs::url(url)).with_client(client));
    let its = answer.diagnostics.iter().filter(|it| it.rule == rule);
    its.map(|it| format!("{}: {}", it.severity.name(), it.message)).collect()
}

/// The fixes that it offers.
#[cfg(all(feature = "clients", feature = "whatwg"))]
pub(crate) fn fixed_in(rule: &Rule, client: &str, url: &str) -> Vec<String> {
    let client = crate::client::find(client).expect("a client");
    let answer = resolve(crate::Question::new(Inputs::url(url)).with_client(client));
    let its = answer.diagnostics.iter().filter(|it| it.rule == rule);
    let fixes = its.flat_map(|it| answer.fixes(it)).flat_map(|it| it.variables);
    fixes.map(|(_, text)| text.reveal()).collect()
}
