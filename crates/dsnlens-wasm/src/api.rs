//! What JavaScript imports: `resolve` and `version`.

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
#[wasm_bindgen]
pub fn resolve(
    case: CaseArgument,
    options: Option<OptionsArgument>,
) -> Result<ResolutionObject, JsValue> {
    let case = arguments::case(case.into())?;
    let show_secrets = arguments::show_secrets(options.map(JsValue::from))?;
    let answer = case.answer_with(parse_url, dsnlens_settings::evaluate, show_secrets);
    let mut document = answer.map_err(arguments::unknown_word)?;
    positions::count_in_utf16(&mut document, &case);
    to_js(&document)
}

/// The version of this package.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
