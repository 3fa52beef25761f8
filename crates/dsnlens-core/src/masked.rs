//! An input that can be shown: its secrets masked, its positions still known.

use alloc::string::String;
use alloc::vec::Vec;

use crate::secret::MASK;
use crate::span::Span;
use crate::syntax::python::is_netloc_delimiter_under_nfkc;

/// A variable's value with each stretch of a secret replaced by [`MASK`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// What can be shown.
    pub text: String,
    /// For each masked stretch, its bytes in the original and in `text`.
    stretches: Vec<(Span, Span)>,
}

impl Masked {
    /// Masks `secrets` in `value`, but for the bytes of `exposed`: a finding may have to point at
    /// the one character of a password that does the harm. `secrets` are ascending.
    pub fn new(value: &str, secrets: &[Span], exposed: &[Span]) -> Masked {
        let mut masked = Masked { text: String::new(), stretches: Vec::new() };
        let mut at = 0;
        for secret in secrets {
            let start = secret.start.max(at);
            masked.text.push_str(Span::new(at, start).of(value));
            let mut from = start;
            for hole in exposed.iter().filter(|it| it.overlaps(*secret)) {
                masked.hide(Span::new(from, hole.start.max(from)));
                masked.text.push_str(Span::new(hole.start.max(from), hole.end).of(value));
                from = hole.end.max(from);
            }
            masked.hide(Span::new(from, secret.end));
            at = secret.end.max(from);
        }
        masked.text.push_str(Span::new(at, value.len()).of(value));
        masked
    }

    /// Masks `secrets`, but for a mark that does harm there: of the stretches that a finding points
    /// at, the first that is one character and neither a letter nor a digit.
    pub fn pointing_at(value: &str, secrets: &[Span], marked: &[Span]) -> Masked {
        let is_mark = |it: &&Span| is_mark(it.of(value));
        let is_part =
            |it: &&Span| secrets.iter().any(|all| all.overlaps(**it) && all.len() > it.len());
        let exposed = marked.iter().find(|it| is_mark(it) && is_part(it));
        Masked::new(value, secrets, exposed.map_or(&[], core::slice::from_ref))
    }

    /// Where a stretch of the original lies in [`Masked::text`]; a part of a masked stretch is
    /// all of it.
    pub fn span(&self, span: Span) -> Span {
        let start = self.place(span.start, |masked| masked.start);
        let end = self.place(span.end, |masked| masked.end);
        Span::new(start, end.max(start))
    }

    fn hide(&mut self, stretch: Span) {
        if stretch.is_empty() {
            return;
        }
        // Two stretches that touch are one: their number tells nothing.
        let last = self.stretches.last_mut();
        let end = self.text.len();
        if let Some((original, _)) = last.filter(|it| it.0.end == stretch.start && it.1.end == end)
        {
            original.end = stretch.end;
        } else {
            let start = end;
            self.text.push_str(MASK);
            self.stretches.push((stretch, Span::new(start, self.text.len())));
        }
    }

    fn place(&self, offset: usize, inside: impl Fn(Span) -> usize) -> usize {
        let passed = self.stretches.partition_point(|(original, _)| original.end <= offset);
        match self.stretches.get(passed) {
            Some((original, masked)) if original.start < offset => inside(*masked),
            _ => match passed.checked_sub(1).and_then(|last| self.stretches.get(last)) {
                Some((original, masked)) => masked.end + (offset - original.end),
                None => offset,
            },
        }
    }
}

/// Whether a text is one character that delimits the parts of a URL, or is taken for such.
pub fn is_mark(text: &str) -> bool {
    let is_delimiter = |c: char| c.is_ascii_punctuation() || is_netloc_delimiter_under_nfkc(c);
    let mut chars = text.chars();
    chars.next().is_some_and(is_delimiter) && chars.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_offending_character_is_shown() {
        let url = "postgres://u:pa#ss@h/db";
        let masked = Masked::new(url, &[Span::new(13, 18)], &[Span::new(15, 16)]);
        assert_eq!(masked.text, "postgres://u:********#********@h/db");
        assert_eq!(masked.span(Span::new(15, 16)).of(&masked.text), "#");
        assert_eq!(masked.span(Span::new(19, 20)).of(&masked.text), "h");
        assert_eq!(masked.span(Span::new(13, 14)).of(&masked.text), "********");
        assert_eq!(masked.span(Span::new(11, 12)).of(&masked.text), "u");
        assert_eq!(masked.span(Span::new(23, 23)), Span::new(35, 35));
    }
}
