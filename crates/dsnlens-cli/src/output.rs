//! Where answers and messages go, and the number the program ends with.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use crate::json;
use crate::style::{ERROR, paint};
use crate::visible::escape;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing to complain about.
    Clean,
    /// Findings.
    Findings,
    /// Wrong usage, or an input that cannot be read.
    Unusable,
    /// A check that could not be carried out.
    #[cfg(feature = "native")]
    Unfinished,
}

impl Exit {
    /// The number that says so.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Unusable => 2,
            #[cfg(feature = "native")]
            Exit::Unfinished => 3,
        }
    }
}

/// Prints an answer for people; its colours reach a terminal only.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::stdout().lock();
    unless_closed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints a text that is to be read by another program, byte for byte; on a terminal, without
/// what would play tricks on it.
pub(crate) fn print_exactly(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let text = match stdout.is_terminal() {
        true => text.split('\n').map(escape).collect::<Vec<_>>().join("\n").into(),
        false => Cow::Borrowed(text),
    };
    unless_closed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints an answer for a program; laid out for a person if one is looking.
pub(crate) fn print_json(value: &impl serde::Serialize) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    let mut text = match stdout.is_terminal() {
        true => json::pretty(value),
        false => json::compact(value),
    };
    text.push('\n');
    unless_closed(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
}

/// Prints a message for people.
pub(crate) fn complain(message: impl Display) {
    let name = paint(ERROR, "dsnlens:");
    // There is nobody left to tell that stderr is closed.
    writeln!(anstream::stderr(), "{name} {message}").ok();
}

/// Whoever closed the pipe has read enough.
pub(crate) fn unless_closed(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
