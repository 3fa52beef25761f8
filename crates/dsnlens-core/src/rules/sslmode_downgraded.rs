//! `sslmode-downgraded`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::tls::SslMode;

rule! {
    /// The recipe writes `require` over an `sslmode` that verifies the server
    ///
    /// # What happens
    ///
    /// `ssl_require=True` sets `OPTIONS["sslmode"] = "require"`, whatever the URL says. A URL with
    /// `sslmode=verify-full` or `verify-ca` connects in production to a server with any certificate:
    /// without a root certificate nothing is verified, with `sslrootcert` only the chain and not
    /// the host's name. With `sslrootcert=system` libpq 16 and later refuses:
    /// `weak sslmode "require" may not be used with sslrootcert=system (use "verify-full")`.
    ///
    /// # Why it matters
    ///
    /// Whoever wrote `verify-full` asked for protection against a man in the middle and does not
    /// get it, in production only, without a word.
    ///
    /// # What to do
    ///
    /// Pass `ssl_require=False` in `settings.py` and let the URL say what it wants.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// DEBUG=True
    /// ```
    "sslmode-downgraded", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((winner, line)) = case.option("sslmode") else { return };
    // On a Unix socket no mode does anything.
    if case.is_socket() || line.value.as_str() != Some(SslMode::Require.name()) {
        return;
    }
    for (_, loser) in case.resolution.ledger.losers(winner) {
        let asked: Option<SslMode> = loser.value.as_str().and_then(|it| it.parse().ok());
        if let Some(asked @ (SslMode::VerifyCa | SslMode::VerifyFull)) = asked {
            let expression = case.recipe.ssl_require.expression();
            findings
                .report(
                    Severity::Error,
                    alloc::format!(
                        "`{expression}` writes `sslmode=require` over the URL's `{asked}`"
                    ),
                    alloc::format!(
                        "pass `ssl_require=False` in settings.py: the URL's `{asked}` then counts"
                    ),
                )
                .at(loser.origin.input_span());
        }
    }
}
