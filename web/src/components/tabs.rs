//! The ways to put variables in, and the settings module that reads them.

use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

use super::parts;
use crate::state::{Action, Tab};
use crate::words;

/// The row of tabs; arrow keys move along it.
pub(crate) fn view(open: Tab, act: &Callback<Action>) -> Html {
    let button = |tab: Tab| {
        let is_open = tab == open;
        html! {
            <button
                type="button"
                role="tab"
                id={id(tab)}
                aria-selected={words::yes_or_no(is_open)}
                aria-controls={is_open.then_some("panel")}
                tabindex={if is_open { "0" } else { "-1" }}
                onclick={act.reform(move |_| Action::Open(tab))}
            >
                { parts::text(tab.name()) }
            </button>
        }
    };
    html! {
        <div class="tabs" role="tablist" aria-label="Input as" onkeydown={Callback::from(walk)}>
            { parts::row(Tab::ALL.map(button)) }
        </div>
    }
}

/// What a tab opens.
pub(crate) fn panel(tab: Tab, content: Html) -> Html {
    html! {
        <div class="panel" role="tabpanel" id="panel" aria-labelledby={id(tab)} key={tab.name()}>
            { content }
        </div>
    }
}

fn id(tab: Tab) -> &'static str {
    match tab {
        Tab::Url => "tab-url",
        Tab::Fields => "tab-fields",
        Tab::Dotenv => "tab-dotenv",
        Tab::Settings => "tab-settings",
    }
}

fn walk(event: KeyboardEvent) {
    let Some(tab) = event.target_dyn_into::<HtmlElement>() else { return };
    let Some(row) = tab.parent_element() else { return };
    let next = match &*event.key() {
        "ArrowLeft" => tab.previous_element_sibling().or_else(|| row.last_element_child()),
        "ArrowRight" => tab.next_element_sibling().or_else(|| row.first_element_child()),
        "Home" => row.first_element_child(),
        "End" => row.last_element_child(),
        _ => return,
    };
    event.prevent_default();
    if let Some(next) = next.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // Focus fails only for an element that is gone.
        let _ = next.focus();
        next.click();
    }
}
