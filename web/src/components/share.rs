//! The link to what was put in.

use yew::prelude::*;

use super::copy::Copy;
use super::parts;
use crate::state::State;
use crate::{browser, share};

pub(crate) fn view(state: &UseReducerHandle<State>) -> Html {
    let link = {
        let state = state.clone();
        Callback::from(move |()| browser::set_fragment(&share::fragment(&state.form)))
    };
    let hint = match state.has_stand_in {
        true => format!("Opened from a link: where a secret was, it says {}.", share::STAND_IN),
        false if state.form.has_module() || state.form.has_databases() => {
            "The link leaves out settings.py, its variables and all secrets.".into()
        }
        false => "The link holds everything but secrets.".into(),
    };
    html! {
        <div class="share">
            <Copy label="Copy link" text={link} />
            { parts::hint(hint) }
        </div>
    }
}
