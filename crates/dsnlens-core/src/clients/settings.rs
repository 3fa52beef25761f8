//! The settings module: `DATABASE_URL` if it is set, else the `DB_*` variables.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{django, libpq};
use crate::clients::stages;
use crate::databases::{Databases, Entry as Given, Node};
use crate::inputs::{Debug, Inputs};
use crate::ledger::{Key, Ledger, LineId, Origin, Setting, Value};
use crate::module::CallSite;
use crate::recipe::Recipe;
use crate::refusal::Refusal;
use crate::secret::Text;
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
            ledger.set(&stages::RECIPE, key, value.clone(), origin.clone())
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

    let mut set = |key, value, origin| ledger.set(&stages::RECIPE, key, value, origin);
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

/// What a dictionary says, entry by entry.
pub(crate) fn from_databases<'a>(
    databases: &Databases<'a>,
    ledger: &mut Ledger<'a>,
) -> Result<Settings, Refusal<'a>> {
    let Some(default) = databases.aliases.get("default") else {
        return match &databases.aliases.more {
            Some((why, origin)) => {
                Ok(unknown(&Value::Unknown { why: why.clone() }, origin, ledger))
            }
            // Django's dummy backend.
            None if databases.aliases.entries.is_empty() => Ok(Settings::default()),
            None => {
                let message = "You must define a 'default' database.";
                Err(django::improperly_configured(ledger, Text::plain(message), None))
            }
        };
    };
    let dict = match &default.value {
        Node::Dict(dict) => dict,
        Node::Value(value) if value.unknown().is_some() => {
            return Ok(unknown(value, &default.origin, ledger));
        }
        // Refused before it is read.
        Node::Value(_) => return Ok(Settings::default()),
    };
    let mut settings = Settings { is_open: dict.more.is_some(), ..Settings::default() };
    let mut more = dict.more.as_ref();
    for entry in &dict.entries {
        let value = || shown::guarded(&entry.key, entry.value.to_value());
        let setting = Setting::ALL.into_iter().find(|it| it.name() == entry.key);
        match (setting, &entry.value) {
            (Some(setting), _) => {
                let value = match setting {
                    Setting::Password => value().into_secret(),
                    _ => value(),
                };
                let line = write(Key::Setting(setting), value, entry, ledger);
                settings.entries.push(Entry::Setting(line));
            }
            (None, Node::Dict(options)) if entry.key == "OPTIONS" => {
                let mut lines = Vec::with_capacity(options.entries.len());
                for option in &options.entries {
                    let value = shown::guarded(&option.key, option.value.to_value());
                    lines.push(write(Key::Option(option.key.clone()), value, option, ledger));
                }
                settings.is_open |= options.more.is_some();
                more = more.or(options.more.as_ref());
                settings.entries.push(Entry::Options(lines));
            }
            (None, _) => {
                let is_known = Setting::OTHERS.contains(&&*entry.key);
                let is_open = entry.key == "OPTIONS" && value().unknown().is_some();
                let (key, value) = (Key::Entry(entry.key.clone()), value());
                // What is under another name may be a password.
                let value = match is_known || is_harmless(&entry.key) {
                    true => value,
                    false => value.into_secret(),
                };
                let line = write(key, value, entry, ledger);
                if !is_known {
                    ledger.drop(line, "Django does not read this key");
                }
                settings.is_open |= is_open;
                settings.entries.push(Entry::Setting(line));
            }
        }
    }
    if settings.is_open {
        let options = || dict.get("OPTIONS").map(|it| (it.value.to_value(), &it.origin));
        let (value, origin) = match more {
            Some((why, origin)) => (Value::Unknown { why: why.clone() }, origin),
            None => options().unwrap_or((Value::None, &default.origin)),
        };
        settings.fill_unknown(&value, origin, ledger);
    }
    for (setting, value) in
        [(Setting::ConnMaxAge, Value::Int(0)), (Setting::ConnHealthChecks, Value::Bool(false))]
    {
        if !settings.is_open && settings.setting(ledger, setting).is_none() {
            let origin = Origin::Default { of: "Django" };
            ledger.set(&stages::DJANGO, Key::Setting(setting), value, origin);
        }
    }
    Ok(settings)
}

/// Writes the lines of an entry: what was there before it, and what it says.
fn write<'a>(key: Key<'a>, value: Value<'a>, entry: &Given<'a>, ledger: &mut Ledger<'a>) -> LineId {
    let before: Vec<_> = entry
        .before
        .iter()
        .map(|(origin, old)| {
            // It is as secret as what took its place.
            let old = shown::guarded(key.reveal(), old.clone());
            let old = if value.is_secret() { old.into_secret() } else { old };
            ledger.set(&stages::SETTINGS, key.clone(), old, origin.clone())
        })
        .collect();
    let line = ledger.set(&stages::SETTINGS, key, value, entry.origin.clone());
    before.into_iter().for_each(|it| ledger.replace(it, line));
    line
}

/// Says of what a call of dj-database-url was given where that is written.
pub(crate) fn place_call<'a>(site: &CallSite<'a>, ledger: &mut Ledger<'a>) {
    ledger.place(|key, origin| {
        let Origin::Recipe(_) = origin else { return };
        let place = match key.reveal() {
            "sslmode" => site.ssl_require.0,
            "CONN_MAX_AGE" => site.conn_max_age,
            "CONN_HEALTH_CHECKS" => site.conn_health_checks,
            _ => site.place,
        };
        *origin = Origin::Settings { path: site.path, place };
    });
}

/// The settings of another database with everything hidden that may be a password.
#[cfg(feature = "serde")]
pub(crate) fn masked<'a>(node: &Node<'a>) -> Node<'a> {
    let Node::Dict(dict) = node else {
        // What should be a dictionary may be anything.
        return match node {
            Node::Value(value @ Value::Str(_)) => Node::Value(value.clone().into_secret()),
            node => node.clone(),
        };
    };
    let mut dict = dict.clone();
    for entry in &mut dict.entries {
        let is_plain = is_harmless(&entry.key)
            || Setting::OTHERS.contains(&&*entry.key)
            || Setting::ALL.into_iter().any(|it| it != Setting::Password && it.name() == entry.key);
        entry.value = match &entry.value {
            Node::Value(value) if !is_plain => Node::Value(value.clone().into_secret()),
            Node::Value(value) => Node::Value(shown::guarded(&entry.key, value.clone())),
            node => masked(node),
        };
    }
    Node::Dict(dict)
}

/// Whether the value of a key that Django does not know is none of a password's: one of libpq's
/// keywords in some spelling.
fn is_harmless(key: &str) -> bool {
    let keyword = key.to_ascii_lowercase();
    libpq::find(&keyword).is_some() && !libpq::is_secret(&keyword)
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
        ledger.ignore(&stages::RECIPE, Key::Setting(setting), value, origin, reason);
    }
}
