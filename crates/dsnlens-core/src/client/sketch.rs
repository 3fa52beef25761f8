//! A sketch of a client, for tests alone: it reads nothing but the host of `DATABASE_URL`.
//!
//! This file and its line in [`CLIENTS`](super::CLIENTS) are all that a client takes.

use super::Client;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Key, Moment, Origin, Stage, Value};
use crate::question::Question;
use crate::resolution::{Mode, Resolution, finish};
use crate::span::Span;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sketch",
    title: "A sketch of a client",
    version: "0",
    subject: "The sketch",
    stages: &[&STAGE],
    has_settings: false,
    preset: None,
    ends_in_libpq: false,
    tls: &[],
    goes_on: false,
    patience: None,
    read,
};

static STAGE: Stage = Stage { name: "sketch", title: "the sketch", refuses: Moment::Connection };

fn read<'a>(Question { inputs, .. }: &Question<'a>) -> Resolution<'a> {
    let mut resolution = Resolution::empty(Mode::Url, inputs);
    let url = inputs.get(DATABASE_URL).unwrap_or("");
    let start = url.rfind(['@', '/']).map_or(0, |at| at + 1);
    let span = Span::new(start, url.len());
    let origin = Origin::Variable { name: DATABASE_URL, span };
    let host = Value::Str(span.of(url).into());
    resolution.ledger.set(&STAGE, Key::Keyword("host"), host, origin);
    finish(inputs, &mut resolution);
    resolution
}
