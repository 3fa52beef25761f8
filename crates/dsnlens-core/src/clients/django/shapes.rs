//! What Django raises about `DATABASES` before its backend looks at a setting: an alias that is no
//! dictionary, a backend that does not exist, a value of another type than it works with.
//!
//! Reproduces `ConnectionHandler.configure_settings()` and `load_backend()` (`db/utils.py`), the
//! beginning of `BaseDatabaseWrapper.connect()` (`db/backends/base/base.py`) and the `OPTIONS` of
//! `get_connection_params()` (`db/backends/postgresql/base.py`) of Django 5.2.19.

use super::{is_dummy, is_none};
use crate::clients::cpython::value_repr;
use crate::clients::settings::Settings;
use crate::clients::stages;
use crate::databases::{Databases, Node};
use crate::ledger::{Key, Ledger, Line, LineId, Origin, Setting, Stage, Value};
use crate::refusal::Refusal;
use crate::secret::Text;

/// Django's own backends, and those of its geographic half.
const BUILT_IN: [&str; 10] = [
    "django.contrib.gis.db.backends.mysql",
    "django.contrib.gis.db.backends.oracle",
    "django.contrib.gis.db.backends.postgis",
    "django.contrib.gis.db.backends.spatialite",
    "django.db.backends.dummy",
    "django.db.backends.mysql",
    "django.db.backends.oracle",
    "django.db.backends.postgresql",
    "django.db.backends.postgresql_psycopg2",
    "django.db.backends.sqlite3",
];

/// Where nobody else puts a backend.
const OWN: [&str; 2] = ["django.contrib.gis.db.backends.", "django.db.backends."];

/// Modules that exist, or may, and have no backend in them.
const NO_BACKENDS: [&str; 14] = [
    "asyncpg",
    "django",
    "mysql",
    "oracle",
    "pg",
    "pgsql",
    "postgis",
    "postgres",
    "postgresql",
    "postgresql_psycopg2",
    "psycopg",
    "psycopg2",
    "sqlite",
    "sqlite3",
];

/// Whether no module of Python's is called so, whatever is installed.
pub(crate) fn is_no_backend(engine: &str) -> bool {
    let is_name = |c: char| c.is_alphanumeric() || "_.".contains(c);
    // These have a module `base` of another kind.
    if matches!(engine, "django.db.backends" | "django.db.backends.base") || engine.starts_with('.')
    {
        return false;
    }
    !engine.chars().all(is_name)
        || NO_BACKENDS.contains(&engine)
        || OWN.iter().any(|it| engine.starts_with(it)) && !BUILT_IN.contains(&engine)
}

/// What `configure_settings()` raises.
pub(crate) fn check_aliases<'a>(databases: &Databases<'a>) -> Result<(), Refusal<'a>> {
    if databases.aliases.get("default").is_none() {
        return Ok(());
    }
    for alias in &databases.aliases.entries {
        let wrong = match &alias.value {
            Node::Value(value) => Some((value.clone(), &alias.origin)),
            Node::Dict(dict) => dict.get("TEST").and_then(|test| match &test.value {
                Node::Value(value) => Some((value.clone(), &test.origin)),
                Node::Dict(_) => None,
            }),
        };
        if let Some((value, origin)) = wrong.filter(|(value, _)| value.unknown().is_none()) {
            let kind = type_of(&value);
            let message = alloc::format!("'{kind}' object has no attribute 'setdefault'");
            return Err(refusal(&stages::BACKEND, "AttributeError", Text::plain(message), origin));
        }
    }
    Ok(())
}

/// What `load_backend()` raises.
pub(crate) fn check_engine<'a>(
    settings: &Settings,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    let line = settings.setting(ledger, Setting::Engine).and_then(|it| ledger.line(it));
    let Some(line) = line.filter(|it| it.value.unknown().is_none() && !is_dummy(&it.value)) else {
        return Ok(());
    };
    if line.value.as_str().is_some_and(|it| !is_no_backend(it)) {
        return Ok(());
    }
    let written = value_repr(&line.value);
    let written = match line.value.is_secret() {
        true => Text::default().and_hidden(written),
        false => Text::plain(written),
    };
    let message = written.and(
        " isn't an available database backend or couldn't be imported. Check the above exception. \
         To use one of the built-in backends, use 'django.db.backends.XXX', where XXX is one of:\n    \
         'mysql', 'oracle', 'postgresql', 'sqlite3'",
    );
    Err(refusal(&stages::BACKEND, "ImproperlyConfigured", message, &line.origin))
}

