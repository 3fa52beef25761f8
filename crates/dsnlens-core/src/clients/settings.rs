//! The settings module: `DATABASE_URL` if it is set, else the `DB_*` variables.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::inputs::Inputs;
use crate::ledger::{Key, Ledger, LineId, Origin, Setting, Stage, Value};
use crate::recipe::Recipe;
use crate::span::Span;

/// Django's PostgreSQL backend.
pub const POSTGRESQL: &str = "django.db.backends.postgresql";

/// `DATABASES['default']`, by the lines of the ledger that won, in Python's key order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The entries. None at all is Django's dummy backend.
    pub entries: Vec<Entry>,
    /// The URL's own `sslmode`, where `ssl_require` wrote over it.
    pub overruled_sslmode: Option<LineId>,
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
    debug: bool,
    ledger: &mut Ledger<'a>,
) -> Settings {
    let defaults = &recipe.defaults;
    let host = inputs.get("DB_HOST").unwrap_or(&defaults.host);
    let is_local = recipe.local_hosts.iter().any(|it| it == host);
    let (sslmode, why) = match (debug, is_local) {
        (true, _) => ("prefer", "ssl_mode: DEBUG is on"),
        (false, true) => ("prefer", "ssl_mode: DB_HOST is local"),
        (false, false) => ("require", "ssl_mode: production, DB_HOST is not local"),
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
        let value = match setting {
            Setting::Password => Value::Str(text).into_secret(),
            _ => Value::Str(text),
        };
        Entry::Setting(set(Key::Setting(setting), value, origin))
    }));
    entries.push(Entry::Setting(set(
        Key::Setting(Setting::ConnMaxAge),
        Value::Int(recipe.conn_max_age.into()),
        Origin::Recipe("CONN_MAX_AGE"),
    )));
    entries.push(Entry::Options(alloc::vec![
        set(Key::Option("sslmode".into()), Value::Str(sslmode.into()), Origin::Recipe(why)),
        set(
            Key::Option("connect_timeout".into()),
            Value::Int(recipe.connect_timeout.into()),
            Origin::Recipe("connect_timeout"),
        ),
    ]));
    Settings { entries, overruled_sslmode: None }
}

/// Records the `DB_*` variables that a `DATABASE_URL` puts out of use.
pub(crate) fn ignore_fields<'a>(inputs: &Inputs<'a>, ledger: &mut Ledger<'a>) {
    let settings = [Setting::Host, Setting::Name, Setting::User, Setting::Password, Setting::Port];
    for (name, setting) in FIELDS.into_iter().zip(settings) {
        let Some(text) = inputs.get(name) else { continue };
        let value = match setting {
            Setting::Password => Value::Str(text.into()).into_secret(),
            _ => Value::Str(text.into()),
        };
        let origin = Origin::Variable { name, span: Span::new(0, text.len()) };
        let reason = "DATABASE_URL is set, so the settings module never reads it";
        ledger.ignore(Stage::Recipe, Key::Setting(setting), value, origin, reason);
    }
}
