//! `password-default`.

use crate::advice::{Case, Findings, rule};
use crate::clients::settings::FIELDS;
use crate::diagnostic::Severity;
use crate::ledger::Origin;

rule! {
    /// The password is one that everybody tries first
    ///
    /// # What happens
    ///
    /// The password is that of an image's documentation or of a tutorial, the user's name, or the
    /// database's. With the `DB_*` variables it is also the recipe's own default, `postgres`, where
    /// `DB_PASSWORD` is not set.
    ///
    /// # Why it matters
    ///
    /// Whoever scans a network for port 5432 tries `postgres` with the password `postgres` first,
    /// and a superuser can run programs on the server (`COPY … FROM PROGRAM`).
    ///
    /// # What to do
    ///
    /// Make a password that needs no encoding in a URL, `openssl rand -hex 24`, set it with
    /// `\password app` in psql, and store it where the platform keeps its secrets. On a development
    /// machine a default is fine while the server listens on `localhost` only.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, `COPY`](https://www.postgresql.org/docs/18/sql-copy.html): `PROGRAM`
    /// - [The PostgreSQL image, `docker-entrypoint.sh`](https://github.com/docker-library/postgres/blob/6edb0a8c4def40c371514b34aef9037ec82d9110/17/bookworm/docker-entrypoint.sh): `POSTGRES_PASSWORD`
    /// - [PostgreSQL's documentation, psql](https://www.postgresql.org/docs/18/app-psql.html): `\password`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:postgres@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=localhost
    /// DB_NAME=shop
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "password-default", [Error, Info] any guide, check
}

/// From the documentation of images, and from tutorials.
const DEFAULTS: [&str; 17] = [
    "admin",
    "changeme",
    "default",
    "django",
    "docker",
    "example",
    "guest",
    "mysecretpassword",
    "pass",
    "passwd",
    "password",
    "postgres",
    "postgresql",
    "pwd",
    "root",
    "secret",
    "test",
];

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((password, span)) = case.password() else { return };
    if !is_default(case, &password) {
        return;
    }
    let from_recipe = case.winner("password").filter(|_| span.is_none());
    let from_recipe = from_recipe.is_some_and(|(_, it)| matches!(it.origin, Origin::Recipe(_)));
    // Where nothing at all is set, that is said.
    if from_recipe && FIELDS.into_iter().all(|it| case.inputs.get(it).is_none()) {
        return;
    }
    let severity = if case.is_production() { Severity::Error } else { Severity::Info };
    let message = match from_recipe {
        true => "DB_PASSWORD is not set, and everybody knows the recipe's default",
        false => "the password is one that everybody tries first",
    };
    let help = "make one with `openssl rand -hex 24`, and set it with `\\password` in psql";
    findings.report(severity, message, help).at(span);
}

/// Whether a password is among the first that are tried.
pub(super) fn is_default(case: &Case<'_, '_>, password: &str) -> bool {
    let is_it = |it: &str| password.eq_ignore_ascii_case(it);
    let is_named = |keyword| case.given(keyword).is_some_and(is_it);
    let is_any = DEFAULTS.into_iter().any(is_it)
        || is_it(&case.recipe.defaults.password)
        || is_named("user")
        || is_named("dbname");
    !password.is_empty() && is_any
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of};

    #[test]
    fn the_names_of_user_and_database_are_known() {
        for url in [
            "postgres://shop:shop@h/db",
            "postgres://u:Shop@h/shop",
            "postgres://u:p%61ssword@h/db",
            "postgres://u@h/db?password=changeme",
            // Nobody reads it, and it is no better for that.
            "postgress://u:postgres@h/db",
        ] {
            let said = said_of(&RULE, url);
            assert!(said.len() == 1 && said[0].starts_with("error: the password is"), "{said:?}");
        }
    }

    #[test]
    fn the_recipes_default_counts_once_something_is_set() {
        assert!(said(&RULE, &[("DB_HOST", "h")])[0].contains("DB_PASSWORD is not set"));
        assert!(said(&RULE, &[]).is_empty());
        assert!(said(&RULE, &[("DB_PASSWORD", "")]).is_empty());
        let from_libpq = [("DATABASE_URL", "postgres://u@h/db"), ("PGPASSWORD", "root")];
        assert!(said(&RULE, &from_libpq)[0].ends_with("<root>"));
    }
}
