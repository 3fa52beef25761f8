//! The live check, where the program serves the page.
//!
//! This page hands over what it would be of, and whether a person has typed that. The element is
//! `live.js`'s: it asks the program and draws the answer, so that the static page weighs nothing of
//! it and holds no request.

use dsnlens_core::{Answer, Inputs, Question};
use web_sys::js_sys::{Object, Reflect};
use web_sys::wasm_bindgen::JsValue;
use yew::prelude::*;

use super::parts;
use crate::browser;

pub(crate) fn view(answer: Option<&Answer<'_>>, is_linked: bool) -> Html {
    if !browser::has_live_check() {
        return html! {};
    }
    // The program is asked with variables alone, and all of each.
    let is_whole = |it: &Inputs<'_>| it.databases().is_none() && it.holes().is_empty();
    // What a module comes to is known to the program as far as it is known here.
    let question = answer
        .filter(|it| it.question.module.is_none() || it.resolution.unknown.is_empty())
        .map(|it| &it.question)
        .filter(|it| is_whole(&it.inputs))
        .map_or(JsValue::NULL, |it| object([("case", case(it)), ("isTyped", (!is_linked).into())]));
    let content = html! { <dsnlens-live-check ~question={question} /> };
    parts::section("live", "Live check", html! {}, content)
}

/// The case that the program is asked, as `dsnlens resolve --jsonl` is.
fn case(Question { client, inputs, recipe, module }: &Question<'_>) -> JsValue {
    let env = object(inputs.variables().iter().map(|it| (it.name, it.value.into())));
    let version = recipe.dj_database_url.version();
    let debug = inputs.debug().is_on();
    let stack = object([("djDatabaseUrl", version.into())]);
    let all = [("env", env), ("client", client.name.into()), ("stack", stack)];
    let of_module = module.map(|it| {
        let dotenv = it.dotenv.unwrap_or("").into();
        [("settings", object([("text", it.text.into())])), ("dotenv", dotenv)]
    });
    // A module says itself what it is.
    let debug = module.is_none().then(|| ("debug", debug.into()));
    object(all.into_iter().chain(of_module.into_iter().flatten()).chain(debug))
}

fn object<'a>(properties: impl IntoIterator<Item = (&'a str, JsValue)>) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        // An object that was just made takes everything.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}
