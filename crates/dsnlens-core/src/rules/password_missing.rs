//! `password-missing`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;

rule! {
    /// No password is given
    ///
    /// # What happens
    ///
    /// Django leaves an empty `PASSWORD` out, and libpq looks for one in `PGPASSWORD`, then in
    /// `~/.pgpass`. If neither has it and the server asks, the connection fails with
    /// `fe_sendauth: no password supplied`. A server that does not ask (`trust` in `pg_hba.conf`)
    /// lets in everybody who reaches it.
    ///
    /// # Why it matters
    ///
    /// Either nothing connects, or anybody does. An empty `DB_PASSWORD` is a value: the recipe's
    /// default does not fill in for it, and `DB_PASSWORD` does not fill in for a `DATABASE_URL`
    /// without a password. A secret that a platform did not expand often ends this way.
    ///
    /// # What to do
    ///
    /// Put the password behind the user, percent-encoded: `postgresql://app:PASSWORD@host/shop`, or
    /// as it is into `DB_PASSWORD`. Nothing is said of a Unix socket, where the operating system
    /// vouches for the user, or where `PGPASSWORD`, `passfile` or a client certificate is given.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()` leaves out an empty `PASSWORD`
    /// - [PostgreSQL's documentation, the password file](https://www.postgresql.org/docs/18/libpq-pgpass.html)
    /// - [PostgreSQL 18, `libpq-fe.h`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/libpq-fe.h): `fe_sendauth: no password supplied`
    /// - [PostgreSQL's documentation, trust authentication](https://www.postgresql.org/docs/18/auth-trust.html)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "password-missing", [Warning], check,
    errors [
        "fe_sendauth: no password supplied",
        "password file \"{}\" has group or world access" =>
            "Run `chmod 0600` on the password file: libpq ignores it as it is",
        "password file \"{}\" is not a plain file" =>
            "Name a regular file as the password file: libpq ignores this one",
        "but no password was provided",
        "No password has been provided but the backend requires one"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let is_given = |keyword| case.winner(keyword).is_some_and(|(_, it)| it.value.is_truthy());
    if is_given("password") || case.sslmode().is_none() {
        return;
    }
    if ["passfile", "sslcert", "scram_client_key", "oauth_issuer"].into_iter().any(is_given) {
        return;
    }
    let (message, help) = match case.is_url() {
        true => (
            "DATABASE_URL names no password: the server refuses, or it lets in everybody",
            "put `:PASSWORD` behind the user, percent-encoded",
        ),
        false => (
            "DB_PASSWORD is empty: the server refuses, or it lets in everybody",
            "give DB_PASSWORD the password as it is, without any encoding",
        ),
    };
    findings.report(Severity::Warning, message, help);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said;

    #[test]
    fn a_password_may_come_from_elsewhere_or_not_be_asked_for() {
        let url = ("DATABASE_URL", "postgres://app:@h/db");
        assert_eq!(said(&RULE, &[url]).len(), 1);
        assert_eq!(said(&RULE, &[("DB_HOST", "h"), ("DB_PASSWORD", "")]).len(), 1);
        assert!(said(&RULE, &[("DB_HOST", "/run"), ("DB_PASSWORD", "")]).is_empty());
        assert!(said(&RULE, &[url, ("PGPASSWORD", "x")]).is_empty());
        assert!(said(&RULE, &[url, ("PGPASSFILE", "/secrets/pgpass")]).is_empty());
        let option = ("DATABASE_URL", "postgres://app@h/db?password=x");
        assert!(said(&RULE, &[option]).is_empty());
    }
}
