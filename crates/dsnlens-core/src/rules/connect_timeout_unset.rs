//! `connect-timeout-unset`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::Origin;

rule! {
    /// Nothing limits how long a connection attempt may take
    ///
    /// # What happens
    ///
    /// The `DB_*` branch of the guide's settings module sets `connect_timeout=10`; the URL branch
    /// sets none. psycopg 3 then waits 130 seconds (`psycopg/conninfo.py` of 3.3). psycopg2 has no
    /// limit of its own: the operating system decides when to give up, Linux after two minutes.
    ///
    /// # Why it matters
    ///
    /// A host that does not answer (a wrong port, a firewall, a paused database) blocks a worker
    /// for two minutes; with a few requests every worker hangs, and the platform's health check
    /// fails before any error is logged.
    ///
    /// # What to do
    ///
    /// Add `connect_timeout=10` to the URL's options.
    ///
    /// # References
    ///
    /// - [psycopg 3.3.4, `conninfo.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/conninfo.py): the 130 seconds
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-CONNECT-TIMEOUT): `connect_timeout`
    /// - [psycopg2 2.9.10, `connection_int.c`](https://github.com/psycopg/psycopg2/blob/2.9.10/psycopg/connection_int.c): `PQconnectdb()`, without a limit of its own
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports,psycopg2
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com'}}
    /// ```
    "connect-timeout-unset", [Warning] given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let winner = case.winner("connect_timeout");
    let is_set = winner.is_some_and(|(_, line)| !matches!(line.origin, Origin::Default { .. }));
    // A socket answers or is not there, and where the stack refuses nobody waits.
    let waits = case.connects() && !case.is_socket();
    let is_open = case.is_url() || case.is_given();
    if !is_open || !waits || is_set || case.is_misread() {
        return;
    }
    let seconds = case.recipe.connect_timeout;
    let option = alloc::format!("connect_timeout={seconds}");
    let message = match case.question.patience() {
        Some(patience) => alloc::format!(
            "connect_timeout is not set: a host that does not respond blocks a worker for \
             {patience} s"
        ),
        None => "connect_timeout is not set: a host that does not respond blocks a worker until \
                 the operating system gives up"
            .into(),
    };
    let help = match case.is_given() {
        true => alloc::format!("write `'connect_timeout': {seconds}` into OPTIONS in settings.py"),
        false => alloc::format!("add `{option}` to the URL's options"),
    };
    findings
        .report(Severity::Warning, message, help)
        .fix(alloc::format!("add {option}"), case.add_option(&option));
}
