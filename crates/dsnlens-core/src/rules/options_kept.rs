//! `options-kept`.

use alloc::string::String;

use crate::advice::{Findings, ModuleCase, brief, replace, rule};
use crate::clients::libpq;
use crate::databases::Node;
use crate::diagnostic::Severity;
use crate::module::Deed;
use crate::span::Span;

rule! {
    /// `.update()` keeps the `OPTIONS` of the database that it replaces
    ///
    /// # What happens
    ///
    /// `DATABASES['default'].update(dj_database_url.config())` overwrites the keys that the URL has,
    /// and keeps the others. A URL without a query has no `OPTIONS`, so those of the entry before stay:
    /// SQLite's `timeout` goes to libpq, which refuses it with `invalid connection option "timeout"`,
    /// and a local `sslmode` stays on the way to production.
    ///
    /// # Why it matters
    ///
    /// It works with one URL and fails with the next: a URL with `?sslmode=require` brings `OPTIONS` of
    /// its own.
    ///
    /// # What to do
    ///
    /// Replace the entry: `DATABASES['default'] = dj_database_url.config()`, in an `if` where the
    /// variable may be missing.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `config()` sets `OPTIONS` only where the URL has a query
    /// - [Django's documentation, `DATABASES`](https://docs.djangoproject.com/en/5.2/ref/settings/#databases): what Django does with `OPTIONS`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3',
    ///     'OPTIONS': {'timeout': 20}}}
    /// DATABASES['default'].update(dj_database_url.config())
    /// ```
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'OPTIONS': {'sslmode': 'disable'}}}
    /// DATABASES['default'].update(dj_database_url.config())
    /// ```
    ///
    /// ```module,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'OPTIONS': {'sslmode': 'require'}}}
    /// DATABASES['default'].update(dj_database_url.config())
    /// ```
    "options-kept", [Error, Warning], module check
}

/// Options of SQLite's backend.
const SQLITES: [&str; 3] = ["init_command", "timeout", "transaction_mode"];

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for act in case.acts() {
        let Deed::OptionsKept { target, source, before, after, options } = &act.deed else {
            continue;
        };
        let Some(Node::Dict(kept)) = case.setting("OPTIONS").map(|it| &it.value) else { continue };
        let engine = case.setting("ENGINE").map(|it| it.value.to_value());
        let is_still = engine.is_some_and(|it| it.as_str() == Some(after))
            && options.iter().all(|it| kept.get(it).is_some());
        if !is_still || options.is_empty() {
            continue;
        }
        let is_other = before != after && case.is_postgres();
        let mode = kept.get("sslmode").map(|it| it.value.to_value());
        let mode = mode.as_ref().and_then(|it| it.as_str()).unwrap_or("");
        let is_weak = matches!(mode, "disable" | "allow" | "prefer");
        let severity = match (is_other, is_weak && case.is_production()) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Warning,
            (false, false) => continue,
        };
        // Of another one the name may be anything.
        let shown =
            options.iter().filter(|it| libpq::find(it).is_some() || SQLITES.contains(&&***it));
        let names: alloc::vec::Vec<_> =
            shown.take(4).map(|it| alloc::format!("`{}`", brief(it))).collect();
        let message = match names.as_slice() {
            [] => String::from("`.update()` keeps the `OPTIONS` of the entry before"),
            names => alloc::format!(
                "`.update()` keeps the `OPTIONS` of the entry before: {}",
                names.join(", ")
            ),
        };
        let help = "Replace the entry: assign the new dictionary instead of calling `.update()`";
        // `target.update(source)`: what is between them, and the bracket behind.
        let is_plain = target.end <= source.start && source.end < act.at.span.end;
        let edits = match is_plain {
            true => alloc::vec![
                replace(act.at.input, Span::new(target.end, source.start), " = "),
                replace(act.at.input, Span::new(source.end, act.at.span.end), ""),
            ],
            false => alloc::vec::Vec::new(),
        };
        findings
            .report(severity, message, help)
            .at([act.at])
            .fix_module("replace the entry instead of updating it", edits);
    }
}
