//! `option-sent`.

use alloc::vec::Vec;

use super::option_ignored::{MOST, names};
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Line;
use crate::promise;
use crate::span::Span;

rule! {
    /// The client sends an option to the server, which refuses it
    ///
    /// # What happens
    ///
    /// pgx, lib/pq, asyncpg and postgres.js take an option that they do not know for a setting of the
    /// session, and send it as they connect. PostgreSQL does not know `pgbouncer`, `schema`,
    /// `channel_binding` or `connection_limit`, and ends the connection:
    /// `FATAL: unrecognized configuration parameter "pgbouncer"` (42704).
    ///
    /// # Why it matters
    ///
    /// The client starts, and no connection succeeds. The same URL works in a client that knows the
    /// option, or ignores it.
    ///
    /// # What to do
    ///
    /// Leave the option out of this client's URL. A name with a dot (`app.tenant`) and settings that
    /// the server knows (`search_path`, `statement_timeout`) are accepted.
    ///
    /// # References
    ///
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): the options that are left over become `server_settings`
    ///
    /// # Examples
    ///
    /// ```env,reports,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pgbouncer=true
    /// ```
    ///
    /// ```env,silent,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?search_path=app
    /// ```
    "option-sent", [Error] readers, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let lines = promise::sent_in_vain(case.resolution);
    let is_of_url =
        |it: &&Line<'_>| it.origin.input_span().is_some_and(|it| it.input == DATABASE_URL);
    let lines: Vec<&Line<'a>> = lines.filter(is_of_url).collect();
    if lines.is_empty() || case.resolution.refusal.is_some() {
        return;
    }
    let spans: Vec<Span> =
        lines.iter().filter_map(|it| Some(it.origin.input_span()?.span)).collect();
    let message = alloc::format!(
        "{} sends {} to the server, which refuses settings that it does not know",
        case.subject(),
        names(&lines)
    );
    let finding = findings
        .report(Severity::Error, message, "leave it out of this client's URL")
        .at(lines.iter().filter_map(|it| it.origin.input_span()).take(MOST));
    // What says where to connect is not to be left out, but to be written elsewhere.
    let is_target = |it: &&Line<'_>| {
        ["host", "port", "user", "password", "dbname", "database"].contains(&it.key.reveal())
    };
    if !lines.iter().any(is_target) {
        finding.fix("remove what the server refuses", case.remove_options(&spans));
    }
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_in, said_in};

    #[test]
    fn what_no_server_knows_goes() {
        let url = "postgres://u:p@h/d?pgbouncer=true&search_path=a&schema=x";
        for client in ["pgx", "lib/pq", "asyncpg", "postgres.js"] {
            let said = said_in(&RULE, client, url);
            assert!(said.len() == 1 && said[0].contains("`pgbouncer` and `schema`"), "{said:?}");
            assert_eq!(fixed_in(&RULE, client, url), ["postgres://u:p@h/d?search_path=a"]);
        }
        assert_eq!(said_in(&RULE, "pgx", "postgres://u:p@h/d?app.tenant=1"), [""; 0]);
    }

    #[test]
    fn credentials_are_not_left_out() {
        let url = "postgres://h/d?user=u&password=p";
        assert_eq!(said_in(&RULE, "postgres.js", url).len(), 1);
        assert_eq!(fixed_in(&RULE, "postgres.js", url), [""; 0]);
    }
}
