//! A sketch of a client, for tests alone: it reads nothing but the host of `DATABASE_URL`.
//!
//! This file and its line in [`CLIENTS`](super::CLIENTS) are all that a client takes.

use super::Client;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Key, Moment, Stage};
use crate::question::Question;
use crate::resolution::{Mode, Resolution, finish, secrets};
use crate::source::Source;
use crate::syntax::Slice;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "sketch",
    title: "A sketch of a client",
    version: "0",
    packages: &[],
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
    let source = Source::verbatim(DATABASE_URL, inputs.get(DATABASE_URL).unwrap_or(""));
    resolution.secrets.extend(secrets(&source));
    let url = Slice::whole(source.text());
    let (_, host) = url.split_at(url.text.rfind(['@', '/']).map_or(0, |at| at + 1));
    let value = source.value(host, source.keep(host));
    resolution.ledger.set(&STAGE, Key::Keyword("host"), value, source.origin(host));
    finish(inputs, &mut resolution);
    resolution
}
