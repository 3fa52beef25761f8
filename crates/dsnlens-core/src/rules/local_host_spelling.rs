//! `local-host-spelling`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::ledger::Origin;
use crate::span::Span;
use crate::tls::SslMode;

rule! {
    /// `DB_HOST` is this machine, in a spelling that the recipe takes for another
    ///
    /// # What happens
    ///
    /// The recipe asks `db_host in ['localhost', '127.0.0.1', '::1']`, letter by letter. Every other
    /// way to write this machine is a remote host to it, and gets `sslmode=require` in production:
    /// `LOCALHOST`, `localhost.`, `localhost` with a blank behind it, `127.0.0.2`, `0.0.0.0`,
    /// `0:0:0:0:0:0:0:1`, `::ffff:127.0.0.1`, `[::1]`.
    ///
    /// # Why it matters
    ///
    /// A PostgreSQL out of the box has no TLS, so the connection fails with
    /// `server does not support SSL, but SSL was required`. Brackets belong into a URL; in `DB_HOST`
    /// they are part of a name that nobody can look up: `failed to resolve host '[::1]'`.
    ///
    /// # What to do
    ///
    /// Write `localhost`, `127.0.0.1` or `::1`, or add the spelling to the list in `settings.py`.
    /// A container's host, such as `db` or `host.docker.internal`, is another machine to the recipe,
    /// and to this rule.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `server does not support SSL, but SSL was required`
    /// - [psycopg 3.3.4, `_conninfo_attempts.py`](https://github.com/psycopg/psycopg/blob/3.3.4/psycopg/psycopg/_conninfo_attempts.py): `failed to resolve host`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DB_HOST=LOCALHOST
    /// DB_NAME=shop
    /// ```
    ///
    /// ```env,silent
    /// DB_HOST=localhost
    /// DB_NAME=shop
    /// ```
    "local-host-spelling", [Warning] guide, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if case.is_url() || case.sslmode() != Some(SslMode::Require) || !case.is_loopback() {
        return;
    }
    let (Some((_, host)), Some((_, sslmode))) = (case.winner("host"), case.winner("sslmode"))
    else {
        return;
    };
    let (Origin::Recipe(_), Origin::Variable { name: "DB_HOST", span }) =
        (&sslmode.origin, &host.origin)
    else {
        return;
    };
    let known = case.recipe.local_hosts.join("`, `");
    let finding = findings
        .report(
            Severity::Warning,
            alloc::format!(
                "DB_HOST is this machine, and `{}` is no spelling that the recipe knows: it demands \
                 TLS",
                shown(&host.value)
            ),
            alloc::format!("write one of `{known}`, or add this one to the list in settings.py"),
        )
        .at(host.origin.input_span());
    let Some(known) = same(case.host()) else { return };
    finding.fix(
        alloc::format!("write {known}"),
        [Edit::write("DB_HOST", Span::new(0, span.end), known)],
    );
}

/// The same place in a spelling that everybody knows; an address of its own stays what it is.
fn same(host: &str) -> Option<&'static str> {
    let host = host.trim_matches(['[', ']', ' ']);
    match host.parse::<core::net::IpAddr>().map(|it| it.to_canonical()) {
        Err(_) => Some("localhost"),
        Ok(it) if it == core::net::Ipv4Addr::LOCALHOST || it.is_unspecified() => Some("127.0.0.1"),
        Ok(it) if it == core::net::Ipv6Addr::LOCALHOST => Some("::1"),
        Ok(_) => None,
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};
    use alloc::format;

    #[test]
    fn each_is_written_as_the_recipe_knows_it() {
        for (host, known) in [
            ("LOCALHOST", "localhost"),
            ("localhost ", "localhost"),
            ("localhost.", "localhost"),
            ("0.0.0.0", "127.0.0.1"),
            ("::ffff:127.0.0.1", "127.0.0.1"),
            ("0:0:0:0:0:0:0:1", "::1"),
            ("[::1]", "::1"),
        ] {
            assert_eq!(fixed(&RULE, &[("DB_HOST", host)]), [format!("DB_HOST={known}")]);
        }
    }

    #[test]
    fn another_address_of_this_machine_may_be_meant() {
        let variables = [("DB_HOST", "127.0.0.2")];
        assert!(said(&RULE, &variables).len() == 1 && fixed(&RULE, &variables).is_empty());
        assert!(said(&RULE, &[("DB_HOST", "LOCALHOST"), ("DEBUG", "1")]).is_empty());
        assert!(said(&RULE, &[("DB_HOST", "host.docker.internal")]).is_empty());
    }
}
