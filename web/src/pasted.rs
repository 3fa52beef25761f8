//! What was pasted in a form that an editor does not hold: where it goes, and as what. The second
//! module reads it.

use dsnlens_core::clients::dj_database_url::SCHEMES;
use dsnlens_core::databases::{Databases, Dict};
use dsnlens_core::syntax::dotenv;
use dsnlens_core::{Call, FileFacts, Hole, Inputs, Masked, Span, is_known};

use crate::plain::{plain, plain_enum};
use crate::second::{Said, ask};
use crate::state::Tab;

/// What was made of a pasted text.
#[derive(PartialEq)]
pub(crate) enum Recognised {
    /// It stays where it is.
    Nothing,
    Found(Box<Found>),
    /// An error message that a rule knows, and the URL of a database in it.
    Message(Option<String>),
}

/// A pasted text, recognised.
#[derive(PartialEq)]
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
    pub(crate) call: Option<Call>,
}

/// What a pasted text says that the text of the `.env` editor cannot. No `Debug`: it holds secrets.
#[derive(Default)]
pub(crate) struct Beside {
    /// The text.
    pub(crate) text: String,
    /// `DATABASES`, where it is a settings module.
    pub(crate) databases: Option<Dict<'static>>,
    /// The variables that are not known, or not as a whole.
    pub(crate) unknown: Vec<Unknown>,
    /// What the text tells beside its variables.
    pub(crate) facts: FileFacts,
    /// The `.env` file that was made of it.
    pub(crate) dotenv: String,
}

/// A variable of which something is not known.
pub(crate) struct Unknown {
    pub(crate) name: String,
    /// Its value as the `.env` file has it.
    pub(crate) written: Option<String>,
    /// What readers are given for that.
    pub(crate) value: String,
    pub(crate) holes: Vec<Hole<'static>>,
}

plain_enum!(Recognised { 0 Nothing, 1 Found(it), 2 Message(it) });
plain_enum!(Tab { 0 Url, 1 Fields, 2 Dotenv, 3 Settings });
plain!(Found { tab, text, title, notes, beside, call });
plain!(Call { conn_max_age, conn_health_checks, ssl_require });
plain!(Beside { text, databases, unknown, facts, dotenv });
plain!(Unknown { name, written, value, holes });

/// All of it is made of the text.
impl PartialEq for Beside {
    fn eq(&self, other: &Beside) -> bool {
        self.text == other.text
    }
}

impl Unknown {
    /// The line that stands for a variable without a value.
    pub(crate) fn comment(&self) -> String {
        let why = self.holes.first().map_or("", |it| &it.why);
        // In a comment, what stands in quotation marks is hidden.
        let why: String = why.chars().filter(|it| !it.is_control() && *it != '`').collect();
        format!("# {why}")
    }
}

impl Beside {
    /// Adds it to what the `.env` file says, as far as that is still what was made of the text.
    pub(crate) fn add<'a>(
        &'a self,
        mut inputs: Inputs<'a>,
        dotenv: &str,
        has_databases: bool,
    ) -> Inputs<'a> {
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
        match &self.databases {
            Some(aliases) if has_databases => inputs.with_databases(Databases {
                path: "settings.py",
                text: &self.text,
                aliases: aliases.clone(),
            }),
            _ => inputs,
        }
    }
}

/// Recognises what was pasted into the editor of `tab`.
pub(crate) fn recognise(tab: Tab, text: &str) -> Said<Recognised> {
    match is_url(tab, text) {
        true => Said::Known(Recognised::Nothing),
        false => ask("recognise", text, tab.name()),
    }
}

/// Whether a text is plainly a URL, or nothing, in the editor for one.
pub(crate) fn is_url(tab: Tab, text: &str) -> bool {
    let text = text.trim();
    let scheme = text.split_once("://").map_or("", |it| it.0);
    let is_known = SCHEMES.iter().any(|it| it.name == scheme);
    tab == Tab::Url && (text.is_empty() || is_known && !text.contains(char::is_whitespace))
}

/// Whether the text of an editor is understood: an answer is given for nothing else. Of a text that
/// is not, the URLs in it.
///
/// Only several lines are a file; a single one is a value that is being typed.
pub(crate) fn unrecognized(tab: Tab, text: &str) -> Said<Option<Vec<String>>> {
    if !text.trim().contains('\n') || is_understood(tab, text) {
        return Said::Known(None);
    }
    ask("unrecognized", text, tab.name())
}

