//! `sslmode-disabled`.

use crate::advice::{Case, Findings, ambient, rule, written_in};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::provider::Tls;
use crate::tls::SslMode;

rule! {
    /// TLS is switched off for a server on the network
    ///
    /// # What happens
    ///
    /// With `sslmode=disable` libpq does not ask for TLS. The rows, and whatever a login method
    /// shows of the password, can be read and changed on the way. A server that insists on TLS
    /// answers `no pg_hba.conf entry for host "…", user "…", database "…", no encryption`; Neon says
    /// `connection is insecure (try using sslmode=require)`.
    ///
    /// In production `ssl_require` writes `require` over it, so it counts with `DEBUG=True` and in
    /// projects that pass `ssl_require=False`.
    ///
    /// # Why it matters
    ///
    /// `disable` mostly gets into a URL to silence an error on one machine, and travels on.
    ///
    /// # What to do
    ///
    /// Write `sslmode=require`. On a network that encrypts by itself, such as Fly.io's `.flycast`
    /// and `.internal` or an SSH tunnel, `disable` is right.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION): what each mode protects
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): `no pg_hba.conf entry`
    /// - [Neon's proxy, `src/pglb/mod.rs`](https://github.com/neondatabase/neon/blob/6a35a3e9f149798df1b1761ee64099d8d75fbe90/proxy/src/pglb/mod.rs): `connection is insecure`
    /// - [Fly.io's documentation, `private-networking.html.md`](https://github.com/superfly/docs/blob/5c22c8cece71e1cf83fab3189c9f7301573f4d6e/networking/private-networking.html.md): a network that encrypts
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports,without-ssl_require
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@localhost/shop?sslmode=disable
    /// DEBUG=True
    /// ```
    "sslmode-disabled", [Warning, Info] libpq given, check,
    perhaps [
        "no pg_hba.conf entry for host \"{}\", user \"{user}\", database \"{database}\", no encryption",
        "connection is insecure"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(SslMode::Disable), Some((_, line))) = (case.sslmode(), case.winner("sslmode")) else {
        return;
    };
    let option = case.option("sslmode");
    let is_overridden = line.stage == case.recipe.driver.stage() && option.is_some();
    // Other rules speak of what overrides it, of libpq's own variables, and of who refuses it.
    let is_refused = case.endpoint().is_some_and(|it| it.tls.value() == Some(Tls::Required));
    if !case.is_remote() || is_overridden || is_refused || ambient(line).is_some() {
        return;
    }
    // Networks that encrypt by themselves.
    let is_encrypted = case.host().ends_with(".internal") || case.host().ends_with(".flycast");
    let severity = match case.is_production() && !is_encrypted {
        true => Severity::Warning,
        false => Severity::Info,
    };
    let span = line.origin.input_span();
    let finding = findings
        .report(
            severity,
            alloc::format!(
                "`sslmode=disable` ({}) sends everything over the network in plain text",
                written_in(&line.origin)
            ),
            "write `sslmode=require`",
        )
        .at(span);
    if let Some((_, it)) = option.filter(|_| !is_encrypted) {
        let edit = it.origin.input_span();
        let edit = edit.map(|it| Edit::write(DATABASE_URL, it.span, SslMode::Require.name()));
        finding.fix("write sslmode=require", edit);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said};

    #[test]
    fn a_network_that_encrypts_by_itself_needs_no_tls() {
        let remote = "postgres://u:p@h/db?sslmode=disable";
        let variables = [("DATABASE_URL", remote), ("DEBUG", "1")];
        assert_eq!(fixed(&RULE, &variables), ["DATABASE_URL=postgres://u:p@h/db?sslmode=require"]);
        let mesh = "postgres://u:p@shop-db.flycast/db?sslmode=disable";
        let variables = [("DATABASE_URL", mesh), ("DEBUG", "1")];
        assert!(said(&RULE, &variables).len() == 1 && fixed(&RULE, &variables).is_empty());
    }
}
