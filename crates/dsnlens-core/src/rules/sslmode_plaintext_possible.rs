//! `sslmode-plaintext-possible`.

use alloc::borrow::Cow;

use crate::advice::{Case, Findings, ambient, rule, written_in};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Origin;
use crate::tls::SslMode;

rule! {
    /// The connection may go over the network in plain text
    ///
    /// # What happens
    ///
    /// `prefer`, which is libpq's default, tries TLS first and then connects without it: where the
    /// server has no TLS, and also where its certificate fails a check. `allow` tries plain text
    /// first. Both succeed without a warning, and the password's proof and every row can be read on
    /// the way.
    ///
    /// With `DEBUG=True` the recipe asks for no more than that. In production it demands TLS, unless
    /// it passes `ssl_require=False`, or `DB_HOST` is local and leads elsewhere.
    ///
    /// # Why it matters
    ///
    /// Whoever sits on the way answers "no TLS here", and the client goes on. A wrong password looks
    /// strange as well: libpq prints the errors of both attempts, and the last one,
    /// `no pg_hba.conf entry for host …, no encryption`, is not the cause.
    ///
    /// # What to do
    ///
    /// Add `sslmode=require` to the URL, or better `verify-full` with a root certificate.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLMODE): `sslmode`
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION): what each mode protects
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `connection_failed()`, the second attempt
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports,without-ssl_require
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop',
    ///     'HOST': 'db.example.com'}}
    /// ```
    "sslmode-plaintext-possible", [Warning, Info] libpq given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(mode @ (SslMode::Prefer | SslMode::Allow)) = case.sslmode() else { return };
    let Some((_, line)) = case.winner("sslmode") else { return };
    let option = case.option("sslmode");
    let is_overridden = line.stage == case.recipe.driver.stage() && option.is_some();
    // Two other rules speak of what overrides it, and of libpq's own variables.
    // A log-in in plain text fails where it must be bound to TLS.
    let binds = case.resolution.tls.is_some_and(|it| it.binds);
    if binds || !case.is_remote() || is_overridden || ambient(line).is_some() {
        return;
    }
    let severity = if case.is_production() { Severity::Warning } else { Severity::Info };
    let message: Cow<'static, str> = match (&line.origin, mode) {
        (Origin::Default { .. }, _) => {
            "no sslmode: libpq's default, `prefer`, goes on in plain text where TLS fails".into()
        }
        (origin, SslMode::Allow) => {
            let origin = written_in(origin);
            alloc::format!("`sslmode=allow` ({origin}) tries plain text before TLS").into()
        }
        (origin, _) => {
            let origin = written_in(origin);
            alloc::format!("`sslmode={mode}` ({origin}) goes on in plain text where TLS fails")
                .into()
        }
    };
    let help = match case.is_url() {
        true => "add `sslmode=require` to the URL",
        false => "write `'sslmode': 'require'` into OPTIONS in settings.py",
    };
    let span = line.origin.input_span();
    let written = option.and_then(|(_, it)| it.origin.input_span());
    let edit = match written {
        _ if case.is_given() => None,
        Some(it) => Some(Edit::write(DATABASE_URL, it.span, SslMode::Require.name())),
        None => case.add_option("sslmode=require"),
    };
    findings.report(severity, message, help).at(span).fix("write sslmode=require", edit);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    #[test]
    fn the_option_is_written_or_added() {
        for (url, expected) in [
            ("postgres://u:p@h/db", "DATABASE_URL=postgres://u:p@h/db?sslmode=require"),
            (
                "postgres://u:p@h/db?sslmode=allow",
                "DATABASE_URL=postgres://u:p@h/db?sslmode=require",
            ),
            (
                "postgres://u:p@h/db?requiressl=0",
                "DATABASE_URL=postgres://u:p@h/db?requiressl=0&sslmode=require",
            ),
        ] {
            assert_eq!(fixed(&RULE, &[("DATABASE_URL", url), ("DEBUG", "1")]), [expected]);
        }
    }

    #[test]
    fn an_address_from_the_environment_is_where_it_goes() {
        let variables = [("DB_HOST", "localhost"), ("PGHOSTADDR", "10.0.0.5")];
        let expected = "warning: `sslmode=prefer` (ssl_mode: DB_HOST is local) goes on in \
                        plain text where TLS fails";
        assert_eq!(said(&RULE, &variables), [expected]);
        assert!(said(&RULE, &variables[..1]).is_empty());
    }
}
