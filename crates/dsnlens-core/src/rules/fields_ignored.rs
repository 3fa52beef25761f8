//! `fields-ignored`.

use alloc::vec::Vec;

use super::{Case, Finding, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Severity;
use crate::resolution::Mode;

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
    "fields-ignored", [Info], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    let set = set_fields(case);
    // An empty DATABASE_URL ignores them as well; `url-empty` says so.
    if set.is_empty() || case.resolution.mode != Mode::Url || case.url() == Some("") {
        return;
    }
    let verb = if set.len() == 1 { "is" } else { "are" };
    findings.push(Finding {
        severity: Severity::Info,
        message: alloc::format!("{} {verb} ignored: DATABASE_URL decides", set.join(", ")),
        spans: set.iter().filter_map(|name| case.whole(name)).collect(),
        help: "keep DATABASE_URL or the DB_* variables, not both".into(),
        fix: None,
    });
}

/// The `DB_*` variables that are set.
pub(super) fn set_fields(case: &Case<'_, '_>) -> Vec<&'static str> {
    FIELDS.into_iter().filter(|name| case.inputs.get(name).is_some()).collect()
}
