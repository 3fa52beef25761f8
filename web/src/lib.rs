//! The page: what is typed on one side, what an application does with it on the other.
//!
//! State is what a person put in, and nothing else: every answer is derived from it by
//! [`dsnlens_core::resolve`] whenever the page is drawn. Nothing is stored or sent, and no secret
//! reaches an attribute, the title or the console.

mod app;
mod browser;
mod components;
mod effective;
mod embedding;
mod examples;
mod paint;
mod pasted;
mod pointed;
mod share;
mod sheet;
mod state;
mod typed;
mod words;

#[cfg(feature = "element")]
pub use embedding::{Element, Given, Tell};

/// Draws the page into the document's element `page`.
pub fn start() {
    if let Some(root) = gloo::utils::document().get_element_by_id("page") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
