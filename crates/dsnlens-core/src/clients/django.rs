//! Django's PostgreSQL backend: `DATABASES['default']` to what the driver is called with.
//!
//! Reproduces what a first query does before it connects: the property `pool`,
//! `get_connection_params()` and `get_new_connection()` of Django 4.2.30, 5.0.14, 5.1.15, 5.2.19,
//! 6.0.10 and 6.1.3 (`db/backends/postgresql/base.py`). Of these, 4.2 and 5.0 have no `pool`.

mod shapes;

use alloc::vec::Vec;

pub(crate) use shapes::{check_aliases, check_engine, is_no_backend, odd_options, type_of};

use super::settings::Settings;
use crate::clients::stages;
use crate::ledger::{Key, Ledger, LineId, Origin, Setting, Value};
use crate::recipe::{Django, Driver, Recipe};
use crate::refusal::Refusal;
use crate::secret::Text;

/// PostgreSQL's limit for a name, counted in characters by Django.
pub const MAX_NAME_LENGTH: usize = 63;

/// The keyword arguments of the driver's `connect()`, in Python's order, by their lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectParams {
    /// The lines; each one's keyword is the argument's name.
    pub lines: Vec<LineId>,
}

/// Options that every Django takes out for itself.
const CONSUMED: [&str; 3] = ["assume_role", "isolation_level", "server_side_binding"];

/// The option for a pool of connections, which Django takes out since 5.1.
pub(crate) const POOL: &str = "pool";

/// Whether Django takes out an option of this name for itself, so that it keeps its Python type.
pub(crate) fn consumes(name: &str, django: Django) -> bool {
    CONSUMED.contains(&name) || (name == POOL && django.has_pool())
}

/// Whether what this backend does is modelled: the two that end in libpq and come with Django.
pub fn is_modelled(engine: &str) -> bool {
    matches!(
        engine,
        super::settings::POSTGRESQL
            // The name it had before Django 1.9, which Django still takes.
            | "django.db.backends.postgresql_psycopg2"
            | "django.contrib.gis.db.backends.postgis"
    )
}

/// Whether an `ENGINE` is Django's backend that raises an error whatever it is asked.
pub(crate) fn is_dummy(engine: &Value<'_>) -> bool {
    !engine.is_truthy()
        || matches!(engine.as_str(), Some("django.db.backends." | "django.db.backends.dummy"))
}

/// Whether this backend is Django's PostgreSQL one or made from it, so that its `OPTIONS` end in
/// libpq.
pub(crate) fn speaks_libpq(engine: &str) -> bool {
    is_modelled(engine)
        || matches!(
            engine,
            "django_cockroachdb"
                | "django_redshift_backend"
                | "timescale.db.backends.postgresql"
                | "timescale.db.backends.postgis"
        )
}

/// What a first query raises about `pool` before anything else: `cursor()` asks
/// `close_if_health_check_failed()`, and that asks for the pool.
pub(crate) fn check_pool<'a>(
    settings: &Settings,
    recipe: &Recipe,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    let engine = settings.setting(ledger, Setting::Engine).and_then(|it| ledger.line(it));
    if !recipe.django.has_pool() || engine.is_none_or(|it| is_dummy(&it.value)) {
        return Ok(());
    }
    shapes::check_getter(settings, ledger)?;
    let Some((line, _)) = pool(settings, ledger) else { return Ok(()) };
    let age = settings.setting(ledger, Setting::ConnMaxAge).and_then(|it| ledger.line(it));
    let age = age.map(|it| &it.value);
    if age.is_some_and(|it| it.unknown().is_some()) {
        return Ok(());
    }
    if age.is_some_and(|it| !is_zero(it)) {
        let message = Text::plain("Pooling doesn't support persistent connections.");
        return Err(improperly_configured(ledger, message, Some(line)));
    }
    // psycopg_pool needs psycopg 3, and Django would take that where it is installed.
    if recipe.driver == Driver::Psycopg2 {
        let message =
            Text::plain("Error loading psycopg_pool module.\nDid you install psycopg[pool]?");
        return Err(improperly_configured(ledger, message, Some(line)));
    }
    Ok(())
}

