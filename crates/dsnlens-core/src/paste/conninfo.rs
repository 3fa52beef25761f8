//! libpq's `keyword=value` pairs, by its own reader.

use alloc::string::String;

use super::Beside;
use super::draft::Draft;
use super::parameters::Parameters;
use crate::clients::libpq::Version;
use crate::span::Span;
use crate::syntax::libpq::parse_keyvalue;

pub(super) fn read<'s>(text: &'s str, _: &Beside<'_>) -> Option<Draft<'s>> {
    let start = text.len() - text.trim_start_matches(is_around).len();
    let span = Span::new(start, text.trim_end_matches(is_around).len().max(start));
    let parameters = parameters(span.of(text))?;
    let is_address =
        ["host", "hostaddr", "dbname", "service"].iter().any(|it| parameters.is_set(it));
    // One pair alone may be anything.
    if !is_address || parameters.len() < 2 {
        return None;
    }
    let mut draft = Draft::default();
    parameters.assign("postgresql", span, &mut draft);
    Some(draft)
}

/// The pairs of a text, if libpq takes it.
pub(super) fn parameters(text: &str) -> Option<Parameters<'_>> {
    let mut parameters = Parameters::default();
    for param in parse_keyvalue(text, &Version::default()).ok()? {
        parameters.set(param.keyword, String::from_utf8(param.value.into_owned()).ok()?);
    }
    Some(parameters)
}

fn is_around(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '`')
}
