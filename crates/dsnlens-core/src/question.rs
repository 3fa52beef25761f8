//! What is asked, and what is answered: one type each, carried whole.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::client::{self, Client};
use crate::clients::libpq;
use crate::diagnostic::Diagnostic;
use crate::inputs::Inputs;
use crate::ledger::Stage;
use crate::machine::Machine;
use crate::masked::Masked;
use crate::module::{Evaluate, SettingsModule};
use crate::recipe::{Driver, Recipe};
use crate::resolution::{Resolution, read};

/// Which client reads which inputs, and how that client is set up.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The client.
    pub client: &'static Client,
    /// The world that it reads.
    pub inputs: Inputs<'a>,
    /// How it is set up: the guide's settings module as data, and the releases that are installed.
    pub recipe: Recipe,
    /// The settings module as a text, where it is another one.
    pub module: Option<SettingsModule<'a>>,
}

impl<'a> Question<'a> {
    /// What the default client does with these inputs.
    pub fn new(inputs: Inputs<'a>) -> Question<'a> {
        Question { client: client::DEFAULT, inputs, recipe: Recipe::default(), module: None }
    }

    /// The same question to another client.
    #[must_use]
    pub fn with_client(self, client: &'static Client) -> Question<'a> {
        Question { client, ..self }
    }

    /// The same question to another client, as that client is set up: with the settings module that
    /// is a part of it, or without one where none is.
    #[must_use]
    pub fn put_to(&self, client: &'static Client, evaluate: Evaluate) -> Question<'a> {
        let module = match client.preset {
            Some(preset) => Some(preset.module(evaluate)),
            None => self.module.filter(|_| client.has_settings),
        };
        Question { client, module, ..self.clone() }
    }

    /// The same question with another settings module or other releases.
    #[must_use]
    pub fn with_recipe(self, recipe: Recipe) -> Question<'a> {
        Question { recipe, ..self }
    }

    /// The same question where a settings module of its own reads the variables.
    #[must_use]
    pub fn with_module(self, module: impl Into<Option<SettingsModule<'a>>>) -> Question<'a> {
        Question { module: module.into(), ..self }
    }

    /// The same question on a machine of which this is known.
    #[must_use]
    pub fn on(self, machine: Machine<'a>) -> Question<'a> {
        Question { inputs: self.inputs.on(machine), ..self }
    }

    /// The driver that the stack has below the client, where the client does not bring its own.
    pub(crate) fn driver(&self) -> Option<Driver> {
        self.client.has_settings.then_some(self.recipe.driver)
    }

    /// Whether the client tries the next server after one that answered and refused.
    pub(crate) fn goes_on(&self) -> bool {
        self.driver().map_or(self.client.goes_on, Driver::goes_on)
    }

    /// How many seconds the client waits for an attempt where that is left open; forever without.
    pub(crate) fn patience(&self) -> Option<u64> {
        self.driver().map_or(self.client.patience, Driver::patience)
    }

    /// The client's stages, from the top down.
    pub fn stages(&self) -> impl Iterator<Item = &'static Stage> {
        let driver = self.driver();
        self.client.stages.iter().map(move |&it| match driver {
            Some(driver) if it == Driver::default().stage() => driver.stage(),
            _ => it,
        })
    }

    /// The releases that are reproduced, of the packages that decide.
    pub fn version(&self) -> Cow<'static, str> {
        let version = self.client.version;
        let Some(driver) = self.driver() else { return version.into() };
        let Recipe { django, libpq, .. } = &self.recipe;
        let before = version.split_once("Django").map_or("", |it| it.0);
        let release = driver.release();
        alloc::format!("{before}Django {django}, {release}, libpq {}", libpq.number()).into()
    }

    /// The files that the client would look at for these inputs, of which their machine says
    /// nothing. Ask again once they are read: what stands in one may lead to the next.
    pub fn unknown_files(&self) -> Vec<String> {
        let resolution = read(self);
        match resolution.connect_params {
            Some(_) => libpq::unknown_files(&self.inputs, self.recipe.libpq, &resolution.ledger),
            None => Vec::new(),
        }
    }
}

impl<'a> From<Inputs<'a>> for Question<'a> {
    fn from(inputs: Inputs<'a>) -> Question<'a> {
        Question::new(inputs)
    }
}

/// Everything there is to say about a question.
#[derive(Clone)]
pub struct Answer<'a> {
    /// The question.
    pub question: Question<'a>,
    /// What the client does.
    pub resolution: Resolution<'a>,
    /// What is wrong, worst first.
    pub diagnostics: Vec<Diagnostic<'a>>,
}

impl Answer<'_> {
    /// A variable's value as it may be shown, without secrets or with them; positions in it.
    pub fn masked(&self, name: &str, show_secrets: bool) -> Masked {
        let secrets = self.resolution.secrets.iter();
        let hidden = secrets.filter(|it| it.input == name && !show_secrets).map(|it| it.span);
        let hidden: Vec<_> = hidden.collect();
        Masked::new(self.question.inputs.get(name).unwrap_or(""), &hidden, &[])
    }
}

/// Prints no position: one behind a password tells its length.
impl fmt::Debug for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rules = self.diagnostics.iter().map(|it| it.rule.name);
        f.debug_struct("Answer")
            .field("resolution", &self.resolution)
            .field("diagnostics", &rules.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
