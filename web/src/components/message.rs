//! A pasted error message: what it is about, by the rules that know its text.

use dsnlens_core::Answer;
use dsnlens_core::errors::{self, Cause, Explanation, Told};
use yew::prelude::*;

use super::rule_page::RulePage;
use super::{parts, prose};
use crate::state::Action;

pub(crate) fn view(message: &str, answer: Option<&Answer<'_>>, act: &Callback<Action>) -> Html {
    let mut explanation = errors::explain(message);
    if let Some(answer) = answer {
        explanation.confirm(&answer.diagnostics);
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
        (true, _) => "Your URL has this problem",
        (false, true) => "One of several causes of this text",
        (false, false) => "The cause of this text",
    };
    html! {
        <li class="finding" data-cause={cause.rule.name}>
            <h3>{ prose::inline(cause.rule.title) }</h3>
            { parts::code(explanation.shown(explanation.line(cause.span))) }
            { parts::hint(how_sure) }
            <p>{ prose::inline(cause.step) }</p>
            <RulePage rule={cause.rule.name} />
        </li>
    }
}

/// libpq reports each attempt in one error; which of them counts is what people miss.
fn attempts(explanation: &Explanation<'_>) -> Option<String> {
    let count = explanation.attempts.len();
    if let Some(it) = explanation.unknown.and_then(|it| explanation.attempts.get(it)) {
        let message = explanation.shown(it.message);
        return Some(format!("No rule knows the text that explains the others: {message}"));
    }
    (count > 1).then(|| {
        format!(
            "This error reports {count} connection attempts. The first cause below explains it."
        )
    })
}

/// Host, port, user and database as the text has them.
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
    (!told.is_empty()).then(|| format!("The error mentions {}.", told.join(", ")))
}
