//! dj-database-url: a URL to `DATABASES['default']`.
//!
//! Reproduces `parse()` of 2.1.0 to 3.1.2 (`dj_database_url/__init__.py`), called as the recipe
//! calls it. Each refuses with a `ValueError` or a subclass of it; 3.x hides the reason.

use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::settings::{Entry, Settings};
use crate::clients::cpython;
use crate::clients::stages;
use crate::inputs::Inputs;
use crate::ledger::{Key, Ledger, LineId, Origin, Setting, Value};
use crate::recipe::{DjDatabaseUrl, Recipe, SslRequire};
use crate::refusal::Refusal;
use crate::secret::{Secret, Text};
use crate::shown::is_secret_name;
use crate::source::Source;
use crate::span::InputSpan;
use crate::syntax::Slice;
use crate::syntax::python::{self, SplitUrl, UrlError};

/// A scheme and the `ENGINE` it selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The scheme, in lower case.
    pub name: &'static str,
    /// The dotted path of the backend.
    pub engine: &'static str,
}

/// The registered schemes, the same in every release, in Python's sorted order.
pub const SCHEMES: [Scheme; 18] = [
    Scheme { name: "cockroach", engine: "django_cockroachdb" },
    Scheme { name: "mssql", engine: "sql_server.pyodbc" },
    Scheme { name: "mssqlms", engine: "mssql" },
    Scheme { name: "mysql", engine: "django.db.backends.mysql" },
    Scheme { name: "mysql-connector", engine: "mysql.connector.django" },
    Scheme { name: "mysql2", engine: "django.db.backends.mysql" },
    Scheme { name: "mysqlgis", engine: "django.contrib.gis.db.backends.mysql" },
    Scheme { name: "oracle", engine: "django.db.backends.oracle" },
    Scheme { name: "oraclegis", engine: "django.contrib.gis.db.backends.oracle" },
    Scheme { name: "pgsql", engine: super::settings::POSTGRESQL },
    Scheme { name: "postgis", engine: "django.contrib.gis.db.backends.postgis" },
    Scheme { name: "postgres", engine: super::settings::POSTGRESQL },
    Scheme { name: "postgresql", engine: super::settings::POSTGRESQL },
    Scheme { name: "redshift", engine: "django_redshift_backend" },
    Scheme { name: "spatialite", engine: "django.contrib.gis.db.backends.spatialite" },
    Scheme { name: "sqlite", engine: "django.db.backends.sqlite3" },
    Scheme { name: "timescale", engine: "timescale.db.backends.postgresql" },
    Scheme { name: "timescalegis", engine: "timescale.db.backends.postgis" },
];

/// The one text of 3.x's `ParseError`.
const PARSE_ERROR: &str = "This string is not a valid url, possibly because some of its parts \
                           is not properly urllib.parse.quote()'ed.";

/// Reads a URL as `dj_database_url.config(default=…, conn_max_age=…, …)` does.
pub(crate) fn parse<'a>(
    source: &Source<'a>,
    url: &SplitUrl<Slice<'_>>,
    recipe: &Recipe,
    inputs: &Inputs<'a>,
    ledger: &mut Ledger<'a>,
) -> Result<Settings, Refusal<'a>> {
    // `config()` returns `{}` for an empty variable, before any default.
    if source.raw().is_empty() {
        return Ok(Settings::default());
    }
    let mut reader = Reader { source, recipe, inputs, ledger };
    // The only URL that is compared as a whole: no CONN_MAX_AGE, no OPTIONS, no sslmode.
    if source.raw() == "sqlite://:memory:" {
        let engine = reader.set(Setting::Engine, url.scheme, Value::Str(SQLITE.into()));
        let name = reader.set(Setting::Name, url.hostinfo, Value::Str(":memory:".into()));
        let entries = alloc::vec![Entry::Setting(engine), Entry::Setting(name)];
        return Ok(Settings { entries, ..Settings::default() });
    }
    reader.check(url).and_then(|engine| match recipe.dj_database_url {
        it if it < DjDatabaseUrl::V3_0_0 => reader.parse_2(url, engine),
        _ => reader.parse_3(url, engine),
    })
}

