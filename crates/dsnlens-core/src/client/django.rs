//! Django: a settings module, Django's PostgreSQL backend, psycopg 3 or psycopg2, and libpq.

use alloc::vec::Vec;

use super::Client;
use crate::clients::{dj_database_url, django, libpq, psycopg, psycopg2, settings, stages};
use crate::databases::{Databases, Node};
use crate::inputs::{DATABASE_URL, Debug, Hole, Inputs};
use crate::ledger::{Origin, Setting};
use crate::module::SettingsModule;
use crate::question::Question;
use crate::recipe::{Driver, Recipe};
use crate::resolution::{
    Mode, Module, Resolution, Unknown, finish, leave_open, secrets, structure_hole,
};
use crate::source::Source;
use crate::span::Span;
use crate::syntax::python;

/// The row of the table.
pub static CLIENT: Client = Client {
    name: "django",
    title: "Django 5.2, with dj-database-url, psycopg 3 and libpq",
    version: "Django 5.2, psycopg 3.3, libpq 18",
    packages: &[],
    subject: "Django",
    stages: &[
        &stages::SETTINGS,
        &stages::RECIPE,
        &stages::DJANGO,
        &stages::PSYCOPG,
        &stages::LIBPQ,
    ],
    has_settings: true,
    preset: None,
    ends_in_libpq: true,
    tls: &libpq::TLS,
    goes_on: true,
    patience: Some(psycopg::DEFAULT_CONNECT_TIMEOUT.unsigned_abs()),
    read,
};

fn read<'a>(question: &Question<'a>) -> Resolution<'a> {
    let Question { inputs, recipe, module, .. } = question;
    let mut resolution = Resolution::empty(Mode::Fields, inputs);
    if let Some(module) = module {
        read_module(question, module, &mut resolution);
        finish(inputs, &mut resolution);
        return resolution;
    }
    if let Some(databases) = inputs.databases() {
        resolution.mode = Mode::Databases;
        read_databases(databases, &mut resolution);
        connect(question, &mut resolution);
        finish(inputs, &mut resolution);
        return resolution;
    }
    match inputs.get(DATABASE_URL) {
        Some(_) if let Some(why) = inputs.unknown(DATABASE_URL) => {
            resolution.mode = Mode::Url;
            leave_open(DATABASE_URL, &Hole::whole(why.clone()), &mut resolution);
            settings::ignore_fields(inputs, &mut resolution.ledger);
        }
        Some(url) => {
            match recipe.dj_database_url.is_compiled() {
                true => read_url(DATABASE_URL, url, inputs, recipe, &mut resolution),
                false => leave_unread(DATABASE_URL, url, recipe, &mut resolution),
            }
            settings::ignore_fields(inputs, &mut resolution.ledger);
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

/// What dj-database-url makes of a URL. Where a part that is not known decides how the rest is
/// read, nothing of it is known.
fn read_url<'a>(
    name: &'a str,
    url: &'a str,
    inputs: &Inputs<'a>,
    recipe: &Recipe,
    resolution: &mut Resolution<'a>,
) {
    resolution.mode = Mode::Url;
    let source = Source::new(name, url);
    let split = python::urlsplit(source.text());
    match dj_database_url::parse(&source, &split, recipe, inputs, &mut resolution.ledger) {
        Ok(settings) => resolution.settings = Some(settings),
        Err(refusal) => resolution.refusal = Some(refusal),
    }
    resolution.url = Some(split.map(|part| source.span(part)));
    resolution.intent = source.intent();
    resolution.secrets.extend(secrets(&source));
    if let Some(hole) = structure_hole(name, resolution) {
        leave_open(name, &hole, resolution);
    }
}

/// A URL that is read by a release of which only an evaluator of settings modules knows: nothing
/// of it is known, and its secrets are hidden.
fn leave_unread<'a>(name: &'a str, url: &'a str, recipe: &Recipe, resolution: &mut Resolution<'a>) {
    resolution.mode = Mode::Url;
    let why = alloc::format!(
        "what dj-database-url {} makes of {name} needs the settings reader",
        recipe.dj_database_url
    );
    resolution.secrets.extend(secrets(&Source::new(name, url)));
    leave_open(name, &Hole::whole(why.clone()), resolution);
    resolution.unknown.push(Unknown {
        path: name,
        line: None,
        expression: "".into(),
        reads: None,
        why: why.into(),
        file: None,
    });
}

fn read_databases<'a>(databases: &Databases<'a>, resolution: &mut Resolution<'a>) {
    let refused = django::check_aliases(databases).err();
    let default = databases.aliases.get("default").map(|it| &it.value);
    if refused.is_some() && !matches!(default, Some(Node::Dict(_))) {
        resolution.refusal = refused;
        return;
    }
    match settings::from_databases(databases, &mut resolution.ledger) {
        Ok(settings) => resolution.settings = Some(settings),
        Err(refusal) => resolution.refusal = Some(refusal),
    }
    resolution.refusal = resolution.refusal.take().or(refused);
}

