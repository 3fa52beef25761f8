//! A secret is a type: printing it redacts it, and revealing it is a named act.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::span::Span;

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

    /// The same with these stretches of the literal text secret, too; they ascend.
    #[must_use]
    pub(crate) fn hiding(self, hidden: &[Span]) -> Text<'a> {
        let mut text = Text::default();
        let mut start = 0;
        for piece in self.pieces {
            let plain = match piece {
                Piece::Plain(plain) => plain,
                Piece::Secret(secret) => {
                    start += secret.reveal().len();
                    text = text.and_secret(secret);
                    continue;
                }
            };
            let end = start + plain.len();
            let stretch = |from: usize, to: usize| {
                String::from(Span::new(from.max(start) - start, to.min(end) - start).of(&plain))
            };
            let mut at = start;
            for it in hidden.iter().filter(|it| it.start < end && start < it.end) {
                text =
                    text.and(stretch(at, it.start.max(at))).and_hidden(stretch(it.start, it.end));
                at = it.end;
            }
            text = text.and(stretch(at.min(end), end));
            start = end;
        }
        text
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

    #[test]
    fn what_is_hidden_later_is_secret_too() {
        let text = || Text::plain("abc").and_hidden("DEF").and("ghi");
        let hiding = |spans: &[(usize, usize)]| {
            let spans: Vec<_> = spans.iter().map(|it| Span::new(it.0, it.1)).collect();
            let text = text().hiding(&spans);
            assert_eq!(text.reveal(), "abcDEFghi");
            text.to_string()
        };
        assert_eq!(hiding(&[]), "abc********ghi");
        assert_eq!(hiding(&[(0, 1)]), "********bc********ghi");
        assert_eq!(hiding(&[(1, 2), (7, 9)]), "a********c********g********");
        assert_eq!(hiding(&[(4, 7)]), "abc****************hi");
        assert_eq!(hiding(&[(0, 9)]), "************************");
    }
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
