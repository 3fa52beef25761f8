//! The page behind `<dsn-lens>`, which `npm/element.js` defines.

use std::rc::Rc;

use dsnlens_core::document::{Case, CaseSettings, Document};
use dsnlens_core::{DATABASE_URL, Question, resolve};
use dsnlens_web::{Element, Given};
use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::{parse_url, positions, to_js};

/// A place where the page is drawn, for one element after the other.
#[wasm_bindgen]
pub struct Lens(Element);

#[wasm_bindgen]
impl Lens {
    /// Draws nothing into `root` yet.
    #[wasm_bindgen(constructor)]
    pub fn new(root: web_sys::Element) -> Lens {
        Lens(Element::new(root))
    }

    /// Draws the page anew, and calls `tell(resolution, url)` at once and after each change: what
    /// is worked out, secrets masked, and `DATABASE_URL` as it is; each `null` where there is none.
    #[expect(clippy::too_many_arguments, reason = "each is an attribute of the element")]
    pub fn draw(
        &mut self,
        tell: Function,
        url: Option<String>,
        debug: bool,
        dj_database_url: &str,
        readonly: bool,
        settings: Option<String>,
        client: Option<String>,
    ) {
        let tell = move |question: Option<Question<'_>>, is_known: bool| {
            let url = question.as_ref().and_then(|it| it.inputs.get(DATABASE_URL));
            let resolution = question.filter(|_| is_known).map_or(JsValue::NULL, resolution);
            // What a listener throws is reported where it listens.
            let _ = tell.call2(&JsValue::NULL, &resolution, &url.map_or(JsValue::NULL, Into::into));
        };
        let given = given(url, debug, dj_database_url, readonly, settings, client);
        self.0.draw(given, Rc::new(tell));
    }

    /// Starts with what is given now.
    pub fn give(
        &mut self,
        url: Option<String>,
        debug: bool,
        dj_database_url: &str,
        readonly: bool,
        settings: Option<String>,
        client: Option<String>,
    ) {
        self.0.give(given(url, debug, dj_database_url, readonly, settings, client));
    }

    /// Draws nothing any more, and keeps nothing.
    pub fn leave(&mut self) {
        self.0.leave();
    }
}

/// A release that is not modelled is as good as none.
fn given(
    url: Option<String>,
    debug: bool,
    dj_database_url: &str,
    is_readonly: bool,
    settings: Option<String>,
    client: Option<String>,
) -> Given {
    let dj_database_url = dj_database_url.parse().unwrap_or_default();
    let client = client.unwrap_or_default();
    Given { url, debug, dj_database_url, is_readonly, client, settings }
}

fn resolution(question: Question<'_>) -> JsValue {
    let settings = question
        .module
        .map(|it| CaseSettings { text: Some(it.text.to_owned()), ..CaseSettings::default() });
    let mut document = Document::with_parser(parse_url, &resolve(question), false);
    positions::count_in_utf16(&mut document, &Case { settings, ..Case::default() });
    to_js(&document).unwrap_or(JsValue::NULL)
}
