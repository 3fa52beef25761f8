//! What of a settings module is not known: its line, the expression and the reason.

use dsnlens_core::{Resolution, Unknown};
use yew::prelude::*;

use super::{parts, prose};

pub(crate) fn view(resolution: &Resolution<'_>) -> Html {
    if resolution.module.is_none() || resolution.unknown.is_empty() {
        return html! {};
    }
    let count = resolution.unknown.len();
    let aside = html! { <span class="count">{ parts::text(count.to_string()) }</span> };
    let content = html! {
        <ul role="list" class="unknown">{ parts::row(resolution.unknown.iter().map(item)) }</ul>
    };
    parts::section("unknown", "Unknown", aside, content)
}

fn item(Unknown { path, line, expression, why, .. }: &Unknown<'_>) -> Html {
    let place = line.map_or_else(|| (*path).to_owned(), |line| format!("{path}:{line}"));
    html! {
        <li>
            <span translate="no">{ parts::text(place + " ") }</span>
            { parts::code(expression.clone().into_owned()) }
            <span>{ prose::inline(why) }</span>
        </li>
    }
}
