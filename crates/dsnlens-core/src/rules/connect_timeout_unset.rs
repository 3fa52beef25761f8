//! `connect-timeout-unset`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::Origin;

rule! {
    /// Nothing limits how long a connection attempt may take
    ///
    /// # What happens
    ///
    /// The `DB_*` branch of the recipe sets `connect_timeout=10`; the URL branch sets none. psycopg 3
    /// then waits 130 seconds (`psycopg/conninfo.py` of 3.3), psycopg2 as long as the operating
    /// system does.
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
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?connect_timeout=10
    /// ```
    "connect-timeout-unset", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let winner = case.winner("connect_timeout");
    let is_set = winner.is_some_and(|(_, line)| !matches!(line.origin, Origin::Default { .. }));
    // A socket answers or is not there, and where the stack refuses nobody waits.
    let waits = case.connects() && !case.is_socket();
    if !case.is_url() || !waits || is_set || case.is_misread() {
        return;
    }
    let option = alloc::format!("connect_timeout={}", case.recipe.connect_timeout);
    let message = "no connect_timeout: a host that does not answer blocks a worker for 130 s";
    findings
        .report(Severity::Warning, message, alloc::format!("add `{option}` to the URL's options"))
        .fix(alloc::format!("add {option}"), case.add_option(&option));
}
