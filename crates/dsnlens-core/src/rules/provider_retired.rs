//! `provider-retired`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;

rule! {
    /// The provider, or this product of it, is gone
    ///
    /// # What happens
    ///
    /// The host's name may still resolve, but nobody answers: `failed to resolve host '…'`,
    /// `Connection refused`, or the wait for `connect_timeout`.
    ///
    /// - ElephantSQL (`*.db.elephantsql.com`) was shut down on 27 January 2025.
    /// - Xata Lite (`*.sql.xata.sh`) was shut down on 28 February 2026; today's Xata has other
    ///   hosts.
    /// - Railway has replaced its database plugins (`containers-….railway.app`) with database
    ///   services (`….proxy.rlwy.net`, `….railway.internal`), which makes a warning: an old one
    ///   may still run.
    ///
    /// # Why it matters
    ///
    /// Old tutorials and `.env` files keep such addresses, and the error looks like a network
    /// problem.
    ///
    /// # What to do
    ///
    /// Restore the latest dump at another provider, and take its URL.
    ///
    /// # References
    ///
    /// - [ElephantSQL's Terraform provider](https://github.com/ElephantSQL/terraform-provider-elephantsql): the date
    /// - [Xata's client for TypeScript](https://github.com/xataio/client-ts): the date of Xata Lite
    /// - [Railway's documentation, `postgresql.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/databases/postgresql.md): the database services
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@balarama.db.elephantsql.com/app
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@containers-us-west-42.railway.app:7654/railway
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://postgres:correct-horse@shuttle.proxy.rlwy.net:15140/railway
    /// ```
    "provider-retired", [Error, Warning] libpq given, check,
    perhaps ["failed to resolve host '"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    let Some(happened) = endpoint.retired.value() else { return };
    let Some((_, host)) = case.winner("host").filter(|_| case.connects()) else { return };
    let name = shown(&host.value);
    let (severity, message) = match endpoint.retired.sure() {
        Some(_) => (Severity::Error, alloc::format!("{happened}: `{name}` answers no longer")),
        None => (Severity::Warning, alloc::format!("{happened}: `{name}` is an old one")),
    };
    let help = "move the data, and take the address of where it is now";
    findings.report(severity, message, help).at(host.origin.input_span());
}
