//! DSN Lens for JavaScript: `resolve`, `compare` and `version`, and the page as an element, which
//! `npm/` makes a package of.
//!
//! A thin, typed edge over `dsnlens-core`: it checks arguments, converts, and counts positions in
//! UTF-16 code units as JavaScript does. It has no logic of its own, and not the rules' pages: no
//! answer needs them, and as a file beside it (`npm/pages.js`) a bundler can leave them out.

#[cfg(feature = "api")]
mod api;
#[cfg(feature = "api")]
mod arguments;
#[cfg(feature = "element")]
mod element;
#[cfg(feature = "full")]
mod full;
mod positions;

use dsnlens_core::syntax::whatwg::WhatwgUrl;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[cfg(feature = "api")]
pub use api::{resolve, version};
#[cfg(feature = "full")]
pub use full::compare;

/// Plain objects, arrays and `null`, as `JSON.parse` would give.
fn to_js<T: JsCast>(value: &impl Serialize) -> Result<T, JsValue> {
    Ok(value.serialize(&Serializer::json_compatible())?.unchecked_into())
}

/// The WHATWG parser that every JavaScript engine's host brings; another would weigh 18 KB.
fn parse_url(url: &str) -> Option<WhatwgUrl> {
    let url = web_sys::Url::new(url).ok()?;
    Some(WhatwgUrl {
        username: url.username(),
        password: url.password(),
        hostname: url.hostname(),
        port: url.port(),
        pathname: url.pathname(),
    })
}
