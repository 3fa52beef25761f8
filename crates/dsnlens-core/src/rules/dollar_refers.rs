//! `dollar-refers`.

use crate::advice::{Findings, ModuleCase, replace, rule};
use crate::diagnostic::Severity;
use crate::module::Deed;
use crate::span::{InputSpan, Span};

rule! {
    /// django-environ takes a value that starts with `$` for the name of another variable
    ///
    /// # What happens
    ///
    /// `env('DB_PASSWORD')` of django-environ follows a value that starts with `$`: of `$ecret` it
    /// looks for a variable called `ecret`. There is none, so Django does not start:
    /// `ImproperlyConfigured: Set the ecret environment variable`. With a `default` that is used
    /// instead, without an error.
    ///
    /// # Why it matters
    ///
    /// The error names a variable that nobody has heard of, and shows the password but for its `$`.
    ///
    /// # What to do
    ///
    /// Read the variable with `os.environ['DB_PASSWORD']`, or `env.ENVIRON['DB_PASSWORD']`, which is
    /// the same. Within a URL a `$` has no meaning.
    ///
    /// # References
    ///
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `get_value()` follows a value that begins with `$`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DB_PASSWORD='$ecret-heron'
    ///
    /// import environ
    /// env = environ.Env()
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'USER': 'app', 'PASSWORD': env('DB_PASSWORD')}}
    /// ```
    ///
    /// ```module,silent
    /// DB_PASSWORD='s$cret-heron'
    ///
    /// import environ
    /// env = environ.Env()
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com', 'USER': 'app', 'PASSWORD': env('DB_PASSWORD')}}
    /// ```
    "dollar-refers", [Error], module check
}

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    for act in case.acts() {
        let Deed::Reference { variable, is_set: false } = &act.deed else { continue };
        let shown = case.variable(variable, act.at);
        let message = alloc::format!(
            "{shown} starts with `$`: django-environ takes the rest for the name of a variable, and \
             it is not set"
        );
        let help = alloc::format!("Read it with `os.environ[…]` in {}", act.at.input);
        let called = case.text(act.at.input, act.at.span);
        let callee = called.split('(').next().unwrap_or("");
        let object = callee.strip_suffix(".str").unwrap_or(callee);
        let is_name = |c: char| c.is_alphanumeric() || "_.".contains(c);
        let read = alloc::format!("{object}.ENVIRON['{variable}']");
        let edits = match object.chars().all(is_name) && !object.is_empty() {
            true => alloc::vec![replace(act.at.input, act.at.span, read.as_str())],
            false => alloc::vec::Vec::new(),
        };
        let in_variable = case.inputs().variables().iter().find(|it| it.name == variable);
        let sign = in_variable.map(|it| InputSpan { input: it.name, span: Span::new(0, 1) });
        findings
            .report(Severity::Error, message, help)
            .at(sign.into_iter().chain([act.at]))
            .fix_module(alloc::format!("read {shown} as it is"), edits);
    }
}
