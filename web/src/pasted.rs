//! What was pasted in a form that an editor does not hold: where it goes, and as what.

use dsnlens_core::Masked;
use dsnlens_core::databases::Databases;
use dsnlens_core::paste::{self, Form, Pasted};
use dsnlens_core::syntax::dotenv;
use dsnlens_core::{DATABASE_URL, FileFacts, Hole, Inputs, Span, errors, is_known, stand_in};

use crate::state::Tab;

/// A pasted text, recognised.
pub(crate) struct Found {
    /// The editor for it.
    pub(crate) tab: Tab,
    /// What that one holds then.
    pub(crate) text: String,
    /// What was recognised.
    pub(crate) title: String,
    /// What to know of the reading.
    pub(crate) notes: Vec<String>,
    /// What it says beside that text.
    pub(crate) beside: Beside,
    /// The arguments of a call of dj-database-url.
    pub(crate) call: Option<paste::Call>,
}

/// What a pasted text says that the text of the `.env` editor cannot. No `Debug`: it holds secrets.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Beside {
    /// A settings module with `DATABASES` in it.
    pub(crate) module: Option<String>,
    /// The variables that are not known, or not as a whole.
    unknown: Vec<Unknown>,
    /// What the text tells beside its variables.
    facts: FileFacts,
    /// The `.env` file that was made of it.
    dotenv: String,
}

/// A variable of which something is not known.
#[derive(Clone, PartialEq)]
struct Unknown {
    name: String,
    /// Its value as the `.env` file has it.
    written: Option<String>,
    /// What readers are given for that.
    value: String,
    holes: Vec<Hole<'static>>,
}

impl Unknown {
    /// The line that stands for a variable without a value.
    fn comment(&self) -> String {
        let why = self.holes.first().map_or("", |it| &it.why);
        // In a comment, what stands in quotation marks is hidden.
        let why: String = why.chars().filter(|it| !it.is_control() && *it != '`').collect();
        format!("# {why}")
    }
}

impl Beside {
    fn of(text: &str, pasted: &Pasted<'_>) -> Beside {
        if pasted.form == Form::Dotenv {
            return Beside::default();
        }
        let unknown = pasted.relevant().filter(|it| !it.holes.is_empty()).map(|it| {
            let written = it.value.as_ref().map(|it| it.reveal().clone().into_owned());
            let value = stand_in(written.as_deref().unwrap_or_default(), &it.holes);
            Unknown { name: it.name.clone().into_owned(), written, value, holes: it.holes.clone() }
        });
        let unknown: Vec<_> = unknown.collect();
        let mut dotenv = pasted.dotenv().reveal().clone();
        for it in unknown.iter().filter(|it| it.written.is_none()) {
            dotenv.extend([&*it.comment(), "\n"]);
        }
        let module = pasted.databases.is_some().then(|| text.to_owned());
        Beside { module, unknown, facts: pasted.facts.clone(), dotenv }
    }

    /// `DATABASES` of the settings module.
    pub(crate) fn databases(&self) -> Option<Databases<'_>> {
        paste::read(self.module.as_deref()?)?.databases
    }

    /// Adds it to what the `.env` file says, as far as that is still what was made of the text.
    pub(crate) fn add<'a>(&'a self, mut inputs: Inputs<'a>, dotenv: &str) -> Inputs<'a> {
        for it in &self.unknown {
            let is_there = match &it.written {
                Some(written) => inputs.get(&it.name) == Some(written),
                None => {
                    let comment = it.comment();
                    inputs.get(&it.name).is_none() && dotenv.lines().any(|it| it == comment)
                }
            };
            if is_there {
                let written = it.written.as_deref().unwrap_or_default();
                inputs = inputs.with_holes(&it.name, &it.value, written, it.holes.iter().cloned());
            }
        }
        if self.dotenv == dotenv {
            inputs = inputs.with_file(&self.facts);
        }
        match self.databases() {
            Some(databases) => inputs.with_databases(databases),
            None => inputs,
        }
    }
}

/// Recognises what was pasted into the editor of `tab`; `None` where it may stay there as it is.
pub(crate) fn read(tab: Tab, text: &str) -> Option<Found> {
    let pasted = paste::read(text).filter(is_of_use)?;
    let beside = Beside::of(text, &pasted);
    let (to, text) = match (pasted.form, tab) {
        (Form::Url, Tab::Url) | (Form::Dotenv, Tab::Dotenv) => return None,
        (Form::Url, _) => {
            let url = pasted.get(DATABASE_URL)?.value.as_ref()?;
            (Tab::Url, url.reveal().clone().into_owned())
        }
        (Form::Dotenv, _) => (Tab::Dotenv, text.to_owned()),
        _ => (Tab::Dotenv, beside.dotenv.clone()),
    };
    let part = pasted.part.as_deref().map_or_else(String::new, |it| format!(": {it}"));
    let title = format!("Recognized {}{part}", pasted.form);
    Some(Found { tab: to, text, title, notes: notes(&pasted.notes), beside, call: pasted.call })
}

