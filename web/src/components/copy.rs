//! A button that copies a text which may hold a secret, so that the page need not show it.

use yew::platform::spawn_local;
use yew::prelude::*;

use super::parts;
use crate::browser;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) label: &'static str,
    /// Asked for when the button is pressed.
    pub(crate) text: Callback<(), String>,
}

#[component]
pub(crate) fn Copy(props: &Props) -> Html {
    let outcome = use_state_eq(|| "");
    let onclick = {
        let (text, outcome) = (props.text.clone(), outcome.setter());
        Callback::from(move |_: MouseEvent| {
            let (copied, outcome) = (browser::copy(&text.emit(())), outcome.clone());
            spawn_local(async move {
                outcome.set(match copied.await {
                    true => "Copied",
                    false => "The browser lets nothing be copied here",
                });
            });
        })
    };
    // What was copied is old news as soon as something else is done.
    let onblur = {
        let outcome = outcome.setter();
        Callback::from(move |_: FocusEvent| outcome.set(""))
    };
    html! {
        <span class="copy-out">
            <button type="button" class="action" {onclick} {onblur}>{ parts::text(props.label) }</button>
            <span class="hint" role="status">{ parts::text(*outcome) }</span>
        </span>
    }
}
