//! What a person put in, and the few things that can happen to it.

use std::borrow::Cow;
use std::rc::Rc;

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::module::{Files, Preset, SettingsModule};
use dsnlens_core::syntax::dotenv::{self, Dotenv};
use dsnlens_core::{
    Client, DATABASE_URL, DjDatabaseUrl, Fix, Inputs, Question, Recipe, Workload, is_known,
};
use yew::Reducible;

use crate::examples::Example;
use crate::module::{self, Given};
use crate::pasted::{self, Beside, Found, Recognised};
use crate::second::{self, Said, Second};
use crate::typed::{How, Typed};
use crate::{share, sheet};

/// A way to put variables in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tab {
    #[default]
    Url,
    Fields,
    Dotenv,
    Settings,
}

impl Tab {
    pub(crate) const ALL: [Tab; 4] = [Tab::Url, Tab::Fields, Tab::Dotenv, Tab::Settings];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Tab::Url => "URL",
            Tab::Fields => "Fields",
            Tab::Dotenv => ".env",
            Tab::Settings => Preset::PATH,
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
    /// What was pasted, beside the `.env` file that was made of it; no part of a link.
    pub(crate) beside: Rc<Beside>,
    /// The editor with a text that only the second module can read, which is not there yet.
    pub(crate) unread: Option<Tab>,
    /// A settings module, where another than the guide's is given; no part of a link.
    pub(crate) given: Given,
    pub(crate) debug: bool,
    /// Who reads all that.
    pub(crate) client: &'static Client,
    /// The name of a client that only the second module knows, which reads it instead; empty where
    /// there is none.
    pub(crate) other: String,
    /// The settings module that reads it.
    pub(crate) recipe: Recipe,
    /// How the application is run.
    pub(crate) workload: Workload,
}

