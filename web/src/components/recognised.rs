//! What was recognised in a pasted text, and the way back to it.

use yew::prelude::*;

use super::{parts, prose};
use crate::state::{Action, Done, What};

pub(crate) fn view(done: Option<&Done>, act: &Callback<Action>) -> Html {
    let Some(Done { what: What::Recognised { title, notes }, .. }) = done else {
        return html! {};
    };
    html! {
        <div class="recognised">
            <p role="status">{ prose::inline(title) }</p>
            <button type="button" class="link" onclick={act.reform(|_| Action::Undo)}>
                { parts::text("Take it as it was") }
            </button>
            { prose::list(notes) }
        </div>
    }
}
