//! What the reader of a form makes of a text, until it is known to be of that form.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::fill::{Filled, Outcome};
use super::tree::Tree;
use super::{Assignment, Call, Form, Note, NoteKind, Pasted};
use crate::clients::settings::FIELDS;
use crate::databases::Databases;
use crate::file_facts::{Dollar, FileFacts, Unexpanded};
use crate::inputs::{DATABASE_URL, Hole, is_known, is_relevant};
use crate::secret::Secret;
use crate::span::Span;
use crate::syntax::Places;

/// A piece of a text, and what it says. Not to be printed.
#[derive(Clone)]
pub(super) struct Scalar<'s> {
    pub(super) text: Cow<'s, str>,
    /// The bytes that say it, without quotes.
    pub(super) span: Span,
}

/// Variables and notes, as they are found.
#[derive(Clone, Default)]
pub(super) struct Draft<'s> {
    pub(super) part: Option<Cow<'s, str>>,
    variables: Vec<Assignment<'s>>,
    /// The last assignment of each name.
    places: Places<'s>,
    notes: Vec<Note>,
    pub(super) databases: Option<Databases<'s>>,
    pub(super) call: Option<Call>,
    pub(super) facts: FileFacts,
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
        self.push(Assignment { name, value, holes, span, is_literal: false });
    }

    fn push(&mut self, assignment: Assignment<'s>) {
        self.places.insert(assignment.name.clone(), self.variables.len());
        self.variables.push(assignment);
    }

    /// A variable whose value has references in it.
    pub(super) fn assign_filled(&mut self, name: impl Into<Cow<'s, str>>, filled: Filled<'s>) {
        let name = name.into();
        let Filled { value, mut holes, outcomes } = filled;
        for hole in holes.iter_mut().filter(|it| it.why.contains("{}")) {
            hole.why = hole.why.replace("{}", &name).into();
        }
        if is_relevant(&name) {
            for hole in &holes {
                let text = alloc::format!("{name} is known in part: {}", hole.why);
                if self.notes.last().is_none_or(|it| *it.text != *text) {
                    self.note(NoteKind::Unknown, value.span, text);
                }
            }
        }
        for outcome in outcomes {
            let variable = String::from(&*name);
            match outcome {
                Outcome::Unexpanded { span, name, is_below } => {
                    self.facts.unexpanded.push(Unexpanded { variable, span, name, is_below });
                }
                Outcome::Dollar { span, is_refused } => {
                    self.facts.dollars.push(Dollar { variable, span, is_refused });
                }
            }
        }
        self.assign_in_part(name, value, holes);
    }

    /// A variable whose value the text does not hold, and why: `comes from a Secret`.
    pub(super) fn leave(&mut self, name: impl Into<Cow<'s, str>>, span: Span, why: &str) {
        let name = name.into();
        let why = alloc::format!("{name} {why}");
        // What is in no answer needs no note.
        if is_relevant(&name) {
            self.note(NoteKind::Unknown, span, why.clone());
        }
        let holes = alloc::vec![Hole::whole(why)];
        self.push(Assignment { name, value: None, holes, span, is_literal: false });
    }

    pub(super) fn note(&mut self, kind: NoteKind, span: Span, text: impl Into<Cow<'static, str>>) {
        self.notes.push(Note { kind, text: text.into(), span });
    }

    /// Whether there is something to say about any of the variables.
    pub(super) fn is_relevant(&self) -> bool {
        self.assigns(is_known)
    }

    /// Whether the application is told where its database is: `DATABASE_URL` or `DB_*`.
    pub(super) fn is_application(&self) -> bool {
        self.assigns(|name| name == DATABASE_URL || name.starts_with("DB_"))
    }

    /// How much the application is told of its database.
    pub(super) fn rank(&self) -> u8 {
        match () {
            () if self.assigns(|it| it == DATABASE_URL) => 3,
            () if self.is_application() => 2,
            () => self.is_relevant().into(),
        }
    }

    /// Whether a variable of such a name is assigned.
    pub(super) fn assigns(&self, is_it: impl Fn(&str) -> bool) -> bool {
        self.variables.iter().any(|it| is_it(&it.name))
    }

    /// Takes over what another draft says.
    pub(super) fn absorb(&mut self, other: Draft<'s>) {
        other.variables.into_iter().for_each(|it| self.push(it));
        self.notes.extend(other.notes);
        self.facts.has_more |= other.facts.has_more;
        self.facts.dollars.extend(other.facts.dollars);
        self.facts.unexpanded.extend(other.facts.unexpanded);
    }

    /// The draft, if an answer would look at it.
    pub(super) fn if_relevant(self) -> Option<Draft<'s>> {
        self.is_relevant().then_some(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    /// The value of a variable that was assigned, and whether all of it is known.
    pub(super) fn value(&self, name: &str) -> Option<(&str, bool)> {
        let last = self.variables.get(*self.places.get(name)?)?;
        Some((last.value.as_ref()?.reveal(), last.holes.is_empty()))
    }

    /// The variables whose values are known.
    pub(super) fn values(self) -> impl Iterator<Item = (Cow<'s, str>, Scalar<'s>)> {
        let known = self.variables.into_iter().filter(|it| it.holes.is_empty());
        known.filter_map(|it| {
            let text = it.value?.reveal().clone();
            Some((it.name, Scalar { text, span: it.span }))
        })
    }

    /// All that is assigned, with what is filled in.
    pub(super) fn into_filled(self) -> Vec<(String, Filled<'s>)> {
        let filled = |it: Assignment<'s>| {
            let value = Scalar { text: it.value?.reveal().clone(), span: it.span };
            let filled = Filled { value, holes: it.holes, outcomes: Vec::new() };
            Some((it.name.into_owned(), filled))
        };
        self.variables.into_iter().filter_map(filled).collect()
    }

    /// Says which lines of a text were left out.
    pub(super) fn note_unreadable(&mut self, tree: &Tree<'_>, text: &str) {
        let is_other = |line: &str| {
            // A template's own, and a line of a `.env` file beside.
            let is_assignment = line.split_once('=').is_some_and(|it| is_name(it.0.trim()));
            !line.trim_start().starts_with("{{") && !is_assignment
        };
        for &span in tree.unreadable.iter().filter(|it| is_other(it.of(text))) {
            self.note(
                NoteKind::Skipped,
                span,
                "this line is left out: it does not belong to what is above it",
            );
        }
    }

    /// Leaves open which database the application gets where the text has some of its `DB_*` and
    /// may not have the others: no default stands for a variable that is set elsewhere.
    fn leave_the_rest(&mut self) {
        let is_complete = !self.facts.has_more || self.assigns(|it| it == DATABASE_URL);
        if is_complete || !self.assigns(|it| FIELDS.contains(&it)) {
            return;
        }
        // libpq's default is the usual port.
        for name in FIELDS.into_iter().filter(|it| *it != "DB_PORT") {
            if !self.assigns(|it| it == name) {
                self.leave(name, Span::default(), "is not in the text, and may be set elsewhere");
            }
        }
    }

    pub(super) fn finish(mut self, form: Form, text: &'s str) -> Pasted<'s> {
        self.leave_the_rest();
        let Draft { part, mut variables, notes, facts, databases, call, .. } = self;
        for assignment in &mut variables {
            let written = assignment.span.of(text);
            assignment.is_literal =
                assignment.value.as_ref().is_some_and(|it| **it.reveal() == *written);
        }
        Pasted { form, part, variables, facts, notes, databases, call, text: Secret::new(text) }
    }
}

/// Whether a text can be the name of a variable.
pub(super) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

/// A word of the text that a message may quote: a name, no more.
pub(super) fn quotable(name: &str) -> Option<&str> {
    let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"_.-".contains(&it);
    (!name.is_empty() && name.len() <= 63 && name.bytes().all(is_plain)).then_some(name)
}
