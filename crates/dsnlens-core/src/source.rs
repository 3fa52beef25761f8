//! A variable's value as Python's `urlsplit` looks at it: some characters are gone, yet every
//! position still points at the bytes that were typed.
//!
//! Reproduces the head of `urlsplit` in CPython 3.11.2 (Debian, with the fix of CVE-2025-0938),
//! `Lib/urllib/parse.py`: leading U+0000..U+0020 are stripped; TAB, LF and CR are deleted anywhere.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::intent::{Intent, intent};
use crate::ledger::{Origin, Value};
use crate::secret::{Secret, Text};
use crate::shown::{hidden, joined};
use crate::span::Span;
use crate::syntax::Slice;
use crate::syntax::python::Quotes;

/// The text that is left of a variable's value, and the way back to its bytes.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    name: &'a str,
    raw: &'a str,
    text: Cow<'a, str>,
    /// Bytes of the original before `text` starts.
    skipped: usize,
    /// Offsets in `text` at which a character of the original is missing, ascending.
    deleted: Vec<usize>,
    /// User and password as a person means them, whatever a reader makes of them; in `text`.
    intent: Option<Intent>,
    /// Secrets in `text`, ascending and apart.
    secrets: Vec<Span>,
}

const DELETED: [char; 3] = ['\t', '\n', '\r'];

impl<'a> Source<'a> {
    /// Looks at the value of the variable `name`.
    pub(crate) fn new(name: &'a str, value: &'a str) -> Source<'a> {
        let stripped = value.trim_start_matches(|c| c <= ' ');
        let skipped = value.len() - stripped.len();
        let (text, deleted) = match DELETED.iter().any(|&it| stripped.contains(it)) {
            false => (Cow::Borrowed(stripped), Vec::new()),
            true => delete(stripped),
        };
        Source::with(name, value, text, skipped, deleted)
    }

    /// Looks at the value as it is: what a reader sees that deletes nothing.
    pub(crate) fn verbatim(name: &'a str, value: &'a str) -> Source<'a> {
        Source::with(name, value, Cow::Borrowed(value), 0, Vec::new())
    }

    fn with(
        name: &'a str,
        raw: &'a str,
        text: Cow<'a, str>,
        skipped: usize,
        deleted: Vec<usize>,
    ) -> Source<'a> {
        let intent = intent(&text);
        let mut secrets = hidden(&text);
        // Lines that Python makes one may be texts of different kinds.
        let joint = deleted.first().copied().filter(|it| *it < text.trim_end().len());
        secrets.extend(joint.map(|it| Span::new(it, text.len())));
        let secrets = joined(secrets, &text);
        Source { name, raw, text, skipped, deleted, intent, secrets }
    }

    /// The variable's name.
    pub(crate) fn name(&self) -> &'a str {
        self.name
    }

    /// The value as it was set.
    pub(crate) fn raw(&self) -> &'a str {
        self.raw
    }

    /// What is left of the value.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that a slice of [`Source::text`] stands for.
    pub(crate) fn span(&self, slice: Slice<'_>) -> Span {
        self.original_span(Span::new(slice.at, slice.end()))
    }

    /// User and password as a person means them, by the bytes of the original.
    pub(crate) fn intent(&self) -> Option<Intent> {
        self.intent.map(|it| Intent {
            user: self.original_span(it.user),
            password: self.original_span(it.password),
            rest: self.original_span(it.rest),
            lacks_at: it.lacks_at,
        })
    }

    /// Where secrets lie, by the bytes of the original.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = Span> {
        self.secrets.iter().map(|it| self.original_span(*it))
    }

    /// A slice as an origin.
    pub(crate) fn origin(&self, slice: Slice<'_>) -> Origin<'a> {
        Origin::Variable { name: self.name, span: self.span(slice) }
    }

    /// A slice of [`Source::text`], kept beyond it.
    pub(crate) fn keep(&self, slice: Slice<'_>) -> Cow<'a, str> {
        match &self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(slice.at..slice.end()).unwrap_or("")),
            Cow::Owned(_) => Cow::Owned(slice.text.to_string()),
        }
    }

    /// What a reader made of `slice`, kept beyond it.
    pub(crate) fn keep_decoded(&self, slice: Slice<'_>, decoded: Cow<'_, str>) -> Cow<'a, str> {
        match decoded {
            Cow::Borrowed(text) if text.len() == slice.text.len() => self.keep(slice),
            decoded => Cow::Owned(decoded.into_owned()),
        }
    }

    /// A string value read from `slice`; secret where the slice touches the intended password.
    pub(crate) fn value(&self, slice: Slice<'_>, text: Cow<'a, str>) -> Value<'a> {
        match self.touches_secret(slice) {
            true => Value::Str(text).into_secret(),
            false => Value::Str(text),
        }
    }

    /// Whether `slice` holds a byte of a secret.
    pub(crate) fn touches_secret(&self, slice: Slice<'_>) -> bool {
        let span = Span::new(slice.at, slice.end());
        let next = self.secrets.partition_point(|it| it.end <= span.start);
        self.secrets.get(next).is_some_and(|it| it.overlaps(span))
    }

    /// `slice` word for word, its secret bytes apart, each stretch passed through `spell`.
    pub(crate) fn quote(&self, slice: Slice<'_>, spell: impl Fn(&str) -> String) -> Text<'a> {
        let mut text = Text::default();
        let mut rest = slice;
        for secret in &self.secrets {
            let from = secret.start.clamp(rest.at, rest.end()) - rest.at;
            let (head, tail) = rest.split_at(from);
            let (hidden, tail) = tail.split_at(secret.end.clamp(tail.at, tail.end()) - tail.at);
            if !hidden.is_empty() {
                text = text.and(spell(head.text));
                text = text.and_secret(Secret::new(spell(hidden.text).into()));
                rest = tail;
            }
        }
        text.and(spell(rest.text))
    }

    fn original_span(&self, span: Span) -> Span {
        let end = self.original(span.end, !span.is_empty());
        Span::new(self.original(span.start, false), end)
    }

    /// The original offset of an offset in `text`: the end of what stands before it, or the
    /// start of what follows, which differ where characters were deleted in between.
    fn original(&self, offset: usize, is_end: bool) -> usize {
        let before = match is_end {
            true => self.deleted.partition_point(|&at| at < offset),
            false => self.deleted.partition_point(|&at| at <= offset),
        };
        self.skipped + offset + before
    }
}

