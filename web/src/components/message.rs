//! A pasted error message: what it is about, by the rules that know its text.

use dsnlens_core::Resolution;
use dsnlens_core::errors::{self, Cause, Explanation, Told};
use yew::prelude::*;

use super::rule_page::RulePage;
use super::{parts, prose};
use crate::state::Action;

pub(crate) fn view(
    message: &str,
    resolution: Option<&Resolution<'_>>,
    act: &Callback<Action>,
) -> Html {
    let mut explanation = errors::explain(message);
    if let Some(resolution) = resolution {
        explanation.confirm(&resolution.diagnostics);
    }
    let causes = explanation.causes.iter().map(|it| cause(it, &explanation));
    let close = html! {
        <button type="button" class="link" onclick={act.reform(|_| Action::Dismiss)}>
            { parts::text("Close") }
        </button>
    };
    let content = html! {
        <>
            { parts::row(attempts(&explanation).map(parts::hint)) }
            { parts::row(told(&explanation).map(|it| prose::hint(&it))) }
            <ol role="list" aria-label="Causes">{ parts::row(causes) }</ol>
            { close }
        </>
    };
    parts::section("message", "Pasted error", html! {}, content)
}

fn cause(cause: &Cause, explanation: &Explanation<'_>) -> Html {
    let how_sure = match (cause.is_confirmed, cause.is_one_of_several) {
        (true, _) => "the input here has just this",
        (false, true) => "one of several causes",
        (false, false) => "what this text means",
    };
    html! {
        <li class="finding" data-cause={cause.rule.name}>
            <h3>{ parts::code(explanation.shown(explanation.line(cause.span))) }</h3>
            { parts::hint(how_sure) }
            <RulePage rule={cause.rule.name} />
        </li>
    }
}

/// libpq reports each attempt in one error; which of them counts is what people miss.
fn attempts(explanation: &Explanation<'_>) -> Option<String> {
    match explanation.attempts.len() {
        0 | 1 => None,
        count => Some(format!(
            "{count} attempts are told of in one error. The first one failed first: what went \
             wrong stands there."
        )),
    }
}

/// What the text tells of the connection.
fn told(explanation: &Explanation<'_>) -> Option<String> {
    let Told { host, address, port, user, database, sqlstate } = explanation.told;
    let told = [
        ("host", host),
        ("address", address),
        ("port", port),
        ("user", user),
        ("database", database),
        ("SQLSTATE", sqlstate),
    ];
    let told = told.into_iter().filter_map(|(name, span)| {
        Some(format!("{name} `{}`", explanation.shown(span?).replace('`', "’")))
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("It speaks of {}.", told.join(", ")))
}
