//! `environment-redirects`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule, shown};
use crate::clients::libpq::{DEFAULT_PORT, KEYWORDS};
use crate::diagnostic::Severity;
use crate::ledger::{Line, Origin};

rule! {
    /// A `PG*` variable changes where or how the application connects
    ///
    /// # What happens
    ///
    /// libpq looks into the environment for every option that it is not given, and a URL gives only
    /// a few of them. So these work on a URL that looks complete: `PGHOSTADDR` sends every
    /// connection to its address, whatever the host is called; `PGSERVICE` fills the gaps from a
    /// file, or fails with `definition of service "…" not found`; `PGOPTIONS` changes settings of
    /// the session; `PGTARGETSESSIONATTRS`, `PGCHANNELBINDING`, `PGREQUIREAUTH`, `PGSSLCERT` and
    /// their like make a server acceptable or not; `PGPORT` and `PGHOST` count where the URL names
    /// none.
    ///
    /// # Why it matters
    ///
    /// `DATABASE_URL` is right, is the same as on the next machine, and the application talks to
    /// another server there. Such variables come from a shell profile, a base image, or a platform
    /// that sets `PG*` beside `DATABASE_URL`.
    ///
    /// # What to do
    ///
    /// Unset the variable for the application, or write the option into the URL, which then counts.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, libpq's environment variables](https://www.postgresql.org/docs/18/libpq-envars.html)
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_add_defaults()`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`, what Django gives
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// PGHOSTADDR=10.0.0.7
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// PGHOST=db.example.com
    /// ```
    "environment-redirects", [Warning], check,
    perhaps ["definition of service \"{}\" not found" => "Unset `PGSERVICE`, or correct it"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.inputs.variables().iter().any(|it| it.name.starts_with("PG")) {
        return;
    }
    let (mut message, mut spans) = (String::new(), Vec::new());
    for keyword in &KEYWORDS {
        let Some((_, line)) = case.winner(keyword.name) else { continue };
        let Origin::Variable { name, .. } = line.origin else { continue };
        // A `DB_HOST` or `DB_PORT` that leaves it open is empty, as another rule says.
        let is_told = !case.is_url() && matches!(keyword.name, "host" | "port");
        if keyword.variable != Some(name) || is_told || !changes(keyword.name, line) {
            continue;
        }
        message.push_str(if message.is_empty() { "" } else { "; " });
        message.push_str(name);
        message.push_str(&effect(keyword.name, &shown(&line.value)));
        spans.extend(case.whole(name));
    }
    if !spans.is_empty() {
        let help = "unset it for the application, or say in the configuration what is meant";
        findings.report(Severity::Warning, message, help).at(spans);
    }
}

/// Whether the variable makes a difference to a configuration that names all it needs. What
/// decides the SSL mode has a rule of its own.
fn changes(keyword: &str, line: &Line<'_>) -> bool {
    let value = line.value.as_str().unwrap_or("");
    let default = match keyword {
        "application_name" | "client_encoding" | "connect_timeout" | "dbname" | "passfile"
        | "password" | "sslmode" | "sslrootcert" | "user" => return false,
        "channel_binding" => "prefer",
        "gssencmode" | "load_balance_hosts" => "disable",
        "port" => DEFAULT_PORT,
        "sslnegotiation" => "postgres",
        "target_session_attrs" => "any",
        _ => "",
    };
    !value.is_empty() && value != default
}

fn effect(keyword: &str, value: &str) -> String {
    match keyword {
        "hostaddr" => {
            alloc::format!(" sends every connection to `{value}`, whatever the host is called")
        }
        "host" => alloc::format!(" makes `{value}` the host, since none is named"),
        "port" => alloc::format!(" makes {value} the port, since none is named"),
        "service" => alloc::format!(" fills what is left open from the service `{value}`"),
        "options" => alloc::format!(" changes the session by `{value}`"),
        _ => alloc::format!(" sets `{keyword}` to `{value}`"),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said;
    use std::prelude::rust_2024::*;

    const URL: (&str, &str) = ("DATABASE_URL", "postgres://u:correct-horse@h/db");

    #[test]
    fn each_variable_is_named_with_what_it_changes() {
        let variables =
            [URL, ("PGOPTIONS", "-c a=b"), ("PGPORT", "6432"), ("PGREQUIREAUTH", "md5")];
        let expected = "warning: PGPORT makes 6432 the port, since none is named; PGOPTIONS changes \
                        the session by `-c a=b`; PGREQUIREAUTH sets `require_auth` to `md5` <6432> \
                        <-c a=b> <md5>";
        assert_eq!(said(&RULE, &variables), [expected]);
        let fields = [("DB_HOST", "h"), ("PGHOSTADDR", "10.0.0.7")];
        assert_eq!(said(&RULE, &fields).len(), 1);
    }

    #[test]
    fn what_changes_nothing_is_fine() {
        for (name, value) in [
            ("PGTARGETSESSIONATTRS", "any"),
            ("PGOPTIONS", ""),
            ("PGPASSWORD", "x"),
            ("PGUSER", "other"),
            ("PGSSLMODE", "require"),
            ("PGDATA", "/var"),
        ] {
            assert!(said(&RULE, &[URL, (name, value)]).is_empty(), "{name}");
        }
        let given = ("DATABASE_URL", "postgres://h:5432/db?options=-c%20a%3Db");
        let said = said(&RULE, &[given, ("PGOPTIONS", "-c x=y"), ("PGPORT", "1")]);
        assert!(said.is_empty(), "{said:?}");
    }

    #[test]
    fn a_variable_that_fails_is_still_named() {
        let said = said(&RULE, &[URL, ("PGSERVICE", "shop")]);
        let expected = "warning: PGSERVICE fills what is left open from the service `shop` <shop>";
        assert_eq!(said, [expected]);
    }
}
