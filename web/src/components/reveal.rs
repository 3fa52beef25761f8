//! The button that shows what is hidden.

use yew::prelude::*;

use super::{fixed, parts};
use crate::words;

pub(crate) fn button(is_revealed: bool, toggle: &Callback<()>) -> Html {
    html! {
        <button
            type="button"
            class="reveal"
            aria-pressed={words::yes_or_no(is_revealed)}
            onclick={toggle.reform(|_| ())}
        >
            { fixed::eye() }
            { parts::text("Show password") }
        </button>
    }
}
