//! `fields-empty`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::ledger::{Origin, Setting};
use crate::resolution::Mode;
use crate::span::Span;

rule! {
    /// A `DB_*` variable is set but empty, and its default does not count
    ///
    /// # What happens
    ///
    /// `os.getenv('DB_HOST', 'localhost')` gives the default only where the variable is not set at
    /// all; an empty one is a value. Django leaves an empty `HOST`, `USER` or `PORT` out, and libpq
    /// fills the gap its own way: with `PGHOST`, `PGUSER`, `PGPORT`, else with the local Unix socket,
    /// the name of the operating system's account, and 5432. The errors speak of things nobody
    /// wrote: `connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such
    /// file or directory`, `role "root" does not exist`.
    ///
    /// # Why it matters
    ///
    /// `DB_HOST=` in a compose file or an undefined CI secret looks like "take the default". It is
    /// not even local to the recipe, so production asks for TLS, which a socket does not have.
    ///
    /// # What to do
    ///
    /// Remove the variable, or give it a value. In Python, `os.getenv('DB_HOST') or 'localhost'`
    /// takes an empty one for unset.
    ///
    /// # References
    ///
    /// - [Python 3.11, `Lib/os.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/os.py): `getenv()`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()` leaves out what is empty
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-HOST): `host` and its default
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_HOST=
    /// DB_NAME=shop
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db.example.com
    /// DB_NAME=shop
    /// ```
    "fields-empty", [Warning] guide, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.resolution.mode != Mode::Fields {
        return;
    }
    let defaults = &case.recipe.defaults;
    // An empty name or password is the business of a rule of its own.
    let fields = [
        (Setting::Host, "DB_HOST", &defaults.host, "the local socket"),
        (Setting::User, "DB_USER", &defaults.user, "the name of the system's account"),
        (Setting::Port, "DB_PORT", &defaults.port, "5432"),
    ];
    let (mut message, mut spans, mut edits) = (String::new(), Vec::new(), Vec::new());
    for (setting, name, default, compiled) in fields {
        if case.inputs.get(name) != Some("") {
            continue;
        }
        let winner = case.winner(setting.keyword()).map(|(_, line)| line);
        let filled = winner.and_then(|it| match it.origin {
            Origin::Variable { name, .. } if !it.value.as_str().unwrap_or("").is_empty() => {
                Some(name)
            }
            _ => None,
        });
        // Nothing changes where libpq's default is the recipe's.
        if filled.is_none() && compiled == default {
            continue;
        }
        let takes = filled.unwrap_or(compiled);
        message.push_str(if message.is_empty() { "" } else { "; " });
        message.push_str(&alloc::format!(
            "{name} is set but empty, so libpq takes {takes} and not `{default}`"
        ));
        spans.extend(case.whole(name));
        edits.push(Edit::write(name, Span::new(0, 0), default.clone()));
    }
    if !spans.is_empty() {
        findings
            .report(Severity::Warning, message, "remove the empty variable, or give it a value")
            .at(spans)
            .fix("write the default", edits);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    #[test]
    fn each_is_named_with_what_takes_its_place() {
        let variables = [("DB_HOST", ""), ("DB_USER", ""), ("PGUSER", "me"), ("DB_PORT", "")];
        let expected = "warning: DB_HOST is set but empty, so libpq takes the local socket and not \
                        `localhost`; DB_USER is set but empty, so libpq takes PGUSER and not \
                        `postgres` <> <>";
        assert_eq!(said(&RULE, &variables), [expected]);
        assert_eq!(fixed(&RULE, &variables), ["DB_HOST=localhost", "DB_USER=postgres"]);
    }

    #[test]
    fn a_port_that_comes_to_the_same_is_fine() {
        assert!(said(&RULE, &[("DB_PORT", "")]).is_empty());
        assert_eq!(said(&RULE, &[("DB_PORT", ""), ("PGPORT", "6432")]).len(), 1);
    }
}