/// What the property `pool` raises about `OPTIONS`, since Django 5.1.
pub(super) fn check_getter<'a>(
    settings: &Settings,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    let Some(line) = odd_options(settings, ledger) else { return Ok(()) };
    let message = alloc::format!("'{}' object has no attribute 'get'", type_of(&line.value));
    Err(refusal(&stages::DJANGO, "AttributeError", Text::plain(message), &line.origin))
}

/// What `connect()` raises before it asks the backend for anything: it adds `CONN_MAX_AGE` to a
/// `float`.
pub(super) fn check_age<'a>(settings: &Settings, ledger: &Ledger<'a>) -> Result<(), Refusal<'a>> {
    let line = settings.setting(ledger, Setting::ConnMaxAge).and_then(|it| ledger.line(it));
    let Some(line) = line.filter(|it| !is_age(&it.value)) else { return Ok(()) };
    let kind = type_of(&line.value);
    let message = alloc::format!("unsupported operand type(s) for +: 'float' and '{kind}'");
    Err(refusal(&stages::DJANGO, "TypeError", Text::plain(message), &line.origin))
}

/// Whether a `CONN_MAX_AGE` is a number, or `None`.
fn is_age(value: &Value<'_>) -> bool {
    value.unknown().is_some()
        || matches!(
            value.bare(),
            Value::None | Value::Int(_) | Value::BigInt(_) | Value::Float(_) | Value::Bool(_)
        )
}

/// The line of `OPTIONS`, where it is known to be no dictionary.
pub(crate) fn odd_options<'l, 'a>(
    settings: &Settings,
    ledger: &'l Ledger<'a>,
) -> Option<&'l Line<'a>> {
    let line = settings.other(ledger, "OPTIONS")?;
    line.value.unknown().is_none().then_some(line)
}

/// What `get_connection_params()` raises about `OPTIONS`: before it looks at `NAME` where that is
/// empty, and behind that otherwise.
pub(super) fn check_options<'a>(
    settings: &Settings,
    name: Option<LineId>,
    is_empty: bool,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    let Some(line) = odd_options(settings, ledger) else { return Ok(()) };
    let kind = type_of(&line.value);
    let has_no = |name| alloc::format!("'{kind}' object has no attribute '{name}'");
    let (class, message) = match () {
        () if is_empty => ("AttributeError", has_no("get")),
        // A list has a `pop` of its own.
        () if is_none(ledger, name) && kind == "list" => {
            ("TypeError", "pop expected at most 1 argument, got 2".into())
        }
        () if is_none(ledger, name) => ("AttributeError", has_no("pop")),
        () => ("TypeError", alloc::format!("'{kind}' object is not a mapping")),
    };
    Err(refusal(&stages::DJANGO, class, Text::plain(message), &line.origin))
}

/// The name of a value's type.
pub(crate) fn type_of(value: &Value<'_>) -> &'static str {
    match value.bare() {
        Value::None => "NoneType",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::BigInt(_) => "int",
        Value::Float(_) => "float",
        Value::List(_) => "list",
        Value::Tuple(_) => "tuple",
        Value::Dict(_) => "dict",
        Value::Bytes(_) => "bytes",
        Value::Path(_) => "PosixPath",
        _ => "str",
    }
}

fn refusal<'a>(
    stage: &'static Stage,
    kind: &'static str,
    message: Text<'a>,
    origin: &Origin<'a>,
) -> Refusal<'a> {
    let spans = origin.input_span().into_iter().collect();
    Refusal { stage, kind: kind.into(), message, spans, raised_at: None, unless: None }
}

impl Settings {
    /// The line of an entry that is none of [`Setting`]'s.
    pub(crate) fn other<'l, 'a>(&self, ledger: &'l Ledger<'a>, name: &str) -> Option<&'l Line<'a>> {
        self.entries.iter().find_map(|entry| match entry {
            crate::clients::settings::Entry::Setting(id) => {
                ledger.line(*id).filter(|it| matches!(&it.key, Key::Entry(found) if *found == name))
            }
            crate::clients::settings::Entry::Options(_) => None,
        })
    }
}
