//! `sslmode-unknown`.

use crate::advice::{Case, Findings, in_url, rule, shown, sslmode_of};
use crate::clients::cpython::value_str;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::{Line, Value};
use crate::span::Span;
use crate::syntax::words;
use crate::tls::SslMode;

rule! {
    /// `sslmode` is a word that libpq does not know
    ///
    /// # What happens
    ///
    /// libpq knows six words, in lower case: `disable`, `allow`, `prefer`, `require`, `verify-ca`
    /// and `verify-full`. With any other the connection fails before a byte is sent:
    /// `invalid sslmode value: "required"` (`fe-connect.c`). Django shows it as
    /// `django.db.utils.OperationalError` at the first query.
    ///
    /// In production `ssl_require` writes `require` over the word, right or wrong; then only psql,
    /// and Django with `DEBUG=True`, refuse it.
    ///
    /// # Why it matters
    ///
    /// The word is often right for something else: `required` and `verify_identity` are MySQL's,
    /// `no-verify` and `true` are node-postgres's. `verify_full` has the wrong dash. An option
    /// joined by a second `?` in place of `&` makes a word of both.
    ///
    /// # What to do
    ///
    /// Write the word that was meant. `no-verify` and `true` are `require`, which encrypts and does
    /// not check the certificate.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the six words, in `pqConnectOptions2()`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-SSLMODE): `sslmode`
    /// - [node-postgres 8.23.0, `index.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg-connection-string/index.js): `no-verify`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=required
    /// DEBUG=True
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=no-verify
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=require
    /// ```
    "sslmode-unknown", [Error, Info] libpq given, check,
    errors [
        "may not be used with sslnegotiation=direct" =>
            "Write `sslmode=require` or a stronger mode beside `sslnegotiation=direct`",
        "invalid sslmode value: \"{}\"",
        "unsupported sslmode \"{}\"",
        "sslmode is invalid",
        "`sslmode` parameter must be one of",
        "for ssl_mode"
    ],
    perhaps ["invalid value for option `sslmode`"]
}

const WORDS: &str = "libpq takes `disable`, `allow`, `prefer`, `require`, `verify-ca` and \
                     `verify-full`, in lower case";

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    if let Some(line) = case.overruled_sslmode() {
        // A list is the business of options that are repeated, and a quote or a blank at the end
        // that of the URL as a whole.
        let ends_url = case.url().is_some_and(|it| it.ends_with(['"', '\'', '`', ' ']));
        let is_another = ends_url || matches!(line.value, Value::List(_));
        if sslmode_of(line).is_none() && !is_another {
            report(case, line, Severity::Info, findings);
        }
    } else if case.resolution.tls.is_none()
        && case.resolution.effective.is_some()
        && let Some((_, line)) = case.winner("sslmode")
        && sslmode_of(line).is_none()
        && line.value.unknown().is_none()
        && !matches!(line.value, Value::List(_))
    {
        report(case, line, Severity::Error, findings);
    }
}

fn report<'a>(
    case: &Case<'_, 'a>,
    line: &Line<'a>,
    severity: Severity,
    findings: &mut Findings<'a>,
) {
    let (value, origin) = (shown(&line.value), &line.origin);
    let message = match severity {
        Severity::Error => {
            alloc::format!("`sslmode` is `{value}` ({origin}), a word that libpq refuses")
        }
        _ => alloc::format!(
            "`sslmode` is `{value}` ({origin}), which psql refuses; `{}` writes `require` over it",
            case.ssl_require()
        ),
    };
    let span = origin.input_span();
    let in_option = span
        .filter(|it| it.input == DATABASE_URL && line.key.reveal() == "sslmode")
        .map(|it| it.span);
    let url = case.url().unwrap_or("");
    if let Some(at) = in_option.and_then(|it| second_query(it, url)) {
        let help = "put `&` between two options; only the first follows a `?`";
        findings
            .report(severity, message, help)
            .at([in_url(at)])
            .fix("write `&` between the options", [Edit::write(DATABASE_URL, at, "&")]);
        return;
    }
    let meant = meant(&value_str(&line.value));
    let help = match meant {
        Some(mode) => alloc::format!("write `sslmode={mode}`: {WORDS}"),
        None => WORDS.into(),
    };
    let finding = findings.report(severity, message, help).at(span);
    let Some(mode) = meant else { return };
    let word = alloc::format!("sslmode={mode}");
    let edit = match in_option {
        Some(span) => Some(Edit::write(DATABASE_URL, span, mode.name())),
        // What a variable of libpq's own says does not count beside an option.
        None => case.add_option(&word),
    };
    let finding = finding.fix(alloc::format!("write {word}"), edit.clone());
    if mode == SslMode::VerifyFull && in_option.is_some() && case.given("sslrootcert").is_none() {
        let root = case.add_option("sslrootcert=system");
        let title = alloc::format!("write {word}, and trust the system's certificates");
        finding.fix(title, edit.into_iter().chain(root));
    }
}

