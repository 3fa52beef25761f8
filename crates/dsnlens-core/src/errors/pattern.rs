//! The text of an error as a rule states it: `role "{user}" does not exist`.
//!
//! Between braces stands what varies. A name says what it tells; `{secret}` may be a piece of a
//! password, `{option}` as well unless it is the name of an option that is known.

use alloc::vec::Vec;

use super::Told;
use super::secrets::{goes_on, is_name};
use crate::shown;
use crate::span::Span;
use crate::syntax::words;

/// What varies is no longer than that.
const MAX_VARYING: usize = 160;

pub(crate) struct Pattern<'p> {
    text: &'p str,
}

/// A place of a text that fits a pattern.
pub(super) struct Hit<'p> {
    pub(super) span: Span,
    /// What varies there, by its name.
    varying: Vec<(&'p str, Span)>,
}

impl<'p> Pattern<'p> {
    pub(crate) const fn new(text: &'p str) -> Pattern<'p> {
        Pattern { text }
    }

    /// The pieces that do not vary, each with the name of what varies before it.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.text.split('{').enumerate().map(|(nth, piece)| match nth {
            0 => ("", piece),
            _ => piece.split_once('}').unwrap_or(("", piece)),
        })
    }

    /// Every place of `text` that fits.
    pub(super) fn places(&self, text: &str) -> Vec<Hit<'p>> {
        let first = self.pieces().next().map_or("", |it| it.1);
        words::places(text, first).filter_map(|start| self.hit(text, start, first)).collect()
    }

    fn hit(&self, text: &str, start: usize, first: &str) -> Option<Hit<'p>> {
        let mut end = start + first.len();
        let mut varying = Vec::new();
        for (name, piece) in self.pieces().skip(1) {
            let mut limit = (end + MAX_VARYING).min(text.len());
            while !text.is_char_boundary(limit) {
                limit -= 1;
            }
            let window = text.get(end..limit)?;
            let window = window.split('\n').next().unwrap_or(window);
            let at = words::find(window, piece)?;
            varying.push((name, Span::new(end, end + at)));
            end += at + piece.len();
        }
        Some(Hit { span: Span::new(start, end), varying })
    }
}

impl Hit<'_> {
    /// Keeps what the place tells; what was told first counts. What is known of it is harmless.
    pub(super) fn tell(
        &self,
        text: &str,
        told: &mut Told,
        harmless: &mut Vec<Span>,
        secrets: &mut Vec<Span>,
    ) {
        let mut at = self.span.start;
        for &(name, span) in &self.varying {
            harmless.push(Span::new(at, span.start));
            at = span.end;
            let value = span.of(text);
            let kept = match name {
                "host" => &mut told.host,
                "port" => &mut told.port,
                "user" => &mut told.user,
                "database" => &mut told.database,
                "option" if shown::is_known(value) => {
                    harmless.push(span);
                    continue;
                }
                "secret" | "option" => {
                    // A quote in it does not end it.
                    let line = text.get(span.start..).and_then(|it| it.lines().next());
                    let end = span.start + line.map_or(0, str::len);
                    secrets.push(Span::new(span.start, end.max(span.end)));
                    at = end;
                    continue;
                }
                _ => continue,
            };
            let behind = text.get(span.end..).unwrap_or("");
            match is_name(value) && !goes_on(behind) {
                true => harmless.push(span),
                false => {
                    let rest = behind.lines().next().map_or(0, str::len);
                    secrets.push(Span::new(span.start, span.end + rest));
                }
            }
            *kept = kept.or(Some(span));
        }
        harmless.push(Span::new(at, self.span.end.max(at)));
    }
}
