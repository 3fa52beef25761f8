//! What JavaScript imports of both modules: `resolve` and `version`.

use dsnlens_core::document::{Case, Document};
use dsnlens_core::module::Preset;
#[cfg(not(feature = "full"))]
use dsnlens_core::{
    Question,
    module::{Evaluated, SettingsModule},
};
#[cfg(feature = "full")]
use dsnlens_settings::evaluate;
use wasm_bindgen::prelude::*;

use crate::{arguments, parse_url, positions, to_js};

/// Every type below is declared in types.d.ts, which is generated from `dsnlens_core::document`.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"import type { Case, Options, Resolution } from "./types.js";"#;

#[wasm_bindgen]
extern "C" {
    /// See `Case` in types.d.ts.
    #[wasm_bindgen(typescript_type = "Case")]
    pub type CaseArgument;
    /// See `Options` in types.d.ts.
    #[wasm_bindgen(typescript_type = "Options")]
    pub type OptionsArgument;
    /// See `Resolution` in types.d.ts.
    #[wasm_bindgen(typescript_type = "Resolution")]
    pub type ResolutionObject;
}

/// Works out what an application does with a case. Secrets are masked unless
/// `options.showSecrets` is true.
///
/// @throws {TypeError} if an argument is not of the declared type; the message names the property.
// Without the feature `full` it may also be a text: the property that takes the full module.
#[wasm_bindgen]
pub fn resolve(
    case: CaseArgument,
    options: Option<OptionsArgument>,
) -> Result<ResolutionObject, JsValue> {
    let case = arguments::case(case.into())?;
    let show_secrets = arguments::show_secrets(options.map(JsValue::from))?;
    let question = match case.question(evaluate) {
        Err(word) if !IS_FULL && word.property == "client" => return Ok(beyond("client")),
        question => question.map_err(arguments::unknown_word)?,
    };
    if !IS_FULL && question.module.is_some() {
        return Ok(beyond(why_evaluated(&case)));
    }
    let answer = dsnlens_core::resolve(question);
    let mut document = Document::with_parser(parse_url, &answer, show_secrets);
    positions::count_in_utf16(&mut document, &case);
    to_js(&document)
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

const IS_FULL: bool = cfg!(feature = "full");

fn beyond(property: &str) -> ResolutionObject {
    JsValue::from(property).unchecked_into()
}

/// The property of a case for which a settings module has to be evaluated.
fn why_evaluated(case: &Case) -> &'static str {
    let preset = |name: Option<&str>| name.is_some_and(|it| it == Preset::GUIDE.name);
    match &case.settings {
        Some(settings) if !preset(settings.preset.as_deref()) => "settings",
        // Core has the guide's module for some releases alone.
        _ => "stack.djDatabaseUrl",
    }
}

/// Stands for the evaluator. Nothing is resolved that would call it.
#[cfg(not(feature = "full"))]
fn evaluate<'a>(_: &SettingsModule<'a>, _: &Question<'a>) -> Evaluated<'a> {
    Evaluated::default()
}
