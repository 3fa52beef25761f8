//! `variables-unset`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Findings, ModuleCase, rule};
use crate::databases::{Entry, Node};
use crate::diagnostic::Severity;
use crate::ledger::Value;
use crate::module::Reading;

rule! {
    /// A variable that `settings.py` needs is not set
    ///
    /// # What happens
    ///
    /// `os.environ['DB_NAME']`, `config('DB_NAME')` of decouple and `env('DB_NAME')` of django-environ
    /// end in an error: `KeyError: 'DB_NAME'`, `DB_NAME not found. Declare it as envvar or define a
    /// default value.`, `Set the DB_NAME environment variable`. `os.environ.get('DB_NAME')` and
    /// `os.getenv('DB_NAME')` give `None`, without an error: of `NAME: None` Django makes the database
    /// `postgres`, of `USER: None` libpq the name of the system's account, and of `HOST: None` this
    /// machine's Unix socket.
    ///
    /// # Why it matters
    ///
    /// Where a server runs on the machine the application connects to a database that nobody named,
    /// and `migrate` creates its tables there.
    ///
    /// # What to do
    ///
    /// Set the variables where the application runs: an `.env` file has to be loaded, and a platform
    /// shows its variables to a build step only where they are told to be there.
    ///
    /// # References
    ///
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): `os.environ[…]` and `getenv()`
    /// - [python-decouple 3.8, `decouple.py`](https://github.com/HBNetwork/python-decouple/blob/v3.8/decouple.py): `UndefinedValueError`
    /// - [django-environ 0.11.2, `environ.py`](https://github.com/joke2k/django-environ/blob/v0.11.2/environ/environ.py): `ImproperlyConfigured`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`: no `NAME` leads to the database `postgres`
    ///
    /// # Examples
    ///
    /// ```module,reports
    /// DEBUG=False
    ///
    /// import os
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.getenv('DB_NAME'), 'USER': os.getenv('DB_USER'), 'HOST': os.getenv('DB_HOST')}}
    /// ```
    ///
    /// ```module,reports
    /// DB_HOST=db.example.com
    ///
    /// import os
    /// DEBUG = True
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.getenv('DB_NAME'), 'HOST': os.getenv('DB_HOST')}}
    /// ```
    ///
    /// ```module,reports
    /// DB_HOST=db.example.com
    ///
    /// import os
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.environ['DB_NAME'], 'HOST': os.environ['DB_HOST']}}
    /// ```
    ///
    /// ```module,silent
    /// DB_NAME=shop
    /// DB_HOST=db.example.com
    ///
    /// import os
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.getenv('DB_NAME'), 'USER': os.getenv('DB_USER'), 'HOST': os.getenv('DB_HOST')}}
    /// ```
    "variables-unset", [Error, Warning], module check
}

/// The exceptions of what reads variables.
const MISSING: [&str; 4] =
    ["EnvNotSetError", "ImproperlyConfigured", "KeyError", "UndefinedValueError"];

fn check<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    if let Some(refusal) = &case.evaluated.refusal {
        let missing = case.facts.reads.iter().rfind(|it| !it.is_set);
        // Where a reference leads to is another rule's business.
        let is_about = |it: &&Reading<'_>| {
            let line = case.line(it.at);
            refusal.raised_at.is_some_and(|(path, at)| path == it.at.input && at >= line)
                && refusal.message.reveal().contains(&it.name)
                && case.facts.acts.iter().all(|act| act.at.span != it.at.span)
        };
        if MISSING.contains(&&*refusal.kind)
            && let Some(it) = missing.filter(is_about)
        {
            let name = case.variable(&it.name, it.at);
            let message = alloc::format!(
                "{name} is not set, and {} line {} needs it",
                it.at.input,
                case.line(it.at)
            );
            let help = alloc::format!("Set {name} where the application runs");
            findings.report(Severity::Error, message, help).at([it.at]);
        }
        return;
    }
    if !case.is_postgres() || has_service(case) {
        return;
    }
    let settings = ["NAME", "USER", "PASSWORD", "HOST", "PORT"];
    let unset = settings.map(|it| case.setting(it).and_then(|it| unset(case, it)));
    let [Some(name), _, _, host, _] = &unset else { return };
    let names: Vec<String> =
        unset.iter().flatten().map(|it| case.variable(&it.name, it.at)).collect();
    let message = match (names.as_slice(), host) {
        (_, Some(_)) => alloc::format!(
            "{} are not set: Django connects to the database `postgres` on this machine's Unix socket",
            names.join(", ")
        ),
        ([_], None) => alloc::format!(
            "{} is not set: Django connects to the database `postgres`",
            case.variable(&name.name, name.at)
        ),
        (_, None) => alloc::format!(
            "{} are not set: Django connects to the database `postgres`",
            names.join(", ")
        ),
    };
    let severity = match case.is_production() {
        true => Severity::Error,
        false => Severity::Warning,
    };
    let help = alloc::format!("Set {}", names.join(", "));
    findings.report(severity, message, help).at(unset.iter().flatten().map(|it| it.at));
}

/// The variable that is not set, and for which an entry is `None`.
fn unset<'c, 'a>(case: &ModuleCase<'c, 'a>, entry: &Entry<'a>) -> Option<&'c Reading<'a>> {
    if !matches!(entry.value, Node::Value(Value::None)) {
        return None;
    }
    let at = entry.origin.input_span()?;
    case.facts.reads.iter().find(|it| it.at == at && !it.is_set)
}

fn has_service(case: &ModuleCase<'_, '_>) -> bool {
    match case.setting("OPTIONS").map(|it| &it.value) {
        Some(Node::Dict(dict)) => dict.get("service").is_some() || dict.more.is_some(),
        Some(Node::Value(_)) => true,
        None => false,
    }
}
