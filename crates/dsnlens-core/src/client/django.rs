//! Django: a settings module, Django's PostgreSQL backend, psycopg 3 and libpq.

use super::Client;
use crate::clients::psycopg::Attempts;
use crate::clients::{dj_database_url, django, libpq, psycopg, settings, stages};
use crate::inputs::{DATABASE_URL, Hole};
use crate::ledger::Setting;
use crate::question::Question;
use crate::resolution::{Mode, Resolution, finish, leave_open, secrets, settle, structure_hole};
use crate::source::Source;
use crate::syntax::python;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "django",
    title: "Django 5.2, with dj-database-url, psycopg 3 and libpq",
    subject: "Django",
    stages: &[&stages::RECIPE, &stages::DJANGO, &stages::PSYCOPG, &stages::LIBPQ],
    has_settings: true,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: true,
    patience: Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let Question { inputs, recipe, .. } = question;
    let mut resolution = Resolution::empty(Mode::Fields, inputs);
    if let Some(databases) = inputs.databases() {
        resolution.mode = Mode::Databases;
        match settings::from_databases(databases, &mut resolution.ledger) {
            Ok(settings) => resolution.settings = Some(settings),
            Err(refusal) => resolution.refusal = Some(refusal),
        }
        connect(question, &mut resolution);
        finish(inputs, &mut resolution);
        return resolution;
    }
    match inputs.get(DATABASE_URL) {
        Some(_) if let Some(why) = inputs.unknown(DATABASE_URL) => {
            resolution.mode = Mode::Url;
            leave_open(&Hole::whole(why.clone()), &mut resolution);
            settings::ignore_fields(inputs, &mut resolution.ledger);
        }
        Some(url) => {
            resolution.mode = Mode::Url;
            let source = Source::new(DATABASE_URL, url);
            let split = python::urlsplit(source.text());
            let ledger = &mut resolution.ledger;
            match dj_database_url::parse(&source, &split, recipe, inputs, ledger) {
                Ok(settings) => resolution.settings = Some(settings),
                Err(refusal) => resolution.refusal = Some(refusal),
            }
            settings::ignore_fields(inputs, ledger);
            if let Some(hole) = structure_hole(&resolution) {
                leave_open(&hole, &mut resolution);
            }
            resolution.url = Some(split.map(|part| source.span(part)));
            resolution.intent = source.intent();
            resolution.secrets.extend(secrets(&source));
        }
        None => {
            let ledger = &mut resolution.ledger;
            resolution.settings = Some(settings::from_fields(inputs, recipe, ledger));
        }
    }
    connect(question, &mut resolution);
    finish(inputs, &mut resolution);
    resolution
}

/// The stages below the settings, for the backends that end in libpq.
fn connect<'a>(question: &Question<'a>, resolution: &mut Resolution<'a>) {
    let Question { inputs, recipe, .. } = question;
    let Some(settings) = &resolution.settings else { return };
    let engine = settings.setting(&resolution.ledger, Setting::Engine);
    let engine = engine.and_then(|it| resolution.ledger.line(it));
    if settings.is_open || engine.is_some_and(|it| it.value.unknown().is_some()) {
        return;
    }
    if !resolution.engine().is_none_or(django::is_modelled) {
        return;
    }
    let ledger = &mut resolution.ledger;
    let refused = match django::connect_params(settings, ledger) {
        Ok(params) => {
            let refused = django::check_connection(settings, ledger).err();
            let attempts = psycopg::connect(inputs, &params, recipe.libpq, ledger);
            resolution.connect_params = Some(params);
            match attempts {
                Ok(Attempts { targets, unresolved, options }) => {
                    let unsettled = settle(&targets, options, question, resolution);
                    refused.or(unresolved).or(unsettled)
                }
                Err(refusal) => refused.or(Some(refusal)),
            }
        }
        Err(refusal) => Some(refusal),
    };
    resolution.refusal = refused;
}
