//! `setting-invalid`.

use alloc::string::String;

use crate::advice::{Case, Findings, ModuleCase, brief, insert, replace, rule, shown};
use crate::clients::cpython::value_repr;
use crate::clients::django;
use crate::clients::libpq::Version;
use crate::databases::Node;
use crate::diagnostic::Severity;
use crate::ledger::{Origin, Setting, Value};
use crate::syntax::libpq::parse_keyvalue;

rule! {
    /// Django cannot use a value of the database's settings
    ///
    /// # What happens
    ///
    /// `ENGINE` names no module that exists: `'postgresql' isn't an available database backend or
    /// couldn't be imported` (`db/utils.py` of Django 5.2), and Django does not start. `CONN_MAX_AGE`
    /// is a text, as every environment variable is: `TypeError: unsupported operand type(s) for +:
    /// 'float' and 'str'` at the first query (`db/backends/base/base.py`). `OPTIONS` is no
    /// dictionary: `'str' object is not a mapping`. A database or its `TEST` is none: `'str' object
    /// has no attribute 'setdefault'`. A comma behind a value makes a tuple of it: `HOST = 'db',` is
    /// `('db',)`, and the driver looks for a host of that name.
    ///
    /// # Why it matters
    ///
    /// None of these errors names the setting. The application starts with a `CONN_MAX_AGE` in
    /// quotes, and fails for its first visitor.
    ///
    /// # What to do
    ///
    /// Write `django.db.backends.postgresql` as `ENGINE`, a number without quotes as `CONN_MAX_AGE`
    /// (`int(os.environ['CONN_MAX_AGE'])` where a variable holds it), and a dictionary as `OPTIONS`,
    /// as `TEST` and for each database.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/utils.py`](https://github.com/django/django/blob/5.2/django/db/utils.py): `load_backend()` and `configure_settings()`
    /// - [Django 5.2, `db/backends/base/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/base.py): `connect()` adds `CONN_MAX_AGE`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()` unpacks `OPTIONS`
    ///
    /// # Examples
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'postgresql', 'NAME': 'shop', 'HOST': 'db.example.com'}}
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'CONN_MAX_AGE': '600'}}
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'OPTIONS': 'sslmode=require'}}
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': ('db.example.com',)}}
    /// ```
    ///
    /// ```settings,silent
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'CONN_MAX_AGE': 600, 'OPTIONS': {'sslmode': 'require'}}}
    /// ```
    "setting-invalid", [Error] given, check, module propose,
    errors [
        "unsupported operand type(s) for +: 'float' and '{}'" =>
            "Write `CONN_MAX_AGE` as a number: `int(os.environ['CONN_MAX_AGE'])` where a variable holds it",
        "object is not a mapping" => "Write a dictionary as `OPTIONS`",
        "object has no attribute 'setdefault'" =>
            "Write a dictionary for each alias of `DATABASES`, and as its `TEST`",
        "isn't an available database backend" =>
            "Write `'ENGINE': 'django.db.backends.postgresql'`; PostGIS has \
             `django.contrib.gis.db.backends.postgis`"
    ]
}

