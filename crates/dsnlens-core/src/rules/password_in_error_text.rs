//! `password-in-error-text`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::span::Span;
use crate::syntax::PlaceholderKind;

rule! {
    /// An error's text shows a part of the password
    ///
    /// # What happens
    ///
    /// dj-database-url 2.1.0 passes on what Python's `urllib.parse` says, and that quotes the URL:
    ///
    /// - `ValueError: Port could not be cast to integer value as '…'`: what stands before a `#`, `/`
    ///   or `?` in the password;
    /// - `ValueError: netloc '…' contains invalid characters under NFKC normalization`: user,
    ///   password and host.
    ///
    /// 3.x says `This string is not a valid url` and no more. psycopg and libpq quote a misread
    /// option too: `invalid connection option "…"`.
    ///
    /// # Why it matters
    ///
    /// Django does not start, so the traceback goes into the build log, the platform's log and the
    /// error tracker, where many can read it and nobody deletes it.
    ///
    /// # What to do
    ///
    /// Percent-encode the password, see `password-unescaped`. If the error was ever logged, change
    /// the password as well; one made of letters and digits, `openssl rand -hex 24`, needs no
    /// encoding.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): both errors
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `ParseError`, raised `from None`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid connection option`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct#horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent,3.1.2
    /// DATABASE_URL=postgres://app:correct#horse@db.example.com/shop
    /// ```
    "password-in-error-text", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(refusal) = case.resolution.refusal.as_ref().filter(|it| it.message.is_secret()) else {
        return;
    };
    // A file has no password, and a reference to a secret neither; `:memory:` only looks like one.
    let scheme = case.url().zip(case.resolution.url).map_or("", |(url, it)| it.scheme.of(url));
    let is_reference = || {
        let is_in_text = |it: Span| refusal.spans.iter().any(|at| at.span.overlaps(it));
        case.placeholders()
            .iter()
            .any(|(at, kind)| *kind == PlaceholderKind::Reference || is_in_text(at.span))
    };
    if scheme.ends_with("lite") || is_reference() {
        return;
    }
    findings
        .report(
            Severity::Warning,
            alloc::format!("the text of the {} shows a part of the password", refusal.kind),
            "percent-encode the password; if the error was logged, change the password too",
        )
        .at(refusal.spans.iter().copied());
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of;

    #[test]
    fn it_points_at_what_is_shown() {
        let said = said_of(&RULE, "postgres://u:p／ss@h:5432/db");
        assert_eq!(said.len(), 1);
        assert!(said[0].contains("ValueError") && said[0].contains("<u:p／ss@h:5432>"), "{said:?}");
        assert!(said_of(&RULE, "sqlite://:memory: ").is_empty());
        let reference = "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/db)";
        assert!(said_of(&RULE, reference).is_empty());
        // What stands there is no password yet, and this is none.
        assert!(said_of(&RULE, "postgres://app:$(cat /run/secrets/pw)@db/shop").is_empty());
        assert!(said_of(&RULE, "db.example.com:5432/shop").is_empty());
        // Refused before the password is looked at.
        assert!(said_of(&RULE, "postgress://u:p@h/db").is_empty());
    }
}
