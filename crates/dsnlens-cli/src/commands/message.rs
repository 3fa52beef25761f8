//! `dsnlens explain MESSAGE`: which rules know an error message, the likeliest first.

use std::io;

use dsnlens_core::errors::{self, Cause, Explanation};
use dsnlens_core::paste;
use dsnlens_core::{Inputs, Span, resolve};

use crate::markdown;
use crate::output::{self, Exit};
use crate::report::limits::cut;
use crate::style;
use crate::style::{CODE, HEADING, QUIET, paint, paint_code, wrap};
use crate::visible::escape;

pub(super) fn run(text: &str) -> io::Result<Exit> {
    let mut explanation = errors::explain(text);
    if let Some(url) = explanation.url {
        let inputs = Inputs::url(url.of(text));
        explanation.confirm(&resolve(inputs).diagnostics);
    }
    if explanation.causes.is_empty() {
        output::complain(unknown(text));
        return Ok(Exit::Unusable);
    }
    output::print(&render(&explanation, style::width()))?;
    Ok(Exit::Clean)
}

/// What to say where no rule knows the text.
pub(crate) fn unknown(text: &str) -> String {
    match paste::read(text) {
        Some(pasted) => format!(
            "this is {} and no error message; `dsnlens resolve --env-file FILE` reads it",
            pasted.form
        ),
        None => "no rule knows this message; `dsnlens rules` lists them, and `dsnlens resolve` \
                 looks at the variables themselves"
            .into(),
    }
}

pub(crate) fn render(explanation: &Explanation<'_>, width: usize) -> String {
    let mut text = String::new();
    if let Some(sentence) = told(explanation) {
        text.push_str(&wrap(&paint_code(&sentence), "", "", width));
        text.push('\n');
    }
    if let Some(attempt) = explanation.unknown.and_then(|it| explanation.attempts.get(it)) {
        let message = escape(&explanation.shown(attempt.message)).into_owned();
        text.push_str("No rule knows the text of the attempt that explains the others:\n");
        text.push_str(&wrap(&message, "  ", "  ", width));
        text.push_str(&format!("\n{}\n\n", paint(HEADING, "The other attempts")));
    }
    let [first, others @ ..] = &explanation.causes[..] else { return text };
    text.push_str(&cause(explanation, first, width));
    let own = match first.step == first.rule.step {
        true => String::new(),
        false => format!("{}.", first.step),
    };
    // The page starts with the rule's own first step.
    let mut advice: Vec<&str> = vec!["# What to do", "", &own];
    let page = first.rule.page();
    let lines = page.lines().skip_while(|it| *it != "# What to do").skip(1);
    for line in lines.take_while(|it| !it.starts_with("# ")) {
        advice.push(line);
    }
    text.push_str(&markdown::render(advice.into_iter(), width));
    if !others.is_empty() {
        text.push_str(&format!("\n{}\n\n", paint(HEADING, "Less likely, or behind it")));
    }
    for other in others {
        text.push_str(&cause(explanation, other, width));
    }
    let hint = format!("\n`dsnlens explain {}` shows the rule's page.", first.rule.name);
    text.push_str(&paint_code(&hint));
    text.push('\n');
    text
}

/// A rule's name and title, the line that it knows, and why it stands where it does.
fn cause(explanation: &Explanation<'_>, cause: &Cause, width: usize) -> String {
    let head = format!("{}: {}", paint(CODE, cause.rule.name), paint_code(cause.rule.title));
    let mut text = wrap(&head, "", "  ", width);
    let line = explanation.shown(explanation.line(cause.span));
    text.push_str(&wrap(&escape(&cut(&line)), "  ", "  ", width));
    let attempt = cause.attempt.and_then(|it| explanation.attempts.get(it));
    let remark = match attempt {
        _ if cause.is_confirmed => "the URL in the text has this problem",
        Some(it) if it.is_retry => "reported by the second attempt at the same address",
        _ if cause.is_one_of_several => "one of several causes of this text",
        _ => return text,
    };
    text.push_str(&format!("  {}\n", paint(QUIET, remark)));
    text
}

/// Host, port, user and database as the text has them, in a sentence.
fn told(explanation: &Explanation<'_>) -> Option<String> {
    let told = explanation.told;
    let parts = [
        ("host", told.host),
        ("address", told.address.filter(|_| told.address != told.host)),
        ("port", told.port),
        ("user", told.user),
        ("database", told.database),
        ("SQLSTATE", told.sqlstate),
    ];
    let shown = |span: Span| escape(&cut(&explanation.shown(span))).into_owned();
    let parts = parts.into_iter().filter_map(|(name, span)| Some((name, shown(span?))));
    let parts: Vec<_> = parts.map(|(name, value)| format!("{name} `{value}`")).collect();
    (!parts.is_empty()).then(|| format!("The error mentions {}.", parts.join(", ")))
}
