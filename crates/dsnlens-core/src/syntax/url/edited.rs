//! A text that a program changes before it reads it, with the way back to the bytes as written.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::span::Span;
use crate::syntax::Slice;

/// A text made of another one.
#[derive(Clone, Debug)]
pub struct Edited<'s> {
    original: &'s str,
    text: Cow<'s, str>,
    /// For each byte of `text` the bytes of the original it was made of; empty where both are the
    /// same text.
    places: Vec<Span>,
}

impl<'s> Edited<'s> {
    /// A text as it is written.
    pub const fn new(original: &'s str) -> Edited<'s> {
        Edited { original, text: Cow::Borrowed(original), places: Vec::new() }
    }

    /// The text as it is now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What a piece of [`Edited::text`] was made of.
    pub fn original(&self, slice: Slice<'_>) -> Slice<'s> {
        let span = self.span(slice.at, slice.end());
        Slice { text: span.of(self.original), at: span.start }
    }

    /// The text in pieces, each with what it was made of, where that is the same.
    pub fn pieces(&self) -> Vec<(Slice<'_>, Option<Slice<'s>>)> {
        let whole = Slice::whole(&self.text);
        let between = |text: &'s str, start: usize, end: usize| Slice {
            text: text.get(start..end).unwrap_or(""),
            at: start,
        };
        let mut pieces: Vec<(Slice<'_>, Option<Slice<'s>>)> = Vec::new();
        for (at, c) in self.text.char_indices() {
            let piece = whole.split_at(at + c.len_utf8()).0.split_at(at).1;
            let original = self.original(piece);
            let is_same = original.text == piece.text;
            let last = match pieces.last_mut() {
                Some((last, Some(kept))) if is_same && kept.end() == original.at => {
                    *kept = between(self.original, kept.at, original.end());
                    last
                }
                Some((last, None)) if !is_same => last,
                _ => {
                    pieces.push((piece, is_same.then_some(original)));
                    continue;
                }
            };
            *last = whole.split_at(piece.end()).0.split_at(last.at).1;
        }
        pieces
    }

    /// Changes the text. `edit` is asked at each character with the text from there on, and gives
    /// the number of bytes to replace and their replacement, or `None` to keep the character.
    #[must_use]
    pub fn edit(
        self,
        mut edit: impl FnMut(Slice<'_>) -> Option<(usize, Cow<'static, str>)>,
    ) -> Edited<'s> {
        let mut text = String::with_capacity(self.text.len());
        let mut places = Vec::with_capacity(self.text.len());
        let mut is_changed = false;
        let mut rest = Slice::whole(&self.text);
        while let Some(c) = rest.text.chars().next() {
            let replaced = edit(rest);
            is_changed |= replaced.is_some();
            let kept = || rest.split_at(c.len_utf8()).0.text;
            let (taken, made) = match &replaced {
                Some((taken, made)) => ((*taken).max(c.len_utf8()), &**made),
                None => (c.len_utf8(), kept()),
            };
            let (piece, behind) = rest.split_at(taken);
            let place = self.span(piece.at, piece.end());
            text.push_str(made);
            places.extend(made.bytes().map(|_| place));
            rest = behind;
        }
        match is_changed {
            true => Edited { original: self.original, text: Cow::Owned(text), places },
            false => self,
        }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        if self.places.is_empty() && matches!(self.text, Cow::Borrowed(_)) {
            return Span::new(start, end);
        }
        let last = end.checked_sub(1).filter(|_| end > start);
        let last = last.and_then(|it| self.places.get(it));
        let first = self.places.get(start).map(|it| it.start);
        let behind = || self.places.last().map_or(self.original.len(), |it| it.end);
        let start = first.unwrap_or_else(behind);
        Span::new(start, last.map_or(start, |it| it.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_knows_what_it_was_made_of() {
        let edited = Edited::new(" aé\tb").edit(|rest| match rest.text.chars().next() {
            Some(' ') => Some((1, "%20".into())),
            Some('\t') => Some((1, "".into())),
            _ => None,
        });
        assert_eq!(edited.text(), "%20aéb");
        let original = |start: usize, end: usize| {
            let (piece, _) = Slice::whole(edited.text()).split_at(end);
            let piece = edited.original(piece.split_at(start).1);
            (piece.text, piece.at)
        };
        assert_eq!(original(1, 2), (" ", 0));
        assert_eq!(original(3, 6), ("aé", 1));
        assert_eq!(original(4, 7), ("é\tb", 2));
        assert_eq!(original(7, 7), ("", 6));
        let read: Vec<_> = edited.pieces().iter().map(|it| (it.0.text, it.1.is_some())).collect();
        assert_eq!(read, [("%20", false), ("aé", true), ("b", true)]);
        let twice = edited.edit(|rest| rest.text.starts_with("%20").then(|| (3, "".into())));
        let first = twice.original(Slice::whole(twice.text()).split_at(1).0);
        assert_eq!((twice.text(), first.text, first.at), ("aéb", "a", 1));
    }
}
