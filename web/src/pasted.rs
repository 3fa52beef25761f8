//! What was pasted in a form that an editor does not hold: where it goes, and as what.

use dsnlens_core::DATABASE_URL;
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
}
