//! `option-ignored`.

use alloc::string::String;
use alloc::vec::Vec;

use super::credentials_misread::listed;
use crate::advice::{Case, Findings, rule, shown_key};
use crate::clients::libpq;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Fate, Line};
use crate::promise;
use crate::span::{InputSpan, Span};
use crate::tls::SslMode;

rule! {
    /// The client ignores an option of the URL
    ///
    /// # What happens
    ///
    /// node-postgres, Prisma, pgjdbc, Rails, sqlx and Ecto leave out options that they do not know,
    /// without an error: `connect_timeout` in node-postgres, pgjdbc (`connectTimeout`) and sqlx,
    /// `channel_binding` in all of them but Prisma, `sslrootcert` in Prisma, `pgbouncer` and `schema`
    /// everywhere but in Prisma.
    ///
    /// # Why it matters
    ///
    /// The URL says one thing, and the connection does another: no timeout, no channel binding, other
    /// certificates. A copy of the URL that works in psql changes nothing here.
    ///
    /// # What to do
    ///
    /// Set it in the client's own configuration, or in the client's own spelling, and leave it out of
    /// this client's URL.
    ///
    /// # References
    ///
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `parse()` hands every option on, and the client reads those that it knows
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `parse()` reads the query into `OPTIONS`
    ///
    /// # Examples
    ///
    /// ```env,reports,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?channel_binding=require
    /// ```
    ///
    /// ```env,reports,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?pgbouncer=true
    /// ```
    ///
    /// ```env,silent,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?channel_binding=require
    /// ```
    "option-ignored", [Warning, Info] readers, check
}

/// As many names as a message holds.
pub(super) const MOST: usize = 12;

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // What this mode promises, another rule compares.
    let is_compared = promise::sslmode(case.resolution).is_some_and(|it| it.0 >= SslMode::Require);
    let query = case.resolution.url.map(|it| it.query).unwrap_or_default();
    let is_ignored = |it: &&Line<'_>| {
        let is_option = it.origin.input_span().is_some_and(|it| {
            it.input == DATABASE_URL && query.start <= it.span.start && it.span.end <= query.end
        });
        let is_other = !(is_compared && it.key.keyword() == "sslmode");
        // An empty one may still take the place of the URL's own host.
        let is_blank = !it.value.is_truthy();
        matches!(it.fate, Fate::Ignored { .. }) && is_option && is_other && !is_blank
    };
    let lines = case.resolution.ledger.lines().map(|(_, line)| line);
    let lines: Vec<&Line<'a>> = lines.filter(is_ignored).collect();
    if lines.is_empty() || case.resolution.refusal.is_some() {
        return;
    }
    let names = names(&lines);
    let is_libpqs = lines.iter().any(|it| libpq::find(it.key.reveal()).is_some());
    let severity = if is_libpqs { Severity::Warning } else { Severity::Info };
    let spans: Vec<InputSpan<'a>> =
        lines.iter().filter_map(|it| it.origin.input_span()).take(MOST).collect();
    let values: Vec<Span> =
        lines.iter().filter_map(|it| Some(it.origin.input_span()?.span)).collect();
    let help = "set it in the client's own configuration, and leave it out of its URL";
    let message = alloc::format!("{} ignores {names}", case.subject());
    let finding = findings.report(severity, message, help).at(spans);
    // What secures a connection is not taken away for having no effect.
    let secures = |it: &&Line<'_>| {
        let name = it.key.reveal();
        name.starts_with("ssl") || ["channel_binding", "gssencmode", "require_auth"].contains(&name)
    };
    if !lines.iter().any(secures) {
        finding.fix("remove what is ignored", case.remove_options(&values));
    }
}

/// The names of options, each once.
pub(super) fn names(lines: &[&Line<'_>]) -> String {
    let mut names: Vec<String> = Vec::new();
    for line in lines {
        let name = alloc::format!("`{}`", shown_key(&line.key));
        if names.len() <= MOST && !names.contains(&name) {
            names.push(name);
        }
    }
    match names.len() > MOST {
        true => {
            names.truncate(MOST);
            alloc::format!("{} and more", names.join(", "))
        }
        false => listed(&names),
    }
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_in, said_in};

    #[track_caller]
    fn check(client: &str, options: &str, found: &str, fixed: &[&str]) {
        let url = alloc::format!("postgres://u:p@h/d?{options}");
        assert_eq!(said_in(&RULE, client, &url), [found], "{client} {url}");
        assert_eq!(fixed_in(&RULE, client, &url), fixed, "{client} {url}");
    }

    #[test]
    fn all_that_is_ignored_is_named_at_once() {
        check(
            "node-postgres",
            "pgbouncer=true&application_name=a&schema=x",
            "info: node-postgres ignores `pgbouncer` and `schema`",
            &["postgres://u:p@h/d?application_name=a"],
        );
        check(
            "sqlx",
            "connect_timeout=1",
            "warning: sqlx ignores `connect_timeout`",
            &["postgres://u:p@h/d"],
        );
    }

    #[test]
    fn what_secures_a_connection_stays() {
        check(
            "node-postgres",
            "channel_binding=require",
            "warning: node-postgres ignores `channel_binding`",
            &[],
        );
    }

    #[test]
    fn an_sslmode_that_asks_for_tls_is_compared_by_another_rule() {
        assert_eq!(said_in(&RULE, "ecto", "postgres://u:p@h/d?sslmode=require"), [""; 0]);
        assert_eq!(said_in(&RULE, "ecto", "postgres://u:p@h/d?sslmode=prefer").len(), 1);
    }
}
