//! `fields-ignored`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Severity;

rule! {
    /// `DB_*` variables are set, but `DATABASE_URL` decides
    ///
    /// # What happens
    ///
    /// The settings module looks at the `DB_*` variables only where `DATABASE_URL` is not set at
    /// all. They are not merged: a `DB_PASSWORD` does not fill in for a URL without a password.
    ///
    /// # Why it matters
    ///
    /// Somebody changes `DB_HOST` and nothing happens.
    ///
    /// # What to do
    ///
    /// Keep one of the two.
    ///
    /// # References
    ///
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): `environ`, where an empty variable is set
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `config()` reads one variable
    /// - [Django's documentation, `DATABASES`](https://docs.djangoproject.com/en/5.2/ref/settings/#databases)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DB_HOST=other.example.com
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=other.example.com
    /// ```
    "fields-ignored", [Info] guide, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // An empty DATABASE_URL ignores them as well; `url-empty` says so.
    if !case.is_url() || case.url() == Some("") {
        return;
    }
    let set = set_fields(case);
    if set.is_empty() {
        return;
    }
    let verb = if set.len() == 1 { "is" } else { "are" };
    findings
        .report(
            Severity::Info,
            alloc::format!("{} {verb} ignored: DATABASE_URL decides", set.join(", ")),
            "keep DATABASE_URL or the DB_* variables, not both",
        )
        .at(set.iter().filter_map(|name| case.whole(name)));
}

/// The `DB_*` variables that are set.
pub(super) fn set_fields(case: &Case<'_, '_>) -> Vec<&'static str> {
    FIELDS.into_iter().filter(|name| case.inputs.get(name).is_some()).collect()
}
