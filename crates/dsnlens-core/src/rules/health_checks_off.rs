//! `health-checks-off`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::Setting;

rule! {
    /// Connections are kept, but never checked before they are used again
    ///
    /// # What happens
    ///
    /// `CONN_MAX_AGE` keeps a connection over requests, up to that age since it was opened. `CONN_HEALTH_CHECKS`, off by default, makes
    /// Django test it before the first query of a request. The `DB_*` branch of the recipe sets
    /// the first and not the second.
    ///
    /// # Why it matters
    ///
    /// After the database restarts or fails over, each worker answers its next request with
    /// `OperationalError: server closed the connection unexpectedly`.
    ///
    /// # What to do
    ///
    /// Add `'CONN_HEALTH_CHECKS': True` to the settings. It costs one `SELECT 1` a request.
    ///
    /// # References
    ///
    /// - [Django 5.2, `db/utils.py`](https://github.com/django/django/blob/5.2/django/db/utils.py): the default
    /// - [Django 5.2, `db/backends/base/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/base.py): `close_if_health_check_failed()`
    /// - [Django's documentation, `CONN_HEALTH_CHECKS`](https://docs.djangoproject.com/en/5.2/ref/settings/#conn-health-checks)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "health-checks-off", [Warning] given, check,
    errors [
        "terminating connection due to administrator command",
        "terminating connection due to idle-session timeout",
        "terminating connection due to unexpected postmaster exit",
        "the connection is closed",
        "the connection is lost",
        "connection already closed",
        "SSL connection has been closed unexpectedly",
        "consuming input failed: server closed the connection",
        "consuming input failed: SSL connection has been closed",
        "consuming input failed: EOF detected",
        "sending query failed: SSL SYSCALL error: EOF detected",
        "consuming input failed: SSL SYSCALL error: EOF detected",
        "OperationalError: SSL SYSCALL error: EOF detected",
        "OperationalError) SSL SYSCALL error: EOF detected",
        "no connection to the server",
        "This connection has been closed",
        "connection was closed in the middle of operation",
        "client_idle_timeout",
        "discarding closed connection",
        "driver: bad connection",
        "conn closed"
    ],
    perhaps [
        "server closed the connection unexpectedly",
        "cursor already closed",
        "Connection terminated unexpectedly"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, age)) = case.setting(Setting::ConnMaxAge) else { return };
    let checks = case.setting(Setting::ConnHealthChecks);
    let is_checked = checks.is_some_and(|(_, line)| line.value.is_truthy());
    if case.resolution.connect_params.is_none() || !age.value.is_truthy() || is_checked {
        return;
    }
    findings.report(
        Severity::Warning,
        alloc::format!(
            "Connections are used for {} s after they were opened, and not checked before a request",
            age.value
        ),
        "add `'CONN_HEALTH_CHECKS': True` beside `CONN_MAX_AGE` in settings.py",
    );
}
