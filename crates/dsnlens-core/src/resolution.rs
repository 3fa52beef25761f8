//! From inputs to the answer: the stages one after the other, each a reader of the one before.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, advise};
use crate::clients::django::ConnectParams;
use crate::clients::libpq::Connection;
use crate::clients::psycopg::Attempts;
use crate::clients::settings::Settings;
use crate::clients::{dj_database_url, django, libpq, psycopg, settings};
use crate::diagnostic::Diagnostic;
use crate::inputs::{DATABASE_URL, Inputs};
use crate::ledger::{Ledger, Setting};
use crate::provider;
use crate::recipe::Recipe;
use crate::refusal::Refusal;
use crate::span::{InputSpan, Span};
use crate::syntax::python::{self, SplitUrl};
use crate::syntax::{Intent, Source};
use crate::tls::Ssl;

/// Which branch of the settings module was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// `DATABASE_URL` is set, be it empty.
    Url,
    /// The `DB_*` variables and their defaults.
    Fields,
}

impl Mode {
    /// The name used in machine-readable answers.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Url => "url",
            Mode::Fields => "fields",
        }
    }
}

/// Everything there is to say about one set of inputs.
#[derive(Clone, Debug)]
pub struct Resolution<'a> {
    /// The branch taken.
    pub mode: Mode,
    /// `DATABASES['default']`; `None` where reading the URL is refused.
    pub settings: Option<Settings>,
    /// What the backend hands to psycopg; `None` where it gets not that far, or is no PostgreSQL.
    pub connect_params: Option<ConnectParams>,
    /// The first error, if there is one.
    pub refusal: Option<Refusal<'a>>,
    /// Every value offered, and what became of it.
    pub ledger: Ledger<'a>,
    /// What libpq settles on, one for each connection that psycopg tries.
    pub effective: Option<Vec<Connection<'a>>>,
    /// What the SSL settings guarantee; `None` where no connection is made by libpq.
    pub ssl: Option<Ssl>,
    /// The parts of `DATABASE_URL` as Python sees them, by position.
    pub url: Option<SplitUrl<Span>>,
    /// User and password of `DATABASE_URL` as a person means them, by position.
    pub intent: Option<Intent>,
    /// Where passwords stand in the inputs.
    pub secrets: Vec<InputSpan<'a>>,
    /// What is wrong, worst first.
    pub diagnostics: Vec<Diagnostic<'a>>,
}

impl<'a> Resolution<'a> {
    /// The files that libpq would look at for these inputs, of which their machine says nothing.
    /// Whoever reads them asks again: what stands in one may lead to the next.
    pub fn unknown_files(&self, inputs: &Inputs<'a>, recipe: &Recipe) -> Vec<String> {
        match self.connect_params {
            Some(_) => libpq::unknown_files(inputs, recipe.libpq, &self.ledger),
            None => Vec::new(),
        }
    }

    const fn empty(mode: Mode) -> Self {
        Resolution {
            mode,
            settings: None,
            connect_params: None,
            effective: None,
            refusal: None,
            ledger: Ledger::new(),
            ssl: None,
            url: None,
            intent: None,
            secrets: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// The proxy that listens on the socket that the connection goes through, which encrypts what
    /// goes on to the server.
    pub fn proxy(&self) -> Option<&'static str> {
        self.ssl.filter(|it| it.is_socket)?;
        provider::socket_proxy(self.effective.as_ref()?.first()?.get("host")?)
    }

    /// The `ENGINE` that won, if the settings have one.
    pub fn engine(&self) -> Option<&str> {
        let line = self.settings.as_ref()?.setting(&self.ledger, Setting::Engine)?;
        self.ledger.line(line)?.value.as_str()
    }
}

/// Who reads the inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Client {
    /// The settings module, then Django, psycopg and libpq.
    #[default]
    Django,
    /// libpq alone, given `DATABASE_URL` as psql is.
    Libpq,
}

impl Client {
    /// Both, the reference first.
    pub const ALL: [Client; 2] = [Client::Django, Client::Libpq];

    /// The name used in machine-readable cases.
    pub const fn name(self) -> &'static str {
        match self {
            Client::Django => "django",
            Client::Libpq => "libpq",
        }
    }
}

/// Works out what an application does with `inputs`, and what is wrong with them.
pub fn resolve<'a>(inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    let mut resolution = read(inputs, recipe);
    resolution.diagnostics = advise(&Case::new(inputs, recipe, &resolution));
    resolution
}

