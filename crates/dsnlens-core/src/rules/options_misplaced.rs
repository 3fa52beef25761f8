//! `options-misplaced`.

use crate::advice::{Findings, ModuleCase, brief, insert, rule};
use crate::databases::{Databases, Entry, Node};
use crate::diagnostic::{ModuleEdit, Severity};

rule! {
    /// `OPTIONS` is beside the database and not in it
    ///
    /// # What happens
    ///
    /// `DATABASES = {'default': {…}, 'OPTIONS': {'sslmode': 'require'}}` defines two databases: one
    /// called `default`, and one called `OPTIONS`. Django raises no error, and the options of `default`
    /// stay empty.
    ///
    /// # Why it matters
    ///
    /// `sslmode`, `connect_timeout` and the like look set, and none of them has an effect.
    ///
    /// # What to do
    ///
    /// Move `OPTIONS` into the dictionary of its database.
    ///
    /// # References
    ///
    /// - [Django's documentation, `DATABASES`](https://docs.djangoproject.com/en/5.2/ref/settings/#databases): a database is an alias with a dictionary
    /// - [Django 5.2, `utils/connection.py`](https://github.com/django/django/blob/5.2/django/utils/connection.py): `BaseConnectionHandler` takes each key for an alias
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DEBUG=False
    ///
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com'}, 'OPTIONS': {'sslmode': 'verify-full'}}
    /// ```
    ///
    /// ```module,silent
    /// DEBUG=False
    ///
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'OPTIONS': {'sslmode': 'verify-full'}}}
    /// ```
    "options-misplaced", [Warning], module check
}

/// The keys of a database that are dictionaries.
const DICTIONARIES: [&str; 2] = ["OPTIONS", "TEST"];

/// Entries that are meant for a database, and are databases themselves.
fn misplaced<'d, 'a>(databases: &'d Databases<'a>) -> impl Iterator<Item = &'d Entry<'a>> {
    let is_it = |it: &&Entry<'a>| {
        let is_named = DICTIONARIES.iter().any(|name| name.eq_ignore_ascii_case(&it.key));
        let has_engine = match &it.value {
            Node::Dict(dict) => dict.get("ENGINE").is_some() || dict.more.is_some(),
            Node::Value(_) => true,
        };
        is_named && !has_engine
    };
    databases.aliases.entries.iter().filter(is_it)
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for entry in misplaced(&case.evaluated.databases) {
        let key = brief(&entry.key);
        let message = alloc::format!(
            "`{key}` is beside `default`, so it is a database called `{key}`; its settings have no \
             effect"
        );
        let help = alloc::format!("Move `{key}` into the dictionary of `default`");
        let title = alloc::format!("move `{key}` into `default`");
        findings
            .report(Severity::Warning, message, help)
            .at(entry.origin.input_span())
            .fix_module(title, moved(case, &entry.key).unwrap_or_default());
    }
}

/// Puts the entry into the dictionary of `default`, which is written out.
fn moved(case: &ModuleCase<'_, '_>, key: &str) -> Option<alloc::vec::Vec<ModuleEdit>> {
    let (written, default) = (case.written(&[key])?, case.written(&["default"])?);
    let is_in = case.default()?.entries.iter().any(|it| it.key.eq_ignore_ascii_case(key));
    let opens = case.text(default.path, default.value).starts_with('{');
    if is_in || !opens || written.path != default.path {
        return None;
    }
    let start = default.value.start + 1;
    let value = case.quote(written.path, written.value);
    let name = alloc::format!("'{}': ", key.to_ascii_uppercase());
    let mut entry = insert(default.path, start, name);
    entry.text = entry.text.and_text(value).and(", ");
    Some(alloc::vec![entry, case.without(written)?])
}