/// Names that people give a backend, and the backend that is meant.
const MEANT: [(&str, &str); 6] = [
    ("postgis", "django.contrib.gis.db.backends.postgis"),
    ("mysql", "django.db.backends.mysql"),
    ("oracle", "django.db.backends.oracle"),
    ("sqlite", "django.db.backends.sqlite3"),
    ("postg", "django.db.backends.postgresql"),
    ("psycopg", "django.db.backends.postgresql"),
];

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    tuples(case, findings);
    let Some(refusal) = case.resolution.refusal.as_ref().filter(|it| it.stage.name == "django")
    else {
        return;
    };
    if !case.is_given() && case.resolution.module.is_none() {
        return;
    }
    let at = refusal.spans.clone();
    if let Some((_, engine)) = case.setting(Setting::Engine)
        && engine.value.as_str().is_none_or(django::is_no_backend)
        && engine.value.is_truthy()
        && engine.value.unknown().is_none()
    {
        let message =
            alloc::format!("`ENGINE` is `{}`: no such backend exists", shown(&engine.value));
        let written = engine.value.as_str().unwrap_or("").to_ascii_lowercase();
        let meant = MEANT.iter().find(|(name, _)| written.contains(name));
        let meant = meant.map_or("django.db.backends.postgresql", |it| it.1);
        let help = alloc::format!("Write `'ENGINE': '{meant}'`");
        findings.report(Severity::Error, message, help).at(at);
        return;
    }
    if let Some((name, kind)) = odd_dictionary(case) {
        let message = alloc::format!("{name} is {kind}, and Django needs a dictionary");
        findings.report(Severity::Error, message, "Write a dictionary, `{…}`").at(at);
        return;
    }
    if let Some((_, age)) = case.setting(Setting::ConnMaxAge)
        && refusal.kind == "TypeError"
        && refusal.message.reveal().contains("+: 'float'")
    {
        let text = age.value.as_str().unwrap_or("").trim();
        let message = match age.value.as_str() {
            Some(_) => alloc::format!(
                "`CONN_MAX_AGE` is the text `{}`, and Django needs a number",
                shown(&age.value)
            ),
            None => {
                alloc::format!("`CONN_MAX_AGE` is {}, and Django needs a number", kind(&age.value))
            }
        };
        let help = match &age.origin {
            Origin::Variable { name, .. } => {
                alloc::format!(
                    "Make it a number in settings.py: `int(os.environ['{}'])`",
                    brief(name)
                )
            }
            _ if !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit()) => {
                alloc::format!("Write it without quotes: `'CONN_MAX_AGE': {}`", brief(text))
            }
            _ => String::from(
                "Write the seconds as a number, with `int(…)` around what a variable holds",
            ),
        };
        findings.report(Severity::Error, message, help).at(at);
        return;
    }
    let Some(settings) = &case.resolution.settings else { return };
    if let Some(options) = django::odd_options(settings, &case.resolution.ledger) {
        let message =
            alloc::format!("`OPTIONS` is {}, and Django needs a dictionary", kind(&options.value));
        let help = match options.value.as_str().and_then(pairs) {
            Some(pairs) => alloc::format!("Write `'OPTIONS': {{{pairs}}}`"),
            None => String::from("Write a dictionary, or leave `OPTIONS` out"),
        };
        findings.report(Severity::Error, message, help).at(at);
    }
}

/// What might be written in a settings module instead: a number.
fn propose<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(entry) = case.setting("CONN_MAX_AGE") else { return };
    let (Node::Value(value), Some(at)) = (&entry.value, entry.origin.input_span()) else { return };
    let (Some(_), Some(place)) = (value.as_str(), case.place(&["default", "CONN_MAX_AGE"])) else {
        return;
    };
    let written = case.text(place.input, place.span);
    let bare = written.trim_matches(['\'', '"']);
    let is_number = bare.len() + 2 == written.len() && bare.bytes().all(|it| it.is_ascii_digit());
    let edits = match is_number {
        true => alloc::vec![replace(place.input, place.span, bare)],
        false => alloc::vec![
            insert(place.input, place.span.start, "int("),
            insert(place.input, place.span.end, ")"),
        ],
    };
    findings.propose_for(at, "make it a number", edits);
}

/// A comma behind a value makes a tuple of it, which is handed on as Python prints it.
fn tuples<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    for setting in [Setting::Host, Setting::Port, Setting::Name, Setting::User, Setting::Password] {
        let Some((_, line)) = case.setting(setting) else { continue };
        let Value::Tuple(values) = line.value.bare() else { continue };
        let name = setting.name();
        let message = alloc::format!("`{name}` is a tuple, not a text");
        let help = match values.len() {
            1 => "Remove the comma behind its value, and the parentheses where it has them",
            _ => "Write one text",
        };
        findings.report(Severity::Error, message, help).at(line.origin.input_span());
    }
}

/// The first alias, or its `TEST`, that is no dictionary.
fn odd_dictionary(case: &Case<'_, '_>) -> Option<(String, &'static str)> {
    let databases = case.given_databases()?;
    let odd = |node: &Node<'_>| match node {
        Node::Value(value) if value.unknown().is_none() => Some(kind(value)),
        _ => None,
    };
    databases.aliases.entries.iter().find_map(|alias| {
        let name = brief(&alias.key);
        let itself = || Some((alloc::format!("`DATABASES['{name}']`"), odd(&alias.value)?));
        let test = || {
            let Node::Dict(dict) = &alias.value else { return None };
            let kind = odd(&dict.get("TEST")?.value)?;
            Some((alloc::format!("`DATABASES['{name}']['TEST']`"), kind))
        };
        itself().or_else(test)
    })
}

