//! `sslmode-unverified`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule, sslmode_of, written_in};
use crate::clients::libpq::Version;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::provider::{Endpoint, Roots};
use crate::tls::{SslMode, Verification};

rule! {
    /// The connection is encrypted, and the server's certificate is not verified
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
    /// they document, so this is a note. With `channel_binding=require` a server that does not know
    /// the password cannot complete a SCRAM log-in, whatever its certificate.
    ///
    /// # What to do
    ///
    /// Neon, PlanetScale and others have certificates of publicly trusted authorities: write
    /// `sslmode=verify-full&sslrootcert=system`, which takes libpq 16 or later; where the OpenSSL of a
    /// wheel does not find the system's roots, the variable `SSL_CERT_FILE` names their file. Where the
    /// provider has roots of its own, get its root certificate and name it: with `sslrootcert=/path/to/ca.crt` in the
    /// URL, `require` checks who signed the server's certificate. `verify-full` checks the host's
    /// name as well; in production the recipe writes `require` over it, see `sslmode-downgraded`.
    /// With the `DB_*` variables both go into `OPTIONS` in `settings.py`. Other drivers read
    /// `require` in other ways: node-postgres 8 takes it for `verify-full`.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, libpq's SSL support](https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION): what each mode protects
    /// - [PostgreSQL 18, `fe-secure-openssl.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-secure-openssl.c): `initialize_SSL()`
    /// - [Neon's documentation, connecting securely](https://neon.com/docs/connect/connect-securely): `verify-full` with the roots of the system
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `require` as `verify-full`
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
    "sslmode-unverified", [Info] libpq given, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let is_checked = case.resolution.tls.is_none_or(|it| it.verifies() != Verification::Nothing);
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
    let (message, help, options) = match case.endpoint().map(|it| (it, it.roots)) {
        Some((endpoint, roots)) if roots.value() == Some(Roots::System) => {
            public(case, endpoint, roots.adverb())
        }
        Some((endpoint, roots)) if roots.value() == Some(Roots::Never) => (
            alloc::format!(
                "`sslmode=require` ({}) encrypts; the certificate of {} cannot be verified by anyone",
                written_in(&line.origin),
                endpoint.name
            ),
            "nothing to change here: this provider has no root certificate to verify with; where it \
             matters, use its private network"
                .into(),
            None,
        ),
        _ => (
            alloc::format!(
                "`sslmode=require` ({}) encrypts but does not verify the server's certificate",
                written_in(&line.origin)
            ),
            match case.is_url() {
                true => "name the provider's root certificate: `sslrootcert=/path/to/ca.crt`",
                false => {
                    "name the provider's root certificate in OPTIONS in settings.py: `'sslmode': \
                     'verify-full', 'sslrootcert': '/path/to/ca.crt'`"
                }
            }
            .into(),
            None,
        ),
    };
    let message = match case.resolution.tls.is_some_and(|it| it.binds) {
        true => alloc::format!(
            "{message}; `channel_binding=require` makes it prove that it knows the password"
        ),
        false => message,
    };
    let span = line.origin.input_span().or(overruled.and_then(|it| it.origin.input_span()));
    let finding = findings.report(Severity::Info, message, help).at(span);
    if let Some(options) = options.filter(|_| case.is_url()) {
        // A mode in the URL is written over in its place.
        let mode = case.option("sslmode").map(|(id, _)| case.written_spans(id));
        let (mut edits, added) = match mode.as_deref() {
            Some([span]) => (
                alloc::vec![Edit::write(DATABASE_URL, *span, "verify-full")],
                case.add_option(&alloc::format!("sslrootcert={options}")),
            ),
            Some([]) | None => (
                Vec::new(),
                case.add_option(&alloc::format!("sslmode=verify-full&sslrootcert={options}")),
            ),
            Some(_) => return,
        };
        edits.extend(added);
        finding.fix("write sslmode=verify-full and the system's root certificates", edits);
    }
}

/// Debian's bundle, for a libpq that cannot ask OpenSSL for the system's.
const BUNDLE: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A certificate of an authority that every system knows.
fn public(
    case: &Case<'_, '_>,
    endpoint: &Endpoint,
    usually: &str,
) -> (String, String, Option<&'static str>) {
    let message = alloc::format!(
        "`sslmode=require` does not verify {}, whose certificate is {usually}signed by a publicly \
         trusted authority",
        endpoint.name
    );
    let root = match case.recipe.libpq >= Version::V16 {
        true => "system",
        false => BUNDLE,
    };
    let mut help = alloc::format!("write `sslmode=verify-full&sslrootcert={root}`");
    let is_by_call = case.winner("sslmode").is_some_and(|(_, it)| case.is_by_call(it));
    if case.is_url() && is_by_call {
        help.push_str("; settings.py has to let that through: `");
        help.push_str(&case.recipe.sparing_statement());
        help.push('`');
    }
    (message, help, Some(root))
}
