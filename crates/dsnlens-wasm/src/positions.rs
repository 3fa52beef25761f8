//! UTF-8 offsets become UTF-16 code units, here and nowhere else.

use dsnlens_core::Inputs;
use dsnlens_core::document::{Dict, Document, Json, Origin};

/// Counts every position of an answer as JavaScript does, and makes its numbers JavaScript's.
pub(crate) fn count_in_utf16(document: &mut Document, inputs: &Inputs<'_>) {
    let in_units = |input: &str, offset: &mut usize| {
        let head = inputs.get(input).and_then(|value| value.get(..*offset)).unwrap_or("");
        if !head.is_ascii() {
            *offset = head.encode_utf16().count();
        }
    };
    let refused = document.refusal.iter_mut().flat_map(|it| &mut it.spans);
    let found = document.diagnostics.iter_mut().flat_map(|it| &mut it.spans);
    for span in refused.chain(found) {
        in_units(&span.input, &mut span.start);
        in_units(&span.input, &mut span.end);
    }
    for line in &mut document.ledger {
        if let Origin::Variable { name, start, end } = &mut line.origin {
            in_units(name, start);
            in_units(name, end);
        }
        to_number(&mut line.value);
    }
    for dict in [&mut document.settings, &mut document.connect_params].into_iter().flatten() {
        to_numbers(dict);
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
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::BigInt(_) | Json::Str(_) => {}
    }
}
