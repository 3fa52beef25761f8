//! `sslmode-unverified`.

use crate::advice::{Case, Findings, rule, sslmode_of, written_in};
use crate::diagnostic::Severity;
use crate::provider::Roots;
use crate::tls::{SslMode, Verification};

rule! {
    /// The connection is encrypted, and nobody checks to whom
    ///
    /// # What happens
    ///
    /// `sslmode=require` encrypts. Without a root certificate (`sslrootcert`, or a file
    /// `~/.postgresql/root.crt`) libpq takes any certificate of any server, a self-signed one too.
    ///
    /// # Why it matters
    ///
    /// A listener on the way reads nothing. One who can answer in the server's place, through DNS or
    /// a router, gets the login and then every query. For most hosting platforms `require` is what
    /// they document, so this is a note and no warning.
    ///
    /// # What to do
    ///
    /// Get the provider's root certificate and name it: with `sslrootcert=/path/to/ca.crt` in the
    /// URL, `require` checks who signed the server's certificate. `verify-full` checks the host's
    /// name as well; in production the recipe writes `require` over it, see `sslmode-downgraded`.
    /// With the `DB_*` variables both go into `OPTIONS` in `settings.py`. Other drivers read
    /// `require` in other ways: node-postgres 8 takes it for `verify-full`.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslrootcert=/etc/ssl/db.crt
    /// ```
    "sslmode-unverified", [Info], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let is_checked = case.resolution.ssl.is_none_or(|it| it.verifies != Verification::Nothing);
    if is_checked || case.sslmode() != Some(SslMode::Require) || !case.is_remote() {
        return;
    }
    // Of a provider's own certificates another rule knows more.
    if matches!(case.endpoint().and_then(|it| it.roots.value()), Some(Roots::Own(_))) {
        return;
    }
    let Some((_, line)) = case.winner("sslmode") else { return };
    let overruled = case.overruled_sslmode();
    // Other rules speak of another word in the URL.
    if overruled.is_some_and(|it| sslmode_of(it) != Some(SslMode::Require)) {
        return;
    }
    let help = match case.is_url() {
        true => "name the provider's root certificate: `sslrootcert=/path/to/ca.crt`",
        false => {
            "name the provider's root certificate in OPTIONS in settings.py: `'sslmode': \
             'verify-full', 'sslrootcert': '/path/to/ca.crt'`"
        }
    };
    let message = alloc::format!(
        "`sslmode=require` ({}) encrypts, and any server with any certificate will do",
        written_in(&line.origin)
    );
    let span = line.origin.input_span().or(overruled.and_then(|it| it.origin.input_span()));
    findings.report(Severity::Info, message, help).at(span);
}
