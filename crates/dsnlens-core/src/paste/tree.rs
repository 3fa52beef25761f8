//! Nested names and values, whatever language wrote them. Flat in memory, so that no depth of
//! nesting is too deep.

use alloc::vec::Vec;

use super::draft::Scalar;
use crate::span::Span;
use crate::syntax::Places;

/// An entry of a map, or an item of a list.
pub(super) struct Entry<'s> {
    /// The place of what it is in.
    pub(super) parent: Option<usize>,
    /// Its name; `None` for an item.
    pub(super) key: Option<Scalar<'s>>,
    pub(super) value: Value<'s>,
}

pub(super) enum Value<'s> {
    /// Nothing, or what stands under it.
    Open(Span),
    Text(Scalar<'s>),
    /// What is marked elsewhere with this name.
    Alias(&'s str, Span),
    /// An expression that is not read.
    Foreign(Span),
}

/// Entries, each before what it holds.
#[derive(Default)]
pub(super) struct Tree<'s> {
    entries: Vec<Entry<'s>>,
    anchors: Places<'s>,
    /// The places at which a document begins, the first aside.
    documents: Vec<usize>,
    /// Lines that are in no entry.
    pub(super) unreadable: Vec<Span>,
    /// Those, and what else no reader of YAML takes: a tab that indents, a quote that is left open.
    pub(super) broken: Vec<Span>,
}

/// How many references to another map are followed in one.
const MAX_MERGED: usize = 8;

impl<'s> Tree<'s> {
    pub(super) fn push(
        &mut self,
        parent: Option<usize>,
        key: Option<Scalar<'s>>,
        value: Value<'s>,
    ) -> usize {
        self.entries.push(Entry { parent, key, value });
        self.entries.len() - 1
    }

    pub(super) fn mark(&mut self, name: &'s str, place: usize) {
        self.anchors.insert(name.into(), place);
    }

    pub(super) fn get(&self, place: usize) -> Option<&Entry<'s>> {
        self.entries.get(place)
    }

    pub(super) fn get_mut(&mut self, place: usize) -> Option<&mut Entry<'s>> {
        self.entries.get_mut(place)
    }

    /// The places of all entries.
    pub(super) fn places(&self) -> core::ops::Range<usize> {
        0..self.entries.len()
    }

    pub(super) fn parent(&self, place: usize) -> Option<usize> {
        self.get(place)?.parent
    }

    pub(super) fn key(&self, place: usize) -> Option<&str> {
        Some(&self.get(place)?.key.as_ref()?.text)
    }

    /// The text of an entry, an alias followed.
    pub(super) fn text(&self, place: usize) -> Option<&Scalar<'s>> {
        match &self.get(place)?.value {
            Value::Text(text) => Some(text),
            Value::Alias(name, _) => match &self.get(*self.anchors.get(*name)?)?.value {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Value::Open(_) | Value::Foreign(_) => None,
        }
    }

    /// Where the value of an entry stands.
    pub(super) fn span(&self, place: usize) -> Span {
        match self.get(place).map(|it| &it.value) {
            Some(Value::Open(span) | Value::Alias(_, span) | Value::Foreign(span)) => *span,
            Some(Value::Text(text)) => text.span,
            None => Span::default(),
        }
    }

    /// What stands directly under an entry.
    pub(super) fn children(&self, place: usize) -> Vec<usize> {
        self.below(place).collect()
    }

    fn below(&self, place: usize) -> impl Iterator<Item = usize> {
        // An entry under this one has it, or one behind it, for a parent.
        let behind = self.entries.iter().enumerate().skip(place + 1);
        let below = behind.take_while(move |(_, it)| it.parent.is_some_and(|it| it >= place));
        below.filter(move |(_, it)| it.parent == Some(place)).map(|(nth, _)| nth)
    }

    /// What stands beside an entry, with the entry itself: up to the next document, where that is
    /// the whole of one.
    pub(super) fn siblings(&self, place: usize) -> impl Iterator<Item = usize> {
        let parent = self.parent(place);
        let document = self.document(place);
        let to = self.documents.get(document).copied().unwrap_or(self.entries.len());
        let inside = self.entries.iter().enumerate().take(to).skip(self.eldest(place));
        // An entry under another comes behind it.
        let below = inside.take_while(move |(_, it)| it.parent >= parent);
        below.filter(move |(_, it)| it.parent == parent).map(|(nth, _)| nth)
    }

    /// The first of an entry's siblings.
    pub(super) fn eldest(&self, place: usize) -> usize {
        let before = self.document(place).checked_sub(1).and_then(|it| self.documents.get(it));
        self.parent(place).map_or_else(|| before.copied().unwrap_or(0), |it| it + 1)
    }

    /// Begins another document.
    pub(super) fn end_document(&mut self) {
        self.documents.push(self.entries.len());
    }

    /// The number of the document that an entry is in.
    fn document(&self, place: usize) -> usize {
        self.documents.partition_point(|it| *it <= place)
    }

    /// The entry of this name directly under another.
    pub(super) fn child(&self, place: usize, key: &str) -> Option<usize> {
        self.below(place).find(|it| self.key(*it) == Some(key))
    }

    /// The entries of a map, with those that YAML's `<<` takes from other maps in front.
    pub(super) fn members(&self, place: usize) -> Vec<usize> {
        let place = match self.get(place).map(|it| &it.value) {
            Some(Value::Alias(name, _)) => self.anchors.get(*name).copied().unwrap_or(place),
            _ => place,
        };
        let own = self.children(place);
        let is_merge = |it: &usize| self.key(*it) == Some("<<");
        let mut merged = Vec::new();
        for &merge in own.iter().filter(|it| is_merge(it)) {
            merged.extend(self.aliased(merge));
            for item in self.children(merge) {
                merged.extend(self.aliased(item));
            }
        }
        let merged = merged.into_iter().take(MAX_MERGED);
        let mut members: Vec<_> = merged.flat_map(|it| self.children(it)).collect();
        members.extend(own);
        members.retain(|it| !is_merge(it));
        members
    }

    fn aliased(&self, place: usize) -> Option<usize> {
        match self.get(place)?.value {
            Value::Alias(name, _) => self.anchors.get(name).copied(),
            _ => None,
        }
    }
}