/// The option `pool`, where it is known to be true to Python.
fn pool<'l, 'a>(settings: &Settings, ledger: &'l Ledger<'a>) -> Option<(LineId, &'l Value<'a>)> {
    let pool = option(settings, ledger, POOL)?;
    (pool.1.unknown().is_none() && pool.1.is_truthy()).then_some(pool)
}

/// The line of an entry of `OPTIONS`.
fn option<'l, 'a>(
    settings: &Settings,
    ledger: &'l Ledger<'a>,
    name: &str,
) -> Option<(LineId, &'l Value<'a>)> {
    let lines = settings.options().iter().copied();
    lines.map(|id| (id, ledger.line(id))).find_map(|(id, line)| {
        line.filter(|it| it.key.reveal() == name).map(|line| (id, &line.value))
    })
}

/// Whether it equals 0 to Python.
fn is_zero(value: &Value<'_>) -> bool {
    match value.bare() {
        Value::Int(_) | Value::Bool(_) | Value::Float(_) => !value.is_truthy(),
        _ => false,
    }
}

/// What the backend hands to the driver; the `ImproperlyConfigured` it raises instead.
pub(crate) fn connect_params<'a>(
    settings: &Settings,
    recipe: &Recipe,
    ledger: &mut Ledger<'a>,
) -> Result<ConnectParams, Refusal<'a>> {
    let engine = settings.setting(ledger, Setting::Engine).and_then(|it| ledger.line(it));
    if engine.is_none_or(|it| is_dummy(&it.value)) {
        let message = "settings.DATABASES is improperly configured. Please supply the ENGINE \
                       value. Check settings documentation for more details.";
        return Err(improperly_configured(ledger, Text::plain(message), None));
    }
    shapes::check_age(settings, ledger)?;
    let setting = |ledger: &Ledger<'a>, setting| settings.setting(ledger, setting);
    let name = setting(ledger, Setting::Name);
    let is_empty = name.is_none_or(|it| {
        ledger.line(it).is_some_and(|it| it.value.as_str().is_some_and(str::is_empty))
    });
    if is_empty {
        shapes::check_options(settings, name, is_empty, ledger)?;
    }
    check_name(settings, name, ledger)?;
    shapes::check_options(settings, name, is_empty, ledger)?;

    if recipe.driver == Driver::Psycopg2
        && recipe.django.has_pool()
        && let Some((line, _)) = pool(settings, ledger)
    {
        let message = Text::plain("Database pooling requires psycopg >= 3");
        return Err(improperly_configured(ledger, message, Some(line)));
    }

    // The name, client_encoding, the four other settings.
    let room = settings.options().len() + 6;
    let mut params = ConnectParams { lines: Vec::with_capacity(room) };
    match name {
        Some(name) if is_truthy(ledger, name) => params.lines.push(name),
        Some(name) if ledger.line(name).is_some_and(|it| *it.value.bare() == Value::None) => {
            let (key, origin) = (Key::Keyword("dbname"), Origin::Default { of: "Django" });
            let line = ledger.set(&stages::DJANGO, key, Value::Str("postgres".into()), origin);
            ledger.replace(name, line);
            params.lines.push(line);
        }
        Some(name) => ledger.drop(name, "it is empty, so Django leaves it to the service"),
        None => {}
    }
    // Django takes it out and puts it in again, at the end.
    let mut threshold = None;
    for &option in settings.options() {
        match ledger.line(option).map_or("", |line| line.key.reveal()) {
            "dbname" => params.put(ledger, option),
            // `is True`, in Django.
            "server_side_binding" if recipe.driver == Driver::Psycopg2 => {
                ledger.drop(option, "Django turns it on with psycopg 3 only");
            }
            "server_side_binding" if !is_true(ledger, option) => {
                ledger.drop(option, "Django turns it on only for the value True");
            }
            "service" if is_none(ledger, name) => {
                ledger.drop(option, "NAME is None, so Django takes the service out");
            }
            name if consumes(name, recipe.django) => {}
            "context" | "prepare_threshold" if recipe.driver == Driver::Psycopg2 => {
                params.lines.push(option);
            }
            "context" => ledger.drop(option, "Django passes a context of its own"),
            "prepare_threshold" if is_none(ledger, Some(option)) => {
                ledger.drop(option, "None is Django's own default");
            }
            "prepare_threshold" => threshold = Some(option),
            // The names are distinct, so there is nothing to look for.
            _ => params.lines.push(option),
        }
    }
    let encoding = ledger.set(
        &stages::DJANGO,
        Key::Keyword("client_encoding"),
        Value::Str("UTF8".into()),
        Origin::Default { of: "Django" },
    );
    params.put(ledger, encoding);
    for it in [Setting::User, Setting::Password, Setting::Host, Setting::Port] {
        match setting(ledger, it) {
            Some(line) if is_truthy(ledger, line) => params.put(ledger, line),
            Some(line) => ledger.drop(line, "it is empty, so Django leaves it to libpq"),
            None => {}
        }
    }
    params.lines.extend(threshold);
    Ok(params)
}

