//! `transaction-pooler`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::ledger::Setting;
use crate::provider::{Direct, Endpoint, Pooler, UserShape};
use crate::recipe::DjDatabaseUrl;
use crate::span::Span;
use crate::syntax::words;

rule! {
    /// A pooler gives each transaction another connection, and Django relies on a session
    ///
    /// # What happens
    ///
    /// In transaction mode a connection is the client's until the transaction ends; the next
    /// query may run on another.
    ///
    /// - `QuerySet.iterator()` outside `atomic()` opens a server-side cursor:
    ///   `psycopg.errors.InvalidCursorName: cursor "_django_curs_…" does not exist`.
    /// - Prepared statements: `DuplicatePreparedStatement: prepared statement "_pg3_0" already
    ///   exists`. Django switches psycopg's off, unless `OPTIONS` has a `prepare_threshold`.
    /// - `SET`, advisory locks, `LISTEN` and temporary tables are lost between transactions.
    ///
    /// # Why it matters
    ///
    /// With one user everything works. It fails when two share the pool.
    ///
    /// # What to do
    ///
    /// Add `'DISABLE_SERVER_SIDE_CURSORS': True` to `DATABASES['default']`; dj-database-url 2.2
    /// and later take `disable_server_side_cursors=True`, 2.1.0 does not. Run migrations through
    /// the direct address, or stay on it altogether if the connections suffice.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/models/query.py`](https://github.com/django/django/blob/5.2/django/db/models/query.py): `DISABLE_SERVER_SIDE_CURSORS`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): the names of cursors, and `prepare_threshold`
    /// - [psycopg 3.3.4, `prepare.rst`](https://github.com/psycopg/psycopg/blob/3.3.4/docs/advanced/prepare.rst): prepared statements with PgBouncer
    /// - [PgBouncer 1.24.1, `config.md`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/doc/config.md): `pool_mode`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456-pooler.us-east-2.aws.neon.tech/shop
    /// ```
    ///
    /// ```env,reports,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@shop-do-user-1234567-0.b.db.ondigitalocean.com:25061/web
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop
    /// ```
    "transaction-pooler", [Warning], check,
    errors [
        "cursor \"_django_curs_",
        "prepared statement \"{}\" already exists",
        "prepared statement \"{}\" does not exist",
        "cursor \"{}\" does not exist",
        "prepared statement did not exist",
        "prepared statement name is already in use",
        "transaction blocks not allowed in statement pooling mode" =>
            "Set `pool_mode=transaction` in PgBouncer: Django uses transactions",
        "unnamed prepared statement does not exist",
        "EPREPAREDNOTFOUND",
        "EPREPAREDDUP",
        "EPSSIMPLEQUERY",
        "EMAXPREPARED"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    if endpoint.pooler.value() != Some(Pooler::Transaction) || !case.connects() {
        return;
    }
    let is_disabled = case
        .setting(Setting::DisableServerSideCursors)
        .is_some_and(|(_, line)| line.value.is_truthy());
    let prepared = case.option("prepare_threshold").map(|(_, line)| line);
    if is_disabled && prepared.is_none() {
        return;
    }
    let lost = match (is_disabled, prepared) {
        (false, None) => "server-side cursors (`QuerySet.iterator()`)",
        (false, Some(_)) => {
            "server-side cursors (`QuerySet.iterator()`) and prepared statements \
             (`prepare_threshold`)"
        }
        (true, _) => "prepared statements (`prepare_threshold`)",
    };
    let message = alloc::format!(
        "{} {}gives each transaction another connection: {lost} do not survive it",
        endpoint.name,
        endpoint.pooler.adverb()
    );
    let is_argument = case.is_url() && case.recipe.dj_database_url >= DjDatabaseUrl::V2_2_0;
    let help = match is_argument {
        true => "pass `disable_server_side_cursors=True` to `dj_database_url.config()`",
        false => "add `'DISABLE_SERVER_SIDE_CURSORS': True` to DATABASES['default'] in settings.py",
    };
    let place = |keyword| case.winner(keyword).and_then(|(_, it)| it.origin.input_span());
    // The port, where it is what makes this a pooler.
    let port = endpoint.port.and_then(|_| place("port"));
    let option = prepared.and_then(|it| it.origin.input_span());
    let edit = leave(case, endpoint);
    let finding =
        findings
            .report(Severity::Warning, message, help)
            .at([place("host"), port, option].into_iter().flatten());
    if let Some(edit) = edit {
        let title = match endpoint.user {
            UserShape::WithProject => "use the session pooler",
            _ => "connect directly, without the pooler",
        };
        finding.fix(title, [edit]);
    }
}

/// What to change to get a session.
fn leave(case: &Case<'_, '_>, endpoint: &Endpoint) -> Option<Edit> {
    const POOLER: &str = "-pooler";
    let written = |keyword| case.winner(keyword).and_then(|(_, line)| case.written(line));
    match endpoint.direct? {
        Direct::Port(port) => {
            let (variable, span) = written("port")?;
            Some(Edit::write(variable, span, alloc::format!("{port}")))
        }
        Direct::WithoutPooler => {
            let (variable, span) = written("host")?;
            let at = span.start + words::find(span.of(case.inputs.get(variable)?), POOLER)?;
            Some(Edit::delete(variable, Span::new(at, at + POOLER.len())))
        }
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said_of};

    #[test]
    fn what_is_certain_is_said_and_what_is_usual_says_usually() {
        let certain = said_of(&RULE, "postgres://u:p@ep-x-1-pooler.us-east-2.aws.neon.tech/db");
        let message = "warning: Neon's pooler gives each transaction another connection: \
                       server-side cursors (`QuerySet.iterator()`) do not survive it \
                       <ep-x-1-pooler.us-east-2.aws.neon.tech>";
        assert_eq!(certain, [message]);
        let usual = said_of(&RULE, "postgres://u:p@x.postgres.database.azure.com:6432/db");
        assert!(usual[0].contains("PgBouncer usually gives"), "{usual:?}");
        assert!(usual[0].ends_with("<x.postgres.database.azure.com> <6432>"), "{usual:?}");
    }

    #[test]
    fn prepared_statements_come_back_by_an_option() {
        let url = "postgres://u:p@us-east-1.pg.psdb.cloud:6432/db?prepare_threshold=5";
        let found = said_of(&RULE, url);
        assert!(found[0].contains("and prepared statements (`prepare_threshold`)"), "{found:?}");
    }

    #[test]
    fn a_fix_leaves_the_pooler_where_the_credentials_stay_good() {
        let neon = |part| format!("postgres://u:p@ep-x-1{part}.us-east-2.aws.neon.tech/db");
        assert_eq!(fixed_url(&RULE, &neon("-pooler")), [neon("")]);
        let supabase =
            |port| format!("postgres://postgres.abc:p@aws-0-x.pooler.supabase.com:{port}/db");
        assert_eq!(fixed_url(&RULE, &supabase(6543)), [supabase(5432)]);
        let fields = [("DB_HOST", "us-east-1.pg.psdb.cloud"), ("DB_PORT", "6432")];
        assert_eq!(fixed(&RULE, &fields), ["DB_PORT=5432"]);
        // The pool's name stands where the database's would.
        let pool = "postgres://u:p@x-do-user-1-0.b.db.ondigitalocean.com:25061/pool";
        assert_eq!(fixed_url(&RULE, pool), [""; 0]);
    }
}
