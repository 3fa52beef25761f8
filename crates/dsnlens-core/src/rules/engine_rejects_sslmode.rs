//! `engine-rejects-sslmode`.

use alloc::string::String;

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Severity;
use crate::ledger::Origin;

rule! {
    /// `sslmode` reaches a database that is no PostgreSQL
    ///
    /// # What happens
    ///
    /// `ssl_require=True` writes `OPTIONS["sslmode"] = "require"` for every scheme. `sslmode` is
    /// libpq's word, and Django hands the options to the driver as they are. At the first query:
    ///
    /// - `TypeError: 'sslmode' is an invalid keyword argument for Connection()` (sqlite3);
    /// - `TypeError: 'sslmode' is an invalid keyword argument for connect()` (mysqlclient).
    ///
    /// `sqlite://:memory:` alone gets through: it has no options at all.
    ///
    /// # Why it matters
    ///
    /// It happens with DEBUG off only, so tests and development run, and the deployment does not.
    ///
    /// # What to do
    ///
    /// Ask for TLS where PostgreSQL is meant:
    /// `ssl_require=not DEBUG and os.environ["DATABASE_URL"].startswith("postgres")`. For MySQL,
    /// name the authority's file: `mysql://…?ssl-ca=/path/ca.pem`.
    ///
    /// # References
    ///
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `ssl_require` for every scheme
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`
    /// - [Django 5.2, `db/backends/sqlite3/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/sqlite3/base.py): `get_connection_params()` passes `OPTIONS` on
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=sqlite:///db.sqlite3
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=sqlite:///db.sqlite3
    /// DEBUG=True
    /// ```
    "engine-rejects-sslmode", [Error], check,
    errors ["'sslmode' is an invalid keyword argument for "]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let resolution = case.resolution;
    // What ends in libpq has parameters for it.
    if resolution.connect_params.is_some() || !case.is_url() {
        return;
    }
    let Some((_, sslmode)) = case.option("sslmode") else { return };
    let Some(driver) = resolution.engine().and_then(driver) else { return };
    let (by, place): (String, _) = match case.is_by_call(sslmode) {
        true => {
            (alloc::format!("`{}`", case.ssl_require()), resolution.url.map(|it| in_url(it.scheme)))
        }
        false => ("the URL".into(), sslmode.origin.input_span()),
    };
    let help = match case.is_by_call(sslmode) {
        true => "ask for TLS in settings.py only where the URL starts with `postgres`",
        false => "take `sslmode` out of the URL",
    };
    let message = alloc::format!("{by} hands `sslmode` to {driver}, which does not know the word");
    let finding = findings.report(Severity::Error, message, help).at(place);
    if let (Some(place), Origin::Variable { .. }) = (place, &sslmode.origin) {
        finding.fix("take sslmode out", case.remove_option(place.span));
    }
}

/// The driver behind a backend, of those that refuse keywords they do not know.
fn driver(engine: &str) -> Option<&'static str> {
    Some(match engine {
        "django.db.backends.sqlite3" | "django.contrib.gis.db.backends.spatialite" => "sqlite3",
        "django.db.backends.mysql" | "django.contrib.gis.db.backends.mysql" => "mysqlclient",
        "mysql.connector.django" => "MySQL Connector",
        "django.db.backends.oracle" | "django.contrib.gis.db.backends.oracle" => "oracledb",
        _ => return None,
    })
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said, said_of};

    #[test]
    fn who_wrote_it_is_told() {
        let said_here = said_of(&RULE, "mysql://u:correct-horse@h/db");
        let expected = "error: `ssl_require=not DEBUG` hands `sslmode` to mysqlclient, which does \
                        not know the word <mysql>";
        assert_eq!(said_here, [expected]);
        let variables = [("DATABASE_URL", "mysql://h/db?sslmode=require&a=b"), ("DEBUG", "1")];
        assert_eq!(said(&RULE, &variables).len(), 1);
        assert_eq!(fixed(&RULE, &variables), ["DATABASE_URL=mysql://h/db?a=b"]);
    }

    #[test]
    fn what_takes_or_never_gets_it_is_fine() {
        for url in ["sqlite://:memory:", "postgres://h", "mssql://h/db", "cockroach://h/db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
