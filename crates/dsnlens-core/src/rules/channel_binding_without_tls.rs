//! `channel-binding-without-tls`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::tls::Encryption;

rule! {
    /// `channel_binding=require` needs TLS, and the connection has none
    ///
    /// # What happens
    ///
    /// Channel binding ties a SCRAM log-in to the TLS connection it is made over. Over a Unix socket,
    /// and with `sslmode=disable`, there is no TLS, and libpq gives up at the log-in:
    /// `channel binding required, but SSL not in use`.
    ///
    /// # Why it matters
    ///
    /// Every connection fails, with the right password too.
    ///
    /// # What to do
    ///
    /// Take `channel_binding` out, or write `prefer`, libpq's default. To a server that speaks TLS,
    /// write `sslmode=require` instead.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-auth.c): `channel binding required, but SSL not in use`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-CHANNEL-BINDING): `channel_binding`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@/shop?host=/run/postgresql&channel_binding=require
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?channel_binding=require
    /// ```
    "channel-binding-without-tls", [Error] libpq, check,
    errors ["channel binding required, but SSL not in use"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(tls) = case.resolution.tls.filter(|it| it.binds) else { return };
    if tls.encryption() != Encryption::Never || !case.connects() || case.is_misread() {
        return;
    }
    let Some((_, line)) = case.winner("channel_binding") else { return };
    let why = match tls.is_socket() {
        true => "a Unix socket has none",
        false => "`sslmode=disable` turns it off",
    };
    let finding = findings
        .report(
            Severity::Error,
            alloc::format!("`channel_binding=require` needs TLS, and {why}: every log-in fails"),
            "write `channel_binding=prefer`, or take it out",
        )
        .at(line.origin.input_span());
    if let Some((DATABASE_URL, span)) = case.written(line) {
        let edit = Edit::write(DATABASE_URL, span, "prefer");
        finding.fix("write channel_binding=prefer", [edit]);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, said, said_of};

    #[test]
    fn it_needs_tls() {
        let url = "postgres://u:correct-horse@h/db?sslmode=disable&channel_binding=";
        let required = alloc::format!("{url}require");
        let set = [("DATABASE_URL", &*required), ("DEBUG", "1")];
        assert!(said(&RULE, &set)[0].contains("every log-in fails"));
        assert_eq!(fixed(&RULE, &set), [alloc::format!("DATABASE_URL={url}prefer")]);
        for url in [
            "postgres://u:p@h/db?channel_binding=require",
            "postgres://u:p@/db?host=/run&channel_binding=prefer",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
