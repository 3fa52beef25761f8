//! `text-is-true`.

use alloc::string::String;

use crate::advice::{Findings, ModuleCase, insert, replace, rule};
use crate::diagnostic::Severity;
use crate::module::Deed;
use crate::span::Span;

rule! {
    /// A variable that says no counts as true
    ///
    /// # What happens
    ///
    /// An environment variable is a text, and every text but the empty one is true in Python:
    /// `bool('False')` is `True`, and so is `'0'` behind `if` or `not`. `DEBUG = os.environ.get('DEBUG',
    /// False)` is the text `'False'` where the variable is set, and `DEBUG` is on.
    ///
    /// # Why it matters
    ///
    /// `DEBUG=False` leaves Django's error pages on, which show settings to visitors;
    /// `ssl_require=not DEBUG` turns TLS off.
    ///
    /// # What to do
    ///
    /// Compare the text: `os.environ.get('DEBUG') == 'True'`. `env.bool()` of django-environ and
    /// `config(…, cast=bool)` of decouple read such texts themselves.
    ///
    /// # References
    ///
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): the values of `os.environ` are texts
    /// - [python-decouple 3.8, `decouple.py`](https://github.com/HBNetwork/python-decouple/blob/v3.8/decouple.py): the cast of a truth value
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `BOOLEAN_TRUE_STRINGS`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=False
    ///
    /// import os, dj_database_url
    /// DEBUG = bool(os.environ.get('DEBUG'))
    /// DATABASES = {'default': dj_database_url.config(ssl_require=not DEBUG)}
    /// ```
    ///
    /// ```module,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=0
    ///
    /// import os, dj_database_url
    /// DEBUG = os.environ.get('DEBUG', False)
    /// DATABASES = {'default': dj_database_url.config()}
    /// ```
    ///
    /// ```module,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=False
    ///
    /// import os, dj_database_url
    /// DEBUG = os.environ.get('DEBUG') == 'True'
    /// DATABASES = {'default': dj_database_url.config(ssl_require=not DEBUG)}
    /// ```
    "text-is-true", [Warning], module check
}

/// What says no, and what says yes in the same way.
const OPPOSITES: [(&str, &str); 6] = [
    ("False", "True"),
    ("false", "true"),
    ("FALSE", "TRUE"),
    ("no", "yes"),
    ("off", "on"),
    ("0", "1"),
];

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for act in case.acts() {
        let Deed::TextIsTrue { variable, text, value, is_call } = &act.deed else { continue };
        let shown = case.variable(variable, act.at);
        let message = match is_call {
            true => alloc::format!("`bool()` of the text `{text}` in {shown} is `True`"),
            false => alloc::format!("The text `{text}` in {shown} counts as true"),
        };
        let yes = OPPOSITES.iter().find(|it| it.0 == text).map(|it| it.1);
        let help = match yes {
            Some(yes) => alloc::format!("Compare it: `… == '{yes}'`"),
            None => String::from("Compare it: `… == 'True'`"),
        };
        let path = act.at.input;
        let written = case.text(path, *value);
        let is_whole = written.ends_with([')', ']'])
            && ![" or ", " and ", " if ", "lambda "].iter().any(|it| written.contains(it));
        let (open, close) = if is_whole { ("", "") } else { ("(", ")") };
        let edits = yes.map(|yes| {
            let compared = alloc::format!("{close} == '{yes}'");
            match is_call {
                true => alloc::vec![
                    replace(path, Span::new(act.at.span.start, value.start), open),
                    replace(path, Span::new(value.end, act.at.span.end), compared.as_str()),
                ],
                false => alloc::vec![
                    insert(path, value.start, open),
                    insert(path, value.end, compared.as_str()),
                ],
            }
        });
        let title = alloc::format!("compare the text with `'{}'`", yes.unwrap_or("True"));
        findings
            .report(Severity::Warning, message, help)
            .at([act.at])
            .fix_module(title, edits.unwrap_or_default());
    }
}
