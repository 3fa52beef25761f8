//! The page: what is typed on one side, what an application does with it on the other.
//!
//! State is what a person put in, and nothing else: every answer is derived from it by
//! [`dsnlens_core::resolve`] whenever the page is drawn. Nothing is stored or sent, and no secret
//! reaches an attribute, the title or the console.

mod answer;
mod app;
mod browser;
mod components;
mod effective;
mod embedding;
mod examples;
mod module;
#[cfg(any(test, feature = "more"))]
mod more;
mod others;
mod paint;
mod pasted;
#[cfg_attr(not(any(test, feature = "more")), allow(dead_code, reason = "only `more` writes"))]
mod plain;
mod pointed;
mod reading;
mod second;
#[cfg(test)]
#[allow(dead_code, reason = "other tests use the rest")]
#[expect(unreachable_pub, reason = "the crate of the tests exports it")]
#[path = "../../tests/src/secret.rs"]
mod secret;
mod share;
mod sheet;
mod state;
mod typed;
mod words;

#[cfg(feature = "element")]
pub use embedding::{Element, Given, Tell};

#[cfg(any(test, feature = "more"))]
pub use more::answer;

/// Draws the page into the document's element `page`.
pub fn start() {
    if let Some(root) = gloo::utils::document().get_element_by_id("page") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
