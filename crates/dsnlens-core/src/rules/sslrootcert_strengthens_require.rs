//! `sslrootcert-strengthens-require`.

use alloc::borrow::Cow;

use crate::advice::{Case, Findings, ambient, rule, sslmode_of};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::tls::{SslMode, Verification};

rule! {
    /// A root certificate makes `require` check the server's certificate
    ///
    /// # What happens
    ///
    /// With a root file at hand libpq treats `sslmode=require` as `verify-ca`, for the sake of old
    /// settings (`fe-secure-openssl.c`): it checks who signed the server's certificate, and not the
    /// host's name. If the file cannot be found, it checks nothing and says nothing. A stray
    /// `~/.postgresql/root.crt` has the same effect as `sslrootcert`.
    ///
    /// # Why it matters
    ///
    /// The same URL connects on one machine and fails on the next with
    /// `SSL error: certificate verify failed`. And where the file got lost in a new image,
    /// the check is gone without an error.
    ///
    /// # What to do
    ///
    /// Say what is meant: `verify-ca`, or better `verify-full`, which checks the name as well and
    /// fails where the file is missing. In production the recipe writes `require` over either; see
    /// `sslmode-downgraded` for the line that spares them.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `initialize_SSL()`, a root file turns verification on
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html): `require` with a root file
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLMODE): `sslmode`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=/etc/ssl/db.crt
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "sslrootcert-strengthens-require", [Info], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let checks_chain = case.resolution.tls.is_some_and(|it| it.verifies() == Verification::Chain);
    if !checks_chain || case.sslmode() != Some(SslMode::Require) {
        return;
    }
    let Some((_, root)) = case.winner("sslrootcert") else { return };
    let is_downgraded = case.overruled_sslmode().and_then(sslmode_of) == Some(SslMode::VerifyFull);
    // Before 16 `system` is a file that nobody has.
    let is_system = root.value.as_str() == Some("system");
    if is_downgraded || is_system || ambient(root).is_some() {
        return;
    }
    let by_recipe = case.winner("sslmode").is_some_and(|(_, it)| case.is_by_call(it));
    let help = "write `sslmode=verify-full` to check both, and to fail where the file is missing";
    let help: Cow<'static, str> = match by_recipe {
        false => help.into(),
        true => alloc::format!(
            "{help}, and leave it alone in settings.py: `{}`",
            case.recipe.sparing_statement()
        )
        .into(),
    };
    let message = "sslrootcert makes `sslmode=require` check who signed the certificate, and not the \
                   host's name";
    let finding = findings.report(Severity::Info, message, help).at(root.origin.input_span());
    let written = case.option("sslmode").and_then(|(_, it)| it.origin.input_span());
    if let Some(it) = written {
        let write = |mode: SslMode| [Edit::write(DATABASE_URL, it.span, mode.name())];
        finding
            .fix("write sslmode=verify-ca, which is what happens", write(SslMode::VerifyCa))
            .fix("write sslmode=verify-full", write(SslMode::VerifyFull));
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url};

    #[test]
    fn in_production_the_recipe_would_write_over_either() {
        let url = "postgres://u:p@h/db?sslmode=require&sslrootcert=/ca.crt";
        let fixes = fixed(&RULE, &[("DATABASE_URL", url), ("DEBUG", "1")]);
        let expected = ["verify-ca", "verify-full"].map(|it| {
            alloc::format!("DATABASE_URL=postgres://u:p@h/db?sslmode={it}&sslrootcert=/ca.crt")
        });
        assert_eq!(fixes, expected);
        assert!(fixed_url(&RULE, url).is_empty());
    }
}
