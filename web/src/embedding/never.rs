//! Where the page is always itself.

use crate::state::Form;

/// There is none.
#[derive(Clone, PartialEq)]
pub(crate) enum Embedding {}

impl Embedding {
    pub(crate) fn form(&self) -> Form {
        match *self {}
    }

    pub(crate) fn is_readonly(&self) -> bool {
        match *self {}
    }

    pub(crate) fn tell(&self, _: &Form) {
        match *self {}
    }
}
