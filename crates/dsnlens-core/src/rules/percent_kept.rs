//! `percent-kept`.

use crate::advice::{Findings, ModuleCase, rule};
use crate::diagnostic::Severity;
use crate::module::Deed;
use crate::span::InputSpan;

rule! {
    /// django-environ does not decode a URL that has no path
    ///
    /// # What happens
    ///
    /// django-environ encodes a URL without a path once more before it reads it, so that a `#` in a
    /// password works. `%40` becomes `%2540`, and is decoded to `%40` again: the password of
    /// `postgres://app:s%40fe@db.example.com` is `s%40fe` with its percent sign. With a path, the same
    /// password is `s@fe`.
    ///
    /// # Why it matters
    ///
    /// The password is right in the URL and wrong at the server: `password authentication failed for
    /// user "app"`.
    ///
    /// # What to do
    ///
    /// Write the database's name into the URL: `postgres://app:s%40fe@db.example.com/shop`.
    ///
    /// # References
    ///
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `db_url_config()`
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `unquote()`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:corr%40ct-horse@db.example.com
    ///
    /// import environ
    /// env = environ.Env()
    /// DATABASES = {'default': {**env.db(), 'NAME': 'shop'}}
    /// ```
    ///
    /// ```module,silent
    /// DATABASE_URL=postgres://app:corr%40ct-horse@db.example.com/shop
    ///
    /// import environ
    /// env = environ.Env()
    /// DATABASES = {'default': env.db()}
    /// ```
    "percent-kept", [Error], module check,
    perhaps ["password authentication failed for user \"{user}\""]
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for act in case.acts() {
        let Deed::PercentKept { variable, span } = &act.deed else { continue };
        let Some(value) = case.inputs().variables().iter().find(|it| it.name == variable) else {
            continue;
        };
        let shown = case.variable(variable, act.at);
        let message = alloc::format!(
            "{shown} has no path, so django-environ takes its percent-encoding literally"
        );
        let help = alloc::format!("Write the database's name behind the host in {shown}");
        let at = InputSpan { input: value.name, span: *span };
        findings.report(Severity::Error, message, help).at([at, act.at]);
    }
}
