//! `provider-ipv6-only`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;
use crate::provider::Reach;

rule! {
    /// The host has an IPv6 address only
    ///
    /// # What happens
    ///
    /// Supabase's direct connection, `db.<project>.supabase.co`, has no IPv4 address unless the
    /// project pays for the IPv4 add-on. From a network without IPv6:
    ///
    /// - `connection to server at "db.….supabase.co" (2a05:…), port 5432 failed: Network is
    ///   unreachable`, or `failed to resolve host`;
    /// - `connect ENETUNREACH` and `getaddrinfo ENOTFOUND` from Node.
    ///
    /// GitHub Actions, Render, Vercel and Railway have no IPv6 to the outside by default, and
    /// neither have many home networks and Docker's default bridge.
    ///
    /// # Why it matters
    ///
    /// It works on one machine and not on the next, with the same credentials.
    ///
    /// # What to do
    ///
    /// Copy the *session pooler's* string from the project's Connect dialog: port 5432 of
    /// `….pooler.supabase.com`, user `postgres.<project>`. Do not compose its host: `aws-0` or
    /// `aws-1` differs between projects. Or buy the IPv4 add-on.
    ///
    /// # References
    ///
    /// - [Supabase's documentation, connecting to Postgres](https://supabase.com/docs/guides/database/connecting-to-postgres): which addresses have IPv4
    /// - [Supabase's documentation, IPv4 addresses](https://supabase.com/docs/guides/platform/ipv4-address): the IPv4 add-on
    /// - [Railway's documentation, `outbound-networking.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/networking/outbound-networking.md): outbound IPv6
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@db.abcdefghijklmnopqrst.supabase.co:5432/postgres
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://postgres.abcdefghijklmnopqrst:correct-horse@aws-0-eu-central-1.pooler.supabase.com:5432/postgres
    /// ```
    "provider-ipv6-only", [Warning], check,
    errors [
        "supabase.co\" ({}), port {} failed: Network is unreachable",
        "supabase.co\" ({}), port {} failed: No route to host",
        "supabase.co\" ({}), port {} failed: Cannot assign requested address",
        "could not translate host name \"{}.supabase.co\" to address: No address associated",
        "failed to resolve host '{}.supabase.co': [Errno -5]"
    ],
    perhaps [
        "Network is unreachable",
        "ENETUNREACH",
        "failed to resolve host",
        "getaddrinfo ENOTFOUND"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    let is_ipv6 = endpoint.reach.value() == Some(Reach::Ipv6);
    if !is_ipv6 || !case.connects() || case.winner("hostaddr").is_some() {
        return;
    }
    let Some((_, host)) = case.winner("host") else { return };
    let message = alloc::format!(
        "`{}` {}has no IPv4 address: from a network without IPv6 it cannot be reached",
        shown(&host.value),
        endpoint.reach.adverb()
    );
    let help = "use the session pooler's address from the project's Connect dialog";
    findings.report(Severity::Warning, message, help).at(host.origin.input_span());
}
