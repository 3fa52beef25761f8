//! What only the full module has: `compare`.

use wasm_bindgen::prelude::*;

use crate::api::CaseArgument;
use crate::{arguments, positions, to_js};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"import type { CompareOptions, Comparison } from "./types.js";"#;

#[wasm_bindgen]
extern "C" {
    /// See `CompareOptions` in types.d.ts.
    #[wasm_bindgen(typescript_type = "CompareOptions")]
    pub type CompareOptionsArgument;
    /// See `Comparison` in types.d.ts.
    #[wasm_bindgen(typescript_type = "Comparison")]
    pub type ComparisonObject;
}

/// Works out what several clients read of a case, whose own client is left aside: those of
/// `options.clients`, all that take URLs where that is absent. Secrets are masked unless
/// `options.showSecrets` is true.
///
/// @throws {TypeError} if an argument is not of the declared type; the message names the property.
#[wasm_bindgen]
pub fn compare(
    case: CaseArgument,
    options: Option<CompareOptionsArgument>,
) -> Result<ComparisonObject, JsValue> {
    let case = arguments::case(case.into())?;
    let options = arguments::compare_options(options.map(JsValue::from))?;
    let comparison =
        case.compare(&options.clients, dsnlens_settings::evaluate, options.show_secrets);
    let mut comparison = comparison.map_err(arguments::unknown_word)?;
    positions::compared_in_utf16(&mut comparison, &case);
    to_js(&comparison)
}
