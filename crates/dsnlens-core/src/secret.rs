//! A secret is a type: printing it redacts it, and revealing it is a named act.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// What stands in a secret's place. Always the same, so that not even a length is told.
pub const MASK: &str = "********";

/// A password, a part of one, or what a client makes of it. `Debug` and `Display` print [`MASK`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Takes custody of `value`.
    pub const fn new(value: T) -> Secret<T> {
        Secret(value)
    }

    /// The secret itself, for somebody who asked for it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

/// Prose of which some pieces are secret, such as a Python error that quotes a password.
///
/// `Display` redacts those pieces; [`Text::reveal`] gives the literal text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text<'a> {
    pieces: Vec<Piece<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Plain(Cow<'a, str>),
    Secret(Secret<Cow<'a, str>>),
}

impl<'a> Text<'a> {
    /// A text without secrets.
    pub fn plain(text: impl Into<Cow<'a, str>>) -> Text<'a> {
        Text::default().and(text)
    }

    /// Appends prose that anyone may read.
    #[must_use]
    pub fn and(mut self, text: impl Into<Cow<'a, str>>) -> Text<'a> {
        self.push(text.into());
        self
    }

    // Once, and not at each of the hundreds of calls.
    #[inline(never)]
    fn push(&mut self, text: Cow<'a, str>) {
        if !text.is_empty() {
            self.pieces.push(Piece::Plain(text));
        }
    }

    /// Appends a secret piece.
    #[must_use]
    pub fn and_secret(mut self, secret: Secret<Cow<'a, str>>) -> Text<'a> {
        self.pieces.push(Piece::Secret(secret));
        self
    }

    /// Appends a secret piece, unless nothing is in it.
    #[must_use]
    pub fn and_hidden(self, text: impl Into<String>) -> Text<'a> {
        match text.into() {
            text if text.is_empty() => self,
            text => self.and_secret(Secret::new(text.into())),
        }
    }

    /// Appends another text.
    #[must_use]
    pub fn and_text(mut self, other: Text<'a>) -> Text<'a> {
        self.pieces.extend(other.pieces);
        self
    }

    /// The same with each piece spelt otherwise; what is secret stays so.
    #[must_use]
    pub(crate) fn map(self, spell: impl Fn(&str) -> Cow<'_, str>) -> Text<'a> {
        let pieces = self.pieces.into_iter().map(|piece| match piece {
            Piece::Plain(text) => Piece::Plain(spell(&text).into_owned().into()),
            Piece::Secret(secret) => {
                Piece::Secret(Secret::new(spell(secret.reveal()).into_owned().into()))
            }
        });
        Text { pieces: pieces.collect() }
    }

    /// The literal text, secrets included.
    pub fn reveal(&self) -> String {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => &**text,
                Piece::Secret(secret) => &**secret.reveal(),
            })
            .collect()
    }

    /// Its pieces, secrets included, and whether each is one.
    pub fn pieces(&self) -> impl Iterator<Item = (bool, &str)> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Plain(text) => (false, &**text),
            Piece::Secret(secret) => (true, &**secret.reveal()),
        })
    }

    /// Whether a piece of it is secret.
    pub fn is_secret(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Secret(_)))
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Plain(text) => f.write_str(text)?,
                Piece::Secret(secret) => write!(f, "{secret}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::{format, string::ToString};

    #[test]
    fn only_reveal_shows_a_secret() {
        let secret = Secret::new(Cow::Borrowed("hunter2"));
        assert_eq!(format!("{secret} {secret:?}"), "******** ********");
        assert_eq!(secret.reveal(), "hunter2");
        let text = Text::plain("as '").and_secret(secret).and("'");
        assert_eq!(text.to_string(), "as '********'");
        assert!(!format!("{text:?}").contains("hunter2"));
        assert_eq!(text.reveal(), "as 'hunter2'");
    }
}
