//! `variables-unread`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, ModuleCase, brief, replace, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::{DATABASE_URL, stands_for};
use crate::secret::Text;
use crate::shown;
use crate::span::{InputSpan, Span};
use crate::syntax::words;

rule! {
    /// The variables have names that `settings.py` does not read
    ///
    /// # What happens
    ///
    /// The guide's `settings.py` reads `DATABASE_URL`, or `DB_HOST`, `DB_PORT`, `DB_NAME`, `DB_USER` and
    /// `DB_PASSWORD`. `POSTGRES_*` set up the server of the PostgreSQL image, `POSTGRES_URL` comes from
    /// Vercel, `RDS_*` from Elastic Beanstalk, `SQL_*` and `DATABASE_HOST` from tutorials. Names are
    /// case-sensitive: `database_url` is another variable. Django sees none of them and connects with
    /// the defaults of `settings.py`. Of a settings module of your own, the names that it reads count.
    ///
    /// # Why it matters
    ///
    /// The application connects to another database than the file names, or to none:
    /// `connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused`.
    ///
    /// # What to do
    ///
    /// Rename the variables, or read them in `settings.py` under the names that they have.
    ///
    /// # References
    ///
    /// - [The PostgreSQL image, `docker-entrypoint.sh`](https://github.com/docker-library/postgres/blob/6edb0a8c4def40c371514b34aef9037ec82d9110/17/bookworm/docker-entrypoint.sh): `POSTGRES_*`
    /// - [Elastic Beanstalk's documentation, databases](https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.RDS.html): `RDS_*`
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): `environ`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// POSTGRES_HOST=db
    /// POSTGRES_DB=shop
    /// POSTGRES_USER=app
    /// POSTGRES_PASSWORD=correct-horse
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com
    /// DB_NAME=shop
    /// DB_USERNAME=app
    /// DB_PASSWORD=correct-horse
    /// ```
    ///
    /// ```module,reports
    /// POSTGRES_HOST=db.example.com
    /// DB_NAME=shop
    ///
    /// import os
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.getenv('DB_NAME'), 'HOST': os.getenv('DB_HOST')}}
    /// ```
    ///
    /// ```module,silent
    /// POSTGRES_HOST=db.example.com
    /// POSTGRES_DB=shop
    ///
    /// import os
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'NAME': os.getenv('POSTGRES_DB'), 'HOST': os.getenv('POSTGRES_HOST')}}
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db
    /// DB_NAME=shop
    /// DB_USER=app
    /// DB_PASSWORD=correct-horse
    /// POSTGRES_USER=app
    /// ```
    "variables-unread", [Error, Warning] guide, check, module check_module,
    perhaps ["connection to server at \"localhost\" ({}), port 5432 failed: Connection refused"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let unread = unread(case);
    if unread.is_empty() {
        return;
    }
    let is_set = |name: &&str| case.inputs.get(name).is_some();
    let severity = match FIELDS.iter().any(is_set) {
        true => Severity::Warning,
        false => Severity::Error,
    };
    // A URL says all that the others say.
    let url = unread.iter().find(|it| it.1 == DATABASE_URL && case.inputs.get(it.0).is_some());
    let chosen = match url {
        Some(url) => alloc::vec![*url],
        None => unread.clone(),
    };
    let names: Vec<_> = unread.iter().map(|it| it.0).collect();
    let targets: Vec<_> = chosen.iter().map(|it| it.1).collect();
    let read = match url {
        Some(_) => DATABASE_URL.into(),
        None if targets.len() > 1 => String::from("DB_*"),
        None => targets.join(", "),
    };
    let what = match (names.len(), prefix(&names)) {
        (2.., Some(prefix)) => alloc::format!("`{prefix}_*` variables are not read"),
        (1, _) => alloc::format!("`{}` is not read", names.join("")),
        _ => alloc::format!("`{}` are not read", names.join("`, `")),
    };
    let message = alloc::format!("{what}: settings.py reads {read}");
    let help = match url {
        Some(it) => alloc::format!("Rename {} to DATABASE_URL", it.0),
        None if names.len() == 1 => alloc::format!("Rename {} to {read}", names.join("")),
        None => alloc::format!("Rename them to {}", targets.join(", ")),
    };
    let edits = chosen.iter().filter_map(|(name, target)| {
        let text = value(target, case.inputs.get(name)?);
        Some(Edit::replace(target, Span::default(), text))
    });
    findings
        .report(severity, message, help)
        .at(names.iter().filter_map(|it| case.whole(it)))
        .fix(alloc::format!("set {}", targets.join(", ")), edits);
}

