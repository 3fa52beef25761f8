//! The variables that a file gives an application, and where each of them is written.

use std::collections::BTreeMap;

use dsnlens_core::paste::{self, Form, Pasted};
use dsnlens_core::syntax::dotenv;
use dsnlens_core::{FileFacts, Hole, Inputs, Span, is_known, stand_in};

use crate::kind::Role;
use crate::walk::Source;

/// The variables of a file, or of a part of one.
pub(crate) struct Environment {
    values: BTreeMap<String, String>,
    /// Those that are not known, or not as a whole: as they are written, and what is not known.
    unknown: BTreeMap<String, (String, Vec<Hole<'static>>)>,
    spots: BTreeMap<String, Spot>,
    facts: FileFacts,
    /// What the file was recognized as.
    pub(crate) form: Form,
    /// Which part of the file it is.
    pub(crate) part: Option<String>,
    /// The lines that its reader skips or refuses.
    pub(crate) unreadable: Vec<usize>,
}

/// Where a value is written.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    /// The bytes of the file, without quotes.
    pub(crate) span: Span,
    /// Whether they are the value as it is, so that a position in it is one in the file.
    pub(crate) is_literal: bool,
}

impl Environment {
    /// The variables of each part of a file that gives an application some of a database.
    pub(crate) fn all(source: &Source, beside: &paste::Beside<'_>) -> Vec<Environment> {
        let environments = match source.role {
            Role::Dotenv => vec![Environment::of_dotenv(&source.text)],
            Role::Form | Role::Manifest => {
                let parts = paste::read_parts(&source.text, beside);
                parts.iter().map(Environment::of_pasted).collect()
            }
            // It may set the variables that another module reads.
            Role::Settings if !source.text.contains("DATABASES") => {
                let parts = paste::read_parts(&source.text, beside);
                let parts = parts.iter().filter(|it| it.form == Form::Python);
                parts.map(Environment::of_pasted).collect()
            }
            Role::Settings | Role::Manage => Vec::new(),
        };
        let is_about_database = |it: &String| is_known(it) && it != "DEBUG";
        let is_relevant = |it: &Environment| it.values.keys().any(is_about_database);
        environments.into_iter().filter(is_relevant).collect()
    }

    fn of_dotenv(text: &str) -> Environment {
        let mut environment = Environment::empty(Form::Dotenv);
        let parsed = dotenv::parse(text);
        environment.unreadable = parsed.unreadable.iter().map(|it| it.line).collect();
        for binding in parsed.bindings {
            // A name without `=` has no value, and takes an earlier one away.
            let Some(value) = binding.value else {
                environment.values.remove(binding.name);
                environment.spots.remove(binding.name);
                continue;
            };
            let Span { start, end } = binding.span;
            let span = match binding.span.of(text).starts_with(['\'', '"']) {
                true => Span::new(start + 1, end.saturating_sub(1).max(start + 1)),
                false => binding.span,
            };
            let spot = Spot { span, is_literal: span.of(text) == value };
            environment.spots.insert(binding.name.to_owned(), spot);
            environment.values.insert(binding.name.to_owned(), value.into_owned());
        }
        environment
    }

    fn of_pasted(pasted: &Pasted<'_>) -> Environment {
        let mut environment = Environment::empty(pasted.form);
        environment.facts = pasted.facts.clone();
        environment.part = pasted.part.as_ref().map(|it| it.clone().into_owned());
        for it in &pasted.variables {
            let name = it.name.clone().into_owned();
            let written = it.value.as_ref().map_or("", |it| it.reveal()).to_owned();
            environment.values.insert(name.clone(), stand_in(&written, &it.holes));
            environment.unknown.remove(&name);
            if !it.holes.is_empty() {
                environment.unknown.insert(name.clone(), (written, it.holes.clone()));
            }
            environment.spots.insert(name, Spot { span: it.span, is_literal: it.is_literal });
        }
        environment
    }

    fn empty(form: Form) -> Environment {
        Environment {
            values: BTreeMap::new(),
            unknown: BTreeMap::new(),
            spots: BTreeMap::new(),
            facts: FileFacts::default(),
            form,
            part: None,
            unreadable: Vec::new(),
        }
    }

    /// The same for the core.
    pub(crate) fn inputs(&self) -> Inputs<'_> {
        let values = self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let mut inputs = Inputs::new(values).with_file(&self.facts);
        for (name, (written, holes)) in &self.unknown {
            let value = self.values.get(name).map_or("", String::as_str);
            inputs = inputs.with_holes(name, value, written, holes.iter().cloned());
        }
        inputs
    }

    /// Whether `self` is what `before` was but for one variable, whose value is now `value`; so is
    /// whatever is written at the same place.
    pub(crate) fn is_before_but(&self, before: &Environment, place: Span, value: &str) -> bool {
        let is_same = |name: &String| match before.spots.get(name).map(|it| it.span) {
            Some(span) if span == place => {
                let holes = |it: &Environment| it.unknown.get(name).map_or(0, |it| it.1.len());
                self.written(name) == Some(value) && holes(self) <= holes(before)
            }
            _ => {
                self.values.get(name) == before.values.get(name)
                    && self.unknown.get(name) == before.unknown.get(name)
            }
        };
        (self.form, &self.part, &self.unreadable) == (before.form, &before.part, &before.unreadable)
            && self.values.keys().eq(before.values.keys())
            && self.values.keys().all(is_same)
    }

    /// A value as it is written, with its references.
    fn written(&self, name: &str) -> Option<&str> {
        let written = self.unknown.get(name).map(|it| it.0.as_str());
        written.or_else(|| self.values.get(name).map(String::as_str))
    }

    /// A value that is known as a whole.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let value = self.values.get(name).filter(|_| !self.unknown.contains_key(name));
        value.map(String::as_str)
    }

    /// Whether more variables come from elsewhere.
    pub(crate) fn has_more(&self) -> bool {
        self.facts.has_more
    }

    /// Leaves a variable open.
    pub(crate) fn forget(&mut self, name: &str, why: &str) {
        if let Some(value) = self.values.get_mut(name) {
            value.clear();
            let hole = Hole::whole(format!("{name} {why}"));
            self.unknown.insert(name.to_owned(), (String::new(), vec![hole]));
        }
    }

    /// The variables that are empty.
    pub(crate) fn blanks(&self) -> Vec<String> {
        let blank = self
            .values
            .iter()
            .filter(|(name, value)| value.trim().is_empty() && !self.unknown.contains_key(*name));
        blank.map(|(name, _)| name.clone()).collect()
    }

    /// The variable on a line.
    pub(crate) fn at(&self, text: &str, line: usize) -> Option<String> {
        let lines = crate::Lines::new(text);
        let mut spots = self.spots.iter().filter(|it| !self.unknown.contains_key(it.0));
        let found = spots.find(|it| lines.number(it.1.span.start) == line);
        found.map(|(name, _)| name.clone())
    }

    /// Where a variable is written.
    pub(crate) fn spot(&self, name: &str) -> Option<Spot> {
        self.spots.get(name).copied()
    }

    /// The variable that says most of the database, and where it is written.
    pub(crate) fn main_spot(&self) -> Option<(&str, Spot)> {
        let known = self.spots.iter().filter(|(name, _)| is_known(name) && *name != "DEBUG");
        let known = known.map(|(name, it)| (name.as_str(), *it));
        known.min_by_key(|(name, it)| (*name != dsnlens_core::DATABASE_URL, it.span.start))
    }
}
