//! `default-used`.

use crate::advice::{Findings, ModuleCase, rule};
use crate::diagnostic::Severity;
use crate::module::Deed;

rule! {
    /// The variable with the database's URL is not set, and `settings.py` uses its default
    ///
    /// # What happens
    ///
    /// `dj_database_url.config(default='postgres://localhost/shop')`, `env.db(default=…)` and
    /// `os.environ.get('DATABASE_URL', …)` fall back to their default where the variable is not set;
    /// `os.environ.get('DATABASE_URL') or …` also where it is empty. Django starts, with another
    /// database.
    ///
    /// # Why it matters
    ///
    /// With `DEBUG` off the default is rarely meant. A default of SQLite loses what is written to it
    /// with the next deployment, and nothing says so.
    ///
    /// # What to do
    ///
    /// Set the variable where the application runs. Leave the default out where there is none that is
    /// right everywhere: `os.environ['DATABASE_URL']` stops with `KeyError: 'DATABASE_URL'`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `config()` takes `default` where the variable is empty or absent
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `get_value()`
    /// - [python-decouple 3.8, `decouple.py`](https://github.com/HBNetwork/python-decouple/blob/v3.8/decouple.py): `Config.get()`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DEBUG=False
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(default='sqlite:///db.sqlite3')}
    /// ```
    ///
    /// ```module,reports
    /// DATABASE_URL=
    ///
    /// import os, dj_database_url
    /// DATABASES = {'default': dj_database_url.parse(
    ///     os.environ.get('DATABASE_URL') or 'postgres://app@localhost/shop')}
    /// ```
    ///
    /// ```module,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// import dj_database_url
    /// DATABASES = {'default': dj_database_url.config(default='postgres://localhost/shop')}
    /// ```
    ///
    /// ```module,silent
    /// DEBUG=True
    ///
    /// import os, dj_database_url
    /// DEBUG = os.environ.get('DEBUG') == 'True'
    /// DATABASES = {'default': dj_database_url.config(default='postgres://localhost/shop')}
    /// ```
    "default-used", [Warning], module check
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_production() || case.evaluated.refusal.is_some() || case.default().is_none() {
        return;
    }
    for act in case.acts() {
        let Deed::Default { variable, value, is_url: true } = &act.deed else { continue };
        let shown = case.variable(variable, act.at);
        let state = match case.inputs().get(variable) {
            Some(_) => "empty",
            None => "not set",
        };
        let at = crate::span::InputSpan { span: *value, ..act.at };
        let message = alloc::format!(
            "{shown} is {state}: the default in {} line {} is used",
            act.at.input,
            case.line(at)
        );
        let help = alloc::format!("Set {shown} where the application runs");
        findings.report(Severity::Warning, message, help).at([at]);
    }
}
