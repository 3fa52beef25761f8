//! A pasted error message: what it is about, by the rules that know its text.

use dsnlens_core::rules;
use yew::prelude::*;

use super::rule_page::RulePage;
use super::{parts, prose};
use crate::pasted::{Explained, KnownCause};
use crate::state::Action;

pub(crate) fn view(explained: &Explained, act: &Callback<Action>) -> Html {
    let close = html! {
        <button type="button" class="link" onclick={act.reform(|_| Action::Dismiss)}>
            { parts::text("Close") }
        </button>
    };
    let content = html! {
        <>
            { parts::row(explained.attempts.clone().map(parts::hint)) }
            { parts::row(explained.told.as_ref().map(|it| prose::hint(it))) }
            <ol role="list" aria-label="Causes">
                { parts::row(explained.causes.iter().map(cause)) }
            </ol>
            { close }
        </>
    };
    parts::section("message", "Pasted error", html! {}, content)
}

fn cause(cause: &KnownCause) -> Html {
    let rule = rules::find(&cause.rule).map_or("", |it| it.name);
    html! {
        <li class="finding" data-cause={rule}>
            <h3>{ prose::inline(&cause.title) }</h3>
            { parts::code(cause.line.clone()) }
            { parts::hint(cause.how_sure.clone()) }
            <p>{ prose::inline(&cause.step) }</p>
            <RulePage {rule} />
        </li>
    }
}