/// What making a pool and `get_new_connection()` raise before the driver is called.
pub(crate) fn check_connection<'a>(
    settings: &Settings,
    recipe: &Recipe,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    // `ConnectionPool(…, **pool)`, where psycopg_pool is installed; else that is the error.
    if let Some((line, pool)) = pool(settings, ledger).filter(|_| recipe.django.has_pool())
        && !matches!(pool.bare(), Value::Bool(true) | Value::Dict(_))
    {
        let kind = type_of(pool);
        let message = match recipe.django {
            // `{**pool}`, since 6.1.
            Django::V6_1 => alloc::format!("'{kind}' object is not a mapping"),
            _ => alloc::format!(
                "psycopg_pool.pool.ConnectionPool() argument after ** must be a mapping, not {kind}"
            ),
        };
        let refusal = improperly_configured(ledger, Text::plain(message), Some(line));
        return Err(Refusal { kind: "TypeError".into(), ..refusal });
    }
    // `IsolationLevel(value)`: an enumeration of 1 to 4.
    if let Some((line, value)) = option(settings, ledger, "isolation_level")
        && value.unknown().is_none()
        && !is_level(value)
    {
        let message = Text::plain("Invalid transaction isolation level ")
            .and_text(value.to_text())
            .and(" specified. Use one of the psycopg.IsolationLevel values.");
        return Err(improperly_configured(ledger, message, Some(line)));
    }
    Ok(())
}

/// Whether it equals one of the levels 1 to 4, which both drivers number so, in another order.
fn is_level(value: &Value<'_>) -> bool {
    match value.bare() {
        Value::Int(1..=4) | Value::Bool(true) => true,
        Value::Float(number) => ["1.0", "2.0", "3.0", "4.0"].contains(&&**number),
        _ => false,
    }
}

impl ConnectParams {
    /// The line of a keyword.
    pub fn get(&self, ledger: &Ledger<'_>, keyword: &str) -> Option<LineId> {
        self.place(ledger, keyword).and_then(|place| self.lines.get(place).copied())
    }

    fn place(&self, ledger: &Ledger<'_>, keyword: &str) -> Option<usize> {
        let is_it = |&id: &LineId| ledger.line(id).is_some_and(|it| it.key.reveal() == keyword);
        self.lines.iter().position(is_it)
    }

    /// Python's `dict[key] = value`: a key that is there keeps its place.
    pub(crate) fn put(&mut self, ledger: &mut Ledger<'_>, line: LineId) {
        let place = ledger.line(line).and_then(|it| self.place(ledger, it.key.reveal()));
        match place.and_then(|place| self.lines.get_mut(place)) {
            Some(place) => ledger.replace(core::mem::replace(place, line), line),
            None => self.lines.push(line),
        }
    }
}

