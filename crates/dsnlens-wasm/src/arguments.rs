//! Arguments from JavaScript: taken as declared, or refused with a `TypeError` that says which
//! property is wrong. No message repeats a value, since any value may hold a password.

use dsnlens_core::document::{Case, CaseStack, UnknownWord};
#[cfg(feature = "full")]
use dsnlens_core::{Client, document};
use js_sys::{JsString, Object, Reflect, TypeError};
use wasm_bindgen::prelude::*;

/// No environment of a process is that long, and WebAssembly's memory has an end.
const MAX_LENGTH: u32 = 10_000_000;

/// A `TypeError` about a property.
pub(crate) fn type_error(property: &str, what: &str) -> JsValue {
    TypeError::new(&format!("dsnlens: {property} {what}")).into()
}

/// A property of a case that is none of the words it may be.
pub(crate) fn unknown_word(word: UnknownWord) -> JsValue {
    type_error(&format!("case.{}", word.property), &format!("must be {}", word.expected))
}

/// The first argument of `resolve`.
pub(crate) fn case(case: JsValue) -> Result<Case, JsValue> {
    let object = plain_object(&case, "case")?;
    for name in names(&object, "case")? {
        let value = property(&object, &name);
        let is_right = match name.as_str() {
            "env" => plain_object(&value, "case.env").map(|_| true)?,
            "settings" => value.is_undefined() || settings(&value).map(|()| true)?,
            "debug" => value.is_undefined() || value.as_bool().is_some(),
            "stack" => value.is_undefined() || stack(&value).map(|()| true)?,
            "client" | "dotenv" => value.is_undefined() || value.is_string(),
            _ => return Err(type_error(&format!("case.{name}"), "is not a property of a case")),
        };
        let wanted = if name == "debug" { "must be a boolean" } else { "must be a string" };
        if !is_right {
            return Err(type_error(&format!("case.{name}"), wanted));
        }
    }
    let env = property(&object, "env");
    let env = plain_object(&env, "case.env")?;
    texts(&env, "case.env")?;
    serde_wasm_bindgen::from_value(case).map_err(|_| type_error("case", "is not a case"))
}

/// `case.settings`: a module's text, a preset's name, or the dictionary itself.
fn settings(value: &JsValue) -> Result<(), JsValue> {
    let object = plain_object(value, "case.settings")?;
    let wanted = "must be an object with one of `text`, `preset` and `databases`";
    let mut doors = 0;
    for name in names(&object, "case.settings")? {
        let value = property(&object, &name);
        let of = format!("case.settings.{name}");
        match name.as_str() {
            "text" | "preset" | "path" if !value.is_string() => {
                return Err(type_error(&of, "must be a string"));
            }
            "files" => texts(&plain_object(&value, &of)?, &of)?,
            "databases" => tree(&value)?,
            "text" | "preset" | "path" => {}
            _ => return Err(type_error(&of, "is not a property of a settings module")),
        }
        doors += usize::from(matches!(name.as_str(), "text" | "preset" | "databases"));
    }
    match doors {
        1 => Ok(()),
        _ => Err(type_error("case.settings", wanted)),
    }
}

/// `case.stack`: releases by package.
fn stack(value: &JsValue) -> Result<(), JsValue> {
    let object = plain_object(value, "case.stack")?;
    for name in names(&object, "case.stack")? {
        let value = property(&object, &name);
        let of = format!("case.stack.{name}");
        match name.as_str() {
            "libpq" if value.as_f64().is_none_or(|it| it.fract() != 0.0) => {
                return Err(type_error(&of, "must be an integer"));
            }
            "libpq" => {}
            text if CaseStack::TEXTS.contains(&text) && value.is_string() => {}
            text if CaseStack::TEXTS.contains(&text) => {
                return Err(type_error(&of, "must be a string"));
            }
            _ => return Err(type_error(&of, "is not a package of the stack")),
        }
    }
    Ok(())
}

/// Strings by name, that together are no longer than memory has room for.
fn texts(object: &Object, of: &str) -> Result<(), JsValue> {
    let mut length = 0;
    for name in names(object, of)? {
        match property(object, &name).dyn_into::<JsString>() {
            Ok(value) => length += value.length(),
            Err(_) => return Err(type_error(&format!("{of}.{name}"), "must be a string")),
        }
        if length > MAX_LENGTH {
            let wrong = format!("must not hold more than {MAX_LENGTH} characters");
            return Err(type_error(of, &wrong));
        }
    }
    Ok(())
}

