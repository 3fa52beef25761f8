//! Where the page may be an element.

use std::rc::Rc;

use dsnlens_core::{DjDatabaseUrl, Inputs, Recipe};
use yew::AppHandle;

use crate::app::{App, Props};
use crate::state::Form;

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
}

/// Is told the variables and the settings module that reads them, whenever they change; `None`
/// where nothing is put in yet.
pub type Tell = dyn Fn(Option<&Inputs<'_>>, &Recipe);

/// The page in somebody else's.
pub struct Element {
    app: AppHandle<App>,
    tell: Rc<Tell>,
}

impl Element {
    /// Draws the page into `root`, and calls `tell` at once and after each change.
    pub fn new(root: web_sys::Element, given: Given, tell: Rc<Tell>) -> Element {
        let props = props(given, &tell);
        Element { app: yew::Renderer::<App>::with_root_and_props(root, props).render(), tell }
    }

    /// Starts anew with what is given now; what was typed is gone.
    pub fn give(&mut self, given: Given) {
        self.app.update(props(given, &self.tell));
    }
}

fn props(given: Given, tell: &Rc<Tell>) -> Props {
    Props { embedding: Some(Embedding { given: Rc::new(given), tell: tell.clone() }) }
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
        let Given { url, debug, dj_database_url, .. } = &*self.given;
        let recipe = Recipe { dj_database_url: *dj_database_url, ..Recipe::default() };
        Form { url: url.clone(), debug: *debug, recipe, ..Form::default() }
    }

    pub(crate) fn is_readonly(&self) -> bool {
        self.given.is_readonly
    }

    pub(crate) fn tell(&self, form: &Form) {
        let file = form.file();
        (self.tell)(form.inputs(&file).as_ref(), &form.recipe);
    }
}
