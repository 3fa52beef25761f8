//! `url-empty`.

use alloc::borrow::Cow;

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;

rule! {
    /// `DATABASE_URL` is set but empty
    ///
    /// # What happens
    ///
    /// `'DATABASE_URL' in os.environ` is true for an empty value, so the settings module takes the
    /// URL branch; dj-database-url returns `{}` and never looks at its `default`. Django starts
    /// with its dummy backend. The first query fails with
    /// `ImproperlyConfigured: settings.DATABASES is improperly configured. Please supply the ENGINE
    /// value. Check settings documentation for more details.`
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
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=
    /// DB_HOST=db.example.com
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db.example.com
    /// ```
    "url-empty", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.url() != Some("") {
        return;
    }
    let set = super::fields_ignored::set_fields(case);
    let message: Cow<'static, str> = match set.is_empty() {
        true => "DATABASE_URL is set but empty: Django runs without a database".into(),
        false => alloc::format!(
            "DATABASE_URL is set but empty: Django runs without a database and ignores {}",
            set.join(", ")
        )
        .into(),
    };
    let help = "remove DATABASE_URL so that the DB_* variables count, or give it a URL";
    findings.report(Severity::Error, message, help).at(case.whole(DATABASE_URL));
}