/// Works out what `client` does with `inputs`. The rules speak of Django alone.
pub fn resolve_as<'a>(client: Client, inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    match client {
        Client::Django => resolve(inputs, recipe),
        Client::Libpq => read_as_libpq(inputs, recipe),
    }
}

/// What libpq alone makes of the inputs, as `psql "$DATABASE_URL"` does.
pub fn read_as_libpq<'a>(inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    let mut resolution = Resolution::empty(Mode::Url);
    let source = Source::verbatim(DATABASE_URL, inputs.get(DATABASE_URL).unwrap_or(""));
    resolution.url = Some(python::urlsplit(&source).map(|part| source.span(part)));
    resolution.intent = source.intent();
    resolution.secrets.extend(secrets(&source));
    match libpq::read(&source, recipe.libpq, &mut resolution.ledger) {
        Ok(lines) => {
            let options = libpq::add_defaults(inputs, recipe.libpq, &mut resolution.ledger);
            resolution.connect_params = Some(ConnectParams { lines });
            let targets = [libpq::Target::default()];
            resolution.refusal = settle(&targets, options, inputs, recipe, &mut resolution);
        }
        Err(refusal) => resolution.refusal = Some(refusal),
    }
    collect_secrets(&mut resolution);
    resolution
}

/// What the settings module, Django, psycopg and libpq do with `inputs`, without any advice.
pub fn read<'a>(inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    let debug = inputs.debug().is_on();
    let mut resolution = Resolution::empty(Mode::Fields);
    match inputs.get(DATABASE_URL) {
        Some(url) => {
            resolution.mode = Mode::Url;
            let source = Source::new(DATABASE_URL, url);
            let split = python::urlsplit(&source);
            let ledger = &mut resolution.ledger;
            match dj_database_url::parse(&source, &split, recipe, debug, ledger) {
                Ok(settings) => resolution.settings = Some(settings),
                Err(refusal) => resolution.refusal = Some(refusal),
            }
            settings::ignore_fields(inputs, ledger);
            resolution.url = Some(split.map(|part| source.span(part)));
            resolution.intent = source.intent();
            resolution.secrets.extend(secrets(&source));
        }
        None => {
            let ledger = &mut resolution.ledger;
            resolution.settings = Some(settings::from_fields(inputs, recipe, debug, ledger));
        }
    }
    connect(inputs, recipe, &mut resolution);
    collect_secrets(&mut resolution);
    resolution
}

/// The stages below the settings, for the backends that end in libpq.
fn connect<'a>(inputs: &Inputs<'a>, recipe: &Recipe, resolution: &mut Resolution<'a>) {
    let Some(settings) = &resolution.settings else { return };
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
                    let unsettled = settle(&targets, options, inputs, recipe, resolution);
                    refused.or(unresolved).or(unsettled)
                }
                Err(refusal) => refused.or(Some(refusal)),
            }
        }
        Err(refusal) => Some(refusal),
    };
    resolution.refusal = refused;
}

/// What libpq settles on in the end, and what it guarantees.
fn settle<'a>(
    targets: &[libpq::Target],
    options: libpq::Options,
    inputs: &Inputs<'a>,
    recipe: &Recipe,
    resolution: &mut Resolution<'a>,
) -> Option<Refusal<'a>> {
    let ledger = &mut resolution.ledger;
    let (connections, refusal) = libpq::settle(targets, inputs, recipe.libpq, options, ledger);
    resolution.ssl = libpq::ssl(&connections, inputs, recipe.libpq);
    resolution.effective = Some(connections);
    refusal
}

fn secrets<'a>(source: &Source<'a>) -> impl Iterator<Item = InputSpan<'a>> {
    source.secrets().map(|span| InputSpan { input: source.name(), span })
}

/// Adds the secrets that only the ledger knows to those found in the URL, in order.
fn collect_secrets(resolution: &mut Resolution<'_>) {
    let Resolution { ledger, secrets, .. } = resolution;
    let in_ledger = ledger.lines().filter(|(_, line)| line.value.is_secret());
    for found in in_ledger.filter_map(|(_, line)| line.origin.input_span()) {
        let place = secrets
            .partition_point(|it| (it.input, it.span.end) <= (found.input, found.span.start));
        // A value that a part of a password slipped into is not secret as a whole.
        let is_known = secrets
            .get(place)
            .is_some_and(|it| it.input == found.input && it.span.overlaps(found.span));
        if !is_known && !found.span.is_empty() {
            secrets.insert(place, found);
        }
    }
}
