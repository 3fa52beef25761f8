//! DSN Lens for JavaScript: `resolve`, `explain`, `rules`, `version`.
//!
//! A thin, typed edge over `dsnlens-core`: it checks arguments, converts, and counts positions in
//! UTF-16 code units as JavaScript does. It has no logic of its own.

mod arguments;
mod positions;

use dsnlens_core::document::{RulePage, RuleSummary};
use dsnlens_core::rules as registry;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

/// The declarations of every type below, generated from `dsnlens_core::document`.
#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("../types.d.ts");

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
    /// See `RulePage` in types.d.ts.
    #[wasm_bindgen(typescript_type = "RulePage")]
    pub type RulePageObject;
    /// See `RuleSummary` in types.d.ts.
    #[wasm_bindgen(typescript_type = "RuleSummary[]")]
    pub type RuleSummaries;
}

/// Works out what an application does with a case. Secrets are masked unless
/// `options.showSecrets` is true.
///
/// @throws {TypeError} if an argument is not of the declared type; the message names the property.
#[wasm_bindgen]
pub fn resolve(
    case: CaseArgument,
    options: Option<OptionsArgument>,
) -> Result<ResolutionObject, JsValue> {
    let case = arguments::case(case.into())?;
    let show_secrets = arguments::show_secrets(options.map(JsValue::from))?;
    let inputs = case.inputs();
    let mut document = case.answer(&inputs, show_secrets).map_err(arguments::unknown_word)?;
    positions::count_in_utf16(&mut document, &inputs);
    to_js(&document)
}

/// The page of a rule.
///
/// @throws {TypeError} if there is no rule of that name.
#[wasm_bindgen]
pub fn explain(rule: &str) -> Result<RulePageObject, JsValue> {
    match registry::find(rule) {
        Some(rule) => to_js(&RulePage::new(rule)),
        None => Err(arguments::type_error("rule", "is not the name of a rule; see rules()")),
    }
}

/// Every rule, by name.
#[wasm_bindgen]
pub fn rules() -> Result<RuleSummaries, JsValue> {
    let summaries: Vec<_> = registry::RULES.iter().map(|it| RuleSummary::new(it)).collect();
    to_js(&summaries)
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// Plain objects, arrays and `null`, as `JSON.parse` would give.
fn to_js<T: JsCast>(value: &impl Serialize) -> Result<T, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?.unchecked_into())
}
