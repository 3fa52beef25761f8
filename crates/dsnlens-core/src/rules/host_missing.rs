//! `host-missing`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::{Origin, Setting};

rule! {
    /// The URL names no host
    ///
    /// # What happens
    ///
    /// Django leaves an empty `HOST` to libpq. libpq takes `PGHOST` if it is set, and otherwise the
    /// Unix socket of this machine, in `/var/run/postgresql` with the wheels of psycopg. In a
    /// container there is none: `connection to server on socket
    /// "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory`.
    ///
    /// # Why it matters
    ///
    /// Mostly a variable was empty when the URL was put together: `postgres://app:secret@$DB_HOST/shop`
    /// without `DB_HOST` is `postgres://app:secret@/shop`. On a socket no `sslmode` counts.
    ///
    /// # What to do
    ///
    /// Name the host. If a socket is meant, name its directory: `?host=/var/run/postgresql`.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()` leaves out an empty `HOST`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-HOST): `host` and its default
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `connection to server on socket`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@/shop?host=/var/run/postgresql
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres:///shop
    /// DEBUG=True
    /// ```
    "host-missing", [Warning], check,
    errors [
        "connect ENOENT /var/run/postgresql/",
        "connect ENOENT /run/postgresql/",
        "no such file or directory /tmp/.s.PGSQL",
        "on socket \"/var/run/postgresql/{}\" failed: No such file or directory",
        "on socket \"/run/postgresql/{}\" failed: No such file or directory",
        "on socket \"/tmp/.s.PGSQL.{}\" failed: No such file or directory",
        "connections on Unix domain socket \"{host}\"",
        "connect ENOENT /tmp/.s.PGSQL"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(parts), Some((_, host))) = (case.resolution.url, case.setting(Setting::Host)) else {
        return;
    };
    if host.value.is_truthy() || case.resolution.connect_params.is_none() {
        return;
    }
    let is_named = |keyword| {
        let winner = case.winner(keyword).map(|(_, line)| line);
        winner.is_some_and(|it| it.value.is_truthy() && !is_ambient(&it.origin))
    };
    // Without credentials a socket is how one connects at home.
    let is_at_home = !case.is_production() && parts.netloc.is_empty();
    if is_at_home || is_named("host") || is_named("hostaddr") || is_named("service") {
        return;
    }
    // Another rule says what takes the host's place.
    let is_explained =
        super::database_suspicious::names_host(case) || super::option_unknown::names_socket(case);
    if is_explained || case.is_misread() || case.has_lost_authority() {
        return;
    }
    let (message, help) = match case.given("host").is_some_and(|it| !it.is_empty()) {
        true => ("the URL names no host, so PGHOST decides", "write the host into the URL"),
        false => (
            "the URL names no host: the connection goes to this machine's Unix socket",
            "name the host, or the socket's directory: `?host=/var/run/postgresql`",
        ),
    };
    findings.report(Severity::Warning, message, help).at(host.origin.input_span());
}

/// Whether it was written somewhere else than in the URL.
fn is_ambient(origin: &Origin<'_>) -> bool {
    match origin {
        Origin::Variable { name, .. } => name.starts_with("PG"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of};

    #[test]
    fn an_option_or_the_environment_may_name_it() {
        for url in ["postgres:///db", "postgres://u:p@/db", "postgres://u:p@:5432/db"] {
            assert!(said_of(&RULE, url)[0].contains("Unix socket"), "{url}");
            let with_host = [("DATABASE_URL", url), ("PGHOST", "h")];
            assert!(said(&RULE, &with_host)[0].contains("PGHOST decides"), "{url}");
        }
        for url in ["postgres:///db?host=h", "postgres:///db?hostaddr=::1", "postgres:/u:p@h/db"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
