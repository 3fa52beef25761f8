//! The five `DB_*` variables.

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::{InputSpan, Recipe};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{parts, reveal, tabs};
use crate::pointed::Pointed;
use crate::state::{Action, Form, Tab};

pub(crate) fn view(
    form: &Form,
    recipe: &Recipe,
    lit: &[InputSpan<'_>],
    is_revealed: bool,
    act: &Callback<Action>,
    point: &Callback<Option<Pointed>>,
    toggle: &Callback<()>,
) -> Html {
    let defaults = &recipe.defaults;
    let defaults =
        [&defaults.host, &defaults.name, &defaults.user, &defaults.password, &defaults.port];
    let field = |nth: usize| {
        let name = FIELDS[nth];
        let is_secret = name == "DB_PASSWORD" && !is_revealed;
        // Some tools that fill in forms report no input, only the change.
        let onchange = act.reform(move |event: Event| {
            let input: HtmlInputElement = event.target_unchecked_into();
            Action::TypeField(nth, input.value())
        });
        let is_lit = lit.iter().any(|it| it.input == name);
        html! {
            <div class="field" data-lit={is_lit.then_some("")} key={name}>
                <label for={name}>{ parts::text(name) }</label>
                <input
                    id={name}
                    type={if is_secret { "password" } else { "text" }}
                    value={form.fields[nth].clone()}
                    placeholder={defaults[nth].to_string()}
                    inputmode={(name == "DB_PORT").then_some("numeric")}
                    spellcheck="false"
                    autocomplete="off"
                    autocapitalize="off"
                    autocorrect="off"
                    data-gramm="false"
                    aria-describedby="fields-hint"
                    oninput={onchange.reform(|event: InputEvent| event.into())}
                    {onchange}
                    onfocus={point.reform(move |_| Some(Pointed::Variable(name)))}
                    onblur={point.reform(|_| None)}
                />
            </div>
        }
    };
    let content = html! {
        <form onsubmit={Callback::from(|event: SubmitEvent| event.prevent_default())}>
            <div class="fields" translate="no">{ parts::row((0..FIELDS.len()).map(field)) }</div>
            <div class="below">
                <p class="hint" id="fields-hint">
                    { parts::text("Empty means unset: the default in grey counts.") }
                </p>
                { reveal::button(is_revealed, toggle) }
            </div>
        </form>
    };
    tabs::panel(Tab::Fields, content)
}
