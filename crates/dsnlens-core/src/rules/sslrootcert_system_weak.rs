//! `sslrootcert-system-weak`.

use crate::advice::{Case, Findings, rule, sslmode_of, written_in};
use crate::clients::libpq::Version;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::tls::SslMode;

rule! {
    /// `sslrootcert=system` goes with `verify-full` only
    ///
    /// # What happens
    ///
    /// `system` makes libpq trust every authority that the operating system trusts. Anybody can get
    /// a certificate from one of those, so without a look at the host's name it proves nothing, and
    /// libpq refuses: `weak sslmode "require" may not be used with sslrootcert=system (use
    /// "verify-full")` (`fe-connect.c`, 16 and later).
    ///
    /// # Why it matters
    ///
    /// The recipe names the weak mode itself: `require` in production, `prefer` for `DB_HOST` on
    /// this machine. So `PGSSLROOTCERT=system` ends every connection, and a URL with
    /// `sslrootcert=system` works with psql, whose default then is `verify-full`, and not in
    /// production.
    ///
    /// # What to do
    ///
    /// Write `sslmode=verify-full` beside it, and keep the recipe from writing over that: inside
    /// `dj_database_url.config(…)` pass
    /// `ssl_require=not DEBUG and 'sslmode=' not in os.environ['DATABASE_URL']`. With the `DB_*`
    /// variables put `'sslmode': 'verify-full'` into `OPTIONS`, or unset `PGSSLROOTCERT`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the error
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLROOTCERT): `sslrootcert`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=system
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=system
    /// DEBUG=True
    /// ```
    "sslrootcert-system-weak", [Error] libpq, check,
    errors ["may not be used with sslrootcert=system"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, root)) = case.winner("sslrootcert") else { return };
    let Some(tls) = case.resolution.tls else { return };
    let is_system = root.value.as_str() == Some("system") && case.recipe.libpq >= Version::V16;
    let asked = case.overruled_sslmode().and_then(sslmode_of);
    // Where the recipe writes over `verify-full`, that is the cause.
    let is_explained = asked == Some(SslMode::VerifyFull) && !tls.is_socket();
    if !is_system || tls.sslmode() == Some(SslMode::VerifyFull) || is_explained {
        return;
    }
    let Some((_, sslmode)) = case.winner("sslmode") else { return };
    let by_recipe = case.is_by_call(sslmode);
    let message = alloc::format!(
        "libpq refuses `sslmode={}` ({}) beside `sslrootcert=system` ({})",
        tls.mode.name,
        written_in(&sslmode.origin),
        root.origin
    );
    let help = match (by_recipe, case.is_url()) {
        (false, _) => "write `sslmode=verify-full`".into(),
        (true, false) => {
            "write `'sslmode': 'verify-full'` into OPTIONS in settings.py, or unset PGSSLROOTCERT"
                .into()
        }
        (true, true) => alloc::format!(
            "add `sslmode=verify-full` to the URL, and leave it alone in settings.py: `{}`",
            case.recipe.sparing_statement()
        ),
    };
    let span = root.origin.input_span();
    let finding = findings.report(Severity::Error, message, help).at(span);
    let written = case.option("sslmode").and_then(|(_, it)| it.origin.input_span());
    match (by_recipe, written) {
        (false, Some(it)) => {
            let edit = Edit::write(DATABASE_URL, it.span, SslMode::VerifyFull.name());
            finding.fix("write sslmode=verify-full", [edit]);
        }
        (false, None) => {
            finding.fix("write sslmode=verify-full", case.add_option("sslmode=verify-full"));
        }
        (true, _) => {
            let in_url = span.filter(|it| it.input == DATABASE_URL);
            let edit = in_url.and_then(|it| case.remove_option(it.span));
            finding.fix("remove sslrootcert=system, and verify nothing", edit);
        }
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    #[test]
    fn in_development_the_url_can_say_verify_full() {
        let url = "postgres://u:p@h/db?sslmode=verify-ca&sslrootcert=system";
        let expected = "DATABASE_URL=postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system";
        assert_eq!(fixed(&RULE, &[("DATABASE_URL", url), ("DEBUG", "1")]), [expected]);
    }

    #[test]
    fn in_production_only_less_can_be_pasted() {
        let url = "postgres://u:p@h/db?sslrootcert=system";
        assert_eq!(fixed_url(&RULE, url), ["postgres://u:p@h/db"]);
        assert!(
            said_of(&RULE, "postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system").is_empty()
        );
    }

    #[test]
    fn the_environment_ends_every_connection() {
        for host in ["localhost", "h"] {
            let said = said(&RULE, &[("DB_HOST", host), ("PGSSLROOTCERT", "system")]);
            assert!(said.len() == 1 && said[0].ends_with("(PGSSLROOTCERT) <system>"), "{said:?}");
        }
    }
}
