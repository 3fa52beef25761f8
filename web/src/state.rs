//! What a person put in, and the few things that can happen to it.

use std::borrow::Cow;
use std::rc::Rc;

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::syntax::dotenv::{self, Dotenv};
use dsnlens_core::{DATABASE_URL, Fix, Inputs, Recipe, Workload, is_relevant};
use yew::Reducible;

use crate::examples::Example;
use crate::pasted::{self, Found};
use crate::{share, sheet};

/// A way to put variables in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Url,
    Fields,
    Dotenv,
}

impl Tab {
    pub(crate) const ALL: [Tab; 3] = [Tab::Url, Tab::Fields, Tab::Dotenv];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Tab::Url => "URL",
            Tab::Fields => "Fields",
            Tab::Dotenv => ".env",
        }
    }
}

/// Everything typed and chosen. No `Debug`: it holds secrets.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Form {
    pub(crate) tab: Tab,
    /// `None` until something is typed or chosen; cleared again, it is set and empty.
    pub(crate) url: Option<String>,
    /// In the order of [`FIELDS`]; an empty one is not set.
    pub(crate) fields: [String; FIELDS.len()],
    pub(crate) dotenv: String,
    pub(crate) debug: bool,
    /// The settings module that reads all that.
    pub(crate) recipe: Recipe,
    /// How the application is run.
    pub(crate) workload: Workload,
}

impl Form {
    /// The `.env` file as it is read, where that is open.
    pub(crate) fn file(&self) -> Dotenv<'_> {
        match self.tab {
            Tab::Dotenv => dotenv::parse(&self.dotenv),
            Tab::Url | Tab::Fields => Dotenv::default(),
        }
    }

    /// The variables as the application sees them; `None` where there is nothing to say yet.
    /// `dotenv` is what [`Form::file`] gives.
    pub(crate) fn inputs<'a>(&'a self, dotenv: &'a Dotenv<'a>) -> Option<Inputs<'a>> {
        let inputs = match self.tab {
            Tab::Url => Some(Inputs::url(self.url.as_deref()?).with_debug(self.debug)),
            Tab::Fields => {
                let fields = FIELDS.into_iter().zip(&self.fields);
                let set = fields.filter(|(_, value)| !value.is_empty());
                Some(Inputs::new(set.map(|(name, value)| (name, &**value))).with_debug(self.debug))
            }
            Tab::Dotenv if self.dotenv.trim().is_empty() => None,
            Tab::Dotenv => {
                let values =
                    dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
                let inputs = Inputs::new(values.filter(|(name, _)| is_relevant(name)));
                Some(match inputs.get("DEBUG") {
                    Some(_) => inputs,
                    None => inputs.with_debug(self.debug),
                })
            }
        };
        inputs.map(|it| it.with_workload(self.workload))
    }

    /// Opens an editor with this text in it.
    fn put(&mut self, tab: Tab, text: String) {
        self.tab = tab;
        match tab {
            Tab::Dotenv => self.dotenv = text,
            Tab::Fields => {}
            Tab::Url => self.url = Some(text),
        }
    }

    fn write(&mut self, name: &str, value: String) {
        match (self.tab, FIELDS.into_iter().position(|it| it == name)) {
            (Tab::Dotenv, _) => self.dotenv = sheet::with_variable(&self.dotenv, name, &value),
            (Tab::Fields, Some(nth)) => self.fields[nth] = value,
            _ if name == DATABASE_URL => (self.tab, self.url) = (Tab::Url, Some(value)),
            _ => {}
        }
    }
}

/// The form, and the way back from what was last done to it.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) form: Form,
    pub(crate) done: Option<Rc<Done>>,
    /// An error message that was pasted.
    pub(crate) message: Option<Rc<str>>,
    /// Whether it is what a link said, with a stand-in where a secret was.
    pub(crate) has_stand_in: bool,
}

impl State {
    pub(crate) fn of_form(form: Form) -> State {
        State { form, ..State::default() }
    }

    /// What a link says, or nothing yet.
    pub(crate) fn of_link(fragment: &str) -> State {
        let form = share::read(fragment);
        let has_stand_in = form.is_some() && fragment.contains(share::STAND_IN);
        State { has_stand_in, form: form.unwrap_or_default(), ..State::default() }
    }
}

/// Something done to the form at once, and what it was before.
#[derive(PartialEq)]
pub(crate) struct Done {
    pub(crate) what: What,
    before: Form,
}

