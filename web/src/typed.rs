//! How a text came into a box: a person's own typing and pasting is told from everything else.

use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

/// What a box holds now.
pub(crate) struct Typed {
    pub(crate) text: String,
    pub(crate) how: How,
}

/// What changed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Keys, one by one.
    Struck,
    /// The clipboard.
    Pasted {
        /// Whether all of the text was in it.
        is_whole: bool,
    },
    /// A tool, or the mouse from another page.
    Filled,
    /// A step back or forth, to whatever was there.
    Undone,
}

impl How {
    /// Of an `input` or a `change`; `text` is what the box holds.
    pub(crate) fn of(event: &Event, text: &str) -> How {
        let Some(event) = event.dyn_ref::<InputEvent>() else { return How::Filled };
        match &*event.input_type() {
            // Scripts that fill in forms say nothing of how.
            "" | "insertFromDrop" | "insertReplacementText" => How::Filled,
            "insertFromPaste" => {
                let is_whole = event.data().is_some_and(|it| it.replace('\r', "") == text);
                How::Pasted { is_whole }
            }
            "historyUndo" | "historyRedo" => How::Undone,
            _ => How::Struck,
        }
    }

    /// Whether it came there at once, and not key by key.
    pub(crate) const fn is_at_once(self) -> bool {
        matches!(self, How::Pasted { .. } | How::Filled)
    }
}