fn check_name<'a>(
    settings: &Settings,
    name: Option<LineId>,
    ledger: &Ledger<'a>,
) -> Result<(), Refusal<'a>> {
    let value = name.and_then(|it| ledger.line(it)).map(|it| &it.value);
    if value.is_some_and(|it| it.unknown().is_some()) {
        return Ok(());
    }
    if let Some(kind) = value.and_then(kind_without_length) {
        let spans = name.and_then(|it| ledger.line(it)).and_then(|it| it.origin.input_span());
        return Err(Refusal {
            stage: &stages::DJANGO,
            kind: "TypeError".into(),
            message: Text::plain(alloc::format!("object of type '{kind}' has no len()")),
            spans: spans.into_iter().collect(),
            raised_at: None,
            unless: None,
        });
    }
    // `NAME == ""`, which nothing else is.
    if value.is_some_and(|it| it.as_str().is_none()) {
        return Ok(());
    }
    let text = value.and_then(Value::as_str).unwrap_or("");
    let has_service = settings
        .options()
        .iter()
        .filter_map(|&it| ledger.line(it))
        .any(|line| line.key.reveal() == "service" && line.value.is_truthy());
    if text.is_empty() && !has_service {
        let message = "settings.DATABASES is improperly configured. Please supply the NAME or \
                       OPTIONS['service'] value.";
        return Err(improperly_configured(ledger, Text::plain(message), name));
    }
    let length = text.chars().count();
    if length > MAX_NAME_LENGTH {
        let shown = name.and_then(|it| ledger.line(it)).map(|it| &it.value);
        let shown = shown.map(Value::to_text).unwrap_or_default();
        let length = alloc::format!("{length}");
        let length = match shown.is_secret() {
            true => Text::default().and_hidden(length),
            false => Text::plain(length),
        };
        let message = Text::plain("The database name '")
            .and_text(shown)
            .and("' (")
            .and_text(length)
            .and(alloc::format!(
                " characters) is longer than PostgreSQL's limit of {MAX_NAME_LENGTH} characters. \
                 Supply a shorter NAME in settings.DATABASES."
            ));
        return Err(improperly_configured(ledger, message, name));
    }
    Ok(())
}

fn is_true(ledger: &Ledger<'_>, line: LineId) -> bool {
    ledger
        .line(line)
        .is_some_and(|it| *it.value.bare() == Value::Bool(true) || it.value.unknown().is_some())
}

/// The type of a `NAME` that `len()` refuses.
fn kind_without_length(name: &Value<'_>) -> Option<&'static str> {
    match name.bare() {
        name if !name.is_truthy() => None,
        Value::Int(_) | Value::BigInt(_) => Some("int"),
        Value::Bool(_) => Some("bool"),
        Value::Float(_) => Some("float"),
        Value::Path(_) => Some("PosixPath"),
        _ => None,
    }
}

fn is_none(ledger: &Ledger<'_>, line: Option<LineId>) -> bool {
    line.and_then(|it| ledger.line(it)).is_some_and(|it| *it.value.bare() == Value::None)
}

fn is_truthy(ledger: &Ledger<'_>, line: LineId) -> bool {
    ledger.line(line).is_some_and(|it| it.value.is_truthy())
}

pub(crate) fn improperly_configured<'a>(
    ledger: &Ledger<'a>,
    message: Text<'a>,
    about: Option<LineId>,
) -> Refusal<'a> {
    let spans = about.and_then(|it| ledger.line(it)).and_then(|it| it.origin.input_span());
    Refusal {
        stage: &stages::DJANGO,
        kind: "ImproperlyConfigured".into(),
        message,
        spans: spans.into_iter().collect(),
        raised_at: None,
        unless: None,
    }
}