/// Does not show what a module reads from the secrets of the URL, nor the name of a parameter of its
/// query that holds a piece of one.
fn hide<'a>(source: &Source<'a>, databases: Databases<'a>) -> Databases<'a> {
    let place = |origin: &Origin<'a>| {
        origin.input_span().filter(|it| it.input == DATABASE_URL).map(|it| it.span)
    };
    let secrets: Vec<Span> = source.secrets().collect();
    let is_secret = |span: Span| {
        let next = secrets.partition_point(|it| it.end <= span.start);
        secrets.get(next).is_some_and(|it| it.overlaps(span))
    };
    let name = |value: Span| {
        let (before, _) = source.raw().split_at_checked(value.start)?;
        let before = before.strip_suffix('=')?;
        let start = before.rfind(['?', '&'])? + 1;
        Some(Span::new(start, before.len()))
    };
    databases.hide(
        |origin| place(origin).is_some_and(is_secret),
        |origin| place(origin).and_then(name).is_some_and(is_secret),
    )
}

/// What a settings module that was given makes of the variables.
fn read_module<'a>(
    question: &Question<'a>,
    module: &SettingsModule<'a>,
    resolution: &mut Resolution<'a>,
) {
    let Question { inputs, recipe, .. } = question;
    let mut evaluated = (module.evaluate)(module, question);
    resolution.debug = match (inputs.said_debug(), evaluated.debug) {
        (Some(said), _) => Debug::Clear(said),
        (None, Some(debug)) => Debug::Clear(debug),
        (None, None) if evaluated.unknown_debug.is_some() => Debug::Unknown,
        // Django's own default.
        (None, None) => Debug::Clear(false),
    };
    resolution.mode = Mode::Databases;
    let call = evaluated.call.filter(|_| recipe.dj_database_url.is_compiled());
    match call.and_then(|it| Some((it, inputs.get(DATABASE_URL)?))) {
        Some((site, url)) => {
            let recipe = site.call.recipe(recipe.clone());
            read_url(DATABASE_URL, url, inputs, &recipe, resolution);
            settings::place_call(&site, &mut resolution.ledger);
            if let Some(refusal) = &mut resolution.refusal {
                refusal.raised_at = Some((site.path, site.place.line));
            }
        }
        None => {
            if let Some(url) = inputs.get(DATABASE_URL) {
                let source = Source::new(DATABASE_URL, url);
                resolution.secrets.extend(secrets(&source));
                evaluated.databases = hide(&source, evaluated.databases);
            }
            match evaluated.refusal {
                Some(refusal) => resolution.refusal = Some(refusal),
                None => read_databases(&evaluated.databases, resolution),
            }
        }
    }
    resolution.unknown.extend(evaluated.unknown);
    resolution.module = Some(Module {
        path: module.path,
        call,
        unknown_debug: evaluated.unknown_debug,
        databases: evaluated.databases,
        findings: evaluated.findings,
        hidden: evaluated.hidden,
    });
    connect(question, resolution);
}

/// The stages below the settings, for the backends that end in libpq.
fn connect<'a>(question: &Question<'a>, resolution: &mut Resolution<'a>) {
    let Some(settings) = &resolution.settings else { return };
    let engine = settings.setting(&resolution.ledger, Setting::Engine);
    let engine = engine.and_then(|it| resolution.ledger.line(it));
    if settings.is_open || engine.is_some_and(|it| it.value.unknown().is_some()) {
        return;
    }
    resolution.refusal =
        resolution.refusal.take().or(django::check_engine(settings, &resolution.ledger).err());
    let is_dummy = engine.is_some_and(|it| django::is_dummy(&it.value));
    let is_modelled = resolution.engine().is_none_or(django::is_modelled);
    if resolution.refusal.is_some() || !(is_modelled || is_dummy) {
        return;
    }
    let (recipe, ledger) = (&question.recipe, &mut resolution.ledger);
    let without_pool = django::check_pool(settings, recipe, ledger).err();
    let refused = match django::connect_params(settings, recipe, ledger) {
        Ok(params) => {
            let refused = django::check_connection(settings, recipe, ledger).err();
            let unconnected = match recipe.driver {
                Driver::Psycopg => psycopg::run(question, params, resolution),
                Driver::Psycopg2 => psycopg2::run(question, params, resolution),
            };
            refused.or(unconnected)
        }
        Err(refusal) => Some(refusal),
    };
    resolution.refusal = without_pool.or(refused);
}
