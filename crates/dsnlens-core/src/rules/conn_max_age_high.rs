//! `conn-max-age-high`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::{Setting, Value};
use crate::workload::Pooler;

rule! {
    /// Connections live longer than is good for this many users
    ///
    /// # What happens
    ///
    /// `CONN_MAX_AGE` is the age, in seconds since it was opened, at which Django closes a connection
    /// when a request begins or ends; how long it is idle plays no part. Each thread of each worker
    /// process keeps one of its own. PostgreSQL has
    /// `max_connections=100` by default, and managed databases often fewer. With many users there
    /// are many threads, all of them hold a connection, and most of those are idle.
    ///
    /// # Why it matters
    ///
    /// A deploy starts new workers while the old ones still hold theirs, and then connecting fails
    /// with `FATAL: sorry, too many clients already` or `FATAL: remaining connection slots are
    /// reserved for roles with the SUPERUSER attribute`.
    ///
    /// # What to do
    ///
    /// Take `conn_max_age=600` for less than 100 users at a time, 300 and a pooler for up to 1,000,
    /// 60 and PgBouncer above. Behind PgBouncer in transaction mode set
    /// `DISABLE_SERVER_SIDE_CURSORS` too. The budget is processes × threads × instances, twice that
    /// during a deploy, against `max_connections` less the 3 that are reserved.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/backends/base/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/base.py): `close_if_unusable_or_obsolete()`
    /// - [Django's documentation, persistent connections](https://docs.djangoproject.com/en/5.2/ref/databases/#persistent-connections)
    /// - [PostgreSQL's documentation, connections](https://www.postgresql.org/docs/18/runtime-config-connection.html#GUC-MAX-CONNECTIONS): `max_connections`
    /// - [PostgreSQL 18, `postinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/postinit.c): `remaining connection slots are reserved`
    ///
    /// # Examples
    ///
    /// ```env,reports,500 users
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent,50 users
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "conn-max-age-high", [Info], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let workload = case.inputs.workload();
    let Some((users, advice)) = workload.users.zip(workload.advice()) else { return };
    let Some((_, line)) = case.setting(Setting::ConnMaxAge) else { return };
    let (advised, connects) = (advice.conn_max_age, case.resolution.connect_params.is_some());
    let Value::Int(age) = line.value else { return };
    if !connects || age <= i64::from(advised) {
        return;
    }
    let message = alloc::format!(
        "Django keeps a connection for {age} s after it was opened, idle or not; for {users} users \
         set CONN_MAX_AGE to {advised}"
    );
    let pooler = match advice.pooler {
        Pooler::Unneeded => "",
        Pooler::Any => ", and put a pooler in front of the database",
        Pooler::PgBouncer => ", and put PgBouncer in front of the database",
    };
    let help = alloc::format!("set CONN_MAX_AGE to {advised} in settings.py{pooler}");
    findings.report(Severity::Info, message, help).at(line.origin.input_span());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::{Inputs, Question, Recipe, Workload, resolve};

    #[track_caller]
    fn check(users: u32, conn_max_age: u32, help: Option<&str>) {
        let workload = Workload { users: Some(users), ..Workload::default() };
        let inputs = Inputs::url("postgres://u:p@h/db").with_workload(workload);
        let recipe = Recipe { conn_max_age, ..Recipe::default() };
        let answer = resolve(Question::new(inputs).with_recipe(recipe));
        let found = answer.diagnostics.iter().find(|it| *it.rule == RULE);
        assert_eq!(found.map(|it| &*it.help), help);
    }

    #[test]
    fn it_is_measured_against_the_number_of_users() {
        check(99, 600, None);
        let pooler =
            "set CONN_MAX_AGE to 300 in settings.py, and put a pooler in front of the database";
        check(100, 600, Some(pooler));
        check(1000, 300, None);
        let pgbouncer =
            "set CONN_MAX_AGE to 60 in settings.py, and put PgBouncer in front of the database";
        check(1001, 300, Some(pgbouncer));
        check(1001, 60, None);
        check(50, 3600, Some("set CONN_MAX_AGE to 600 in settings.py"));
    }
}
