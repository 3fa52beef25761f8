//! A label and a box for one line of text.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::parts;
use crate::typed::{How, Typed};

/// What a field shows.
#[derive(Default)]
pub(crate) struct TextField {
    /// Its accessible name, and its id.
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) placeholder: String,
    /// The id of the element that says more.
    pub(crate) hint: Option<&'static str>,
    pub(crate) is_number: bool,
    pub(crate) is_hidden: bool,
    pub(crate) is_lit: bool,
    pub(crate) on_focus: Callback<FocusEvent>,
    pub(crate) on_blur: Callback<FocusEvent>,
}

pub(crate) fn view(field: TextField, on_type: Callback<Typed>) -> Html {
    // Some tools that fill in forms report no input, only the change.
    let onchange = on_type.reform(|event: Event| {
        let input: HtmlInputElement = event.target_unchecked_into();
        let text = input.value();
        let how = How::of(&event, &text);
        Typed { text, how }
    });
    html! {
        <div class="field" data-lit={field.is_lit.then_some("")} key={field.name}>
            <label for={field.name}>{ parts::text(field.name) }</label>
            <input
                id={field.name}
                type={if field.is_hidden { "password" } else { "text" }}
                value={field.value}
                placeholder={field.placeholder}
                inputmode={field.is_number.then_some("numeric")}
                spellcheck="false"
                autocomplete="off"
                autocapitalize="off"
                autocorrect="off"
                data-gramm="false"
                aria-describedby={field.hint}
                oninput={onchange.reform(|event: InputEvent| event.into())}
                {onchange}
                onfocus={field.on_focus}
                onblur={field.on_blur}
            />
        </div>
    }
}

/// The number that a person types, as far as it is one.
pub(crate) fn number(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(9).collect();
    digits.parse().ok()
}
