//! `password-read-differently`.

use crate::advice::{Case, Findings, Percent, code_at, in_url, rule, stray_percents, to_write};
use crate::diagnostic::Severity;
use crate::span::Span;

rule! {
    /// Django and psql read different credentials out of the URL
    ///
    /// # What happens
    ///
    /// Python's `urlsplit` ends user and password at the last `@` before the host, libpq at the
    /// first. `app:pa@ss@db/shop` is the password `pa@ss` to Django; psql takes `pa` for the password
    /// and `ss@db` for the host: `could not translate host name "ss@db" to address`. A `%` without
    /// two hexadecimal digits behind it is a percent sign to Python and an error to libpq:
    /// `invalid percent-encoded token: "pa%ss"`. A blank stays a blank to Python, and libpq 18 says
    /// `unexpected spaces found in "pa ss", use percent-encoded spaces (%20) instead`. Codes that are
    /// no UTF-8, such as `%E9`, reach the server through psql only: Python puts U+FFFD there.
    ///
    /// # Why it matters
    ///
    /// Django works; the first `psql "$DATABASE_URL"`, `pg_dump` or health check of a platform
    /// fails, with an error that shows a part of the password.
    ///
    /// # What to do
    ///
    /// Percent-encode: `@` is `%40`, `%` is `%25`, a blank is `%20`. Then all read the same.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `_userinfo`, the last `@`, and `unquote()`
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `conninfo_uri_parse_options()`, the first `@`, and `conninfo_uri_decode()`
    /// - [PostgreSQL's documentation, connection URIs](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct@horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct%horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct%40horse@db.example.com/shop
    /// ```
    "password-read-differently", [Warning], check,
    errors [
        "invalid percent-encoded token: \"{secret}\"",
        "unexpected spaces found in \"{secret}\"",
        "invalid URL escape \"{secret}\"",
        "unterminated quoted string in connection info string" =>
            "Close the quote, and write `\\\\` and `\\'` for `\\` and `'` in the value"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let userinfo = Span::new(parts.netloc.start, parts.hostinfo.start);
    let text = userinfo.of(url);
    // The `@` behind it is its last byte.
    let Some(inside) = text.strip_suffix('@') else { return };
    let is_odd = |it: u8| matches!(it, b'@' | b'%' | b' ');
    if !inside.bytes().any(is_odd) || case.resolution.connect_params.is_none() {
        return;
    }
    let Some(meant) = case.userinfo().filter(|_| !case.is_misread() && case.has_head()) else {
        return;
    };
    // What is to be filled in is not encoded.
    if case.has_placeholder(userinfo) {
        return;
    }
    let character = |at: usize| Span::new(userinfo.start + at, userinfo.start + at + 1);
    let plain = inside.match_indices(['@', ' ']).map(|(at, _)| at);
    let mut odd: alloc::vec::Vec<_> = plain.chain(stray_percents(inside)).map(character).collect();
    odd.sort_unstable();
    let Some(&first) = odd.first() else {
        return report_bytes(case, parts.password, findings);
    };
    let whose = if first.start < parts.password.start { "user name" } else { "password" };
    let message = match first.of(url) {
        "@" => {
            alloc::format!(
                "The {whose} holds `@`: Django reads on to the last one, psql ends there"
            )
        }
        "%" => alloc::format!(
            "The {whose} holds a `%` that starts no code: Django keeps it, psql refuses the URL"
        ),
        _ => alloc::format!(
            "The {whose} holds a space: Django keeps it, psql of PostgreSQL 18 refuses the URL"
        ),
    };
    let help = to_write(inside, Percent::Code);
    let has_codes = inside.match_indices('%').any(|(at, _)| code_at(inside, at).is_some());
    let finding = findings.report(Severity::Warning, message, help).at(odd.into_iter().map(in_url));
    let encode = |percent| [case.encode(meant, percent)];
    match has_codes {
        false => finding.fix("percent-encode what Django reads", encode(Percent::Code)),
        true => finding
            .fix("percent-encode what Django reads, and keep the codes", encode(Percent::Code))
            .fix("percent-encode it as it is written, its codes too", encode(Percent::Sign)),
    };
}

/// Codes that make no text.
fn report_bytes<'a>(case: &Case<'_, 'a>, password: Span, findings: &mut Findings<'a>) {
    let Some(read) = case.given("password") else { return };
    if !read.contains('\u{fffd}') {
        return;
    }
    findings
        .report(
            Severity::Warning,
            "the password's codes are no UTF-8: Django sends U+FFFD in their place, psql the bytes",
            "encode the password anew, as UTF-8: `é` is `%C3%A9`",
        )
        .at([in_url(password)]);
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[track_caller]
    fn check(url: &str, found: &str, fixed: &[&str]) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].contains(found), "{url}: {said:?}");
        assert_eq!(fixed_url(&RULE, url), fixed, "{url}");
    }

    #[test]
    fn the_fix_keeps_what_django_reads() {
        check("postgres://u:a@b@h/db", "password holds `@`", &["postgres://u:a%40b@h/db"]);
        check("postgres://a@b:p@h/db", "user name holds `@`", &["postgres://a%40b:p@h/db"]);
        check("postgres://u:100%@h/db", "starts no code", &["postgres://u:100%25@h/db"]);
        check("postgres://u:a b@h/db", "holds a space", &["postgres://u:a%20b@h/db"]);
    }

    #[test]
    fn codes_beside_a_bare_character_may_be_none() {
        let fixed = ["postgres://u:a%40b%21@h/db", "postgres://u:a%40b%2521@h/db"];
        check("postgres://u:a@b%21@h/db", "holds `@`", &fixed);
    }

    #[test]
    fn what_reads_the_same_is_fine() {
        for url in [
            "postgres://u:p@h/db",
            "postgres://u:a%40b@h/db",
            "postgres://u:p$!+é@h/db",
            "postgres://u:a#b@h/db",
            "postgres://h/d@b",
            "mysql://u:a@b@h/db",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
        check("postgres://u:%ff@h/db", "no UTF-8", &[]);
    }
}
