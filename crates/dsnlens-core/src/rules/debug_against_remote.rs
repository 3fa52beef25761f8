//! `debug-against-remote`.

use alloc::borrow::Cow;
use alloc::format;

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;
use crate::provider::Endpoint;

rule! {
    /// `DEBUG` is on, and the database is not on this machine
    ///
    /// # What happens
    ///
    /// Either a development machine works on a database of others, or a deployed application runs
    /// with `DEBUG=True`.
    ///
    /// The recipe lowers its guard, too: `ssl_require=not DEBUG` is off, so a URL without an
    /// `sslmode` gets libpq's `prefer`, which goes on in plain text where TLS fails.
    ///
    /// # Why it matters
    ///
    /// On a laptop, `migrate`, `flush` or a shell changes what users see. Deployed, every error
    /// page shows settings, SQL and local variables to its visitor, and `connection.queries`
    /// records every query in memory.
    ///
    /// # What to do
    ///
    /// Deployed: set `DEBUG=False`. On a laptop: use a local database or a branch of the remote one,
    /// and a role that may only read where you have to look at the real one.
    ///
    /// # References
    ///
    /// - [Django's documentation, `DEBUG`](https://docs.djangoproject.com/en/5.2/ref/settings/#debug)
    /// - [Django 5.2, `db/backends/base/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/base/base.py): `queries_log`
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION): what `prefer` protects
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop?sslmode=require
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@localhost/shop
    /// DEBUG=True
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=db
    /// DEBUG=True
    /// ```
    "debug-against-remote", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.is_production() || !case.connects() {
        return;
    }
    let Some((_, host)) = case.winner("host") else { return };
    let place: Cow<'static, str> = match case.endpoint() {
        Some(Endpoint { is_certain: true, name, .. }) => (*name).into(),
        None if !case.is_public() => return,
        _ => format!("`{}`", shown(&host.value)).into(),
    };
    let message = format!(
        "DEBUG is on, and the connection goes to {place}: error pages show settings and SQL, and \
         what is tried out changes data that others use"
    );
    let help =
        "set DEBUG=False where the application is deployed; on a laptop use a local database";
    let spans = [host.origin.input_span(), case.whole("DEBUG")];
    findings.report(Severity::Warning, message, help).at(spans.into_iter().flatten());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said;
    use std::prelude::rust_2024::*;

    #[track_caller]
    fn check(host: &str, expected: Option<&str>) {
        let message = |place| {
            format!(
                "warning: DEBUG is on, and the connection goes to {place}: error pages show \
                 settings and SQL, and what is tried out changes data that others use <{host}> \
                 <yes>"
            )
        };
        let expected: Vec<_> = expected.map(message).into_iter().collect();
        assert_eq!(said(&RULE, &[("DB_HOST", host), ("DEBUG", "yes")]), expected);
    }

    #[test]
    fn what_is_managed_or_public_is_meant() {
        check("8.8.8.8", Some("`8.8.8.8`"));
        check("dpg-abc-a", Some("Render's internal address"));
        // Others have such names, too.
        check("shop-db.internal", Some("`shop-db.internal`"));
        for host in ["localhost", "127.0.0.1", "db", "10.0.0.5", "::", "", "/run/postgresql"] {
            check(host, None);
        }
    }
}
