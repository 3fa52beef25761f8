//! The page's second module, which comes after the first answer: it reads what is pasted, explains
//! error messages and writes exports. `boot.js` loads it, and it is asked with texts alone.

use crate::plain::{self, Plain};

/// Whether it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Second {
    /// Not yet.
    Coming,
    Here,
    /// It could not be loaded.
    Failed,
}

/// What the second module says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said<T> {
    /// It is not there yet.
    Waiting,
    Known(T),
    /// It could not be loaded.
    Failed,
}

impl<T> Said<T> {
    pub(crate) fn known(self) -> Option<T> {
        match self {
            Said::Known(it) => Some(it),
            Said::Waiting | Said::Failed => None,
        }
    }
}

/// What a person reads until it is there.
pub(crate) const READING: &str = "Reading…";

/// What a person reads where it could not be loaded.
pub(crate) const FAILED: &str =
    "A part of this page could not be loaded, so this does not work. Reload the page.";

/// Asks it `what` about a text, `more` beside it.
pub(crate) fn ask<T: Plain>(what: &str, text: &str, more: &str) -> Said<T> {
    match state() {
        Second::Coming => Said::Waiting,
        Second::Failed => Said::Failed,
        Second::Here => {
            let said = call(what, text, more);
            said.and_then(|it| plain::read(&it)).map_or(Said::Failed, Said::Known)
        }
    }
}

#[cfg(not(test))]
pub(crate) use crate::browser::{ask_second as call, second as state};

#[cfg(test)]
pub(crate) use testing::{call, state};

#[cfg(test)]
pub(crate) mod testing {
    use std::cell::Cell;

    use super::Second;

    thread_local! {
        static STATE: Cell<Second> = const { Cell::new(Second::Here) };
    }

    pub(crate) fn state() -> Second {
        STATE.get()
    }

    /// As if it had only now come, failed, or were still to come.
    pub(crate) fn set(state: Second) {
        STATE.set(state);
    }

    pub(crate) fn call(what: &str, text: &str, more: &str) -> Option<String> {
        Some(crate::more::answer(what, text, more))
    }
}