impl Form {
    /// The `.env` file as it is read, where that is open.
    pub(crate) fn file(&self) -> Dotenv<'_> {
        match self.tab {
            Tab::Dotenv | Tab::Settings => dotenv::parse(&self.dotenv),
            Tab::Url | Tab::Fields => Dotenv::default(),
        }
    }

    /// Who reads all that, where it is a client of this module.
    pub(crate) fn reader(&self) -> Option<&'static Client> {
        self.other.is_empty().then_some(self.client)
    }

    /// Has all that read by the client called `name`.
    pub(crate) fn ask(&mut self, name: &str) {
        let is_name =
            |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-+./".contains(it);
        match dsnlens_core::client::find(name) {
            Some(client) => (self.client, self.other) = (client, String::new()),
            None if !name.is_empty() && name.len() <= 40 && name.chars().all(is_name) => {
                name.clone_into(&mut self.other);
            }
            None => {}
        }
    }

    /// Whether there is a settings module.
    pub(crate) fn has_module(&self) -> bool {
        !self.given.text.trim().is_empty()
    }

    /// The settings module, where it is the one that applies.
    pub(crate) fn module(&self) -> Option<SettingsModule<'_>> {
        let applies = self.tab == Tab::Settings || !self.given.is_guides;
        (applies && self.has_module() && self.client.has_settings).then(|| SettingsModule {
            path: Preset::PATH,
            root: "",
            text: &self.given.text,
            files: Files::NONE,
            dotenv: match self.tab {
                Tab::Dotenv | Tab::Settings if !self.dotenv.is_empty() => Some(&self.dotenv),
                _ => self.given.has_all_variables.then_some(""),
            },
            has_all_variables: self.given.has_all_variables,
            evaluate: module::evaluate,
        })
    }

    /// The release of dj-database-url that applies: older ones are known to the evaluator alone.
    pub(crate) fn dj_database_url(&self) -> DjDatabaseUrl {
        let release = self.recipe.dj_database_url;
        match release.is_compiled() || self.module().is_some() {
            true => release,
            false => DjDatabaseUrl::default(),
        }
    }

    /// Whether a pasted dictionary of databases is used.
    pub(crate) fn has_databases(&self) -> bool {
        self.tab == Tab::Dotenv && self.beside.databases.is_some() && self.module().is_none()
    }

    /// What is open and not understood: the URLs in it.
    pub(crate) fn unrecognized(&self) -> Said<Option<Vec<String>>> {
        let text = match self.tab {
            Tab::Url => self.url.as_deref(),
            Tab::Dotenv => (!self.has_databases()).then_some(&*self.dotenv),
            Tab::Settings if self.unread == Some(Tab::Dotenv) => return waiting(),
            Tab::Settings => Some(&*self.given.text),
            Tab::Fields => None,
        };
        match text {
            _ if self.module().is_some() && second::state() != Second::Here => waiting(),
            Some(_) if self.unread == Some(self.tab) => waiting(),
            Some(text) => pasted::unrecognized(self.tab, text),
            None => Said::Known(None),
        }
    }

    /// The variables as the application sees them; `None` where there is nothing to say yet.
    /// `dotenv` is what [`Form::file`] gives.
    fn inputs<'a>(&'a self, dotenv: &'a Dotenv<'a>) -> Option<Inputs<'a>> {
        if self.unrecognized() != Said::Known(None) {
            return None;
        }
        let inputs = match self.tab {
            Tab::Url => Some(Inputs::url(self.url.as_deref()?).with_debug(self.debug)),
            Tab::Fields => {
                let fields = FIELDS.into_iter().zip(&self.fields);
                let set = fields.filter(|(_, value)| !value.is_empty());
                Some(Inputs::new(set.map(|(name, value)| (name, &**value))).with_debug(self.debug))
            }
            Tab::Dotenv if self.dotenv.trim().is_empty() && !self.has_databases() => None,
            Tab::Settings if !self.has_module() => None,
            Tab::Dotenv | Tab::Settings => {
                let values =
                    dotenv.bindings.iter().filter_map(|it| Some((it.name, it.value.as_deref()?)));
                let given = self
                    .given
                    .variables
                    .iter()
                    .filter(|it| self.tab == Tab::Settings && !it.1.is_empty());
                let values = values.chain(given.map(|(name, value)| (&**name, &**value)));
                // The guide's module reads no others.
                let is_read = |name: &str| is_known(name) || self.module().is_some();
                let inputs = Inputs::new(values.filter(|(name, _)| is_read(name)));
                let inputs = self.beside.add(inputs, &self.dotenv, self.has_databases());
                Some(match inputs.get("DEBUG") {
                    Some(_) => inputs,
                    None => inputs.with_debug(self.debug),
                })
            }
        };
        let inputs = inputs?.with_workload(self.workload);
        Some(match self.module() {
            // It says itself what `DEBUG` is.
            Some(_) => inputs.with_debug(None),
            None => inputs,
        })
    }

    /// What is asked; `None` where there is nothing to ask yet.
    pub(crate) fn question<'a>(&'a self, dotenv: &'a Dotenv<'a>) -> Option<Question<'a>> {
        let inputs = self.inputs(dotenv)?;
        let recipe = Recipe { dj_database_url: self.dj_database_url(), ..self.recipe.clone() };
        Some(Question { client: self.client, inputs, recipe, module: self.module() })
    }

    /// Whether nothing but what is in the editor of `tab` is other than on an empty page.
    fn is_only(&self, tab: Tab) -> bool {
        let Form {
            tab: _,
            url,
            fields,
            dotenv,
            beside: _,
            unread: _,
            given,
            debug,
            client,
            other,
            recipe,
            workload: _,
        } = self;
        !debug
            && *client == <&Client>::default()
            && other.is_empty()
            && *recipe == Recipe::default()
            && (tab == Tab::Url || url.as_ref().is_none_or(|it| it.is_empty()))
            && (tab == Tab::Fields || fields.iter().all(|it| it.is_empty()))
            && (tab == Tab::Dotenv || dotenv.is_empty())
            && (tab == Tab::Settings || given.text.is_empty())
            && given.variables.iter().all(|it| it.1.is_empty())
    }

    /// Whether an editor holds just this text.
    fn holds(&self, tab: Tab, text: &str) -> bool {
        match tab {
            Tab::Url => self.url.as_deref().unwrap_or_default() == text,
            Tab::Fields => false,
            Tab::Dotenv => self.dotenv == text,
            Tab::Settings => self.given.text == text,
        }
    }

    /// Opens an editor with this text in it.
    fn put(&mut self, tab: Tab, text: String) {
        self.tab = tab;
        match tab {
            Tab::Dotenv => self.dotenv = text,
            Tab::Fields => {}
            Tab::Settings => self.given.text = text,
            Tab::Url => self.url = Some(text),
        }
    }

    fn write(&mut self, name: &str, value: String) {
        let is_in_file = || self.file().bindings.iter().any(|it| it.name == name);
        match (self.tab, FIELDS.into_iter().position(|it| it == name)) {
            (Tab::Settings, _) if self.given.variable(name).is_some() || !is_in_file() => {
                self.given.set_variable(name, value);
            }
            (Tab::Dotenv | Tab::Settings, _) => {
                self.dotenv = sheet::with_variable(&self.dotenv, name, &value)
            }
            (Tab::Fields, Some(nth)) => self.fields[nth] = value,
            _ if name == DATABASE_URL => (self.tab, self.url) = (Tab::Url, Some(value)),
            _ => {}
        }
    }
}

/// What is said while only the second module knows more.
fn waiting<T>() -> Said<T> {
    match second::state() {
        Second::Failed => Said::Failed,
        Second::Coming | Second::Here => Said::Waiting,
    }
}

/// The form, and the way back from what was last done to it.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct State {
    pub(crate) form: Form,
    pub(crate) done: Option<Rc<Done>>,
    /// An error message that was pasted.
    pub(crate) message: Option<Rc<str>>,
    /// What to do as soon as the second module is there.
    reading: Option<Rc<Reading>>,
    /// Whether it is what a link said, with a stand-in where a secret was.
    pub(crate) has_stand_in: bool,
    /// Whether anything in the form may still be a link's, or anything else that a person has
    /// neither typed nor pasted. An edit leaves it so.
    pub(crate) is_linked: bool,
    /// Whether it was so at any time: a step back in a box may bring that back.
    was_linked: bool,
}

impl State {
    pub(crate) fn of_form(form: Form) -> State {
        State { form, ..State::default() }
    }

    /// What a link says, or nothing yet.
    pub(crate) fn of_link(fragment: &str) -> State {
        let form = share::read(fragment);
        let is_linked = form.is_some();
        let has_stand_in = is_linked && fragment.contains(share::STAND_IN);
        let form = form.unwrap_or_default();
        State { has_stand_in, is_linked, was_linked: is_linked, form, ..State::default() }
    }
}

