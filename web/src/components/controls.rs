//! `DEBUG` and the installed dj-database-url.

use dsnlens_core::{Debug, DjDatabaseUrl};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::parts;
use crate::state::{Action, Form};
use crate::words;

/// `said` is what a file says of `DEBUG`, which then beats the switch.
pub(crate) fn view(form: &Form, said: Option<Debug>, act: &Callback<Action>) -> Html {
    let is_on = said.map_or(form.debug, Debug::is_on);
    let state = match (said, is_on) {
        (Some(Debug::Ambiguous), _) => "neither yes nor no in the file: production",
        (Some(_), true) => "on in the file: development",
        (Some(_), false) => "off in the file: production",
        (None, true) => "on: development",
        (None, false) => "off: production",
    };
    let onchange = act.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        Action::ChooseVersion(select.value().parse().unwrap_or_default())
    });
    let version = |it: DjDatabaseUrl| {
        html! {
            <option value={it.version()} selected={it == form.dj_database_url}>
                { parts::text(it.version()) }
            </option>
        }
    };
    html! {
        <div class="controls">
            <div class="control">
                <button
                    type="button"
                    role="switch"
                    class="switch"
                    aria-checked={words::yes_or_no(is_on)}
                    aria-describedby="debug-state"
                    disabled={said.is_some()}
                    onclick={act.reform(move |_| Action::SwitchDebug(!is_on))}
                >
                    { parts::text("DEBUG") }
                    <span class="track" aria-hidden="true"></span>
                </button>
                <span class="hint" id="debug-state">{ parts::text(state) }</span>
            </div>
            <div class="control">
                <label for="dj-database-url">{ parts::text("dj-database-url") }</label>
                <select id="dj-database-url" {onchange}>
                    { parts::row(DjDatabaseUrl::ALL.map(version)) }
                </select>
            </div>
        </div>
    }
}