fn is_understood(tab: Tab, text: &str) -> bool {
    match tab {
        Tab::Url => {
            let scheme = text.trim_start().split_once("://").map_or("", |it| it.0);
            let is_scheme = |it: u8| it.is_ascii_alphanumeric() || b"+-.".contains(&it);
            !scheme.is_empty() && scheme.bytes().all(is_scheme)
        }
        Tab::Fields | Tab::Settings => true,
        Tab::Dotenv => {
            let file = dotenv::parse(text);
            let is_blank = file.bindings.is_empty() && file.unreadable.is_empty();
            let is_read = |it: &dotenv::Binding<'_>| it.value.is_some() && is_known(it.name);
            is_blank || file.bindings.iter().any(is_read)
        }
    }
}

/// A URL as it may be shown.
pub(crate) fn masked(url: &str) -> String {
    let secrets = dsnlens_core::read(&Inputs::url(url).into()).secrets;
    let secrets: Vec<Span> = secrets.iter().map(|it| it.span).collect();
    Masked::new(url, &secrets, &[]).text
}

/// What to know of a `.env` file: who else would read it differently.
pub(crate) fn dialects(text: &str) -> Vec<String> {
    match text.is_empty() {
        true => Vec::new(),
        false => ask("dialects", text, "").known().unwrap_or_default(),
    }
}

/// What an error message is about.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Explained {
    /// What to know of several attempts.
    pub(crate) attempts: Option<String>,
    /// Host, port, user and database as the text has them.
    pub(crate) told: Option<String>,
    /// The likeliest first.
    pub(crate) causes: Vec<KnownCause>,
}

/// A rule that knows the text of a message.
#[derive(Clone, PartialEq)]
pub(crate) struct KnownCause {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) line: String,
    pub(crate) how_sure: String,
    pub(crate) step: String,
}

plain!(Explained { attempts, told, causes });
plain!(KnownCause { rule, title, line, how_sure, step });

/// What counts in the end, in a form that others read. No `Debug`: it holds secrets.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Exported {
    /// Why there is nothing to write.
    pub(crate) reason: Option<String>,
    pub(crate) is_secret: bool,
    /// With its secrets hidden.
    pub(crate) shown: String,
    pub(crate) text: String,
}

plain!(Exported { reason, is_secret, shown, text });

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(tab: Tab, text: &str, expected: Option<(Tab, &str)>) {
        let found = match recognise(tab, text) {
            Said::Known(Recognised::Found(it)) => Some(it),
            _ => None,
        };
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
    fn what_is_plainly_a_url_is_nothing_else() {
        for url in [
            "postgres://app:pw@h/db",
            " postgresql://h/db\n",
            "mysql://h/db",
            "postgres://",
            "postgres://u:{}@h",
            "postgres://u:connect ETIMEDOUT",
            "pgsql://'h'",
            "https://example.com/connection-refused",
            "postgres://u:p@h/db;postgres://u:p@h/db",
        ] {
            if is_url(Tab::Url, url) {
                let said = crate::second::ask::<Recognised>("recognise", url, Tab::Url.name());
                assert!(said.known() == Some(Recognised::Nothing), "{url}");
            }
        }
        for text in ["jdbc:postgresql://h/db", "host=h", "postgres://h/db -c x", "{\"a\":1}"] {
            assert!(!is_url(Tab::Url, text), "{text}");
        }
        assert!(is_url(Tab::Url, "") && !is_url(Tab::Dotenv, "postgres://h/db"));
    }

    #[test]
    fn an_error_message_is_known_by_its_text() {
        let text = "could not connect to postgres://app:pw@h/db: connection to server at \"h\" \
                    (192.0.2.7), port 5432 failed: FATAL:  password authentication failed for \
                    user \"app\"";
        let url = "postgres://app:pw@h/db";
        let said = recognise(Tab::Url, text).known();
        assert!(said == Some(Recognised::Message(Some(url.into()))));
        for text in [url, "DB_HOST=h", "hello", ""] {
            let said = recognise(Tab::Url, text).known();
            assert!(!matches!(said, Some(Recognised::Message(_))), "{text}");
        }
    }
}
