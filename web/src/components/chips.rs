//! Examples to load with a click.

use yew::prelude::*;

use super::parts;
use crate::examples::{BROKEN, Example, GOOD};
use crate::state::Action;

pub(crate) fn view(act: &Callback<Action>) -> Html {
    html! {
        <>
            { group("Examples", &GOOD, act) }
            { group("Examples that break", &BROKEN, act) }
        </>
    }
}

fn group(name: &'static str, examples: &'static [Example], act: &Callback<Action>) -> Html {
    let chips = examples.iter().map(|example| {
        let onclick = act.reform(move |_| Action::Load(example));
        html! { <button type="button" {onclick}>{ parts::text(example.name) }</button> }
    });
    html! { <div class="chips" role="group" aria-label={name}>{ parts::row(chips) }</div> }
}