/// Whether an answer can be given from it: `DEBUG` alone leads to no database.
fn is_of_use(pasted: &Pasted<'_>) -> bool {
    let is_about_database = |name: &str| is_known(name) && name != "DEBUG";
    pasted.form == Form::Dotenv
        || pasted.databases.is_some()
        || pasted.relevant().any(|it| is_about_database(&it.name))
}

/// What an editor holds that is not understood, so that there is no answer: the URLs in it.
///
/// Only several lines are a file; a single one is a value that is being typed.
pub(crate) fn unrecognized(tab: Tab, text: &str) -> Option<Vec<&str>> {
    if !text.trim().contains('\n') || is_understood(tab, text) {
        return None;
    }
    Some(paste::unrecognized(text).urls.into_iter().map(|it| it.of(text)).collect())
}

fn is_understood(tab: Tab, text: &str) -> bool {
    match tab {
        Tab::Url => {
            let scheme = text.trim_start().split_once("://").map_or("", |it| it.0);
            let is_scheme = |it: u8| it.is_ascii_alphanumeric() || b"+-.".contains(&it);
            !scheme.is_empty() && scheme.bytes().all(is_scheme)
        }
        Tab::Fields => true,
        Tab::Dotenv => {
            let file = dotenv::parse(text);
            let is_blank = file.bindings.is_empty() && file.unreadable.is_empty();
            let is_read = |it: &dotenv::Binding<'_>| it.value.is_some() && is_known(it.name);
            is_blank || file.bindings.iter().any(is_read) || paste::is_dotenv(text)
        }
    }
}

/// A URL as it may be shown.
pub(crate) fn masked(url: &str) -> String {
    let secrets = dsnlens_core::read(&Inputs::url(url).into()).secrets;
    let secrets: Vec<Span> = secrets.iter().map(|it| it.span).collect();
    Masked::new(url, &secrets, &[]).text
}

/// An error message that a rule knows.
pub(crate) struct Message {
    /// The URL of a database in it.
    pub(crate) url: Option<String>,
}

/// Whether what was pasted is an error message; asked of what [`read`] does not know.
pub(crate) fn message(text: &str) -> Option<Message> {
    if paste::read(text).is_some_and(|it| is_of_use(&it)) {
        return None;
    }
    let explanation = errors::explain(text);
    let url = explanation.url.map(|it| it.of(text).to_owned());
    (!explanation.causes.is_empty()).then_some(Message { url })
}

/// What to know of a `.env` file: who else would read it differently.
pub(crate) fn dialects(text: &str) -> Vec<String> {
    let pasted = paste::read(text).filter(|it| it.form == Form::Dotenv);
    pasted.map_or_else(Vec::new, |it| notes(&it.notes))
}

fn notes(notes: &[paste::Note]) -> Vec<String> {
    notes.iter().map(|it| it.text.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tab: Tab, text: &str, expected: Option<(Tab, &str)>) {
        let found = read(tab, text);
        let found = found.as_ref().map(|it| (it.tab, it.text.as_str()));
        assert!(found == expected, "{text}: {:?}", found.map(|it| it.1));
    }

    #[test]
    fn what_is_pasted_goes_where_it_belongs() {
        let url = "postgres://app:pw@h/db";
        check(Tab::Url, url, None);
        check(Tab::Dotenv, url, Some((Tab::Url, url)));
        check(Tab::Dotenv, "DB_HOST=h\nDB_NAME=d\n", None);
        check(Tab::Url, "DB_HOST=h\nDB_NAME=d\n", Some((Tab::Dotenv, "DB_HOST=h\nDB_NAME=d\n")));
        let compose = "environment:\n  DB_HOST: h\n";
        check(Tab::Url, compose, Some((Tab::Dotenv, "# From a docker-compose file\nDB_HOST=h\n")));
        check(Tab::Url, "hello", None);
    }

    #[test]
    fn an_error_message_is_known_by_its_text() {
        let text = "could not connect to postgres://app:pw@h/db: connection to server at \"h\" \
                    (192.0.2.7), port 5432 failed: FATAL:  password authentication failed for \
                    user \"app\"";
        assert_eq!(message(text).unwrap().url.as_deref(), Some("postgres://app:pw@h/db"));
        for text in ["postgres://app:pw@h/db", "DB_HOST=h", "hello", ""] {
            assert!(message(text).is_none(), "{text}");
        }
    }
}
