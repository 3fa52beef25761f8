//! The page: what is typed on one side, what an application does with it on the other.
//!
//! State is what a person put in, and nothing else: every answer is derived from it by
//! [`dsnlens_core::resolve`] whenever the page is drawn. Nothing is stored or sent, and no secret
//! reaches an attribute, the title or the console.

mod app;
mod components;
mod effective;
mod examples;
mod paint;
mod sheet;
mod state;
mod words;

/// Draws the page into the document's element `page`.
pub fn start() {
    let document = web_sys::window().and_then(|window| window.document());
    if let Some(root) = document.and_then(|document| document.get_element_by_id("page")) {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
