//! What was pasted in a form that an editor does not hold: where it goes, and as what.

use dsnlens_core::DATABASE_URL;
use dsnlens_core::errors;
use dsnlens_core::syntax::paste::{self, Form};

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
}

/// Recognises what was pasted into the editor of `tab`; `None` where it may stay there as it is.
pub(crate) fn read(tab: Tab, text: &str) -> Option<Found> {
    let pasted = paste::read(text)?;
    let (to, text) = match (pasted.form, tab) {
        (Form::Url, Tab::Url) | (Form::Dotenv, Tab::Dotenv) => return None,
        (Form::Url, _) => {
            let url = pasted.get(DATABASE_URL)?.value.as_ref()?;
            (Tab::Url, url.reveal().clone().into_owned())
        }
        _ => (Tab::Dotenv, pasted.dotenv().reveal().clone()),
    };
    let part = pasted.part.as_deref().map_or_else(String::new, |it| format!(": {it}"));
    let title = format!("Recognised {}{part}", pasted.form);
    Some(Found { tab: to, text, title, notes: notes(&pasted.notes) })
}

/// An error message that a rule knows.
pub(crate) struct Message {
    /// The URL of a database in it.
    pub(crate) url: Option<String>,
}

/// Whether what was pasted is an error message; asked of what [`read`] does not know.
pub(crate) fn message(text: &str) -> Option<Message> {
    if paste::read(text).is_some() {
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
