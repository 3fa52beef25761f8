//! From inputs to the answer: the stages one after the other, each a reader of the one before.

use alloc::vec::Vec;

use crate::clients::django::ConnectParams;
use crate::clients::settings::Settings;
use crate::clients::{dj_database_url, django, libpq, settings};
use crate::diagnostic::Diagnostic;
use crate::inputs::{DATABASE_URL, Inputs};
use crate::ledger::{Ledger, Setting, Stage};
use crate::recipe::Recipe;
use crate::rules;
use crate::secret::Text;
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

/// The first error that the real stack raises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal<'a> {
    /// Who raises it.
    pub stage: Stage,
    /// The exception's class, such as `ValueError`.
    pub kind: &'static str,
    /// The exception's text, word for word.
    pub message: Text<'a>,
    /// The bytes it is about.
    pub spans: Vec<InputSpan<'a>>,
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

impl Resolution<'_> {
    /// The `ENGINE` that won, if the settings have one.
    pub fn engine(&self) -> Option<&str> {
        let line = self.settings.as_ref()?.setting(&self.ledger, Setting::Engine)?;
        self.ledger.line(line)?.value.as_str()
    }
}

/// Works out what an application does with `inputs`, and what is wrong with them.
pub fn resolve<'a>(inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    let mut resolution = read(inputs, recipe);
    resolution.diagnostics = rules::check(inputs, recipe, &resolution);
    resolution
}

/// The same without any advice.
pub(crate) fn read<'a>(inputs: &Inputs<'a>, recipe: &Recipe) -> Resolution<'a> {
    let debug = inputs.debug().is_on();
    let mut resolution = Resolution {
        mode: Mode::Fields,
        settings: None,
        connect_params: None,
        refusal: None,
        ledger: Ledger::default(),
        ssl: None,
        url: None,
        intent: None,
        secrets: Vec::new(),
        diagnostics: Vec::new(),
    };
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
        }
        None => {
            let ledger = &mut resolution.ledger;
            resolution.settings = Some(settings::from_fields(inputs, recipe, debug, ledger));
        }
    }
    connect(inputs, &mut resolution);
    collect_secrets(&mut resolution);
    resolution
}

/// The stages below the settings, for the backends that end in libpq.
fn connect<'a>(inputs: &Inputs<'a>, resolution: &mut Resolution<'a>) {
    let Some(settings) = &resolution.settings else { return };
    let is_postgresql = resolution.engine().is_none_or(django::is_modelled);
    if !is_postgresql {
        return;
    }
    match django::connect_params(settings, &mut resolution.ledger) {
        Ok(params) => {
            libpq::add_defaults(inputs, &params, &mut resolution.ledger);
            resolution.ssl = libpq::ssl(&resolution.ledger);
            resolution.connect_params = Some(params);
        }
        Err(refusal) => resolution.refusal = Some(refusal),
    }
}

/// Adds the secrets that the ledger knows to those found in the URL.
fn collect_secrets(resolution: &mut Resolution<'_>) {
    let in_ledger = resolution.ledger.lines().filter(|(_, line)| line.value.is_secret());
    let spans = in_ledger.filter_map(|(_, line)| line.origin.input_span());
    let meant = resolution.intent.map(|it| InputSpan { input: DATABASE_URL, span: it.password });
    let spans: Vec<_> = spans.chain(meant).filter(|it| !it.span.is_empty()).collect();
    resolution.secrets.extend(spans);
    resolution.secrets.sort_unstable();
    resolution.secrets.dedup();
}