/// What a value is, in a sentence.
fn kind(value: &Value<'_>) -> &'static str {
    match value.bare() {
        Value::None => "`None`",
        Value::Bool(_) => "`True` or `False`",
        Value::List(_) => "a list",
        Value::Tuple(_) => "a tuple",
        Value::Dict(_) => "a dictionary",
        Value::Str(_) => "a text",
        Value::Int(_) | Value::BigInt(_) | Value::Float(_) => "a number",
        _ => "a value of another type",
    }
}

/// libpq's pairs as entries of a dictionary, where there is no secret among them.
fn pairs(text: &str) -> Option<String> {
    let params = parse_keyvalue(text, &Version::V18).ok().filter(|it| !it.is_empty())?;
    let is_secret = params.iter().any(|it| crate::shown::is_secret_name(&it.keyword));
    let is_long = text.len() > 200;
    let entry = |it: &crate::syntax::libpq::Param<'_>| {
        let value = core::str::from_utf8(&it.value).ok()?;
        Some(alloc::format!("'{}': {}", it.keyword, value_repr(&Value::Str(value.into()))))
    };
    let entries: Option<alloc::vec::Vec<_>> = params.iter().map(entry).collect();
    entries.filter(|_| !is_secret && !is_long).map(|it| it.join(", "))
}

#[cfg(all(test, feature = "paste"))]
mod tests {
    use super::*;
    use crate::{Inputs, paste, resolve};
    use alloc::string::ToString;

    #[track_caller]
    fn check(settings: &str, expected: &str) {
        let pasted = paste::read(settings).and_then(|it| it.databases).expect("a dictionary");
        let answer = resolve(Inputs::default().with_databases(pasted));
        let its = answer.diagnostics.iter().filter(|it| it.rule == &RULE);
        let said: alloc::vec::Vec<_> =
            its.map(|it| alloc::format!("{}; {}", it.message, it.help)).collect();
        assert_eq!(said, [expected.to_string()], "{settings}");
    }

    fn default(entries: &str) -> String {
        alloc::format!("DATABASES = {{'default': {{'NAME': 'shop', {entries}}}}}")
    }

    const ENGINE: &str = "'ENGINE': 'django.db.backends.postgresql'";

    #[test]
    fn a_tuple_is_called_one() {
        check(
            &default(&alloc::format!("{ENGINE}, 'HOST': ('db.example.com',)")),
            "`HOST` is a tuple, not a text; Remove the comma behind its value, and the \
             parentheses where it has them",
        );
    }

    #[test]
    fn the_backend_that_is_meant_is_named() {
        for (engine, meant) in [
            ("postgresql", "django.db.backends.postgresql"),
            ("psycopg2", "django.db.backends.postgresql"),
            ("django.db.backends.Postgres", "django.db.backends.postgresql"),
            ("django.db.backends.postgis", "django.contrib.gis.db.backends.postgis"),
            ("sqlite3", "django.db.backends.sqlite3"),
        ] {
            check(
                &default(&alloc::format!("'ENGINE': '{engine}'")),
                &alloc::format!(
                    "`ENGINE` is `{engine}`: no such backend exists; Write `'ENGINE': '{meant}'`"
                ),
            );
        }
    }

    #[test]
    fn a_value_of_another_type_is_named() {
        check(
            &default(&alloc::format!("{ENGINE}, 'CONN_MAX_AGE': '600'")),
            "`CONN_MAX_AGE` is the text `600`, and Django needs a number; \
             Write it without quotes: `'CONN_MAX_AGE': 600`",
        );
        check(
            &default(&alloc::format!("{ENGINE}, 'OPTIONS': 'sslmode=require connect_timeout=5'")),
            "`OPTIONS` is a text, and Django needs a dictionary; \
             Write `'OPTIONS': {'sslmode': 'require', 'connect_timeout': '5'}`",
        );
        check(
            &default(&alloc::format!("{ENGINE}, 'OPTIONS': 'password=Kx7vQ2mB'")),
            "`OPTIONS` is a text, and Django needs a dictionary; \
             Write a dictionary, or leave `OPTIONS` out",
        );
        check(
            &default(&alloc::format!("{ENGINE}, 'TEST': 'test_shop'")),
            "`DATABASES['default']['TEST']` is a text, and Django needs a dictionary; \
             Write a dictionary, `{…}`",
        );
    }
}