/// Where a word that libpq knows is followed by what should be a `&`.
fn second_query(value: Span, url: &str) -> Option<Span> {
    let at = value.of(url).find(['?', ';'])?;
    let head = Span::new(value.start, value.start + at);
    let is_known = head.of(url).parse::<SslMode>().is_ok();
    is_known.then_some(Span::new(head.end, head.end + 1))
}

/// The mode that is meant by a word of another client, or by a misspelt one.
fn meant(word: &str) -> Option<SslMode> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_ascii_lowercase();
    Some(match &*word {
        // Nothing is libpq's default.
        "" => SslMode::Prefer,
        "1" | "true" | "t" | "yes" | "y" | "on" | "ssl" | "tls" | "enable" | "enabled" => {
            SslMode::Require
        }
        "0" | "false" | "f" | "no" | "n" | "off" | "none" => SslMode::Disable,
        it if it.starts_with("dis") => SslMode::Disable,
        it if it.starts_with("allow") => SslMode::Allow,
        it if it.starts_with("pref") => SslMode::Prefer,
        it if it.starts_with("req") => SslMode::Require,
        it if it.starts_with("ver") && it.ends_with("ca") => SslMode::VerifyCa,
        it if it.starts_with("ver") => SslMode::VerifyFull,
        // `no-verify`, `skip-verify`.
        it if words::contains(it, "verify") => SslMode::Require,
        _ => return None,
    })
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::{RULE, meant};
    use crate::advice::testing::{fixed, fixed_url, said, said_of};
    use crate::tls::SslMode;
    use alloc::format;

    #[track_caller]
    fn check(written: &str, mode: &str) {
        let url = format!("postgres://u:p@h/db?sslmode={written}&application_name=x");
        let variables = [("DATABASE_URL", &*url), ("DEBUG", "True")];
        let said = said(&RULE, &variables);
        let word = written.split('&').next().unwrap();
        assert!(said.len() == 1 && said[0].ends_with(&format!("<{word}>")), "{said:?}");
        let expected =
            format!("DATABASE_URL=postgres://u:p@h/db?sslmode={mode}&application_name=x");
        assert_eq!(fixed(&RULE, &variables), [expected]);
    }

    #[test]
    fn a_near_miss_is_put_right() {
        check("required", "require");
        check("Require", "require");
        check("true", "require");
        check("1", "require");
        check("no-verify", "require");
        check("verify_full&sslrootcert=/ca.crt", "verify-full&sslrootcert=/ca.crt");
        check("VERIFY_CA&sslrootcert=/ca.crt", "verify-ca&sslrootcert=/ca.crt");
        check("off", "disable");
        check("require%20", "require");
    }

    #[test]
    fn verify_full_needs_a_root_certificate_as_well() {
        let url = "postgres://u:p@h/db?sslmode=verify_full";
        let expected = "DATABASE_URL=postgres://u:p@h/db?sslmode=verify-full&sslrootcert=system";
        assert_eq!(fixed(&RULE, &[("DATABASE_URL", url), ("DEBUG", "1")]), [expected]);
    }

    #[test]
    fn a_word_that_is_near_nothing_gets_no_fix() {
        assert_eq!(meant("banana"), None);
        assert_eq!(meant("verify-identity"), Some(SslMode::VerifyFull));
    }

    #[test]
    fn the_environments_word_is_answered_in_the_url() {
        let url = ("DATABASE_URL", "postgres://u:p@h/db");
        let variables = [url, ("PGSSLMODE", "required"), ("DEBUG", "1")];
        let expected =
            "error: `sslmode` is `required` (PGSSLMODE), a word that libpq refuses <required>";
        assert_eq!(said(&RULE, &variables), [expected]);
        assert_eq!(fixed(&RULE, &variables), ["DATABASE_URL=postgres://u:p@h/db?sslmode=require"]);
        let empty = [url, ("PGSSLMODE", ""), ("DEBUG", "1")];
        assert_eq!(fixed(&RULE, &empty), ["DATABASE_URL=postgres://u:p@h/db?sslmode=prefer"]);
    }

    #[test]
    fn a_second_question_mark_is_what_is_wrong() {
        let url = "postgres://u:p@h/db?sslmode=require?connect_timeout=10";
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].ends_with("<?>"), "{said:?}");
        let fixed = fixed_url(&RULE, url);
        assert_eq!(fixed, ["postgres://u:p@h/db?sslmode=require&connect_timeout=10"]);
    }

    #[test]
    fn a_list_is_said_by_another_rule() {
        let url = "postgres://u:p@h/db?sslmode=require&sslmode=prefer";
        assert!(said_of(&RULE, url).is_empty());
    }
}
