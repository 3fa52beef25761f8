//! UTF-8 offsets become UTF-16 code units, here and nowhere else.

use std::collections::BTreeMap;

use dsnlens_core::document::{Case, Dict, Document, Json, Origin, Reads, Span};
#[cfg(feature = "full")]
use dsnlens_core::document::{ClientReading, Comparison};

/// Counts every position of an answer as JavaScript does, and makes its numbers JavaScript's.
pub(crate) fn count_in_utf16(document: &mut Document, case: &Case) {
    let units = Units::new(&document.inputs, case);
    let refused = document.refusal.iter_mut().flat_map(|it| &mut it.spans);
    let found = document.diagnostics.iter_mut().flat_map(|it| &mut it.spans);
    refused.chain(found).for_each(|it| units.count_span(it));
    for line in &mut document.ledger {
        match &mut line.origin {
            Origin::Variable { name, start, end } => units.count(name, [start, end]),
            Origin::Settings { path, start: Some(start), end: Some(end), .. } => {
                units.count(path, [start, end]);
            }
            _ => {}
        }
        to_number(&mut line.value);
    }
    let Document { settings, databases, connect_params, effective, .. } = document;
    [settings, databases, connect_params].into_iter().flatten().for_each(to_numbers);
    effective.iter_mut().flatten().for_each(to_numbers);
    document.reads.iter_mut().for_each(read_to_numbers);
}

/// Does the same for what several clients make of a case.
#[cfg(feature = "full")]
pub(crate) fn compared_in_utf16(comparison: &mut Comparison, case: &Case) {
    for ClientReading { inputs, refusal, reads, .. } in &mut comparison.clients {
        if let Some(refusal) = refusal {
            let units = Units::new(inputs, case);
            refusal.spans.iter_mut().for_each(|it| units.count_span(it));
        }
        reads.iter_mut().for_each(read_to_numbers);
    }
}

/// The texts that positions are counted in, those alone where units and bytes differ.
struct Units(Vec<(String, Wide)>);

impl Units {
    fn new(inputs: &BTreeMap<String, String>, case: &Case) -> Units {
        let inputs = inputs.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let texts = inputs.chain(case.texts()).filter(|(_, text)| !text.is_ascii());
        Units(texts.map(|(name, text)| (name.to_owned(), Wide::new(text))).collect())
    }

    fn count_span(&self, span: &mut Span) {
        self.count(&span.input, [&mut span.start, &mut span.end]);
    }

    fn count(&self, input: &str, offsets: [&mut usize; 2]) {
        if let Some((_, wide)) = self.0.iter().find(|(name, _)| name == input) {
            offsets.into_iter().for_each(|it| *it -= wide.surplus(*it));
        }
    }
}

/// Where a text has characters of more bytes than units. Made once for a text, since an answer may
/// hold as many positions as that has bytes.
struct Wide {
    /// The end of each such character, and how many bytes more than units there are up to it.
    ends: Vec<(usize, usize)>,
}

impl Wide {
    fn new(text: &str) -> Wide {
        let mut surplus = 0;
        let wide = text.char_indices().filter(|(_, it)| !it.is_ascii());
        let ends = wide.map(|(start, it)| {
            surplus += it.len_utf8() - it.len_utf16();
            (start + it.len_utf8(), surplus)
        });
        Wide { ends: ends.collect() }
    }

    /// By how much the bytes up to `offset` are more than its units.
    fn surplus(&self, offset: usize) -> usize {
        let before = self.ends.partition_point(|(end, _)| *end <= offset);
        before.checked_sub(1).and_then(|it| self.ends.get(it)).map_or(0, |(_, surplus)| *surplus)
    }
}

fn to_numbers(dict: &mut Dict) {
    dict.0.iter_mut().for_each(|(_, value)| to_number(value));
}

/// Only a port is a number.
fn read_to_numbers(reads: &mut Reads) {
    reads.hosts.iter_mut().flatten().for_each(to_number);
}

/// A 64-bit integer as `JSON.parse` would read it: a double.
fn to_number(value: &mut Json) {
    match value {
        Json::Int(number) => *value = Json::Number(*number as f64),
        Json::List(values) => values.iter_mut().for_each(to_number),
        Json::Dict(dict) => to_numbers(dict),
        Json::Null
        | Json::Bool(_)
        | Json::Number(_)
        | Json::BigInt(_)
        | Json::Bytes(_)
        | Json::Str(_)
        | Json::Path(_)
        | Json::Unknown(_) => {}
    }
}
