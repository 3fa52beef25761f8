//! The page's second module, loaded after the first answer: what is pasted, error messages, exports.
//!
//! One function, texts in and a text out: the two modules share no memory and no types.

use wasm_bindgen::prelude::*;

/// Answers `what` about a text, `more` beside it, as the page's own module reads it.
#[wasm_bindgen]
pub fn ask(what: &str, text: &str, more: &str) -> String {
    dsnlens_web::answer(what, text, more)
}
