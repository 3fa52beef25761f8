//! `database-missing`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Setting;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// No database is named
    ///
    /// # What happens
    ///
    /// Django refuses at the first query: `ImproperlyConfigured: settings.DATABASES is improperly
    /// configured. Please supply the NAME or OPTIONS['service'] value.`
    /// (`db/backends/postgresql/base.py` of 5.2). An option `dbname` does not count. psql would go on
    /// and use the user's name for the database: `database "app" does not exist`.
    ///
    /// # Why it matters
    ///
    /// The process starts; the first request fails. A password that starts with digits and holds
    /// an unescaped `#` ends here too, since everything behind the `#` is gone.
    ///
    /// # What to do
    ///
    /// Name the database behind the host: `postgresql://…@host:5432/NAME`, in `DB_NAME`, or as
    /// `NAME` of the database's settings.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-DBNAME): `dbname` and its default
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com
    /// ```
    ///
    /// ```env,reports
    /// DB_NAME=
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'HOST': 'db.example.com'}}
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "database-missing", [Error] given, check,
    errors [
        "path should be a database name",
        "Please supply the NAME or OPTIONS['service'] value",
        "Please supply the NAME value"
    ],
    perhaps ["database \"{database}\" does not exist"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_refused_by(&stages::DJANGO) {
        return;
    }
    if case.is_given() {
        return in_databases(case, findings);
    }
    let Some((_, name)) = case.setting(Setting::Name) else { return };
    if name.value.is_truthy() {
        return;
    }
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else {
        findings
            .report(
                Severity::Error,
                "DB_NAME is empty, and an empty name is a value",
                "give DB_NAME a name, or unset it",
            )
            .at(name.origin.input_span());
        return;
    };
    // A password that hides the database is another rule's business.
    let is_named = case.resolution.intent.is_some_and(|it| it.rest.of(url).contains('/'));
    if (case.is_misread() && is_named) || case.has_lost_authority() {
        return;
    }
    let (message, help, span) = match parts.fragment {
        it if it.is_empty() => (
            "the URL names no database",
            "put `/NAME` behind the host and port",
            name.origin.input_span(),
        ),
        it => (
            "the URL names no database: Python drops everything behind `#`",
            "name the database before the `#`, or take the `#` out",
            Some(in_url(it)),
        ),
    };
    let mut finding = findings.report(Severity::Error, message, help).at(span);
    if !parts.fragment.is_empty() || case.is_misread() {
        return;
    }
    // A slash may be there already, and `?` must come behind the name.
    let place = Span::new(parts.hostinfo.end, parts.path.end);
    let write =
        |name: Text<'static>| Edit::replace(DATABASE_URL, place, Text::plain("/").and_text(name));
    if let Some((_, option)) = case.option("dbname")
        && let Some(at) = option.origin.input_span()
        && let Some(without) = case.remove_option(at.span)
    {
        let title = "move the option dbname to its place behind the host";
        finding = finding.fix(title, [write(case.quote(DATABASE_URL, at.span)), without]);
    }
    if let Some(field) = case.inputs.get("DB_NAME").filter(|it| !it.is_empty()) {
        let name = match case.hides("DB_NAME", Span::new(0, field.len())) {
            true => Text::default().and_hidden(quote(field)),
            false => Text::plain(quote(field)),
        };
        finding = finding.fix("name the database of DB_NAME", [write(name)]);
    }
    let user = case.quote(DATABASE_URL, parts.username);
    if !parts.username.is_empty() {
        finding.fix(
            alloc::format!("name the database `{user}` like the user, as psql does"),
            [write(user)],
        );
    }
}

/// The same where `DATABASES` itself is known.
fn in_databases<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let name = case.setting(Setting::Name).map(|(_, it)| it);
    let is_empty = name.is_none_or(|it| it.value.as_str() == Some(""));
    let refusal = case.resolution.refusal.as_ref();
    if !is_empty || refusal.is_none_or(|it| it.kind != "ImproperlyConfigured") {
        return;
    }
    let option = case.option("dbname").is_some();
    let message = match name {
        Some(_) => "`NAME` is empty",
        None => "`NAME` is not set",
    };
    let help = match option {
        true => "Write the database as `NAME`: Django does not look at the option `dbname`",
        false => "Write the database as `NAME`, or a service of libpq in `OPTIONS`",
    };
    findings.report(Severity::Error, message, help).at(name.and_then(|it| it.origin.input_span()));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    #[test]
    fn a_name_is_taken_from_where_one_stands() {
        for (url, names) in [
            ("postgres://app:p@h", &["postgres://app:p@h/app"][..]),
            ("postgres://app:p@h:5432/", &["postgres://app:p@h:5432/app"]),
            ("postgres://app:p@h?sslmode=require", &["postgres://app:p@h/app?sslmode=require"]),
            (
                "postgres://app:p@h/?dbname=shop&sslmode=require",
                &[
                    "postgres://app:p@h/shop?sslmode=require",
                    "postgres://app:p@h/app?dbname=shop&sslmode=require",
                ],
            ),
            ("postgres://h", &[]),
        ] {
            assert_eq!(said_of(&RULE, url).len(), 1, "{url}");
            assert_eq!(fixed_url(&RULE, url), names, "{url}");
        }
        let both = [("DATABASE_URL", "postgres://app:p@h"), ("DB_NAME", "shop")];
        assert_eq!(fixed(&RULE, &both)[0], "DATABASE_URL=postgres://app:p@h/shop");
    }

    #[test]
    fn a_fragment_that_took_the_name_is_shown() {
        assert!(said_of(&RULE, "postgres://u:p@h#/db")[0].ends_with("behind `#` </db>"));
    }

    #[test]
    fn what_another_rule_explains_is_left_to_it() {
        assert!(said_of(&RULE, "postgres://u:123#abc@h/db").is_empty());
        assert!(said_of(&RULE, "postgres://u:p@h/?service=s").is_empty());
        assert!(said(&RULE, &[("DB_HOST", "h")]).is_empty());
    }
}
