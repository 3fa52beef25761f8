//! `sslmode-not-kept`.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::{Edit, Severity};
use crate::inputs::DATABASE_URL;
use crate::ledger::Line;
use crate::promise::{self, Difference, Outcomes};
use crate::resolution::Resolution;
use crate::tls::SslMode;

rule! {
    /// The URL asks for TLS, and this client does not keep to it
    ///
    /// # What happens
    ///
    /// `sslmode` is libpq's word, and other clients read it otherwise or not at all. Ecto takes only
    /// `ssl=true`, so `?sslmode=verify-full` is a connection in plain text. Prisma takes `verify-ca`
    /// and `verify-full` for `prefer`: it accepts any certificate, and plain text where the server
    /// offers no TLS; its own options are `sslmode=require` and `sslaccept=strict`. pgjdbc and sqlx
    /// verify nothing for `require`, whatever root certificate is named.
    ///
    /// # Why it matters
    ///
    /// The URL looks safe. The password and every row may be read on the way, or sent to somebody who
    /// only claims to be the server.
    ///
    /// # What to do
    ///
    /// Write what this client reads: `sslmode=require&sslaccept=strict` for Prisma, `ssl=true` for
    /// Ecto, which encrypts and before Postgrex 0.21 verifies nothing; or set TLS where the client is
    /// configured.
    ///
    /// # References
    ///
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): what each `sslmode` becomes
    /// - [node-postgres 8.23.0, `connection.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg/lib/connection.js): the handshake
    /// - [asyncpg 0.31.0, `connect_utils.py`](https://github.com/MagicStack/asyncpg/blob/v0.31.0/asyncpg/connect_utils.py): `sslmode` and what it verifies
    ///
    /// # Examples
    ///
    /// ```env,reports,client ecto
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    ///
    /// ```env,reports,client prisma
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    ///
    /// ```env,silent,client node-postgres
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=verify-full
    /// ```
    "sslmode-not-kept", [Error] readers, check
}

/// Spellings that one client or another reads: what stands behind `sslmode=`, and an option more.
const SPELLINGS: [(Option<&str>, Option<&str>); 4] = [
    (Some("verify-full"), None),
    (Some("require"), None),
    (None, Some("ssl=true")),
    (Some("require"), Some("sslaccept=strict")),
];

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((sslmode, line)) = promise::sslmode(case.resolution) else { return };
    let Some(outcomes) = Outcomes::of(case.resolution) else { return };
    let is_socket = case.resolution.tls.is_none_or(|it| it.is_socket());
    if is_socket || case.resolution.refusal.is_some() || sslmode < SslMode::Require {
        return;
    }
    let found = Difference::between(sslmode, &outcomes);
    let Some(worst) = found.into_iter().find(|it| it.is_weaker()) else { return };
    let message =
        alloc::format!("The URL says `sslmode={sslmode}`, and {} {}", case.subject(), worst.what());
    let finding = findings
        .report(Severity::Error, message, worst.help("the client"))
        .at(line.origin.input_span());
    let keeps = |read: &Resolution<'_>| {
        let outcomes = Outcomes::of(read).filter(|_| read.refusal.is_none());
        outcomes.is_some_and(|it| {
            !Difference::between(sslmode, &it).into_iter().any(Difference::is_weaker)
        })
    };
    let mut cures = SPELLINGS.into_iter().filter_map(|(mode, option)| {
        let edits = edits(case, line, mode, option)?;
        Some((mode, option, edits))
    });
    if let Some((mode, option, edits)) = cures.find(|it| case.reread(&it.2, keeps)) {
        let mode = mode.map(|it| alloc::format!("sslmode={it}"));
        let words: Vec<_> = mode.into_iter().chain(option.map(ToString::to_string)).collect();
        finding.fix(alloc::format!("write `{}`", words.join("&")), edits);
    }
}

fn edits(
    case: &Case<'_, '_>,
    line: &Line<'_>,
    mode: Option<&'static str>,
    option: Option<&'static str>,
) -> Option<Vec<Edit>> {
    let written = line.origin.input_span()?;
    let mode = mode.map(|it| Edit::write(DATABASE_URL, written.span, it));
    let option = option.map(|it| case.add_option(it));
    let option = match option {
        Some(None) => return None,
        option => option.flatten(),
    };
    Some(mode.into_iter().chain(option).collect())
}

#[cfg(all(test, feature = "clients", feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_in, said_in};

    #[track_caller]
    fn check(client: &str, options: &str, found: &str, fixed: &[&str]) {
        let url = alloc::format!("postgres://u:p@h/d?{options}");
        let said = said_in(&RULE, client, &url);
        assert!(said.len() == 1 && said[0].contains(found), "{client} {url}: {said:?}");
        assert_eq!(fixed_in(&RULE, client, &url), fixed, "{client} {url}");
    }

    #[test]
    fn the_fix_does_what_the_url_asks_for() {
        check(
            "prisma",
            "sslmode=verify-full",
            "Prisma would connect without TLS",
            &["postgres://u:p@h/d?sslmode=require&sslaccept=strict"],
        );
        check(
            "ecto",
            "sslmode=require",
            "Ecto would connect without TLS",
            &["postgres://u:p@h/d?sslmode=require&ssl=true"],
        );
        // `ssl=true` verifies nothing in the release that is reproduced.
        check("ecto", "sslmode=verify-full", "Ecto would connect without TLS", &[]);
    }

    #[test]
    fn what_is_kept_is_fine() {
        for (client, mode) in [
            ("node-postgres", "verify-full"),
            ("pgx", "verify-ca"),
            ("lib/pq", "require"),
            ("prisma", "require"),
            ("ecto", "prefer"),
            ("psql", "verify-full&sslrootcert=/ca"),
        ] {
            let url = alloc::format!("postgres://u:p@h/d?sslmode={mode}");
            assert_eq!(said_in(&RULE, client, &url), [""; 0], "{client} {mode}");
        }
    }
}
