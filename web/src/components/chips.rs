//! Examples to load with a click.

use yew::prelude::*;

use super::parts;
use crate::examples::EXAMPLES;
use crate::state::Action;

pub(crate) fn view(act: &Callback<Action>) -> Html {
    let chips = EXAMPLES.iter().map(|example| {
        let onclick = act.reform(move |_| Action::Load(example));
        html! { <button type="button" {onclick}>{ parts::text(example.name) }</button> }
    });
    html! {
        <div class="chips" role="group" aria-label="Examples">{ parts::row(chips) }</div>
    }
}
