//! Where the page may be an element.

use std::rc::Rc;

use dsnlens_core::{DjDatabaseUrl, Question, Recipe};
use yew::prelude::*;
use yew::{AppHandle, Renderer};

use crate::app::App;
use crate::module;
use crate::state::{Form, Tab};

/// What the element's attributes say.
#[derive(Clone, Default)]
pub struct Given {
    /// `DATABASE_URL`; `None` where it is not set.
    pub url: Option<String>,
    /// `DEBUG`.
    pub debug: bool,
    /// The installed dj-database-url.
    pub dj_database_url: DjDatabaseUrl,
    /// Whether it shows what is given, and lets nothing be changed.
    pub is_readonly: bool,
    /// The name of the client that reads it; the default one's where there is none.
    pub client: String,
    /// The text of the settings module; `None` where it is the guide's.
    pub settings: Option<String>,
}

/// Is told what is asked, whenever it changes; `None` where nothing is put in yet.
/// Whether the client is one of this module's, is said beside it.
pub type Tell = dyn Fn(Option<Question<'_>>, bool);

/// A place in somebody else's page where this one is drawn, for one owner after the other.
///
/// Yew never drops the listeners of such a place, so it is not given up but handed on; of an owner
/// who left, nothing is kept.
pub struct Element {
    place: AppHandle<Place>,
    shown: Shown,
}

impl Element {
    /// Draws nothing into `root` yet.
    pub fn new(root: web_sys::Element) -> Element {
        Element { place: Renderer::with_root(root).render(), shown: Shown::default() }
    }

    /// Draws the page anew, and calls `tell` at once and after each change.
    pub fn draw(&mut self, given: Given, tell: Rc<Tell>) {
        self.shown.owner += 1;
        self.show(Some(Embedding { given: Rc::new(given), tell }));
    }

    /// Starts with what is given now; what was typed is gone.
    pub fn give(&mut self, given: Given) {
        let tell = self.shown.embedding.as_ref().map(|it| it.tell.clone());
        self.show(tell.map(|tell| Embedding { given: Rc::new(given), tell }));
    }

    /// Draws nothing any more.
    pub fn leave(&mut self) {
        self.show(None);
    }

    fn show(&mut self, embedding: Option<Embedding>) {
        self.shown.embedding = embedding;
        self.place.update(self.shown.clone());
    }
}

#[derive(Clone, Default, PartialEq, Properties)]
struct Shown {
    embedding: Option<Embedding>,
    /// How many there were; no state goes from one to the next.
    owner: u32,
}

#[component]
fn Place(Shown { embedding, owner }: &Shown) -> Html {
    match embedding {
        Some(embedding) => html! { <App key={*owner} embedding={embedding.clone()} /> },
        None => Html::default(),
    }
}

/// What the page knows of whoever holds it.
#[derive(Clone)]
pub(crate) struct Embedding {
    given: Rc<Given>,
    tell: Rc<Tell>,
}

/// To give the same again is to start anew all the same.
impl PartialEq for Embedding {
    fn eq(&self, other: &Embedding) -> bool {
        Rc::ptr_eq(&self.given, &other.given)
    }
}

impl Embedding {
    pub(crate) fn form(&self) -> Form {
        let Given { url, debug, dj_database_url, client, settings, .. } = &*self.given;
        let recipe = Recipe { dj_database_url: *dj_database_url, ..Recipe::default() };
        let given = module::Given {
            text: settings.clone().unwrap_or_default(),
            ..module::Given::default()
        };
        let tab = match (url, settings) {
            (None, Some(_)) => Tab::Settings,
            _ => Tab::Url,
        };
        let mut form =
            Form { tab, url: url.clone(), debug: *debug, recipe, given, ..Form::default() };
        form.ask(client);
        form
    }

    pub(crate) fn is_readonly(&self) -> bool {
        self.given.is_readonly
    }

    pub(crate) fn tell(&self, form: &Form) {
        let file = form.file();
        (self.tell)(form.question(&file), form.reader().is_some());
    }
}
