//! `sslmode-from-environment`.

use alloc::vec::Vec;

use crate::advice::{Case, Findings, ambient, rule};
use crate::diagnostic::Severity;
use crate::syntax::python::quote;
use crate::tls::{SslMode, Verification};

rule! {
    /// A variable of libpq's own decides about TLS
    ///
    /// # What happens
    ///
    /// What neither the URL nor the settings say, libpq takes from the environment: `sslmode` from
    /// `PGSSLMODE`, then from `PGREQUIRESSL=1`, then `prefer`; `sslrootcert` from `PGSSLROOTCERT`.
    /// With `DEBUG=True` a URL without `sslmode` gets no `OPTIONS` at all, so all three count. In
    /// production, and with the `DB_*` variables, the recipe names an `sslmode`, and only
    /// `PGSSLROOTCERT` is left.
    ///
    /// # Why it matters
    ///
    /// `DATABASES` does not show it. The same URL encrypts in one shell and not in the next, or
    /// fails there: `server does not support SSL, but SSL was required`. A root certificate makes
    /// `require` check the chain, on that machine only, and lets `prefer` fall back to plain text
    /// where the check fails.
    ///
    /// # What to do
    ///
    /// Write it into the URL, where it wins, or unset the variable.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_add_defaults()`
    /// - [PostgreSQL's documentation, libpq's environment variables](https://www.postgresql.org/docs/18/libpq-envars.html)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=True
    /// PGSSLMODE=require
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// DEBUG=True
    /// PGSSLMODE=disable
    /// ```
    "sslmode-from-environment", [Warning] libpq given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(mode) = case.sslmode() else { return };
    let deciding = |keyword| {
        let (_, line) = case.winner(keyword)?;
        Some((ambient(line)?, line))
    };
    let by_mode = deciding("sslmode");
    let by_root = deciding("sslrootcert")
        .filter(|(_, line)| mode != SslMode::Disable && line.value.is_truthy());
    if by_mode.is_none() && by_root.is_none() {
        return;
    }
    let is_checked = case.resolution.tls.is_some_and(|it| it.verifies() != Verification::Nothing);
    let message = match (by_mode, by_root) {
        (Some((name, _)), None) => alloc::format!("{name} decides that `sslmode` is `{mode}`"),
        (Some((name, _)), Some((root, _))) => alloc::format!(
            "{name} decides that `sslmode` is `{mode}`, and {root} which certificates are trusted"
        ),
        (None, _) if is_checked => "PGSSLROOTCERT decides which certificates are trusted, and one \
                                    that fails ends the connection"
            .into(),
        (None, _) => alloc::format!(
            "PGSSLROOTCERT decides which certificates are trusted, and with `sslmode={mode}` plain \
             text follows one that fails"
        ),
    };
    let mut options = Vec::new();
    let is_hidden = by_root.is_some_and(|(_, line)| line.value.is_secret());
    if by_mode.is_some() {
        options.push(alloc::format!("sslmode={mode}"));
    }
    if let Some((_, line)) = by_root {
        let path = line.value.as_str().unwrap_or("");
        let path: Vec<_> = path.split('/').map(quote).collect();
        options.push(alloc::format!("sslrootcert={}", path.join("/")));
    }
    let help = match case.is_url() {
        true => "set sslmode in the URL, where it wins, or unset the variable",
        false => "set sslmode in OPTIONS in settings.py, where it wins, or unset the variable",
    };
    let lines = [by_mode, by_root].into_iter().flatten();
    findings
        .report(Severity::Warning, message, help)
        .at(lines.filter_map(|(_, line)| line.origin.input_span()))
        .fix("set sslmode in the URL", case.add_option(&options.join("&")).filter(|_| !is_hidden));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    const URL: (&str, &str) = ("DATABASE_URL", "postgres://u:p@h/db");

    #[test]
    fn the_url_says_what_the_environment_said() {
        let variables =
            [URL, ("DEBUG", "1"), ("PGSSLMODE", "require"), ("PGSSLROOTCERT", "/etc/a b.crt")];
        let said = said(&RULE, &variables);
        assert!(said.len() == 1 && said[0].ends_with("<require> </etc/a b.crt>"), "{said:?}");
        let expected =
            "DATABASE_URL=postgres://u:p@h/db?sslmode=require&sslrootcert=/etc/a%20b.crt";
        assert_eq!(fixed(&RULE, &variables), [expected]);
        let old = [URL, ("DEBUG", "1"), ("PGREQUIRESSL", "1")];
        assert_eq!(fixed(&RULE, &old), ["DATABASE_URL=postgres://u:p@h/db?sslmode=require"]);
    }

    #[test]
    fn in_production_only_the_root_certificate_is_open() {
        assert!(said(&RULE, &[URL, ("PGSSLMODE", "disable")]).is_empty());
        assert_eq!(said(&RULE, &[URL, ("PGSSLROOTCERT", "/ca.crt")]).len(), 1);
        assert_eq!(said(&RULE, &[("DB_HOST", "h"), ("PGSSLROOTCERT", "/ca.crt")]).len(), 1);
        assert!(said(&RULE, &[("DB_HOST", "/run"), ("PGSSLROOTCERT", "/ca.crt")]).is_empty());
    }
}
