//! `url-empty`.

use alloc::borrow::Cow;

use crate::advice::{Case, Findings, rule};
use crate::clients::cpython::parse_int;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// `DATABASE_URL` is set but empty
    ///
    /// # What happens
    ///
    /// `'DATABASE_URL' in os.environ` is true for an empty value, so the settings module takes the
    /// URL branch; dj-database-url returns `{}` and never looks at its `default`. Django starts
    /// with its dummy backend, and the first query fails:
    /// `ImproperlyConfigured: settings.DATABASES is improperly configured. Please supply the ENGINE
    /// value. Check settings documentation for more details.` With nothing but a blank or two quotes
    /// it is `ValueError: No support for ''` at the start.
    ///
    /// # Why it matters
    ///
    /// The process starts and looks healthy, and the `DB_*` variables are ignored although they
    /// may be complete. It comes from `DATABASE_URL=` in a compose file, from a CI secret that is
    /// not defined, or from a reference that a platform could not expand.
    ///
    /// # What to do
    ///
    /// Remove the variable, so that the `DB_*` variables count, or give it a URL.
    ///
    /// # References
    ///
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `config()` returns `{}`
    /// - [Django 5.2, `db/backends/dummy/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/dummy/base.py): the error
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=
    /// DB_HOST=db.example.com
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="''"
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db.example.com
    /// ```
    "url-empty", [Error] guide, check,
    errors ["Please supply the ENGINE value"],
    perhaps ["No support for ''"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(url) = case.url() else { return };
    let is_nothing = url.is_empty() || (case.is_url_refused() && case.bare().is_empty());
    if !is_nothing {
        return;
    }
    let set = super::fields_ignored::set_fields(case);
    let message: Cow<'static, str> = match (url, set.is_empty()) {
        ("", true) => "DATABASE_URL is set but empty: Django runs without a database".into(),
        ("", false) => alloc::format!(
            "DATABASE_URL is set but empty: Django runs without a database and ignores {}",
            set.join(", ")
        )
        .into(),
        _ => "DATABASE_URL holds blanks or quotes and nothing else: Django does not start".into(),
    };
    let help = "remove DATABASE_URL so that the DB_* variables count, or give it a URL";
    let finding = findings.report(Severity::Error, message, help).at(case.whole(DATABASE_URL));
    if let Some(text) = from_fields(case) {
        let edit = Edit::replace(DATABASE_URL, Span::new(0, url.len()), text);
        finding.fix("write the DB_* variables as a URL", [edit]);
    }
}

/// What the `DB_*` variables say, as a URL; `None` where they name no host and database.
fn from_fields(case: &Case<'_, '_>) -> Option<Text<'static>> {
    let named = |name| case.inputs.get(name).filter(|it| !it.is_empty());
    let (host, name) = (named("DB_HOST")?, named("DB_NAME")?);
    let defaults = &case.recipe.defaults;
    let user = case.inputs.get("DB_USER").unwrap_or(&defaults.user);
    let password = case.inputs.get("DB_PASSWORD").unwrap_or(&defaults.password);
    let mut text = Text::plain("postgresql://").and(quote(user));
    if !password.is_empty() {
        text = text.and(":").and_hidden(quote(password));
    }
    let host = match host.contains(':') {
        true => alloc::format!("@[{host}]"),
        false => alloc::format!("@{}", quote(host)),
    };
    text = text.and(host);
    if let Some(port) = named("DB_PORT") {
        parse_int(port)?;
        text = text.and(alloc::format!(":{port}"));
    }
    Some(text.and("/").and(quote(name)))
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said_of};

    #[test]
    fn blanks_and_quotes_are_as_good_as_nothing() {
        for url in ["", " ", "\n", "''", "\"\""] {
            assert_eq!(said_of(&RULE, url).len(), 1, "{url:?}");
        }
        assert!(said_of(&RULE, "-").is_empty());
    }

    #[test]
    fn complete_fields_make_a_url() {
        let set = [
            ("DATABASE_URL", ""),
            ("DB_HOST", "db.example.com"),
            ("DB_NAME", "shop"),
            ("DB_USER", "app"),
            ("DB_PASSWORD", "p#w@d"),
        ];
        let url = "DATABASE_URL=postgresql://app:p%23w%40d@db.example.com/shop";
        assert_eq!(fixed(&RULE, &set), [url]);
        let with_port = [&set[..], &[("DB_PORT", "5433")]].concat();
        let url = "DATABASE_URL=postgresql://app:p%23w%40d@db.example.com:5433/shop";
        assert_eq!(fixed(&RULE, &with_port), [url]);
        assert!(fixed(&RULE, &set[..2]).is_empty());
    }
}
