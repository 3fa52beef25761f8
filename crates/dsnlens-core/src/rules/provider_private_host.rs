//! `provider-private-host`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;
use crate::provider::{Fact, Reach};

rule! {
    /// The host is known inside the provider's network only
    ///
    /// # What happens
    ///
    /// Inside, everything works. A laptop, a CI job or another provider gets
    /// `failed to resolve host 'postgres.railway.internal': [Errno -2] Name or service not known`
    /// from psycopg 3, `could not translate host name "…" to address` from psql, or waits for
    /// the timeout. On Railway the private network is missing during a build as well, so
    /// `python manage.py migrate` or `collectstatic` in a build step fails.
    ///
    /// # Why it matters
    ///
    /// It is the right address for the deployed application, and the wrong one to copy into a
    /// local `.env`. The other way round the public address costs egress and time.
    ///
    /// # What to do
    ///
    /// Keep it where the application runs. Elsewhere use the public address: Railway's
    /// `DATABASE_PUBLIC_URL`, Render's external URL, DigitalOcean's host without `private-`; or a
    /// tunnel: `fly mpg proxy`, an SSH host in the VPC.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://postgres:correct-horse@postgres.railway.internal:5432/railway
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://postgres:correct-horse@shuttle.proxy.rlwy.net:15140/railway
    /// ```
    "provider-private-host", [Info] libpq given, check,
    errors [
        "could not translate host name \"{}.railway.internal\" to address",
        "could not translate host name \"{}.flycast\" to address",
        "could not translate host name \"{}.internal\" to address",
        "could not translate host name \"dpg-{}\" to address",
        "failed to resolve host 'dpg-{}'",
        "failed to resolve host '{}.railway.internal'",
        "failed to resolve host '{}.internal'",
        "failed to resolve host '{}.flycast'",
        "getaddrinfo ENOTFOUND dpg-",
        "getaddrinfo ENOTFOUND {}.railway.internal",
        "getaddrinfo ENOTFOUND {}.internal"
    ],
    perhaps [
        "failed to resolve host '{host}'",
        "could not translate host name \"{host}\" to address"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(endpoint) = case.endpoint() else { return };
    let Some(Reach::Private(network)) = endpoint.reach.value() else { return };
    // An address says where it is, whatever the name is known to.
    if !case.connects() || case.winner("hostaddr").is_some() {
        return;
    }
    let Some((_, host)) = case.winner("host") else { return };
    let usually = match endpoint.is_certain {
        true => endpoint.reach.adverb(),
        false => Fact::Usual(()).adverb(),
    };
    let message = alloc::format!(
        "`{}` can {usually}be reached only from inside {network}",
        shown(&host.value)
    );
    let help = alloc::format!(
        "from a laptop, a build or elsewhere use the database's public address, where {} offers \
         one, or a tunnel",
        endpoint.provider
    );
    findings.report(Severity::Info, message, help).at(host.origin.input_span());
}
