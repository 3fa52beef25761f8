//! UTF-8 offsets become UTF-16 code units, here and nowhere else.

use dsnlens_core::document::{Case, Dict, Document, Json, Origin};

/// Counts every position of an answer as JavaScript does, and makes its numbers JavaScript's.
pub(crate) fn count_in_utf16(document: &mut Document, case: &Case) {
    let inputs = document.inputs.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let texts = inputs.chain(case.texts()).filter(|(_, text)| !text.is_ascii());
    let wide: Vec<_> = texts.map(|(name, text)| (name.to_owned(), Wide::new(text))).collect();
    let in_units = |input: &str, offset: &mut usize| {
        if let Some((_, wide)) = wide.iter().find(|(name, _)| name == input) {
            *offset -= wide.surplus(*offset);
        }
    };
    let refused = document.refusal.iter_mut().flat_map(|it| &mut it.spans);
    let found = document.diagnostics.iter_mut().flat_map(|it| &mut it.spans);
    for span in refused.chain(found) {
        in_units(&span.input, &mut span.start);
        in_units(&span.input, &mut span.end);
    }
    for line in &mut document.ledger {
        match &mut line.origin {
            Origin::Variable { name, start, end } => {
                in_units(name, start);
                in_units(name, end);
            }
            Origin::Settings { path, start: Some(start), end: Some(end), .. } => {
                in_units(path, start);
                in_units(path, end);
            }
            _ => {}
        }
        to_number(&mut line.value);
    }
    let Document { settings, databases, connect_params, .. } = document;
    [settings, databases, connect_params].into_iter().flatten().for_each(to_numbers);
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
