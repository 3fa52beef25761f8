//! `database-too-long`.

use crate::advice::{Case, Findings, rule};
use crate::clients::django::MAX_NAME_LENGTH;
use crate::clients::stages;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Setting;
use crate::syntax::python::quote;

rule! {
    /// The database's name is longer than PostgreSQL's limit
    ///
    /// # What happens
    ///
    /// Django counts characters and refuses at the first query: `ImproperlyConfigured: The database
    /// name '…' (64 characters) is longer than PostgreSQL's limit of 63 characters. Supply a shorter
    /// NAME in settings.DATABASES.` (`db/backends/postgresql/base.py` of 5.2). PostgreSQL counts
    /// bytes, and `CREATE DATABASE` cuts a longer name with no more than a notice.
    ///
    /// # Why it matters
    ///
    /// The process starts; the first request fails. A name that long is mostly something else: the
    /// rest of a URL behind a slash too many, or a name that a script put together.
    ///
    /// # What to do
    ///
    /// Look up the name that the server has, with `\l` in psql. It is the first 63 bytes if the
    /// database was made with the long one.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`
    /// - [PostgreSQL 18, `scansup.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/parser/scansup.c): `truncate_identifier()`
    /// - [PostgreSQL's documentation, identifiers](https://www.postgresql.org/docs/18/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS): the 63 bytes
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_NAME=preview_of_the_branch_that_renames_every_table_for_the_election_cart
    /// ```
    ///
    /// ```env,silent
    /// DB_NAME=preview_of_the_branch_that_renames_every_table_for_the_election
    /// ```
    "database-too-long", [Error], check,
    errors ["longer than PostgreSQL's limit of"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_refused_by(&stages::DJANGO) {
        return;
    }
    let Some((_, name)) = case.setting(Setting::Name) else { return };
    let (Some(text), Some(place)) = (name.value.as_str(), name.origin.input_span()) else { return };
    let length = text.chars().count();
    if length <= MAX_NAME_LENGTH || case.is_misread() || case.has_lost_authority() {
        return;
    }
    let cut = text.get(..text.floor_char_boundary(MAX_NAME_LENGTH)).unwrap_or("");
    let message = match name.value.is_secret() {
        true => alloc::format!("the database's name is longer than {MAX_NAME_LENGTH} characters"),
        false => alloc::format!(
            "the database's name has {length} characters, and PostgreSQL takes {MAX_NAME_LENGTH}"
        ),
    };
    let finding = findings
        .report(
            Severity::Error,
            message,
            "write the name that the server has: `\\l` in psql shows it",
        )
        .at([place]);
    if name.value.is_secret() {
        return;
    }
    let edit = match place.input {
        DATABASE_URL => Edit::write(DATABASE_URL, place.span, quote(cut)),
        _ => Edit::write("DB_NAME", place.span, alloc::string::String::from(cut)),
    };
    finding.fix("cut it at 63 bytes, as CREATE DATABASE did", [edit]);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said_of};

    #[test]
    fn characters_count_and_bytes_are_cut() {
        let name = "é".repeat(64);
        let url = alloc::format!("postgres://u:p@h/{name}");
        assert!(said_of(&RULE, &url)[0].contains("has 64 characters"));
        let cut = alloc::format!("postgres://u:p@h/{}", "%C3%A9".repeat(31));
        assert_eq!(fixed_url(&RULE, &url), [cut]);
        assert!(said_of(&RULE, &alloc::format!("postgres://u:p@h/{}", "é".repeat(63))).is_empty());
        let name = "a".repeat(64);
        assert_eq!(
            fixed(&RULE, &[("DB_NAME", &name)]),
            [alloc::format!("DB_NAME={}", &name[..63])]
        );
    }
}