/// A text that waits for the second module, in the editor that `Form::unread` names.
#[derive(PartialEq)]
struct Reading {
    how: How,
    /// The form and where it was from, before.
    before: Form,
    is_linked: bool,
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
    /// The second module is there, or failed.
    Continue,
    /// The error message is understood.
    Dismiss,
    Load(&'static Example),
    Open(Tab),
    /// The pasted databases count no more.
    RemoveDatabases,
    /// Everything anew, as the fragment of a link says it.
    Restore(String),
    SwitchDebug(bool),
    /// What an editor holds now.
    Type(Tab, Typed),
    TypeField(usize, Typed),
    /// What the field of a variable beside a settings module holds now.
    TypeVariable(String, Typed),
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
            let was_linked = self.was_linked;
            let state = State::of_link(&fragment);
            return Rc::new(State { was_linked: was_linked || state.is_linked, ..state });
        }
        if let Action::Continue = action {
            return self.read_on();
        }
        let mut form = self.form.clone();
        let (mut done, mut message) = (None, self.message.clone());
        let mut reading = self.reading.clone();
        let mut is_linked = self.is_linked;
        match action {
            Action::Adjust(turn) => {
                turn(&mut form);
                done = self.done.clone();
            }
            Action::Apply(fix) => {
                for (name, value) in &fix.variables {
                    form.write(name, value.reveal());
                }
                // There is one file alone.
                for file in &fix.files {
                    form.given.text = file.after.reveal();
                }
                let what = What::Fixed(fix.title);
                done = Some(Rc::new(Done { what, before: self.form.clone() }));
            }
            Action::Become(given) => (form, message) = (*given, None),
            Action::Continue | Action::Restore(_) => {}
            Action::Dismiss => message = None,
            Action::Load(example) => {
                match example.is_file() {
                    true => (form.tab, form.dotenv) = (Tab::Dotenv, example.text.into()),
                    false => (form.tab, form.url) = (Tab::Url, Some(example.text.into())),
                }
                form.debug = false;
                (form.beside, form.unread) = (Rc::default(), None);
                message = None;
                is_linked &= !form.is_only(form.tab);
            }
            Action::Open(tab) => form.tab = tab,
            Action::RemoveDatabases => {
                // Of them alone nothing else is there.
                if form.file().bindings.is_empty() {
                    form.dotenv.clear();
                }
                form.beside = Rc::default();
            }
            Action::SwitchDebug(debug) => {
                form.debug = debug;
                done = self.done.clone();
            }
            // What was typed before is reported once more when the box is left.
            Action::Type(tab, Typed { text, how: How::Filled }) if form.holds(tab, &text) => {
                return self;
            }
            Action::Type(tab, Typed { text, how }) => {
                // The `.env` file beside a settings module stays beside it.
                let is_beside = tab == Tab::Dotenv && form.tab == Tab::Settings;
                let said = match how.is_at_once() {
                    true => pasted::recognise(tab, &text),
                    false => Said::Known(Recognised::Nothing),
                };
                form.put(tab, text.clone());
                if is_beside {
                    form.tab = Tab::Settings;
                }
                if tab == Tab::Dotenv && matches!(how, How::Pasted { is_whole: true } | How::Filled)
                {
                    form.beside = Rc::default();
                }
                let (found, is_message) = match said {
                    Said::Known(Recognised::Nothing) => (None, None),
                    Said::Known(Recognised::Found(it)) => (Some(it), None),
                    Said::Known(Recognised::Message(url)) => (None, Some(url)),
                    Said::Waiting | Said::Failed => {
                        let before = match form.unread == Some(tab) {
                            true => reading.take(),
                            false => None,
                        };
                        let (before, is_linked) = match before {
                            Some(it) => (it.before.clone(), it.is_linked),
                            None => (self.form.clone(), is_linked),
                        };
                        form.unread = Some(tab);
                        let reading = Some(Rc::new(Reading { how, before, is_linked }));
                        let was_linked = self.was_linked;
                        let state =
                            State { form, message, reading, was_linked, ..State::default() };
                        // No answer leads anywhere until it is read.
                        return Rc::new(State { is_linked: true, ..state });
                    }
                };
                if how.is_at_once() || pasted::is_url(tab, &text) {
                    form.unread = form.unread.filter(|it| *it != tab);
                }
                is_linked = match how {
                    How::Filled => true,
                    How::Undone => self.was_linked,
                    // An error message takes no place, and what is there stays.
                    How::Pasted { is_whole } if found.is_some() || is_message.is_none() => {
                        is_linked && !(is_whole && form.is_only(tab))
                    }
                    How::Pasted { .. } => is_linked,
                    // Of what is a letter long, nothing is left that was there before.
                    How::Struck => {
                        is_linked && !(text.chars().nth(1).is_none() && form.is_only(tab))
                    }
                };
                if let Some(found) = found {
                    let box_of = tab;
                    let Found { tab, text, title, notes, beside, call } = *found;
                    let what = What::Recognised { title, notes };
                    done = Some(Rc::new(Done { what, before: form.clone() }));
                    // What is a settings module is no variable too, and the other way round.
                    match (box_of, tab) {
                        (Tab::Url, Tab::Settings) => form.url = self.form.url.clone(),
                        (Tab::Dotenv, Tab::Settings) => form.dotenv = self.form.dotenv.clone(),
                        (Tab::Settings, _) => form.given.text = self.form.given.text.clone(),
                        _ => {}
                    }
                    form.put(tab, text);
                    if tab == Tab::Dotenv {
                        form.beside = beside.into();
                        if is_beside {
                            form.tab = Tab::Settings;
                        }
                    }
                    // What was pasted is what applies.
                    form.given.is_guides &= tab != Tab::Settings;
                    if let Some(call) = call {
                        form.recipe = call.recipe(form.recipe);
                    }
                } else if let Some(url) = is_message {
                    let title = "Recognized an error message".into();
                    let what = What::Recognised { title, notes: Vec::new() };
                    done = Some(Rc::new(Done { what, before: form }));
                    // What stood there before still does.
                    form = self.form.clone();
                    form.unread = form.unread.filter(|it| *it != tab);
                    if let (Some(url), None | Some("")) = (url, form.url.as_deref()) {
                        form.put(Tab::Url, url);
                    }
                    message = Some(text.into());
                }
            }
            Action::TypeField(nth, Typed { text, how }) => {
                if let Some(field) = form.fields.get_mut(nth) {
                    is_linked |= match how {
                        How::Filled => *field != text,
                        How::Undone => self.was_linked,
                        How::Pasted { .. } | How::Struck => false,
                    };
                    *field = text;
                }
                // With nothing in any box, whatever follows is typed.
                is_linked &=
                    !form.is_only(Tab::Fields) || form.fields.iter().any(|it| !it.is_empty());
            }
            Action::TypeVariable(name, Typed { text, how }) => {
                is_linked |= match how {
                    How::Filled => form.given.variable(&name).unwrap_or_default() != text,
                    How::Undone => self.was_linked,
                    How::Pasted { .. } | How::Struck => false,
                };
                form.given.set_variable(&name, text);
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
        let was_linked = self.was_linked || is_linked;
        let reading = reading.filter(|_| form.unread.is_some());
        let has_stand_in = false;
        Rc::new(State { form, done, message, reading, has_stand_in, is_linked, was_linked })
    }
}

impl State {
    /// Reads what waits for the second module, as if it had been there when that was put in.
    fn read_on(self: Rc<Self>) -> Rc<Self> {
        let Some((reading, tab)) = self.reading.as_ref().zip(self.form.unread) else {
            // What is shown may change all the same.
            return Rc::new((*self).clone());
        };
        let (before, mut form) = (&reading.before, self.form.clone());
        let text = match tab {
            Tab::Url => std::mem::replace(&mut form.url, before.url.clone()).unwrap_or_default(),
            Tab::Fields => String::new(),
            Tab::Settings => std::mem::replace(&mut form.given.text, before.given.text.clone()),
            Tab::Dotenv => {
                form.beside = before.beside.clone();
                std::mem::replace(&mut form.dotenv, before.dotenv.clone())
            }
        };
        form.unread = None;
        let how = reading.how;
        let is_linked = reading.is_linked;
        let state = State { form, is_linked, reading: None, ..(*self).clone() };
        Rc::new(state).reduce(Action::Type(tab, Typed { text, how }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(actions: impl IntoIterator<Item = Action>) -> Rc<State> {
        actions.into_iter().fold(Rc::default(), |state, action| state.reduce(action))
    }

    fn put(tab: Tab, text: &str, how: How) -> Action {
        Action::Type(tab, Typed { text: text.into(), how })
    }

    fn typed(url: &str) -> Action {
        put(Tab::Url, url, How::Struck)
    }

    /// In place of all that is there.
    const PASTED: How = How::Pasted { is_whole: true };

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
        let state = after([
            Action::Open(Tab::Fields),
            Action::TypeField(0, Typed { text: "h".into(), how: How::Struck }),
        ]);
        let dotenv = Dotenv::default();
        let inputs = state.form.inputs(&dotenv);
        assert_eq!(inputs.unwrap().variables().len(), 1);
    }

    #[test]
    fn a_fix_can_be_undone_until_something_else_happens() {
        let fix = || Fix {
            title: "t".into(),
            variables: vec![(DATABASE_URL, dsnlens_core::Text::plain("new"))],
            files: Vec::new(),
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
        let state = after([put(Tab::Url, text, PASTED)]);
        assert!(state.form.tab == Tab::Dotenv && state.form.dotenv.contains("DATABASE_URL="));
        let adjusted = state.reduce(Action::SwitchDebug(true));
        let undone = adjusted.reduce(Action::Undo);
        assert!(undone.form.tab == Tab::Url && undone.form.url.as_deref() == Some(text));
    }

    #[track_caller]
    fn verdict(state: &State) -> String {
        let dotenv = state.form.file();
        let Some(question) = state.form.question(&dotenv) else { return String::new() };
        let phrases = dsnlens_core::render::verdict(&dsnlens_core::resolve(question));
        phrases.iter().map(|it| it.text()).collect()
    }

    /// A piece of a settings module, which Python alone would refuse.
    const DICTIONARY: &str = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', \
                              'NAME': env('DB_NAME'), 'HOST': 'db.example.com'}}\n";

    #[test]
    fn pasted_databases_are_used_until_something_else_takes_their_place() {
        for tab in [Tab::Url, Tab::Dotenv] {
            let state = after([put(tab, DICTIONARY, PASTED)]);
            assert!(state.form.has_databases() && !state.form.has_module());
            let said = verdict(&state);
            assert!(said.contains("reads DB_NAME") && !said.contains("election_cart"), "{said}");
            // Variables of the environment count beside it.
            let typed = state.clone().reduce(put(Tab::Dotenv, "PGSSLMODE=require\n", How::Struck));
            assert!(typed.form.has_databases() && verdict(&typed).contains("require"));
            assert!(!share::fragment(&typed.form).contains("db.example.com"));
            let emptied = state.clone().reduce(put(Tab::Dotenv, "", How::Struck));
            assert_eq!(verdict(&emptied), said);
            for action in [
                Action::RemoveDatabases,
                Action::Load(&crate::examples::GOOD[0]),
                put(Tab::Dotenv, "DB_HOST=h\n", PASTED),
                put(Tab::Url, "postgres://u:pw@h/db", PASTED),
                put(Tab::Url, MODULE, PASTED),
                Action::Restore(LINK.into()),
                Action::Undo,
            ] {
                assert!(!state.clone().reduce(action).form.has_databases());
            }
            assert_eq!(verdict(&state.reduce(Action::RemoveDatabases)), "");
        }
    }

    const MODULE: &str = "import os\n\
        import dj_database_url\n\
        DEBUG = os.environ.get('DEBUG') == '1'\n\
        DATABASES = {'default': dj_database_url.config(env='MAIN_URL', ssl_require=not DEBUG)}\n\
        DATABASES['default']['OPTIONS']['application_name'] = os.environ['APP']\n";

    fn fill(name: &str, value: &str) -> Action {
        Action::TypeVariable(name.into(), Typed { text: value.into(), how: How::Struck })
    }

    /// The winner of a setting, and where that is written.
    #[track_caller]
    fn setting(state: &State, key: &str) -> (String, String) {
        let dotenv = state.form.file();
        let question = state.form.question(&dotenv).unwrap();
        let resolution = dsnlens_core::read(&question);
        let (_, line) = resolution.ledger.winner(key).unwrap();
        (line.value.to_string(), crate::words::origin(&line.origin, &state.form.given.text))
    }

    fn fields(state: &State) -> Vec<String> {
        crate::answer::Answer::new(state.form.clone()).variables().to_vec()
    }

    const MAIN_URL: &str = "postgres://u:hunter2@db.example.com/shop?sslmode=verify-full";

    #[test]
    fn a_settings_module_goes_where_it_belongs_and_asks_for_its_variables() {
        for tab in [Tab::Url, Tab::Dotenv, Tab::Settings] {
            let state = after([Action::Open(tab), put(tab, MODULE, PASTED)]);
            assert!(state.form.tab == Tab::Settings && state.form.given.text == MODULE);
            assert!(verdict(&state).contains("Unknown"), "{}", verdict(&state));
            assert_eq!(fields(&state), ["DEBUG", "MAIN_URL"]);
            let filled = [fill("MAIN_URL", MAIN_URL), fill("APP", "shop"), fill("DEBUG", "0")];
            let state = filled.into_iter().fold(state, |state, action| state.reduce(action));
            // No field goes as it is filled in.
            assert_eq!(fields(&state), ["DEBUG", "MAIN_URL", "APP"]);
            let said = verdict(&state);
            assert!(said.contains("db.example.com") && !said.contains("Unknown"), "{said}");
            assert_eq!(setting(&state, "host"), ("db.example.com".into(), "MAIN_URL".into()));
            let (value, origin) = setting(&state, "sslmode");
            assert_eq!((&*value, &*origin), ("require", "settings.py:4 ssl_require=not DEBUG"));
            assert_eq!(setting(&state, "application_name").1, "APP");
            assert!(!share::fragment(&state.form).contains("hunter2"));
            assert_eq!(share::fragment(&state.form), "tab=settings.py");
        }
    }

    #[test]
    fn a_variable_that_is_not_given_is_unknown_until_it_is_said_to_be_unset() {
        let state = after([put(Tab::Settings, MODULE, PASTED), fill("MAIN_URL", MAIN_URL)]);
        assert!(verdict(&state).contains("reads"), "{}", verdict(&state));
        let close = Action::adjust(|it| it.given.has_all_variables = true);
        let closed = state.reduce(close);
        let said = verdict(&closed);
        assert!(said.contains("settings.py:5") && said.contains("KeyError"), "{said}");
        // What is missing has a field, whatever it is for.
        let text = format!("{MODULE}SECRET_KEY = os.environ['SECRET_KEY']\n");
        let state = closed.reduce(put(Tab::Settings, &text, How::Struck));
        let state = state.reduce(fill("APP", "a"));
        assert!(verdict(&state).contains("settings.py:6"), "{}", verdict(&state));
        assert!(fields(&state).contains(&"SECRET_KEY".into()), "{:?}", fields(&state));
        let state = state.reduce(fill("SECRET_KEY", "s"));
        assert!(verdict(&state).contains("db.example.com"), "{}", verdict(&state));
    }

    #[test]
    fn a_settings_module_reads_the_other_tabs_unless_the_guides_is_wanted() {
        let text = "import dj_database_url\n\
                    DATABASES = {'default': dj_database_url.config(conn_max_age=7)}\n";
        let state = after([
            put(Tab::Settings, text, PASTED),
            put(Tab::Url, "postgres://u:pw@h/db", PASTED),
        ]);
        let expected = ("7".into(), "settings.py:2 conn_max_age".into());
        assert_eq!(setting(&state, "CONN_MAX_AGE"), expected);
        // Older releases are the evaluator's.
        let old = Action::adjust(|it| it.recipe.dj_database_url = DjDatabaseUrl::V0_5_0);
        let state = state.reduce(old);
        assert_eq!(state.form.dj_database_url(), DjDatabaseUrl::V0_5_0);
        let state = state.reduce(Action::adjust(|it| it.given.is_guides = true));
        assert_eq!(setting(&state, "CONN_MAX_AGE").0, "600");
        assert_eq!(state.form.dj_database_url(), DjDatabaseUrl::default());
        let psql = dsnlens_core::client::find("psql").unwrap();
        let state = state.reduce(Action::adjust(move |it| {
            (it.given.is_guides, it.client) = (false, psql);
        }));
        assert!(state.form.module().is_none());
    }

    #[test]
    fn a_dotenv_file_beside_a_settings_module_stays_there() {
        let compose = "environment:\n  MAIN_URL: postgres://u:pw@h/db\n  DB_HOST: x\n";
        let file = "APP=shop\nMAIN_URL=postgres://u:pw@h/db\n";
        for (text, app) in [(file, true), (compose, false)] {
            let state = after([
                put(Tab::Settings, MODULE, PASTED),
                put(Tab::Dotenv, text, PASTED),
                fill("DEBUG", "0"),
            ]);
            assert!(state.form.tab == Tab::Settings, "{text}");
            if app {
                assert_eq!(setting(&state, "host"), ("h".into(), "MAIN_URL".into()));
                // What the file says needs no field.
                assert_eq!(fields(&state), ["DEBUG"]);
            }
        }
    }

    #[test]
    fn a_fix_is_verified_by_evaluating_anew_and_goes_where_the_variable_is() {
        let broken = "postgres://u:hun#ter2@db.example.com/shop";
        let module = "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
        let state = after([put(Tab::Settings, module, PASTED), fill(DATABASE_URL, broken)]);
        let dotenv = state.form.file();
        let whole = dsnlens_core::resolve(state.form.question(&dotenv).unwrap());
        let fixes = whole.diagnostics.iter().flat_map(|it| whole.fixes(it));
        let fix = fixes.into_iter().next().expect("a fix");
        let fixed = state.clone().reduce(Action::Apply(fix));
        assert_eq!(
            fixed.form.given.variable(DATABASE_URL),
            Some("postgres://u:hun%23ter2@db.example.com/shop")
        );
        assert!(verdict(&fixed).contains("db.example.com"));
    }

    #[test]
    fn a_settings_module_waits_for_the_second_module() {
        second::testing::set(Second::Coming);
        let state = after([put(Tab::Settings, MODULE, How::Struck)]);
        assert!(state.form.unrecognized() == Said::Waiting && verdict(&state).is_empty());
        second::testing::set(Second::Failed);
        assert!(state.form.unrecognized() == Said::Failed && verdict(&state).is_empty());
        second::testing::set(Second::Here);
        assert!(!verdict(&state).is_empty());
    }

    #[test]
    fn what_is_no_settings_module_leaves_its_box() {
        for (text, tab) in [
            ("postgres://u:pw@h/db", Tab::Url),
            ("DB_HOST=h\nDB_NAME=d\n", Tab::Dotenv),
            (DICTIONARY, Tab::Settings),
            ("print('hello')", Tab::Settings),
        ] {
            let state = after([Action::Open(Tab::Settings), put(Tab::Settings, text, PASTED)]);
            assert!(state.form.tab == tab, "{text}");
        }
    }

    #[test]
    fn a_pasted_call_gives_the_recipe() {
        let text = "dj_database_url.parse('postgres://u:pw@h/db', conn_max_age=7)";
        let state = after([put(Tab::Url, text, PASTED)]);
        assert_eq!(state.form.recipe.conn_max_age, 7);
        assert!(!state.form.has_databases() && state.form.dotenv.contains("postgres://u:pw@h/db"));
        assert_eq!(state.reduce(Action::Undo).form.recipe, Recipe::default());
    }

    #[test]
    fn an_unknown_variable_stays_unknown_as_long_as_the_text_says_so() {
        let whole = "services:\n  - type: web\n    envVars:\n      - key: DATABASE_URL\n        \
                     fromDatabase:\n          name: shop-db\n          \
                     property: connectionString\n";
        let state = after([put(Tab::Url, whole, PASTED)]);
        let said = verdict(&state);
        assert!(said.contains("Unknown: DATABASE_URL comes from"), "{said}");
        let typed = |text: &str| state.clone().reduce(put(Tab::Dotenv, text, How::Struck));
        let more = format!("{}PGSSLMODE=require\n", state.form.dotenv);
        assert!(verdict(&typed(&more)).contains("Unknown"));
        let known = format!("{}DATABASE_URL=postgres://u:pw@h/db\n", state.form.dotenv);
        assert!(!verdict(&typed(&known)).contains("Unknown"));
        assert!(!verdict(&typed("DB_HOST=h\n")).contains("Unknown"));
        assert_eq!(State::of_link(&share::fragment(&state.form)).form.dotenv, "");

        let part = "services:\n  web:\n    environment:\n      \
                    DATABASE_URL: postgres://app:pw@${DB_HOST}/shop\n";
        let state = after([put(Tab::Url, part, PASTED)]);
        let said = verdict(&state);
        assert!(said.contains("Unknown"), "{said}");
        let text = state.form.dotenv.replace("${:-$}{DB_HOST}", "h");
        let typed = state.reduce(put(Tab::Dotenv, &text, How::Struck));
        let said = verdict(&typed);
        assert!(!said.contains("Unknown"), "{said} of {text}");
    }

    #[test]
    fn a_text_that_is_not_recognized_has_no_answer() {
        let prose = "Hello,\nuse postgres://u:hunter2@a/db here\nand postgres://u:pw@b/db there\n";
        for tab in [Tab::Url, Tab::Dotenv] {
            let state = after([Action::Open(tab), put(tab, prose, PASTED)]);
            let urls = state.form.unrecognized().known().flatten().unwrap();
            assert_eq!(urls, ["postgres://u:hunter2@a/db", "postgres://u:pw@b/db"]);
            assert_eq!(verdict(&state), "");
            let link = share::fragment(&state.form);
            assert!(!link.contains("hunter2"), "{link}");
        }
        for (tab, text) in [
            (Tab::Url, "hello"),
            (Tab::Url, "postgres://u:pw@h/\ndb"),
            (Tab::Dotenv, "# a\n\n# b\n"),
            (Tab::Dotenv, "A=1\nB=2\n"),
            (Tab::Dotenv, "hello there\nDB_HOST=h\n"),
        ] {
            let state = after([Action::Open(tab), put(tab, text, How::Struck)]);
            assert!(state.form.unrecognized() == Said::Known(None), "{text}");
        }
    }

    #[test]
    fn a_fix_in_a_file_rewrites_its_line() {
        let text = "# shop\nDATABASE_URL=\"old\" # note\nDEBUG=1\n";
        let fix = Fix {
            title: "t".into(),
            variables: vec![(DATABASE_URL, dsnlens_core::Text::plain("new"))],
            files: Vec::new(),
        };
        let state =
            after([Action::Open(Tab::Dotenv), put(Tab::Dotenv, text, PASTED), Action::Apply(fix)]);
        assert_eq!(state.form.dotenv, "# shop\nDATABASE_URL=new # note\nDEBUG=1\n");
    }

    const LINK: &str = "DATABASE_URL=postgres://app@h/db?hostaddr=203.0.113.9";

    #[test]
    fn what_a_link_brought_stays_a_links_until_it_is_replaced_as_a_whole() {
        let part = How::Pasted { is_whole: false };
        let own = "postgres://me@mine/db";
        let edits = |how: &[(&'static str, How)]| -> Vec<Action> {
            how.iter().map(|(text, how)| put(Tab::Url, text, *how)).collect()
        };
        let field = |text: &str, how| Action::TypeField(0, Typed { text: text.into(), how });
        let fix = || Fix {
            title: "t".into(),
            variables: vec![(DATABASE_URL, dsnlens_core::Text::plain("fixed"))],
            files: Vec::new(),
        };
        let message = "connection to server at \"h\" (192.0.2.7), port 5432 failed: FATAL:  \
                       password authentication failed for user \"app\"";
        let cases: Vec<(&str, Vec<Action>, bool)> = vec![
            (LINK, vec![], true),
            ("", vec![], false),
            ("findings", vec![typed(own)], false),
            // An edit, whatever it is and however long.
            (LINK, edits(&[("postgres://app@h/db?hostaddr=203.0.113.9x", How::Struck)]), true),
            (LINK, edits(&[("postgres://app:pw@h/db", part), (own, How::Struck)]), true),
            (LINK, vec![Action::SwitchDebug(true), Action::SwitchDebug(false)], true),
            (LINK, vec![Action::Apply(fix())], true),
            (LINK, vec![Action::Apply(fix()), Action::Undo], true),
            (LINK, vec![Action::Open(Tab::Dotenv), put(Tab::Dotenv, "DB_HOST=h", PASTED)], true),
            (LINK, vec![put(Tab::Url, message, PASTED)], true),
            (LINK, vec![put(Tab::Url, message, PASTED), Action::Undo], true),
            // All of it is new.
            (LINK, edits(&[(own, PASTED)]), false),
            (LINK, edits(&[("", How::Struck), (own, How::Struck)]), false),
            (LINK, edits(&[("p", How::Struck), ("po", How::Struck)]), false),
            (LINK, vec![put(Tab::Url, "host=mine dbname=db", PASTED)], false),
            (LINK, vec![Action::Load(&crate::examples::GOOD[0])], false),
            // Something else of the link is still there.
            ("DATABASE_URL=x&DEBUG=True", edits(&[(own, PASTED)]), true),
            ("DATABASE_URL=x&ssl_require=False", edits(&[(own, PASTED)]), true),
            ("DATABASE_URL=x&default-host=evil.example", edits(&[(own, PASTED)]), true),
            ("DATABASE_URL=x&DB_HOST=evil.example", edits(&[(own, PASTED)]), true),
            ("DATABASE_URL=x&.env=DB_HOST=evil.example", edits(&[(own, PASTED)]), true),
            ("DATABASE_URL=x&users=5", edits(&[(own, PASTED)]), false),
            // A step back in the box brings it back.
            (LINK, edits(&[(own, PASTED), ("postgres://app@h/db", How::Undone)]), true),
            (LINK, edits(&[("", How::Struck), ("postgres://app@h/db", How::Undone)]), true),
            ("", edits(&[(own, PASTED), ("p", How::Undone)]), false),
            // Fields, one after the other.
            ("DB_HOST=evil.example&tab=Fields", vec![field("evil.example2", How::Struck)], true),
            ("DB_HOST=evil.example&tab=Fields", vec![field("", How::Struck)], false),
            ("DB_HOST=a&DB_NAME=b&tab=Fields", vec![field("", How::Struck)], true),
            (
                "DB_HOST=evil.example&tab=Fields",
                vec![field("", How::Struck), field("evil.example", How::Undone)],
                true,
            ),
            // Neither typed nor pasted, and no link.
            ("", edits(&[("postgres://app@evil/db", How::Filled)]), true),
            ("", vec![field("evil.example", How::Filled)], true),
            ("", edits(&[(own, PASTED), (own, How::Filled)]), false),
            ("", vec![field("h", How::Struck), field("h", How::Filled)], false),
        ];
        for (link, actions, expected) in cases {
            let mut state = Rc::new(State::of_link(link));
            let count = actions.len();
            for action in actions {
                state = state.reduce(action);
            }
            assert_eq!(
                state.is_linked, expected,
                "{link} and {count} actions: {:?}",
                state.form.url
            );
        }
    }

    #[test]
    fn without_the_second_module_only_a_url_is_answered() {
        second::testing::set(Second::Failed);
        let state = after([put(Tab::Url, "host=h dbname=d", PASTED), Action::Continue]);
        assert!(state.form.unrecognized() == Said::Failed);
        let typed = state.clone().reduce(typed("postgres://h/db"));
        assert!(typed.form.unrecognized() == Said::Known(None));
        let file = state.clone().reduce(Action::Open(Tab::Dotenv));
        assert!(file.form.unrecognized() == Said::Known(None));
        let pasted = state.reduce(put(Tab::Url, "postgres://h/db", PASTED));
        assert!(pasted.form.unrecognized() == Said::Known(None));
    }

    #[test]
    fn a_text_waits_for_the_second_module_and_is_then_read_as_ever() {
        let url = "postgres://me@mine/db";
        let message = "FATAL:  password authentication failed for user \"app\"";
        let compose = "environment:\n  DB_HOST: h\n";
        type Puts<'t> = Vec<(Tab, &'t str, How)>;
        let cases: Vec<(&str, Puts<'_>)> = vec![
            ("", vec![(Tab::Url, compose, PASTED)]),
            ("", vec![(Tab::Dotenv, compose, PASTED)]),
            ("", vec![(Tab::Dotenv, "DB_HOST=h\n", How::Filled)]),
            ("", vec![(Tab::Url, url, PASTED), (Tab::Url, message, PASTED)]),
            ("", vec![(Tab::Url, DICTIONARY, PASTED), (Tab::Url, message, PASTED)]),
            ("", vec![(Tab::Url, MODULE, PASTED)]),
            ("", vec![(Tab::Settings, MODULE, PASTED), (Tab::Dotenv, compose, PASTED)]),
            ("", vec![(Tab::Url, "hello", PASTED), (Tab::Url, url, PASTED)]),
            (LINK, vec![(Tab::Url, compose, PASTED)]),
            (LINK, vec![(Tab::Url, message, PASTED)]),
            (LINK, vec![(Tab::Url, "host=h dbname=d", How::Pasted { is_whole: false })]),
        ];
        for (link, puts) in cases {
            let run = |second: Second| {
                let mut state = Rc::new(State::of_link(link));
                for (tab, text, how) in &puts {
                    state = state.reduce(Action::Open(*tab));
                    second::testing::set(second);
                    state = state.reduce(put(*tab, text, *how));
                    if state.form.unread.is_some() {
                        let file = state.form.file();
                        assert!(state.form.inputs(&file).is_none() && state.is_linked);
                    }
                    second::testing::set(Second::Here);
                    state = state.reduce(Action::Continue);
                }
                state
            };
            let (at_once, later) = (run(Second::Here), run(Second::Coming));
            let last = puts.last().map(|it| it.1);
            assert!(later.form == at_once.form, "{last:?}");
            assert_eq!(later.message, at_once.message, "{last:?}");
            assert!(later.form.unread.is_none() && later.reading.is_none());
            assert_eq!(later.is_linked, at_once.is_linked, "{last:?}");
        }
    }

    #[test]
    fn another_link_is_a_link_again() {
        let state = after([put(Tab::Url, "postgres://me@mine/db", PASTED)]);
        assert!(!state.is_linked);
        assert!(state.reduce(Action::Restore(LINK.into())).is_linked);
    }
}
