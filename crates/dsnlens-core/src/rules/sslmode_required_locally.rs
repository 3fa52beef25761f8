//! `sslmode-required-locally`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::ledger::{Origin, Setting};
use crate::tls::SslMode;

rule! {
    /// TLS is demanded of a server on this machine
    ///
    /// # What happens
    ///
    /// `ssl_require=not DEBUG` asks for TLS for every host. The `DB_*` branch of the same settings
    /// module is smarter: it takes `prefer` for `localhost`, `127.0.0.1` and `::1`. A PostgreSQL
    /// out of the box has no TLS, and then the connection fails:
    /// `server does not support SSL, but SSL was required`.
    ///
    /// # Why it matters
    ///
    /// The same credentials work through `DB_HOST=localhost` and fail through `DATABASE_URL`.
    ///
    /// # What to do
    ///
    /// Set `DEBUG=True` on a development machine. In production, leave `DATABASE_URL` unset and use
    /// the `DB_*` variables, or turn TLS on in the server.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@localhost/shop
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=localhost
    /// DB_NAME=shop
    /// ```
    "sslmode-required-locally", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if !case.is_url() || case.resolution.connect_params.is_none() {
        return;
    }
    let (Some((_, sslmode)), Some((_, host))) =
        (case.option("sslmode"), case.setting(Setting::Host))
    else {
        return;
    };
    let Some(name) = host.value.as_str() else { return };
    let is_local = case.recipe.local_hosts.iter().any(|it| it == name);
    let is_demanded = sslmode.value.as_str() == Some(SslMode::Require.name());
    let by_recipe = matches!(sslmode.origin, Origin::Recipe(_));
    if is_local && is_demanded && by_recipe {
        let expression = case.recipe.ssl_require.expression();
        findings
            .report(
                Severity::Warning,
                alloc::format!(
                    "`{expression}` demands TLS of `{name}`, which a local server mostly does not \
                     speak"
                ),
                "set DEBUG=True for development, or use the DB_* variables, where a local host gets \
                 `prefer`",
            )
            .at(host.origin.input_span());
    }
}
