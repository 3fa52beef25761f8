//! `sslmode-stricter`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::promise::{self, Difference, Outcomes};

rule! {
    /// The client takes `sslmode` for more than it says
    ///
    /// # What happens
    ///
    /// In libpq `sslmode=require` encrypts and verifies nothing, and `prefer` goes on without TLS.
    /// node-postgres up to 8 verifies certificate and host for every mode but `disable` and
    /// `no-verify`, and does not go on without TLS; lib/pq and tokio-postgres are stricter, too.
    ///
    /// # Why it matters
    ///
    /// A server with a self-signed certificate, or with one of a provider's own authority such as
    /// RDS, is refused: `self-signed certificate in certificate chain`,
    /// `The server does not support SSL connections`. psql connects with the same URL.
    ///
    /// # What to do
    ///
    /// Give the client the server's root certificate. For a server without TLS write
    /// `sslmode=disable`.
    ///
    /// # References
    ///
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `require` and `verify-ca` are aliases of `verify-full`
    /// - [node-postgres 8.23.0, `connection.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg/lib/connection.js): the handshake
    ///
    /// # Examples
    ///
    /// ```env,reports,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    ///
    /// ```env,reports,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=prefer
    /// ```
    ///
    /// ```env,silent,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "sslmode-stricter", [Warning] readers, check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((sslmode, line)) = promise::sslmode(case.resolution) else { return };
    let outcomes = Outcomes::of(case.resolution).filter(|_| case.resolution.refusal.is_none());
    let Some(outcomes) = outcomes else { return };
    // A root certificate that is named makes libpq verify, too.
    let has_root = case.winner("sslrootcert").is_some_and(|(_, it)| it.value.is_truthy());
    let found = Difference::between(sslmode, &outcomes);
    let Some(it) = found.into_iter().find(|it| !it.is_weaker()) else { return };
    if has_root && it == Difference::Stricter {
        return;
    }
    let message =
        alloc::format!("The URL says `sslmode={sslmode}`, and {} {}", case.subject(), it.what());
    findings.report(Severity::Warning, message, it.help("the client")).at(line.origin.input_span());
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_in;

    #[test]
    fn more_than_libpq_does_is_named() {
        for (client, options, found) in [
            ("node-postgres", "sslmode=require", "verify the certificate as well"),
            ("node-postgres", "sslmode=prefer", "not connect to a server without TLS"),
            ("tokio-postgres", "sslmode=require", "verify the certificate as well"),
        ] {
            let url = alloc::format!("postgres://u:p@h/d?{options}");
            let said = said_in(&RULE, client, &url);
            assert!(said.len() == 1 && said[0].contains(found), "{client} {options}: {said:?}");
        }
        for (client, options) in [
            ("pgx", "sslmode=require"),
            ("node-postgres", "sslmode=verify-full"),
            ("node-postgres", "sslmode=require&sslrootcert=/ca.pem"),
            ("node-postgres", "sslmode=disable"),
        ] {
            let url = alloc::format!("postgres://u:p@h/d?{options}");
            assert_eq!(said_in(&RULE, client, &url), [""; 0], "{client} {options}");
        }
    }
}
