//! `password-unescaped`.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::advice::{
    Case, Findings, Percent, Userinfo, brief, code_at, in_url, is_this_machine, rule, to_write,
};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::python::{is_netloc_delimiter_under_nfkc, quote};
use crate::syntax::token;

rule! {
    /// The password holds a character that a URL must not hold as it is
    ///
    /// # What happens
    ///
    /// `#`, `/` and `?` end the part of a URL in which user, password and host stand; `[` and `]`
    /// are for IPv6 addresses. Then Django gives:
    ///
    /// - `ValueError: Port could not be cast to integer value as 'pa'`, and the start of the
    ///   password is in the traceback (dj-database-url 2.1.0);
    /// - `ParseError: This string is not a valid url, possibly because some of its parts is not
    ///   properly urllib.parse.quote()'ed.` for all of these (3.x);
    /// - `ValueError: 'db.example.com' does not appear to be an IPv4 or IPv6 address`, for brackets;
    /// - `ValueError: netloc '…' contains invalid characters under NFKC normalization`, for `／` and
    ///   its like, password included;
    /// - nothing at all, if digits or nothing stand before it: `app:5432/secret@db/shop` is host
    ///   `app`, port 5432 and the database `secret@db/shop`.
    ///
    /// # Why it matters
    ///
    /// psql takes `#`, `?` and brackets, so a test with psql passes and Django fails.
    ///
    /// # What to do
    ///
    /// Percent-encode it: `#` is `%23`, `/` is `%2F`, `?` is `%3F`, `[` is `%5B`, `]` is `%5D`, `@` is
    /// `%40`, `%` is `%25`. In Python: `urllib.parse.quote(password, safe="")`. `DB_PASSWORD` takes
    /// the password as it is. An AWS IAM token is a URL of its own with codes in it: encode it as a
    /// whole, so that its `%2F` is `%252F`. The brackets of Supabase's `[YOUR-PASSWORD]` are no part of one.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `urlsplit()`, and the errors of ports and characters
    /// - [Python 3.12.10, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.12.10/Lib/urllib/parse.py): `_check_bracketed_netloc()`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `ParseError`
    /// - [PostgreSQL's documentation, connection URIs](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:corr#ect-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:5432/correct@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:corr%23ect-horse@db.example.com/shop
    /// ```
    "password-unescaped", [Error], check,
    errors [
        "URI::InvalidURIError",
        "bad URI (is not URI?): \"{secret}\"",
        "error with configuration: invalid port number",
        "invalid domain character in database URL",
        "Port could not be cast to integer value as '{secret}'",
        "netloc '{secret}' contains invalid characters under NFKC normalization",
        "This string is not a valid url",
        "ValueError: '{secret}' does not appear to be an IPv4 or IPv6 address",
        "Invalid IPv6 URL",
        "ERR_INVALID_URL",
        "TypeError: Invalid URL",
        "URI malformed",
        "invalid port \":{secret}\" after host",
        "unexpected character \"{}\" at position {} in URI (expected \":\" or \"/\"): \"{secret}\"",
        "net/url: invalid userinfo",
        "invalid port number in database URL",
        "error parsing connection string: invalid port"
    ],
    perhaps [
        "invalid literal for int() with base 10: '{secret}'",
        "failed to parse as URL",
        "failed to parse as keyword/value"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(intent)) = (case.url(), case.resolution.intent) else { return };
    let is_refused = case.is_url_refused();
    // Nothing is misread where Python sees what was meant and takes it.
    if !is_refused && !case.is_misread() {
        return;
    }
    let Some(meant) = case.userinfo().filter(|_| case.has_head()) else { return };
    let written = Span::new(meant.user.start, meant.host);
    let Some((at, found)) = first_reserved(written.of(url)) else { return };
    if case.has_placeholder(written) {
        return;
    }
    let at = written.start + at;
    let whose = if at < meant.password.start { "user name" } else { "password" };
    let happens = match (found, is_refused) {
        ('[' | ']', _) => "makes Django take the host for an IPv6 address",
        (found, _) if !found.is_ascii() => "Python refuses, since it may pass for a delimiter",
        (_, true) => "ends the host part of the URL, and what follows is no port",
        (_, false) => "ends the host part of the URL, and Django misreads the rest in silence",
    };
    let token = token::kind(meant.password.of(url)).filter(|_| whose == "password");
    let percent = if token.is_some() { Percent::Sign } else { Percent::Code };
    let mut help = to_write(written_without_at(url, meant), percent);
    let is_in_brackets = in_brackets(meant.password.of(url)).is_some();
    if is_in_brackets && token.is_none() {
        help.insert_str(0, "take the brackets off if they come from a template; otherwise ");
    }
    if intent.lacks_at {
        help.push_str(", and put the missing `@` before the host");
    }
    let place = Span::new(at, at + found.len_utf8());
    let mut finding = findings
        .report(
            Severity::Error,
            match token {
                Some(it) => alloc::format!("The password is {}: its `{found}` {happens}", it.name),
                None => alloc::format!("The {whose} holds `{found}`, which {happens}"),
            },
            help,
        )
        .at([in_url(place)]);
    let delimiter = (!is_refused).then_some(place);
    for (title, edits) in readings(case, url, meant, delimiter, whose) {
        finding = finding.fix(title, edits);
    }
}

