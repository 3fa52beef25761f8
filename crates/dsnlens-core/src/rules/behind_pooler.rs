//! `behind-pooler`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::Setting;

rule! {
    /// A pooler stands between the application and the server
    ///
    /// # What happens
    ///
    /// The process that answers is not the one that was announced at the log-in: PgBouncer or the
    /// like hands out connections of its own. Where several processes answered the queries of one
    /// connection, it shares them out per transaction.
    ///
    /// # Why it matters
    ///
    /// Per transaction, whatever lives longer than that is lost: server-side cursors (`cursor
    /// "_django_curs_…" does not exist`), prepared statements (`prepared statement "_pg3_0" already
    /// exists`), `SET`, advisory locks, `LISTEN`. Persistent connections to a pooler hold its slots.
    ///
    /// # What to do
    ///
    /// Set `DISABLE_SERVER_SIDE_CURSORS = True` unless the pooler works per session. `CONN_MAX_AGE =
    /// 0` lets the pooler do the pooling. Run migrations against the server itself.
    ///
    /// # References
    ///
    /// - [PgBouncer 1.24.1, `config.md`](https://github.com/pgbouncer/pgbouncer/blob/pgbouncer_1_24_1/doc/config.md): `pool_mode`
    /// - [PostgreSQL's documentation, the message flow](https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-START-UP): `BackendKeyData`, the process that is announced
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): the names of server-side cursors
    /// - [psycopg 3.3.4, `prepare.rst`](https://github.com/psycopg/psycopg/blob/3.3.4/docs/advanced/prepare.rst): prepared statements with PgBouncer
    ///
    /// # Examples
    ///
    /// Several processes answered one connection:
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:6432/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: pooled
    /// pooling: backends=3
    /// ```
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com:6432/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: pooled
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: ok
    /// ```
    "behind-pooler", [Warning, Info], live check
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    if !live.session().is_some_and(|it| it.is_pooled()) {
        return;
    }
    let cursors = case.setting(Setting::DisableServerSideCursors);
    let has_cursors = !cursors.is_some_and(|(_, line)| line.value.is_truthy());
    let is_shared = live.pooling().is_some_and(|it| it.backends > 1);
    let (severity, message) = match is_shared {
        true if has_cursors => (
            Severity::Warning,
            "a pooler shares out server connections per transaction, and server-side cursors are on",
        ),
        true => (Severity::Info, "a pooler shares out server connections per transaction"),
        false => (Severity::Info, "a pooler stands between here and the server"),
    };
    findings
        .report(
            severity,
            message,
            "unless it works per session, set DISABLE_SERVER_SIDE_CURSORS = True; CONN_MAX_AGE = 0 \
             leaves the pooling to it",
        )
        .at(case.host_span());
}