/// What was done.
#[derive(PartialEq)]
pub(crate) enum What {
    /// A fix was applied, of this title.
    Fixed(Cow<'static, str>),
    /// A pasted text was read as something else than it stands for.
    Recognised { title: String, notes: Vec<String> },
}

/// What a person does.
pub(crate) enum Action {
    /// Turns a knob of the recipe, or of how the application is run.
    Adjust(Box<dyn FnOnce(&mut Form)>),
    Apply(Fix),
    /// Everything anew, as whoever holds the page wants it.
    Become(Box<Form>),
    /// The error message is understood.
    Dismiss,
    Load(&'static Example),
    Open(Tab),
    /// Everything anew, as the fragment of a link says it.
    Restore(String),
    SwitchDebug(bool),
    /// What an editor holds now, and whether it was pasted there.
    Type(Tab, String, bool),
    TypeField(usize, String),
    Undo,
    UnsetUrl,
}

impl Action {
    pub(crate) fn adjust(turn: impl FnOnce(&mut Form) + 'static) -> Action {
        Action::Adjust(Box::new(turn))
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        if let Action::Restore(fragment) = action {
            return Rc::new(State::of_link(&fragment));
        }
        let mut form = self.form.clone();
        let (mut done, mut message) = (None, self.message.clone());
        match action {
            Action::Adjust(turn) => {
                turn(&mut form);
                done = self.done.clone();
            }
            Action::Apply(fix) => {
                for (name, value) in &fix.variables {
                    form.write(name, value.reveal());
                }
                let what = What::Fixed(fix.title);
                done = Some(Rc::new(Done { what, before: self.form.clone() }));
            }
            Action::Become(given) => (form, message) = (*given, None),
            Action::Dismiss => message = None,
            Action::Load(example) => {
                match example.is_file() {
                    true => (form.tab, form.dotenv) = (Tab::Dotenv, example.text.into()),
                    false => (form.tab, form.url) = (Tab::Url, Some(example.text.into())),
                }
                form.debug = false;
                message = None;
            }
            Action::Open(tab) => form.tab = tab,
            Action::Restore(_) => {}
            Action::SwitchDebug(debug) => {
                form.debug = debug;
                done = self.done.clone();
            }
            Action::Type(tab, text, is_pasted) => {
                let found = is_pasted.then(|| pasted::read(tab, &text)).flatten();
                let is_message = is_pasted.then(|| pasted::message(&text)).flatten();
                form.put(tab, text.clone());
                if let Some(Found { tab, text, title, notes }) = found {
                    let what = What::Recognised { title, notes };
                    done = Some(Rc::new(Done { what, before: form.clone() }));
                    form.put(tab, text);
                } else if let Some(found) = is_message {
                    let title = "Recognised an error message".into();
                    let what = What::Recognised { title, notes: Vec::new() };
                    done = Some(Rc::new(Done { what, before: form }));
                    // What stood there before still does.
                    form = self.form.clone();
                    if let (Some(url), None | Some("")) = (found.url, form.url.as_deref()) {
                        form.put(Tab::Url, url);
                    }
                    message = Some(text.into());
                }
            }
            Action::TypeField(nth, text) => {
                if let Some(field) = form.fields.get_mut(nth) {
                    *field = text;
                }
            }
            Action::Undo => {
                if let Some(done) = &self.done {
                    form = done.before.clone();
                    if matches!(done.what, What::Recognised { .. }) {
                        message = None;
                    }
                }
            }
            Action::UnsetUrl => form.url = None,
        }
        Rc::new(State { form, done, message, has_stand_in: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: impl IntoIterator<Item = Action>) -> Rc<State> {
        actions.into_iter().fold(Rc::default(), |state, action| state.reduce(action))
    }

    fn typed(url: &str) -> Action {
        Action::Type(Tab::Url, url.into(), false)
    }

    #[test]
    fn an_untouched_url_is_unset_and_a_cleared_one_is_empty() {
        let dotenv = Dotenv::default();
        assert!(after([]).form.inputs(&dotenv).is_none());
        let cleared = after([typed("x"), typed("")]);
        assert_eq!(cleared.form.inputs(&dotenv).unwrap().get(DATABASE_URL), Some(""));
        let unset = after([typed(""), Action::UnsetUrl]);
        assert!(unset.form.inputs(&dotenv).is_none());
    }

    #[test]
    fn an_empty_field_is_unset() {
        let state = after([Action::Open(Tab::Fields), Action::TypeField(0, "h".into())]);
        let dotenv = Dotenv::default();
        let inputs = state.form.inputs(&dotenv);
        assert_eq!(inputs.unwrap().variables().len(), 1);
    }

    #[test]
    fn a_fix_can_be_undone_until_something_else_happens() {
        let fix = || Fix {
            title: "t".into(),
            variables: vec![(DATABASE_URL, dsnlens_core::Text::plain("new"))],
        };
        let fixed = after([typed("old"), Action::Apply(fix())]);
        assert_eq!(fixed.form.url.as_deref(), Some("new"));
        let undone = fixed.clone().reduce(Action::Undo);
        assert_eq!(undone.form.url.as_deref(), Some("old"));
        assert!(undone.done.is_none());
        assert!(fixed.reduce(typed("x")).done.is_none());
    }

    #[test]
    fn what_is_recognised_can_be_taken_as_it_was() {
        let text = "host=h dbname=d";
        assert!(after([typed(text)]).form.tab == Tab::Url, "it was typed");
        let state = after([Action::Type(Tab::Url, text.into(), true)]);
        assert!(state.form.tab == Tab::Dotenv && state.form.dotenv.contains("DATABASE_URL="));
        let adjusted = state.reduce(Action::SwitchDebug(true));
        let undone = adjusted.reduce(Action::Undo);
        assert!(undone.form.tab == Tab::Url && undone.form.url.as_deref() == Some(text));
    }

    #[test]
    fn a_fix_in_a_file_rewrites_its_line() {
        let text = "# shop\nDATABASE_URL=\"old\" # note\nDEBUG=1\n";
        let fix = Fix {
            title: "t".into(),
            variables: vec![(DATABASE_URL, dsnlens_core::Text::plain("new"))],
        };
        let state = after([
            Action::Open(Tab::Dotenv),
            Action::Type(Tab::Dotenv, text.into(), true),
            Action::Apply(fix),
        ]);
        assert_eq!(state.form.dotenv, "# shop\nDATABASE_URL=new # note\nDEBUG=1\n");
    }
}
