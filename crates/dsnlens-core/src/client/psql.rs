//! psql: libpq alone, given `DATABASE_URL` as `psql "$DATABASE_URL"` gives it.
//!
//! libpq refuses with texts of its own; an exception is what a driver above it makes of one. A
//! percent-encoded byte need not be UTF-8, and `connect_timeout` is read once it connects.

use super::Client;
use crate::clients::django::ConnectParams;
use crate::clients::{libpq, stages};
use crate::inputs::{DATABASE_URL, Hole};
use crate::question::Question;
use crate::resolution::{Mode, Resolution, finish, leave_open, secrets, settle, structure_hole};
use crate::source::Source;
use crate::syntax::python;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "psql",
    title: "psql, with libpq 15 to 18",
    version: "libpq 18",
    packages: &[],
    subject: "psql",
    stages: &[&stages::LIBPQ],
    has_settings: false,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: false,
    patience: None,
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let Question { inputs, recipe, .. } = question;
    let mut resolution = Resolution::empty(Mode::Url, inputs);
    if let Some(why) = inputs.unknown(DATABASE_URL) {
        leave_open(DATABASE_URL, &Hole::whole(why.clone()), &mut resolution);
        finish(inputs, &mut resolution);
        return resolution;
    }
    let source = Source::verbatim(DATABASE_URL, inputs.get(DATABASE_URL).unwrap_or(""));
    resolution.url = Some(python::urlsplit(source.text()).map(|part| source.span(part)));
    resolution.intent = source.intent();
    resolution.secrets.extend(secrets(&source));
    match libpq::read(&source, recipe.libpq, &mut resolution.ledger) {
        Ok(lines) => {
            let options =
                libpq::add_defaults(inputs, recipe.libpq, libpq::BAD, &mut resolution.ledger);
            resolution.connect_params = Some(ConnectParams { lines });
            let targets = [libpq::Target::default()];
            let refusal = settle(&targets, options, question, &mut resolution);
            resolution.refusal =
                refusal.or_else(|| libpq::check_wait(libpq::BAD, &resolution.ledger));
        }
        Err(refusal) => resolution.refusal = Some(refusal),
    }
    if let Some(hole) = structure_hole(DATABASE_URL, &resolution) {
        leave_open(DATABASE_URL, &hole, &mut resolution);
    }
    finish(inputs, &mut resolution);
    resolution
}