/// `case.settings.databases`: a plain tree that ends.
fn tree(databases: &JsValue) -> Result<(), JsValue> {
    const MAX_DEPTH: usize = 64;
    plain_object(databases, "case.settings.databases")?;
    let is_wrong = || type_error("case.settings.databases", "must be what JSON can hold");
    let text = js_sys::JSON::stringify(databases).map_err(|_| is_wrong())?;
    if text.length() > MAX_LENGTH {
        return Err(is_wrong());
    }
    let (mut depth, mut deepest) = (0_usize, 0);
    for c in String::from(text).chars() {
        match c {
            '{' | '[' => depth += 1,
            '}' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    match deepest > MAX_DEPTH {
        true => Err(is_wrong()),
        false => Ok(()),
    }
}

/// The second argument of `resolve`.
pub(crate) fn show_secrets(options: Option<JsValue>) -> Result<bool, JsValue> {
    let Some(object) = options_of(options, &["showSecrets"])? else { return Ok(false) };
    flag(&object)
}

/// What `compare` is asked beside a case.
#[cfg(feature = "full")]
pub(crate) struct CompareOptions {
    pub(crate) clients: Vec<&'static Client>,
    pub(crate) show_secrets: bool,
}

/// The second argument of `compare`.
#[cfg(feature = "full")]
pub(crate) fn compare_options(options: Option<JsValue>) -> Result<CompareOptions, JsValue> {
    let object = options_of(options, &["showSecrets", "clients"])?;
    let show_secrets = object.as_ref().map_or(Ok(false), flag)?;
    let clients = object.map_or(JsValue::UNDEFINED, |it| property(&it, "clients"));
    Ok(CompareOptions { clients: named(&clients)?, show_secrets })
}

/// Each client once: an answer is as long as the list.
#[cfg(feature = "full")]
fn named(clients: &JsValue) -> Result<Vec<&'static Client>, JsValue> {
    if clients.is_undefined() {
        return document::clients([]).map_err(unknown_word);
    }
    let is_wrong = || type_error("options.clients", "must be an array of clients' names");
    let names: &js_sys::Array = clients.dyn_ref().ok_or_else(is_wrong)?;
    if names.length() == 0 {
        return Err(type_error("options.clients", "must name a client"));
    }
    let mut found: Vec<&'static Client> = Vec::new();
    for (nth, name) in names.iter().enumerate() {
        let of = format!("options.clients[{nth}]");
        let name = name.as_string().ok_or_else(|| type_error(&of, "must be a string"))?;
        let wrong = |it: UnknownWord| type_error(&of, &format!("must be {}", it.expected));
        for client in document::clients([&*name]).map_err(wrong)? {
            if found.contains(&client) {
                return Err(type_error(&of, "is in the array twice"));
            }
            found.push(client);
        }
    }
    Ok(found)
}

/// Options with these names alone, if there are any.
fn options_of(options: Option<JsValue>, known: &[&str]) -> Result<Option<Object>, JsValue> {
    let Some(options) = options.filter(|it| !it.is_undefined()) else { return Ok(None) };
    let object = plain_object(&options, "options")?;
    for name in names(&object, "options")? {
        if !known.contains(&&*name) {
            return Err(type_error(&format!("options.{name}"), "is not an option"));
        }
    }
    Ok(Some(object))
}

fn flag(options: &Object) -> Result<bool, JsValue> {
    let value = property(options, "showSecrets");
    match value.as_bool() {
        None if !value.is_undefined() => {
            Err(type_error("options.showSecrets", "must be a boolean"))
        }
        flag => Ok(flag.unwrap_or(false)),
    }
}

fn plain_object(value: &JsValue, name: &str) -> Result<Object, JsValue> {
    // Not `instanceof`: an object without a prototype is none, nor one from another frame.
    match value.is_object() && !js_sys::Array::is_array(value) {
        true => Ok(value.clone().unchecked_into()),
        false => Err(type_error(name, "must be an object")),
    }
}

/// The names of an object's properties. A `Proxy` may refuse to tell them.
fn names(object: &Object, what: &str) -> Result<Vec<String>, JsValue> {
    let keys = Reflect::own_keys(object).map_err(|_| type_error(what, "must be a plain object"))?;
    Ok(keys.iter().filter_map(|name| name.as_string()).collect())
}

/// A property's value; `undefined` where there is none or its getter throws.
fn property(object: &Object, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}
