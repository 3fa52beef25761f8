//! The five `DB_*` variables.

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::{InputSpan, MASK, Recipe};
use yew::prelude::*;

use super::text_field::TextField;
use super::{parts, reveal, tabs, text_field};
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
    let defaults = recipe.defaults.all();
    let usual = Recipe::default();
    let field = |nth: usize| {
        let name = FIELDS[nth];
        let is_hidden = name == "DB_PASSWORD" && !is_revealed;
        // The document's own default is no secret; another one is.
        let is_masked = is_hidden && defaults[nth] != usual.defaults.all()[nth];
        let field = TextField {
            name,
            value: form.fields[nth].clone(),
            placeholder: if is_masked { MASK.into() } else { defaults[nth].to_string() },
            hint: Some("fields-hint"),
            is_number: name == "DB_PORT",
            is_hidden,
            is_lit: lit.iter().any(|it| it.input == name),
            on_focus: point.reform(move |_| Some(Pointed::Variable(name))),
            on_blur: point.reform(|_| None),
        };
        text_field::view(field, act.reform(move |it| Action::TypeField(nth, it)))
    };
    let content = html! {
        <form onsubmit={parts::keep_here()}>
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
