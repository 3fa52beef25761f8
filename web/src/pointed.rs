//! The one thing that is lit: a setting, a finding, a variable, or where the caret stands.

use yew::AttrValue;

/// What the mouse or the keyboard is on.
#[derive(Clone, PartialEq)]
pub(crate) enum Pointed {
    /// Bytes before and behind the caret of an editor: its number on the page, and the place.
    Caret(usize, usize),
    Finding(usize),
    Setting(AttrValue),
    Variable(&'static str),
}
