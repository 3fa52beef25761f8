//! `argument-unknown`.

use alloc::string::String;
use alloc::vec::Vec;

use super::setting_unknown::is_near;
use crate::advice::{Findings, ModuleCase, brief, replace, rule};
use crate::clients::libpq;
use crate::diagnostic::Severity;
use crate::module::Deed;

rule! {
    /// A function in `settings.py` is given an argument that it does not know
    ///
    /// # What happens
    ///
    /// `dj_database_url.config(require_ssl=True)` ends in `TypeError: config() got an unexpected
    /// keyword argument 'require_ssl'`, and Django does not start. The argument is called
    /// `ssl_require`. An older release knows fewer arguments: `conn_health_checks` of `config()` came
    /// with 1.2.0.
    ///
    /// # Why it matters
    ///
    /// Every command of `manage.py` fails, also those that need no database, such as `collectstatic`.
    ///
    /// # What to do
    ///
    /// Write the argument as the library spells it, or install the release that knows it. libpq's
    /// options are no arguments: write them into the URL, `?sslmode=require`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `config()`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `config()` with its newer arguments
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `db_url_config()`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(require_ssl=True)}
    /// ```
    ///
    /// ```module,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(ssl_require=True)}
    /// ```
    "argument-unknown", [Error], module check,
    errors [
        "config() got an unexpected keyword argument '{option}'",
        "parse() got an unexpected keyword argument '{option}'"
    ]
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    if case.evaluated.refusal.as_ref().is_none_or(|it| it.kind != "TypeError") {
        return;
    }
    // The last one ended the module; another one was handled.
    let mut acts: Vec<_> = case.acts().collect();
    acts.reverse();
    for act in acts {
        let Deed::UnknownArgument { function, name, value, known } = &act.deed else { continue };
        let path = act.at.input;
        let keyword = case.keyword(path, *value).filter(|it| case.text(path, *it) == name);
        // Of a `**` the name may be anything.
        let shown = if keyword.is_some() { brief(name) } else { String::from("…") };
        let message = alloc::format!("`{function}()` has no argument `{shown}`");
        let meant = known.iter().find(|it| is_meant(it, name));
        let is_newer = ["conn_health_checks", "disable_server_side_cursors", "test_options"]
            .contains(&name.as_str());
        let help = match meant {
            Some(meant) => alloc::format!("Write `{meant}`"),
            None if is_newer => alloc::format!(
                "Upgrade dj-database-url: {} does not know `{shown}` here",
                case.dj_database_url()
            ),
            None if libpq::find(&name.to_ascii_lowercase()).is_some() => {
                alloc::format!("Write `{shown}` into the URL, `?{shown}=…`, or into `OPTIONS`")
            }
            None => String::from("Take it out"),
        };
        let rename = meant.and_then(|it| Some(replace(path, keyword?, *it)));
        let title = meant.map_or(String::new(), |it| alloc::format!("rename it to `{it}`"));
        findings
            .report(Severity::Error, message, help)
            .at([act.at])
            .fix_module(title, rename.into_iter().collect());
        return;
    }
}

/// Whether an argument is another one in other words: misspelt, or its words in another order.
fn is_meant(known: &str, written: &str) -> bool {
    let words = |name: &str| {
        let mut words: Vec<String> = name.split('_').map(str::to_ascii_lowercase).collect();
        words.sort_unstable();
        words
    };
    written.len() < 40
        && (is_near(known, written)
            || words(known) == words(written)
            || (known == "ssl_require" && matches!(written, "ssl" | "ssl_required" | "sslrequire")))
}