/// The same of a settings module that was given: what it reads is known, and a name that is written
/// anywhere in it is read in another branch.
fn check_module<'a>(case: &ModuleCase<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.evaluated.unknown.is_empty() {
        return;
    }
    let role = |name: &str| {
        let fields = FIELDS.into_iter().chain([DATABASE_URL]);
        stands_for(name).or_else(|| fields.into_iter().find(|it| *it == name))
    };
    let mut seen: Vec<&str> = Vec::new();
    for variable in case.inputs().variables() {
        let name = variable.name;
        let Some(target) = role(name) else { continue };
        let is_read = case.facts.reads.iter().any(|it| it.name == name);
        if is_read || seen.contains(&name) || case.mentions(name) {
            continue;
        }
        seen.push(name);
        let mut missing = case.facts.reads.iter().filter(|it| !it.is_set);
        let missing = missing.find(|it| role(&it.name) == Some(target));
        if missing.is_none() && name != DATABASE_URL {
            continue;
        }
        let path = case.module.path;
        let whole = InputSpan { input: name, span: Span::new(0, variable.value.len()) };
        let (message, help) = match missing {
            Some(it) => (
                alloc::format!("`{}` is not read: {path} reads {}", brief(name), brief(&it.name)),
                alloc::format!("Rename {} to {}", brief(name), brief(&it.name)),
            ),
            None => (
                alloc::format!("`{}` is set, and {path} does not read it", brief(name)),
                alloc::format!("Take it out, or read it in {path}"),
            ),
        };
        let edit = missing.and_then(|it| {
            let written = case.text(it.at.input, it.at.span);
            let at = written.find(&*it.name)?;
            let is_once = written.matches(&*it.name).count() == 1;
            let start = it.at.span.start + at;
            let span = Span::new(start, start + it.name.len());
            is_once.then(|| replace(it.at.input, span, name))
        });
        findings.report(Severity::Warning, message, help).at([whole]).fix_module(
            alloc::format!("read `{}` in {path}", brief(name)),
            edit.into_iter().collect(),
        );
    }
}

/// The variables of other names, each with the one that is read for it and is not set.
pub(super) fn unread<'a>(case: &Case<'_, 'a>) -> Vec<(&'a str, &'static str)> {
    let mut found: Vec<(&'a str, &'static str)> = Vec::new();
    if case.is_url() {
        return found;
    }
    for variable in case.inputs.variables() {
        if let Some(target) = stands_for(variable.name)
            && case.inputs.get(target).is_none()
            && !found.iter().any(|it| it.1 == target)
        {
            found.push((variable.name, target));
        }
    }
    found
}

/// What the names have in front of their first `_`, if that is the same.
fn prefix<'n>(names: &[&'n str]) -> Option<&'n str> {
    let prefix = |it: &'n str| Some(it.split_once('_')?.0);
    let first = prefix(names.first()?)?;
    names.iter().all(|it| prefix(it) == Some(first)).then_some(first)
}

/// A value as a fix shows it.
fn value(target: &str, value: &str) -> Text<'static> {
    match target {
        "DB_PASSWORD" => Text::default().and_hidden(value),
        DATABASE_URL => hidden(value),
        _ => Text::plain(String::from(value)),
    }
}

/// A URL with its password apart; a text that is none is secret as a whole.
pub(super) fn hidden(url: &str) -> Text<'static> {
    let mut text = Text::default();
    if !words::contains(url, "://") {
        return text.and_hidden(url);
    }
    let mut at = 0;
    for secret in shown::hidden(url) {
        text = text.and(String::from(Span::new(at, secret.start).of(url)));
        text = text.and_hidden(secret.of(url));
        at = secret.end;
    }
    text.and(String::from(Span::new(at, url.len()).of(url)))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    #[test]
    fn what_is_read_instead_is_named_and_set() {
        let variables = [
            ("POSTGRES_HOST", "db"),
            ("POSTGRES_PORT", "5433"),
            ("POSTGRES_DB", "shop"),
            ("POSTGRES_USER", "app"),
            ("POSTGRES_PASSWORD", "correct-horse"),
        ];
        let found = said(&RULE, &variables);
        assert!(
            found[0].starts_with(
                "error: `POSTGRES_*` variables are not read: settings.py reads DB_* <db>"
            ),
            "{found:?}"
        );
        assert_eq!(
            fixed(&RULE, &variables),
            [
                "DB_HOST=db",
                "DB_PORT=5433",
                "DB_NAME=shop",
                "DB_USER=app",
                "DB_PASSWORD=correct-horse"
            ]
        );
        let small = [("database_url", "postgres://u:correct@h/d")];
        assert!(said(&RULE, &small)[0].contains("`database_url` is not read: settings.py reads D"));
        assert_eq!(fixed(&RULE, &small), ["DATABASE_URL=postgres://u:correct@h/d"]);
        let url = [("POSTGRES_URL", "postgres://u:correct@h/d"), ("POSTGRES_HOST", "h")];
        assert!(said(&RULE, &url)[0].contains("settings.py reads DATABASE_URL"));
        assert_eq!(fixed(&RULE, &url), ["DATABASE_URL=postgres://u:correct@h/d"]);
        assert!(
            said(&RULE, &[("SQL_HOST", "h"), ("RDS_PORT", "1")])[0]
                .contains("`SQL_HOST`, `RDS_PORT`")
        );
    }

    #[test]
    fn what_is_read_needs_no_other_name() {
        for variables in [
            [("DATABASE_URL", "postgres://u:p@h/d"), ("POSTGRES_HOST", "h")],
            [("DB_HOST", "h"), ("POSTGRES_HOST", "h")],
            [("DB_HOST", "h"), ("PGPASSWORD", "h")],
        ] {
            assert!(said(&RULE, &variables).is_empty(), "{variables:?}");
        }
    }
}
