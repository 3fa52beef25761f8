//! `database-missing`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Severity;
use crate::ledger::{Setting, Stage};

rule! {
    /// No database is named
    ///
    /// # What happens
    ///
    /// Django refuses at the first query: `ImproperlyConfigured: settings.DATABASES is improperly
    /// configured. Please supply the NAME or OPTIONS['service'] value.` psql would go on and use
    /// the user's name for the database.
    ///
    /// # Why it matters
    ///
    /// The process starts; the first request fails. A password that starts with digits and holds
    /// an unescaped `#` ends here too, since everything behind the `#` is gone.
    ///
    /// # What to do
    ///
    /// Name the database behind the host: `postgresql://…@host:5432/NAME`, or in `DB_NAME`.
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
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "database-missing", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, name)) = case.setting(Setting::Name) else { return };
    if !case.is_refused_by(Stage::Django) || name.value.is_truthy() {
        return;
    }
    let dropped = case.resolution.url.map(|it| it.fragment).filter(|it| !it.is_empty());
    let (message, help) = match (case.is_url(), dropped) {
        (false, _) => {
            ("DB_NAME is empty, and an empty name is a value", "give DB_NAME a name, or unset it")
        }
        (true, None) => ("the URL names no database", "put `/NAME` behind the host and port"),
        (true, Some(_)) => (
            "the URL names no database: Python drops everything behind `#`",
            "write a `#` that belongs to the password as `%23`",
        ),
    };
    let span = match dropped {
        Some(span) if case.resolution.intent.is_none() => Some(in_url(span)),
        _ => name.origin.input_span(),
    };
    findings.report(Severity::Error, message, help).at(span);
}
