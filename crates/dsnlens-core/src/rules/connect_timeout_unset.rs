//! `connect-timeout-unset`.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{Case, Finding, rule};
use crate::diagnostic::{Fix, Severity};
use crate::inputs::DATABASE_URL;
use crate::ledger::Origin;
use crate::span::Span;

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

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Vec<Finding<'a>>) {
    let resolution = case.resolution;
    let winner = resolution.ledger.winner("connect_timeout");
    let is_set = winner.is_some_and(|(_, line)| !matches!(line.origin, Origin::Default { .. }));
    let (Some(url), Some(parts)) = (case.url(), resolution.url) else { return };
    // A socket answers or is not there, and where the stack refuses nobody waits.
    let waits = resolution.refusal.is_none() && resolution.ssl.is_some_and(|it| !it.is_socket);
    if !waits || is_set || case.is_misread() {
        return;
    }
    let (head, tail) = (Span::new(0, parts.query.end), Span::new(parts.query.end, url.len()));
    let joint = match (head.of(url).ends_with(['?', '&']), head.of(url).contains('?')) {
        (true, _) => "",
        (false, true) => "&",
        (false, false) => "?",
    };
    let seconds = case.recipe.connect_timeout;
    let value = case
        .quote(head)
        .and(alloc::format!("{joint}connect_timeout={seconds}"))
        .and_text(case.quote(tail));
    findings.push(Finding {
        severity: Severity::Warning,
        message: String::from(
            "no connect_timeout: a host that does not answer blocks a worker for 130 s",
        ),
        spans: vec![],
        help: alloc::format!("add `connect_timeout={seconds}` to the URL's options"),
        fix: Some(Fix {
            title: alloc::format!("add connect_timeout={seconds}"),
            variables: vec![(DATABASE_URL, value)],
        }),
    });
}
