//! `provider-without-ssl`.

use crate::advice::{Case, Findings, rule, shown, sslmode_of};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::provider::Tls;
use crate::tls::{Encryption, SslMode};

rule! {
    /// TLS is demanded of a provider's server that speaks none
    ///
    /// # What happens
    ///
    /// Fly.io's unmanaged Postgres has no TLS inside the private network, which is encrypted by
    /// itself (WireGuard); `fly launch` and `fly postgres attach` print URLs with
    /// `?sslmode=disable`. In production `ssl_require=not DEBUG` writes `require` over it, the
    /// `DB_*` branch does so for every host that is not local, and then:
    /// `server does not support SSL, but SSL was required`.
    ///
    /// # Why it matters
    ///
    /// The URL is right and works in psql and with `DEBUG` on. It fails in production only.
    ///
    /// # What to do
    ///
    /// Pass `ssl_require=False` in `settings.py`, and keep `sslmode=disable` in the URL.
    ///
    /// # References
    ///
    /// - [Fly.io's documentation, `existing.html.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/django/getting-started/existing.html.md): `sslmode=disable` of `fly launch`
    /// - [Fly.io's documentation, `private-networking.html.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/networking/private-networking.html.md): the private network
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `_convert_to_settings()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://shop:correct-horse@shop-db.flycast:5432/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://shop:correct-horse@shop-db.flycast:5432/shop
    /// DEBUG=True
    /// ```
    "provider-without-ssl", [Warning] libpq given, check,
    perhaps ["server does not support SSL, but SSL was required"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(endpoint), Some(tls)) = (case.endpoint(), case.resolution.tls) else { return };
    let is_demanded = tls.encryption() == Encryption::Always && case.connects();
    // Where the URL asked for less, another rule speaks of what was written over it.
    let overruled = case.overruled_sslmode().and_then(sslmode_of);
    if !is_demanded
        || endpoint.tls.value() != Some(Tls::Absent)
        || overruled.is_some_and(|it| it < SslMode::Require)
    {
        return;
    }
    let (Some((_, mode)), Some((_, host))) = (case.winner("sslmode"), case.winner("host")) else {
        return;
    };
    let message = alloc::format!(
        "`sslmode={}` from {} demands TLS of `{}`, which {}speaks none",
        tls.mode.name,
        mode.origin,
        shown(&host.value),
        endpoint.tls.adverb()
    );
    let help = match case.is_by_call(mode) {
        true => {
            "pass `ssl_require=False` in settings.py, and write `sslmode=disable` in a DATABASE_URL"
        }
        false => "write `sslmode=disable`: the provider's private network is encrypted by itself",
    };
    let edit = case
        .written(mode)
        .map(|(variable, span)| Edit::write(variable, span, SslMode::Disable.name()));
    let finding = findings.report(Severity::Warning, message, help).at(host.origin.input_span());
    if let Some(edit) = edit {
        finding.fix("write sslmode=disable", [edit]);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use alloc::format;

    use super::RULE;
    use crate::advice::testing::{fixed, said_of};

    #[test]
    fn who_demands_it_is_named() {
        let url = |mode| format!("postgres://u:p@shop-db.flycast/shop?sslmode={mode}");
        let message = "warning: `sslmode=require` from recipe (ssl_require=not DEBUG) demands TLS of \
                       `shop-db.flycast`, which usually speaks none <shop-db.flycast>";
        assert_eq!(said_of(&RULE, "postgres://u:p@shop-db.flycast/shop"), [message]);
        // `sslmode-upgraded` speaks of that one.
        assert!(said_of(&RULE, &url("disable")).is_empty());
        let written = url("require");
        assert_eq!(
            fixed(&RULE, &[("DATABASE_URL", &written), ("DEBUG", "True")]),
            [format!("DATABASE_URL={}", url("disable"))]
        );
    }
}