/// What a template's brackets are around.
fn in_brackets(password: &str) -> Option<&str> {
    password.strip_prefix('[')?.strip_suffix(']')
}

/// User and password as they stand in the URL, without the `@` behind them.
fn written_without_at(url: &str, meant: Userinfo) -> &str {
    let written = Span::new(meant.user.start, meant.password.end.max(meant.user.end));
    written.of(url)
}

type Reading = (alloc::borrow::Cow<'static, str>, Vec<Edit>);

/// What may have been meant, the likelier first. `delimiter` is where the authority ends to
/// Python, if it goes on from there.
fn readings(
    case: &Case<'_, '_>,
    url: &str,
    meant: Userinfo,
    delimiter: Option<Span>,
    whose: &'static str,
) -> Vec<Reading> {
    let password = meant.password.of(url);
    if token::iam_token(password).is_some() {
        let title = "percent-encode the IAM token, its own `%` signs too";
        return alloc::vec![(title.into(), [case.encode(meant, Percent::Sign)].into())];
    }
    let has_codes = password.match_indices('%').any(|(at, _)| code_at(password, at).is_some());
    let as_host = delimiter.and_then(|it| as_host(case, url, meant, it));
    let title = match (has_codes, as_host.is_some()) {
        (_, true) => "percent-encode it as a part of the password",
        (true, false) => "percent-encode the rest of the password, and keep its codes",
        (false, false) if case.resolution.intent.is_some_and(|it| it.lacks_at) => {
            "percent-encode the password, and write the `@` before the host"
        }
        (false, false) if whose == "user name" => "percent-encode the user name",
        (false, false) => "percent-encode the password",
    };
    let mut readings = Vec::new();
    // Brackets come from a template, in which they are around the place of the password.
    if let Some(inside) = in_brackets(password) {
        let text = Text::default().and_hidden(quote(inside));
        let edit = Edit::replace(DATABASE_URL, meant.password, text);
        readings.push(("take the template's brackets off the password".into(), [edit].into()));
    }
    readings.push((title.into(), [case.encode(meant, Percent::Code)].into()));
    if has_codes {
        let title = "percent-encode the password as it is written, its `%` signs too";
        readings.push((title.into(), [case.encode(meant, Percent::Sign)].into()));
    }
    if let Some((reading, is_likelier)) = as_host {
        let place = if is_likelier { 0 } else { readings.len() };
        readings.insert(place, reading);
    }
    readings
}

/// Python's own reading, made plain: what stands before the `:` is the host, the digits are its
/// port. And whether that is the likelier one.
fn as_host(
    case: &Case<'_, '_>,
    url: &str,
    meant: Userinfo,
    delimiter: Span,
) -> Option<(Reading, bool)> {
    let parts = case.resolution.url?;
    let host = meant.user.of(url);
    let shown = brief(&case.quote(DATABASE_URL, meant.user).to_string());
    // In the user's name there is no port before it, and with an `@` before it the host is
    // another one: a reading more is no help.
    let has_userinfo = parts.hostinfo.start > parts.netloc.start;
    if host.is_empty() || has_userinfo || delimiter.start < meant.password.start {
        return None;
    }
    let names_database = Span::new(meant.host, url.len()).of(url).find('/');
    if delimiter.of(url) == "/" {
        let name = Span::new(delimiter.end, parts.path.end);
        let text = Text::default().and_hidden(quote(name.of(url)));
        let title =
            alloc::format!("take `{shown}` for the host, and what follows `/` for the database");
        let is_likelier = names_database.is_none() && (host.contains('.') || is_this_machine(host));
        let edit = Edit::replace(DATABASE_URL, name, text);
        return Some(((title.into(), [edit].into()), is_likelier));
    }
    // A comment goes up to the database, unless that is named before it.
    let end = match names_database {
        Some(at) if parts.path.is_empty() => meant.host + at,
        _ => url.len(),
    };
    let title = alloc::format!(
        "take `{shown}` for the host, and drop what follows `{}`",
        delimiter.of(url)
    );
    let edit = Edit::delete(DATABASE_URL, Span::new(delimiter.start, end));
    Some(((title.into(), [edit].into()), false))
}

/// The first character that must not stand in a userinfo as it is, and its offset.
fn first_reserved(userinfo: &str) -> Option<(usize, char)> {
    userinfo.char_indices().find(|&(_, c)| {
        // Outside ASCII, Python refuses what holds a delimiter in its NFKC form.
        matches!(c, '#' | '/' | '?' | '[' | ']')
            || (!c.is_ascii() && is_netloc_delimiter_under_nfkc(c))
    })
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};
    use crate::syntax::python::quote;
    use crate::{Inputs, resolve};

    #[track_caller]
    fn check(url: &str, piece: &str, fixed: &[&str]) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].ends_with(&alloc::format!("<{piece}>")), "{said:?}");
        assert_eq!(fixed_url(&RULE, url), fixed, "{url}");
    }

    #[test]
    fn the_fix_writes_the_password_that_was_meant() {
        check("postgres://u:p#ss@h/db", "#", &["postgres://u:p%23ss@h/db"]);
        check("postgres://u:p?ss@h/db", "?", &["postgres://u:p%3Fss@h/db"]);
        check("postgres://u:p／s@h/db", "／", &["postgres://u:p%EF%BC%8Fs@h/db"]);
        check("postgres://u:p]w@h/db", "]", &["postgres://u:p%5Dw@h/db"]);
        check("postgres://u#x:pw@h/db", "#", &["postgres://u%23x:pw@h/db"]);
        check("postgres://u/x:pw@h/db", "/", &["postgres://u%2Fx:pw@h/db"]);
        check(
            "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db",
            "#",
            &["postgresql://postgres:Xy9%24mK2%23pL8%40qR4%26@host/db"],
        );
    }

    #[test]
    fn digits_before_the_delimiter_make_a_second_reading() {
        check(
            "postgres://u:5432/prod@h:5432/db",
            "/",
            &["postgres://u:5432%2Fprod@h:5432/db", "postgres://u:5432/prod%40h%3A5432%2Fdb"],
        );
        check(
            "postgres://user:123#abc@host",
            "#",
            &["postgres://user:123%23abc@host", "postgres://user:123"],
        );
        check(
            "postgres://user:123#abc@host/db",
            "#",
            &["postgres://user:123%23abc@host/db", "postgres://user:123/db"],
        );
        check("postgres://u:/x@h/db", "/", &["postgres://u:%2Fx@h/db", "postgres://u:/x%40h%2Fdb"]);
    }

    #[test]
    fn a_user_that_is_a_host_comes_first() {
        let fixed = fixed_url(&RULE, "postgres://localhost:5432/me@home");
        assert_eq!(fixed[0], "postgres://localhost:5432/me%40home");
    }

    #[test]
    fn a_token_is_encoded_as_a_whole() {
        let token = "h.rds.amazonaws.com:5432/?Action=connect&X-Amz-Credential=A%2Fb\
                     &X-Amz-Signature=0123abcd";
        let url = alloc::format!("postgres://app:{token}@h.rds.amazonaws.com/db");
        let said = said_of(&RULE, &url);
        assert!(said.len() == 1 && said[0].contains("an AWS IAM token: its `/` ends"), "{said:?}");
        let fixed = alloc::format!("postgres://app:{}@h.rds.amazonaws.com/db", quote(token));
        assert_eq!(fixed_url(&RULE, &url), [&*fixed]);
        assert!(said_of(&RULE, &fixed).is_empty());
    }

    #[test]
    fn codes_beside_a_bare_delimiter_may_be_none() {
        let fixed = ["postgres://u:a%40b%23@h/db", "postgres://u:a%2540b%23@h/db"];
        check("postgres://u:a%40b#@h/db", "#", &fixed);
    }

    #[test]
    fn brackets_around_a_password_come_from_a_template() {
        check(
            "postgres://u:[pw]@h/db",
            "[",
            &["postgres://u:pw@h/db", "postgres://u:%5Bpw%5D@h/db"],
        );
        assert!(said_of(&RULE, "postgres://u:[YOUR-PASSWORD]@h/db").is_empty());
    }

    #[test]
    fn what_python_reads_as_it_is_meant_is_fine() {
        for url in [
            "postgres://u:p@h/d@b",
            "postgres://u:a@b@h/db",
            "postgres://u:p@h/db?application_name=me@home",
            "postgres://u:p@h:bad/db",
            "postgres://u:[x]@v1.example.com/db",
        ] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }

    #[test]
    fn the_secret_stays_one_in_message_and_fix() {
        for url in [
            "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db",
            "postgresql://postgres:5432/Xy9mK2pL8qR4@host/db",
        ] {
            let answer = resolve(Inputs::url(url));
            let fixes = answer.diagnostics.iter().map(|it| answer.fixes(it));
            let found = alloc::format!(
                "{:?} {:?}",
                answer.diagnostics,
                fixes.collect::<alloc::vec::Vec<_>>()
            );
            for piece in ["Xy9", "mK2", "pL8", "qR4"] {
                assert!(!found.contains(piece), "{found}");
            }
        }
    }
}
