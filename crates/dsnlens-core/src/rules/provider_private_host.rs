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
    /// # References
    ///
    /// - [Railway's documentation, `how-it-works.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/networking/private-networking/how-it-works.md): not while building
    /// - [Railway's documentation, `postgresql.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/databases/postgresql.md): the public address
    /// - [Render's connection guide, `connection-guide.md`](https://github.com/render-oss/skills/blob/3f2aa30eaadc1c2cc6bb402f8eee93f7db844218/skills/render-postgres/references/connection-guide.md): internal and external addresses
    /// - [Fly.io's documentation, `fly_mpg_proxy.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/flyctl/cmd/fly_mpg_proxy.md): `fly mpg proxy`
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
