//! The live check, where the program serves the page.
//!
//! This page hands over what it would be of, and whether a person has typed that. The element is
//! `live.js`'s: it asks the program and draws the answer, so that the static page weighs nothing of
//! it and holds no request.

use dsnlens_core::{Inputs, Question};
use web_sys::js_sys::{Object, Reflect};
use web_sys::wasm_bindgen::JsValue;
use yew::prelude::*;

use super::parts;
use crate::browser;

pub(crate) fn view(question: Option<&Question<'_>>, is_linked: bool) -> Html {
    if !browser::has_live_check() {
        return html! {};
    }
    // The program is asked with variables alone, and all of each.
    let is_whole = |it: &Inputs<'_>| it.databases().is_none() && it.holes().is_empty();
    let question = question
        .filter(|it| is_whole(&it.inputs))
        .map_or(JsValue::NULL, |it| object([("case", case(it)), ("isTyped", (!is_linked).into())]));
    let content = html! { <dsnlens-live-check ~question={question} /> };
    parts::section("live", "Live check", html! {}, content)
}

/// The case that the program is asked, as `dsnlens resolve --jsonl` is.
fn case(Question { client, inputs, recipe, .. }: &Question<'_>) -> JsValue {
    let env = object(inputs.variables().iter().map(|it| (it.name, it.value.into())));
    let version = recipe.dj_database_url.version();
    let debug = inputs.debug().is_on();
    object([
        ("env", env),
        ("debug", debug.into()),
        ("client", client.name.into()),
        ("stack", object([("djDatabaseUrl", version.into())])),
    ])
}

fn object<'a>(properties: impl IntoIterator<Item = (&'a str, JsValue)>) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // An object that was just made takes everything.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}
