//! Prose with `code` in backticks.

use yew::prelude::*;

use super::parts;

/// A line of text as elements.
pub(crate) fn inline(text: &str) -> Html {
    let pieces = text.split('`').enumerate().map(|(nth, piece)| match nth % 2 {
        0 => parts::text(piece.to_owned()),
        _ => parts::code(piece.to_owned()),
    });
    parts::row(pieces)
}

/// A hint with `code` in it.
pub(crate) fn hint(text: &str) -> Html {
    html! { <p class="hint">{ inline(text) }</p> }
}

/// Hints, one below the other.
pub(crate) fn list(texts: &[String]) -> Html {
    if texts.is_empty() {
        return html! {};
    }
    let items = texts.iter().map(|it| html! { <li>{ inline(it) }</li> });
    html! { <ul class="hint">{ parts::row(items) }</ul> }
}
