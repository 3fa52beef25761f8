//! A rule's page, unfolded under its finding.

use web_sys::Element;
use yew::prelude::*;

use super::parts;
use crate::browser;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    /// Its name.
    pub(crate) rule: &'static str,
}

#[component]
pub(crate) fn RulePage(props: &Props) -> Html {
    let is_open = use_state_eq(|| false);
    let ontoggle = {
        let is_open = is_open.clone();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<Element>();
            is_open.set(details.is_some_and(|it| it.has_attribute("open")));
        })
    };
    let page = is_open.then(|| match browser::rule_page(props.rule) {
        Some(page) => Html::from_html_unchecked(page.into()),
        None => html! {
            <p>{ parts::text("It could not be loaded. At a terminal: ") }{ parts::code(format!("dsnlens explain {}", props.rule)) }</p>
        },
    });
    html! {
        <details class="page" {ontoggle}>
            <summary>{ parts::text("About ") }{ parts::code(props.rule) }</summary>
            { parts::row(page) }
        </details>
    }
}
