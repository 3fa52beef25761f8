//! The settings module: `DATABASE_URL` if it is set, else the `DB_*` variables.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::inputs::{Debug, Inputs};
use crate::ledger::{Key, Ledger, LineId, Origin, Setting, Stage, Value};
use crate::recipe::Recipe;
use crate::shown;
use crate::span::{InputSpan, Span};

/// Django's PostgreSQL backend.
pub const POSTGRESQL: &str = "django.db.backends.postgresql";

/// `DATABASES['default']`, by the lines of the ledger that won, in Python's key order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The entries. None at all is Django's dummy backend.
    pub entries: Vec<Entry>,
    /// The URL's own `sslmode`, where `ssl_require` wrote over it.
    pub overruled_sslmode: Option<LineId>,
    /// There may be more entries than are known.
    pub is_open: bool,
}

/// An entry of `DATABASES['default']`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A setting of Django's own.
    Setting(LineId),
    /// `OPTIONS`, in Python's key order.
    Options(Vec<LineId>),
}

impl Settings {
    /// The line of a setting.
    pub fn setting(&self, ledger: &Ledger<'_>, setting: Setting) -> Option<LineId> {
        self.entries.iter().find_map(|entry| match entry {
            Entry::Setting(id) => {
                let is_it = ledger
                    .line(*id)
                    .is_some_and(|it| matches!(it.key, Key::Setting(found) if found == setting));
                is_it.then_some(*id)
            }
            Entry::Options(_) => None,
        })
    }

    /// Writes an unknown line for each setting of a connection that has none.
    pub(crate) fn fill_unknown<'a>(
        &mut self,
        value: &Value<'a>,
        origin: &Origin<'a>,
        ledger: &mut Ledger<'a>,
    ) {
        let set = |ledger: &mut Ledger<'a>, key| {
            ledger.set(Stage::Recipe, key, value.clone(), origin.clone())
        };
        for setting in [
            Setting::Engine,
            Setting::Name,
            Setting::User,
            Setting::Password,
            Setting::Host,
            Setting::Port,
        ] {
            if self.setting(ledger, setting).is_none() {
                self.entries.push(Entry::Setting(set(ledger, Key::Setting(setting))));
            }
        }
        let is_mode = |it: &LineId| ledger.line(*it).is_some_and(|it| it.key.reveal() == "sslmode");
        if !self.options().iter().any(is_mode) {
            let mode = set(ledger, Key::Option("sslmode".into()));
            match self.entries.iter_mut().find_map(|it| match it {
                Entry::Options(options) => Some(options),
                Entry::Setting(_) => None,
            }) {
                Some(options) => options.push(mode),
                None => self.entries.push(Entry::Options(alloc::vec![mode])),
            }
        }
    }

    /// The lines of `OPTIONS`.
    pub fn options(&self) -> &[LineId] {
        let options = self.entries.iter().find_map(|entry| match entry {
            Entry::Options(options) => Some(options.as_slice()),
            Entry::Setting(_) => None,
        });
        options.unwrap_or_default()
    }
}

/// The variables of the second branch.
pub const FIELDS: [&str; 5] = ["DB_HOST", "DB_NAME", "DB_USER", "DB_PASSWORD", "DB_PORT"];

/// The branch of the `DB_*` variables. An empty one is a value.
pub(crate) fn from_fields<'a>(
    inputs: &Inputs<'a>,
    recipe: &Recipe,
    ledger: &mut Ledger<'a>,
) -> Settings {
    let defaults = &recipe.defaults;
    let host = inputs.get("DB_HOST").unwrap_or(&defaults.host);
    let is_local = recipe.local_hosts.iter().any(|it| it == host);
    let unknown_host = ledger.hole(whole("DB_HOST", host)).map(|it| it.why.clone());
    let unknown = |why: &Cow<'a, str>| Value::Unknown { why: why.clone() };
    let known = |mode: &'static str| Value::Str(mode.into());
    let (sslmode, why) = match (inputs.debug(), &unknown_host, is_local) {
        (Debug::Clear(true), ..) => (known("prefer"), "ssl_mode: DEBUG is on"),
        (_, Some(why), _) => (unknown(why), "ssl_mode"),
        (_, None, true) => (known("prefer"), "ssl_mode: DB_HOST is local"),
        (_, None, false) => match inputs.unknown_debug() {
            Some(why) => (unknown(why), "ssl_mode"),
            None => (known("require"), "ssl_mode: production, DB_HOST is not local"),
        },
    };

    let mut set = |key, value, origin| ledger.set(Stage::Recipe, key, value, origin);
    let engine = Value::Str(POSTGRESQL.into());
    let mut entries = alloc::vec![Entry::Setting(set(
        Key::Setting(Setting::Engine),
        engine,
        Origin::Recipe("ENGINE"),
    ))];
    let fields = [
        (Setting::Name, "DB_NAME", &defaults.name, "default of DB_NAME"),
        (Setting::User, "DB_USER", &defaults.user, "default of DB_USER"),
        (Setting::Password, "DB_PASSWORD", &defaults.password, "default of DB_PASSWORD"),
        (Setting::Host, "DB_HOST", &defaults.host, "default of DB_HOST"),
        (Setting::Port, "DB_PORT", &defaults.port, "default of DB_PORT"),
    ];
    entries.extend(fields.map(|(setting, name, default, expression)| {
        let (text, origin): (Cow<'a, str>, _) = match inputs.get(name) {
            Some(text) => (text.into(), Origin::Variable { name, span: Span::new(0, text.len()) }),
            None => (default.clone(), Origin::Recipe(expression)),
        };
        Entry::Setting(set(Key::Setting(setting), shown::value(name, text), origin))
    }));
    entries.push(Entry::Setting(set(
        Key::Setting(Setting::ConnMaxAge),
        Value::Int(recipe.conn_max_age.into()),
        Origin::Recipe("CONN_MAX_AGE"),
    )));
    entries.push(Entry::Options(alloc::vec![
        set(Key::Option("sslmode".into()), sslmode, Origin::Recipe(why)),
        set(
            Key::Option("connect_timeout".into()),
            Value::Int(recipe.connect_timeout.into()),
            Origin::Recipe("connect_timeout"),
        ),
    ]));
    Settings { entries, ..Settings::default() }
}

fn whole<'a>(name: &'a str, value: &str) -> InputSpan<'a> {
    InputSpan { input: name, span: Span::new(0, value.len()) }
}

/// What is left where nothing of a URL is known: each setting that it may hold, unknown.
pub(crate) fn unknown<'a>(
    value: &Value<'a>,
    origin: &Origin<'a>,
    ledger: &mut Ledger<'a>,
) -> Settings {
    let mut settings = Settings { is_open: true, ..Settings::default() };
    settings.fill_unknown(value, origin, ledger);
    settings
}

/// Records the `DB_*` variables that a `DATABASE_URL` puts out of use.
pub(crate) fn ignore_fields<'a>(inputs: &Inputs<'a>, ledger: &mut Ledger<'a>) {
    let settings = [Setting::Host, Setting::Name, Setting::User, Setting::Password, Setting::Port];
    for (name, setting) in FIELDS.into_iter().zip(settings) {
        let Some(text) = inputs.get(name) else { continue };
        let value = shown::value(name, text.into());
        let origin = Origin::Variable { name, span: Span::new(0, text.len()) };
        let reason = "DATABASE_URL is set, so the settings module never reads it";
        ledger.ignore(Stage::Recipe, Key::Setting(setting), value, origin, reason);
    }
}
