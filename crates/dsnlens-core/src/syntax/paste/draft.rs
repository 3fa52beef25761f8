//! What the reader of a form makes of a text, until it is known to be of that form.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::tree::Tree;
use super::{Assignment, Call, Form, Note, NoteKind, Pasted};
use crate::databases::Databases;
use crate::inputs::{Hole, is_relevant};
use crate::secret::Secret;
use crate::span::Span;

/// A piece of a text, and what it says. Not to be printed.
#[derive(Clone)]
pub(super) struct Scalar<'s> {
    pub(super) text: Cow<'s, str>,
    /// The bytes that say it, without quotes.
    pub(super) span: Span,
}

/// Variables and notes, as they are found.
#[derive(Default)]
pub(super) struct Draft<'s> {
    pub(super) part: Option<Cow<'s, str>>,
    variables: Vec<Assignment<'s>>,
    notes: Vec<Note>,
    pub(super) databases: Option<Databases<'s>>,
    pub(super) call: Option<Call>,
}

impl<'s> Draft<'s> {
    /// A variable and its value.
    pub(super) fn assign(&mut self, name: impl Into<Cow<'s, str>>, value: Scalar<'s>) {
        self.assign_in_part(name, value, Vec::new());
    }

    /// A variable and its value, of which stretches are filled in by something else.
    pub(super) fn assign_in_part(
        &mut self,
        name: impl Into<Cow<'s, str>>,
        value: Scalar<'s>,
        holes: Vec<Hole<'static>>,
    ) {
        let Scalar { text, span } = value;
        let (name, value) = (name.into(), Some(Secret::new(text)));
        self.variables.push(Assignment { name, value, holes, span, is_literal: false });
    }

    /// A variable whose value the text does not hold, and why: `comes from a Secret`.
    pub(super) fn leave(&mut self, name: impl Into<Cow<'s, str>>, span: Span, why: &str) {
        let name = name.into();
        let why = alloc::format!("{name} {why}");
        if is_relevant(&name) {
            self.note(NoteKind::Unknown, span, why.clone());
        }
        let holes = alloc::vec![Hole::whole(why)];
        self.variables.push(Assignment { name, value: None, holes, span, is_literal: false });
    }

    pub(super) fn note(&mut self, kind: NoteKind, span: Span, text: impl Into<Cow<'static, str>>) {
        self.notes.push(Note { kind, text: text.into(), span });
    }

    /// Whether an answer would look at any of the variables.
    pub(super) fn is_relevant(&self) -> bool {
        self.assigns(is_relevant)
    }

    /// Whether a variable of such a name is assigned.
    pub(super) fn assigns(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.variables.iter().any(|it| is_it(&it.name))
    }

    /// Takes over what another draft says.
    pub(super) fn absorb(&mut self, other: Draft<'s>) {
        self.variables.extend(other.variables);
        self.notes.extend(other.notes);
    }

    /// The draft, if an answer would look at it.
    pub(super) fn if_relevant(self) -> Option<Draft<'s>> {
        self.is_relevant().then_some(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// Says of each value with a `${…}` in it that whoever reads the text fills it in.
    pub(super) fn note_references(&mut self, whose: &str) {
        let is_reference = |it: &&Assignment<'_>| {
            let value = it.value.as_ref().map_or("", |it| it.reveal());
            is_relevant(&it.name) && value.contains('$')
        };
        for assignment in self.variables.iter().filter(is_reference) {
            let text = alloc::format!(
                "{} holds a `$`: {whose} fills in what it names, and here it stays as it is written",
                assignment.name
            );
            self.notes.push(Note {
                kind: NoteKind::Read,
                text: text.into(),
                span: assignment.span,
            });
        }
    }

    /// Says which lines of a text were left out.
    pub(super) fn note_unreadable(&mut self, tree: &Tree<'_>) {
        for &span in &tree.unreadable {
            self.note(
                NoteKind::Skipped,
                span,
                "this line is left out: it belongs to nothing above it",
            );
        }
    }

    pub(super) fn finish(self, form: Form, text: &'s str) -> Pasted<'s> {
        let Draft { part, mut variables, notes, databases, call } = self;
        for assignment in &mut variables {
            let written = assignment.span.of(text);
            assignment.is_literal =
                assignment.value.as_ref().is_some_and(|it| **it.reveal() == *written);
        }
        Pasted { form, part, variables, notes, databases, call, text: Secret::new(text) }
    }
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}
