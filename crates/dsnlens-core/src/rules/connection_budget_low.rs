//! `connection-budget-low`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::Session;

rule! {
    /// Few connections are left
    ///
    /// # What happens
    ///
    /// Less than a fifth of the connections that this role may open is free: by `max_connections`
    /// without the slots reserved for privileged roles, by the role's own limit, or by the
    /// database's.
    ///
    /// # Why it matters
    ///
    /// A deployment runs old and new workers side by side, and needs twice the connections for a
    /// minute. What does not fit fails with SQLSTATE 53300.
    ///
    /// # What to do
    ///
    /// Count: processes × threads × replicas × 2 has to fit. Lower `CONN_MAX_AGE` or the number of
    /// workers, put a pooler in front, or raise the limit.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, connections](https://www.postgresql.org/docs/18/runtime-config-connection.html#GUC-MAX-CONNECTIONS): `max_connections` and the reserved slots
    /// - [PostgreSQL's documentation, `CREATE ROLE`](https://www.postgresql.org/docs/18/sql-createrole.html): `CONNECTION LIMIT`
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): the reserved slots and a database's limit
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: max=100 used=90
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// auth: scram-sha-256 ok
    /// session: max=100 used=40
    /// ```
    "connection-budget-low", [Warning], live check
}

fn check<'a>(_: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let Some(session) = live.session() else { return };
    let budgets = budgets(session).into_iter().flatten();
    let Some((free, limit, whose)) = budgets.min_by_key(|it| it.0) else { return };
    // A limit of one or two is meant to be used up.
    if limit < 5 || free >= limit.div_ceil(5) {
        return;
    }
    findings.report(
        Severity::Warning,
        alloc::format!("{free} of {limit} connections are free ({whose})"),
        "count processes × threads × replicas, twice during a deployment; a pooler in front needs \
         fewer",
    );
}

/// What is free, of how many, by which limit.
fn budgets(session: &Session) -> [Option<(u32, u32, &'static str)>; 3] {
    let budget = |limit: u32, used: u32, whose| Some((limit.saturating_sub(used), limit, whose));
    let reserved = if session.is_superuser { 0 } else { session.reserved_connections };
    [
        budget(
            session.max_connections.saturating_sub(reserved),
            session.used_connections,
            "max_connections without the reserved ones",
        ),
        session.role_limit.and_then(|it| budget(it, session.role_connections, "the role's limit")),
        session
            .database_limit
            .and_then(|it| budget(it, session.database_connections, "the database's limit")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tightest_limit_counts() {
        let session = Session {
            max_connections: 100,
            reserved_connections: 3,
            used_connections: 20,
            role_limit: Some(10),
            role_connections: 9,
            database_limit: Some(50),
            database_connections: 15,
            ..Session::default()
        };
        let tightest = budgets(&session).into_iter().flatten().min_by_key(|it| it.0);
        assert_eq!(tightest, Some((1, 10, "the role's limit")));
    }
}