impl<'a> Quotes<'a> for Source<'a> {
    fn quote(&self, slice: Slice<'_>, spell: &dyn Fn(&str) -> String) -> Text<'a> {
        Source::quote(self, slice, spell)
    }

    fn is_secret(&self, slice: Slice<'_>) -> bool {
        self.touches_secret(slice)
    }
}

fn delete(text: &str) -> (Cow<'_, str>, Vec<usize>) {
    let mut kept = String::with_capacity(text.len());
    let mut deleted = Vec::new();
    for c in text.chars() {
        match DELETED.contains(&c) {
            true => deleted.push(kept.len()),
            false => kept.push(c),
        }
    }
    (Cow::Owned(kept), deleted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_what_python_deletes() {
        let typed = " \u{1}post\tgres:/\n/h";
        let source = Source::new("DATABASE_URL", typed);
        assert_eq!(source.text(), "postgres://h");
        let (scheme, rest) = Slice::whole(source.text()).split_once(':').unwrap();
        assert_eq!(source.span(scheme).of(typed), "post\tgres");
        assert_eq!(source.span(rest).of(typed), "/\n/h");
        assert_eq!(source.span(rest.after()), Span::new(typed.len(), typed.len()));
    }

    #[test]
    fn a_quoted_password_is_a_secret_piece() {
        let source = Source::new("DATABASE_URL", "postgres://u:p@h/db");
        let text = source.quote(Slice::whole(source.text()), ToString::to_string);
        assert_eq!(text.to_string(), "postgres://u:********@h/db");
        assert_eq!(text.reveal(), "postgres://u:p@h/db");
    }
}
