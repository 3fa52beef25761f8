//! The few shapes that every part of the page is made of.

use std::borrow::Cow;

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlSelectElement};
use yew::prelude::*;
use yew::virtual_dom::{VList, VText};

/// A section under its name, with a word beside the heading. `id` is for the style sheet.
pub(crate) fn section(id: &'static str, name: &'static str, aside: Html, content: Html) -> Html {
    // The heading is set in capitals, which would count as its name.
    html! {
        <section data-section={id} aria-label={name}>
            <h2 tabindex="-1">{ text(name) }{ aside }</h2>
            { content }
        </section>
    }
}

pub(crate) fn code(text: impl Into<Cow<'static, str>>) -> Html {
    fn code(text: Cow<'static, str>) -> Html {
        html! { <code translate="no">{ self::text(text) }</code> }
    }
    code(text.into())
}

pub(crate) fn hint(text: impl Into<Cow<'static, str>>) -> Html {
    fn hint(text: Cow<'static, str>) -> Html {
        html! { <p class="hint">{ self::text(text) }</p> }
    }
    hint(text.into())
}

/// A term and what is said of it.
pub(crate) fn fact(term: Html, description: Html) -> Html {
    html! { <div><dt>{ term }</dt><dd>{ description }</dd></div> }
}

pub(crate) fn text(text: impl Into<Cow<'static, str>>) -> Html {
    let text = match text.into() {
        Cow::Borrowed(text) => AttrValue::Static(text),
        Cow::Owned(text) => text.into(),
    };
    Html::from(VText::new(text))
}

/// Several things in a row.
pub(crate) fn row(items: impl IntoIterator<Item = Html>) -> Html {
    fn row(items: Vec<Html>) -> Html {
        VList::with_children(items, None).into()
    }
    row(items.into_iter().collect())
}

/// A choice of one among few; `choose` is told which by number.
pub(crate) fn choice(
    name: &'static str,
    options: Vec<(Cow<'static, str>, bool)>,
    choose: Callback<usize>,
) -> Html {
    let onchange = choose.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        usize::try_from(select.selected_index()).unwrap_or_default()
    });
    let option = |(text, is_chosen)| {
        html! { <option selected={is_chosen}>{ self::text(text) }</option> }
    };
    html! {
        <div class="control">
            <label for={name}>{ text(name) }</label>
            <select id={name} {onchange}>{ row(options.into_iter().map(option)) }</select>
        </div>
    }
}

/// A form that is never sent.
pub(crate) fn keep_here() -> Callback<SubmitEvent> {
    Callback::from(|event: SubmitEvent| event.prevent_default())
}

/// Gives the keyboard's focus to an element, which fails only where it is gone.
pub(crate) fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