const SQLITE: &str = "django.db.backends.sqlite3";

struct Reader<'r, 'a> {
    source: &'r Source<'a>,
    recipe: &'r Recipe,
    inputs: &'r Inputs<'a>,
    ledger: &'r mut Ledger<'a>,
}

impl<'a> Reader<'_, 'a> {
    /// What every release refuses before it builds anything, in its order.
    fn check(&self, url: &SplitUrl<Slice<'_>>) -> Result<&'static Scheme, Refusal<'a>> {
        python::check_netloc(self.source, url).map_err(|error| self.url_refusal(error))?;
        let scheme = url.scheme;
        let known = SCHEMES.iter().find(|it| it.name.eq_ignore_ascii_case(scheme.text));
        known.ok_or_else(|| self.unknown_scheme(scheme))
    }

    fn parse_2(
        &mut self,
        url: &SplitUrl<Slice<'_>>,
        scheme: &'static Scheme,
    ) -> Result<Settings, Refusal<'a>> {
        let port = self.port(url.port)?;
        let mut options = self.query_2(url.query, scheme)?;

        let path = without_first(url.path);
        let name = match scheme.name {
            "sqlite" if path.is_empty() => Value::Str(":memory:".into()),
            _ => self.decoded(path),
        };
        // A `%` anywhere in the host: the whole of `host:port` is taken, case and all.
        let (host, value) = match url.hostname.text.contains('%') {
            true => (url.hostinfo, self.decoded(url.hostinfo)),
            false => (url.hostname, self.hostname(url.hostname, false)),
        };
        let has_text_port =
            matches!(scheme.engine, "django.db.backends.oracle" | "sql_server.pyodbc" | "mssql");
        let entries = [
            self.set(Setting::Name, path, name),
            self.decode(Setting::User, url.username),
            self.decode(Setting::Password, url.password),
            self.set(Setting::Host, host, value),
            self.set_port(url.port, port, has_text_port),
            self.conn_max_age(),
            self.conn_health_checks(),
        ];
        let cursors = self.knows_cursors().then(|| self.disable_server_side_cursors());
        let engine = self.set(Setting::Engine, url.scheme, Value::Str(scheme.engine.into()));
        let overruled_sslmode = self.ssl_require(&mut options);
        let has_schemas = matches!(
            scheme.engine,
            super::settings::POSTGRESQL
                | "django.contrib.gis.db.backends.postgis"
                | "django_redshift_backend"
                | "timescale.db.backends.postgresql"
                | "timescale.db.backends.postgis"
        );
        if has_schemas {
            self.current_schema(&mut options, |_| true);
        }
        // With room for the options.
        let mut list = Vec::with_capacity(entries.len() + 3);
        list.extend(entries.into_iter().chain(cursors).chain([engine]).map(Entry::Setting));
        if !options.is_empty() {
            list.push(Entry::Options(options));
        }
        Ok(Settings { entries: list, overruled_sslmode, is_open: false })
    }

    fn parse_3(
        &mut self,
        url: &SplitUrl<Slice<'_>>,
        scheme: &'static Scheme,
    ) -> Result<Settings, Refusal<'a>> {
        let mut options = self.query_3(url.query)?;
        let port = self.port(url.port)?;
        let path = without_first(url.path);
        let name = match scheme.name {
            "sqlite" if path.is_empty() => Value::Str(":memory:".into()),
            _ => self.decoded(path),
        };
        let has_text_port = matches!(scheme.name, "oracle" | "mssql" | "mssqlms");
        let host = self.hostname(url.hostname, true);
        let mut entries: Vec<_> = [
            self.set(Setting::Engine, url.scheme, Value::Str(scheme.engine.into())),
            self.decode(Setting::User, url.username),
            self.decode(Setting::Password, url.password),
            self.set(Setting::Host, url.hostname, host),
            self.set_port(url.port, port, has_text_port),
            self.set(Setting::Name, path, name),
        ]
        .map(Entry::Setting)
        .into();

        match scheme.name {
            "mysql" | "mysql2" => self.ssl_ca_3(&mut options),
            "postgres" | "postgresql" | "pgsql" | "postgis" | "redshift" | "timescale"
            | "timescalegis" => self.current_schema(&mut options, Value::is_truthy),
            _ => {}
        }
        let overruled_sslmode = self.ssl_require(&mut options);
        if !options.is_empty() {
            entries.push(Entry::Options(options));
        }
        entries.push(Entry::Setting(self.conn_max_age()));
        entries.push(Entry::Setting(self.conn_health_checks()));
        entries.push(Entry::Setting(self.disable_server_side_cursors()));
        Ok(Settings { entries, overruled_sslmode, is_open: false })
    }

    /// 2.x: of repeated options the last counts. What `int()` takes becomes a number in 2.1.0; from
    /// 2.2.0 on the last is typed as in 3.x.
    fn query_2(&mut self, query: Slice<'_>, scheme: &Scheme) -> Result<Vec<LineId>, Refusal<'a>> {
        let mut options: Vec<LineId> = Vec::new();
        let (items, dropped) = python::parse_qs(query);
        self.ignore_blank(&dropped);
        for item in items {
            let name = self.source.keep_decoded(item.written, item.name);
            // Decided before the value is looked at, and only for this one scheme.
            let is_ssl_ca = scheme.name == "mysql" && name == "ssl-ca";
            let last = item.values.len().saturating_sub(1);
            let typed = item.values.iter().enumerate().map(|(nth, &value)| {
                let text = self.query_text(value);
                Ok(match self.knows_cursors() {
                    _ if is_ssl_ca => Value::Str(text),
                    false => cpython::parse_int(&text).unwrap_or(Value::Str(text)),
                    // Only the last is looked at.
                    true if nth < last => Value::Str(text),
                    true => self.typed(value)?,
                })
            });
            // All or none: a value that raises leaves no line of its option behind.
            let typed: Vec<_> = typed.collect::<Result<_, Refusal<'a>>>()?;
            let mut lines = Vec::with_capacity(item.values.len());
            for (&value, typed) in item.values.iter().zip(typed) {
                lines.push(self.option(self.option_key(item.written, name.clone()), value, typed));
            }
            let Some((&last, earlier)) = lines.split_last() else { continue };
            for &line in earlier {
                self.ledger.replace(line, last);
            }
            match is_ssl_ca {
                true => self.nest_ca(last, &mut options),
                false if name == "ssl" => self.put(&mut options, last),
                // `parse_qs` has grouped the names, and only `ssl` has a second writer.
                false => options.push(last),
            }
        }
        Ok(options)
    }

    /// 3.x: repeated options become a list, `isdigit()` a number, `true` and `false` a bool.
    fn query_3(&mut self, query: Slice<'_>) -> Result<Vec<LineId>, Refusal<'a>> {
        let mut options = Vec::new();
        let (items, dropped) = python::parse_qs(query);
        self.ignore_blank(&dropped);
        for item in items {
            let name = self.source.keep_decoded(item.written, item.name);
            // All or none: a value that raises leaves no line of its option behind.
            let typed: Result<Vec<_>, _> =
                item.values.iter().map(|&value| self.typed(value)).collect();
            let mut lines = Vec::with_capacity(item.values.len());
            for (&value, typed) in item.values.iter().zip(typed?) {
                let key = self.option_key(item.written, name.clone());
                lines.push(self.option(key, value, typed));
            }
            options.push(match lines.as_slice() {
                [line] => *line,
                lines => self.list(self.option_key(item.written, name), lines),
            });
        }
        Ok(options)
    }

    /// `isdigit()` makes a number since 2.2.0, `true` and `false` a bool.
    fn typed(&self, value: Slice<'_>) -> Result<Value<'a>, Refusal<'a>> {
        let text = self.query_text(value);
        Ok(match python::isdigit(&text) {
            // Superscripts are digits to `isdigit()` and none to `int()`.
            true => cpython::parse_int(&text).ok_or_else(|| self.int_refusal(value, &text))?,
            false if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            false if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            false => Value::Str(text),
        })
    }

    fn list(&mut self, key: Key<'a>, lines: &[LineId]) -> LineId {
        let values = lines.iter().filter_map(|&it| self.ledger.line(it)).map(|it| it.value.clone());
        let list = Value::List(values.collect());
        let whole = self.ledger.set(&stages::RECIPE, key, list, Origin::Derived);
        for &line in lines {
            self.ledger.join(line, whole);
        }
        whole
    }

    /// `ssl-ca` of 3.x: popped, and kept only where it is truthy.
    fn ssl_ca_3(&mut self, options: &mut Vec<LineId>) {
        if let Some(ca) = self.pop(options, "ssl-ca") {
            match self.is_truthy(ca) {
                true => self.nest_ca(ca, options),
                false => self.ledger.drop(ca, "dj-database-url drops an empty, 0 or false ssl-ca"),
            }
        }
    }

    /// `options["ssl"] = {"ca": …}`.
    fn nest_ca(&mut self, ca: LineId, options: &mut Vec<LineId>) {
        let Some(value) = self.ledger.line(ca).map(|it| it.value.clone()) else { return };
        let nested = Value::Dict(alloc::vec![("ca".into(), value)]);
        let key = Key::Option("ssl".into());
        let whole = self.ledger.set(&stages::RECIPE, key, nested, Origin::Derived);
        self.ledger.join(ca, whole);
        self.put(options, whole);
    }

    /// `currentSchema`, JDBC's name: becomes `options`, over an `options` that was there.
    fn current_schema(&mut self, options: &mut Vec<LineId>, counts: impl Fn(&Value<'a>) -> bool) {
        let Some(schema) = self.pop(options, "currentSchema") else { return };
        let Some(value) = self.ledger.line(schema).map(|it| it.value.clone()) else { return };
        if !counts(&value) {
            return self
                .ledger
                .drop(schema, "dj-database-url drops an empty, 0 or false currentSchema");
        }
        let text = alloc::format!("-c search_path={}", cpython::value_str(&value));
        let text = match value {
            Value::Unknown { .. } => value,
            Value::Secret(_) => Value::Str(text.into()).into_secret(),
            _ => Value::Str(text.into()),
        };
        let key = Key::Option("options".into());
        let whole = self.ledger.set(&stages::RECIPE, key, text, Origin::Derived);
        self.ledger.join(schema, whole);
        self.put(options, whole);
    }

    /// `ssl_require`: writes `sslmode`, whatever is there. What was there, if anything was.
    fn ssl_require(&mut self, options: &mut Vec<LineId>) -> Option<LineId> {
        if !self.recipe.ssl_require.is_on(self.inputs.debug().is_on()) {
            return None;
        }
        let place = self.place(options, "sslmode");
        let overruled = place.and_then(|place| options.get(place).copied());
        let mode = match (self.inputs.unknown_debug(), self.recipe.ssl_require) {
            (Some(why), SslRequire::NotDebug) => Value::Unknown { why: why.clone() },
            _ => Value::Str("require".into()),
        };
        let line = self.ledger.set(
            &stages::RECIPE,
            Key::Option("sslmode".into()),
            mode,
            Origin::Recipe(self.recipe.ssl_require.expression()),
        );
        self.put(options, line);
        overruled
    }

    /// Python's `dict[key] = value`: a key that is there keeps its place.
    fn put(&mut self, options: &mut Vec<LineId>, line: LineId) {
        let place = self.ledger.line(line).and_then(|it| self.place(options, it.key.reveal()));
        match place.and_then(|place| options.get_mut(place)) {
            Some(place) => self.ledger.replace(core::mem::replace(place, line), line),
            None => options.push(line),
        }
    }

    /// Python's `dict.pop(key, None)`.
    fn pop(&self, options: &mut Vec<LineId>, name: &str) -> Option<LineId> {
        self.place(options, name).map(|place| options.remove(place))
    }

    fn place(&self, options: &[LineId], name: &str) -> Option<usize> {
        options
            .iter()
            .position(|&it| self.ledger.line(it).is_some_and(|it| it.key.reveal() == name))
    }

    fn is_truthy(&self, line: LineId) -> bool {
        self.ledger.line(line).is_some_and(|it| it.value.is_truthy())
    }

    fn ignore_blank(&mut self, pieces: &[Slice<'_>]) {
        for &piece in pieces {
            let (name, value) = piece.partition('=');
            let text = self.source.keep_decoded(name, python::unquote_plus(name.text));
            let key = self.option_key(name, text);
            let origin = self.source.origin(piece);
            let value = self.source.value(value, "".into());
            let reason = "Python's parse_qs drops an option without a value";
            self.ledger.ignore(&stages::RECIPE, key, value, origin, reason);
        }
    }

    fn query_text(&self, value: Slice<'_>) -> Cow<'a, str> {
        self.source.keep_decoded(value, python::unquote_plus(value.text))
    }

    fn option_key(&self, written: Slice<'_>, name: Cow<'a, str>) -> Key<'a> {
        match self.source.touches_secret(written) {
            true => Key::SecretOption(Secret::new(name)),
            false => Key::Option(name),
        }
    }

    fn option(&mut self, key: Key<'a>, slice: Slice<'_>, value: Value<'a>) -> LineId {
        // A password of digits is a number to dj-database-url, and still a password.
        let is_secret = is_secret_name(key.reveal()) || self.source.touches_secret(slice);
        let value = if is_secret { value.into_secret() } else { value };
        let origin = self.source.origin(slice);
        self.ledger.set(&stages::RECIPE, key, value, origin)
    }

    fn decoded(&self, slice: Slice<'_>) -> Value<'a> {
        let text = self.source.keep_decoded(slice, python::unquote(slice.text));
        self.source.value(slice, text)
    }

    fn decode(&mut self, setting: Setting, slice: Slice<'_>) -> LineId {
        let value = match setting {
            Setting::Password => self.decoded(slice).into_secret(),
            _ => self.decoded(slice),
        };
        self.set(setting, slice, value)
    }

    /// Python's `hostname`: lower case up to the first `%`. 3.x decodes it as well.
    fn hostname(&self, slice: Slice<'_>, is_decoded: bool) -> Value<'a> {
        let is_plain = |it: u8| it.is_ascii() && !it.is_ascii_uppercase() && it != b'%';
        if slice.text.bytes().all(is_plain) {
            return self.source.value(slice, self.source.keep(slice));
        }
        let (name, zone) = slice.split_before(&['%']);
        let lower = python::lower(name.text) + zone.text;
        let text = match is_decoded {
            true => Cow::Owned(python::unquote(&lower).into_owned()),
            false => Cow::Owned(lower),
        };
        self.source.value(slice, text)
    }

    fn port(&self, port: Slice<'_>) -> Result<Option<u16>, Refusal<'a>> {
        python::parse_port(self.source, port).map_err(|error| self.url_refusal(error))
    }

    /// `url.port or ""`: port 0 is no port.
    fn set_port(&mut self, slice: Slice<'_>, port: Option<u16>, is_text: bool) -> LineId {
        let value = match port.filter(|&port| port != 0) {
            None => Value::Str("".into()),
            Some(port) if is_text => Value::Str(port.to_string().into()),
            Some(port) => Value::Int(port.into()),
        };
        let value = if self.source.touches_secret(slice) { value.into_secret() } else { value };
        self.set(Setting::Port, slice, value)
    }

    fn conn_max_age(&mut self) -> LineId {
        let age = Value::Int(self.recipe.conn_max_age.into());
        self.recipe_line(Setting::ConnMaxAge, age, "conn_max_age")
    }

    fn conn_health_checks(&mut self) -> LineId {
        let checks = Value::Bool(self.recipe.conn_health_checks);
        self.recipe_line(Setting::ConnHealthChecks, checks, "conn_health_checks")
    }

    /// Since 2.2.0 a parameter of `config()`, and a key of the answer.
    fn knows_cursors(&self) -> bool {
        self.recipe.dj_database_url >= DjDatabaseUrl::V2_2_0
    }

    fn disable_server_side_cursors(&mut self) -> LineId {
        let key = Key::Setting(Setting::DisableServerSideCursors);
        let origin = Origin::Default { of: "dj-database-url" };
        self.ledger.set(&stages::RECIPE, key, Value::Bool(false), origin)
    }

    fn recipe_line(
        &mut self,
        setting: Setting,
        value: Value<'a>,
        argument: &'static str,
    ) -> LineId {
        self.ledger.set(&stages::RECIPE, Key::Setting(setting), value, Origin::Recipe(argument))
    }

    fn set(&mut self, setting: Setting, slice: Slice<'_>, value: Value<'a>) -> LineId {
        let origin = self.source.origin(slice);
        self.ledger.set(&stages::RECIPE, Key::Setting(setting), value, origin)
    }

    /// `int()` raises over what `isdigit()` has let through.
    fn int_refusal(&self, part: Slice<'_>, text: &str) -> Refusal<'a> {
        if self.recipe.dj_database_url >= DjDatabaseUrl::V3_0_0 {
            return self.parse_error(part);
        }
        let digits = text.chars().count();
        let is_secret = self.source.touches_secret(part);
        let message = match python::MAX_DIGITS < digits {
            true => {
                let head = alloc::format!(
                    "Exceeds the limit ({} digits) for integer string conversion: value has ",
                    python::MAX_DIGITS
                );
                let digits = alloc::format!("{digits}");
                let digits = match is_secret {
                    true => Text::default().and_hidden(digits),
                    false => Text::plain(digits),
                };
                let tail = " digits; use sys.set_int_max_str_digits() to increase the limit";
                Text::plain(head).and_text(digits).and(tail)
            }
            false => {
                let shown = Value::Str(python::repr(text).into());
                let shown = if is_secret { shown.into_secret() } else { shown };
                Text::plain("invalid literal for int() with base 10: ").and_text(shown.to_text())
            }
        };
        self.refusal("ValueError", message, part)
    }

    fn url_refusal(&self, error: UrlError<'a, '_>) -> Refusal<'a> {
        match self.recipe.dj_database_url {
            it if it < DjDatabaseUrl::V3_0_0 => {
                self.refusal("ValueError", error.message, error.part)
            }
            _ => self.parse_error(error.part),
        }
    }

    fn parse_error(&self, part: Slice<'_>) -> Refusal<'a> {
        self.refusal("ParseError", Text::plain(PARSE_ERROR), part)
    }

    fn unknown_scheme(&self, slice: Slice<'_>) -> Refusal<'a> {
        let scheme = self.source.quote(slice, str::to_ascii_lowercase);
        let mut names = alloc::string::String::new();
        for it in SCHEMES {
            names.push_str(if names.is_empty() { "" } else { ", " });
            names.push_str(it.name);
        }
        let (kind, before, after) = match self.recipe.dj_database_url {
            it if it < DjDatabaseUrl::V3_0_0 => {
                ("ValueError", "No support for '", alloc::format!("'. We support: {names}"))
            }
            _ => (
                "UnknownSchemeError",
                "Scheme '",
                alloc::format!(
                    "://' is unknown. Did you forget to register custom backend? \
                     Following schemes have registered backends: {names}."
                ),
            ),
        };
        self.refusal(kind, Text::plain(before).and_text(scheme).and(after), slice)
    }

    fn refusal(&self, kind: &'static str, message: Text<'a>, part: Slice<'_>) -> Refusal<'a> {
        let span = InputSpan { input: self.source.name(), span: self.source.span(part) };
        let spans = alloc::vec![span];
        Refusal {
            stage: &stages::RECIPE,
            kind: kind.into(),
            message,
            spans,
            raised_at: None,
            unless: None,
        }
    }
}

/// The path without its first character, whatever that is.
fn without_first(path: Slice<'_>) -> Slice<'_> {
    let first = path.text.chars().next().map_or(0, char::len_utf8);
    path.split_at(first).1
}
