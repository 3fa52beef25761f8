//! `password-encoded-twice`.

use alloc::string::String;

use crate::advice::{Case, Findings, Marks, Percent, code_at, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::secret::Text;
use crate::span::{InputSpan, Span};
use crate::syntax::python::unquote;
use crate::syntax::{token, words};

rule! {
    /// The password is percent-encoded once more than it is decoded
    ///
    /// # What happens
    ///
    /// A URL is decoded once: `%2540` becomes `%40`, and those three characters are sent to the
    /// server where `@` was meant. The `DB_PASSWORD` variable is not decoded at all, so that there
    /// `%40` stays as it is. The server answers `FATAL: password authentication failed for user`
    /// (SQLSTATE 28P01).
    ///
    /// # Why it matters
    ///
    /// The same error means a wrong password, so the password gets reset, encoded in the same way
    /// and refused again. It comes from a script that encodes what a platform gave encoded already,
    /// or from moving the pieces of a URL into `DB_*` variables.
    ///
    /// # What to do
    ///
    /// Encode once for a URL, and never for `DB_PASSWORD`.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `unquote()` decodes once
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): what is decoded
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): the error
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct%2540horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com
    /// DB_PASSWORD=correct%40horse
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct%40horse@db.example.com/shop
    /// ```
    "password-encoded-twice", [Warning], check,
    perhaps ["password authentication failed for user"]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(parts) = case.resolution.url else { return check_field(case, findings) };
    let url = case.url().unwrap_or("");
    let password = parts.password.of(url);
    if !case.has(Marks::PERCENT) {
        return;
    }
    if token::iam_token(password).is_some() {
        return check_token(case, password, findings);
    }
    if !words::contains(password, "%25") {
        return;
    }
    let mut found = twice_encoded(password).peekable();
    if found.peek().is_none() || case.is_misread() || !case.has_head() {
        return;
    }
    let place = |(at, length): (usize, usize)| {
        Span::new(parts.password.start + at, parts.password.start + at + length)
    };
    // `%`, once or more often `25`, and the code: the `25`s go.
    let cut = |it: Span| Edit::delete(DATABASE_URL, Span::new(it.start + 1, it.end - 2));
    findings
        .report(
            Severity::Warning,
            "the password holds a code that is encoded again: Django sends the code, and not the \
             character that it stands for",
            "encode the password once: `@` is `%40`, not `%2540`",
        )
        .at(twice_encoded(password).map(place).map(in_url))
        .fix("encode the password once", found.map(place).map(cut));
}

/// An IAM token has codes of its own, so that a whole one looks encoded twice.
fn check_token<'a>(case: &Case<'_, 'a>, password: &str, findings: &mut Findings<'a>) {
    let Some(userinfo) = case.userinfo().filter(|_| !case.is_misread() && case.has_head()) else {
        return;
    };
    if token::is_encoded_once(password) {
        return;
    }
    findings
        .report(
            Severity::Warning,
            "The password is an AWS IAM token, and decoding the URL changes it",
            "percent-encode the token once as a whole, its own `%` signs too",
        )
        .at([in_url(userinfo.password)])
        .fix("percent-encode the token once as a whole", [case.encode(userinfo, Percent::Sign)]);
}

fn check_field<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    const NAME: &str = "DB_PASSWORD";
    let Some(password) = case.inputs.get(NAME) else { return };
    if !password.contains('%') || !is_encoded(password) {
        return;
    }
    let codes = password
        .match_indices('%')
        .map(|(at, _)| InputSpan { input: NAME, span: Span::new(at, at + 3) });
    let whole = Span::new(0, password.len());
    let decoded = match token::iam_token(password) {
        Some(token) => token,
        None => unquote(&once_encoded(password)).into_owned(),
    };
    let decoded = Text::default().and_hidden(decoded);
    findings
        .report(
            Severity::Warning,
            "DB_PASSWORD is percent-encoded, and nothing decodes it: the codes are sent as they are",
            "write the password itself: only a URL is decoded",
        )
        .at(codes)
        .fix("decode DB_PASSWORD", [Edit::replace(NAME, whole, decoded)]);
}

/// Whether a text is what an encoder writes: every `%` starts a code that an encoder would write,
/// and nothing that it would have encoded is left.
fn is_encoded(text: &str) -> bool {
    let is_left = |it: u8| it.is_ascii_alphanumeric() || b"-._~%!*'()+".contains(&it);
    text.bytes().all(is_left) && text.match_indices('%').all(|(at, _)| is_code(text, at))
}

/// Whether a `%` starts the code of something that an encoder encodes: no letter and no digit.
fn is_code(text: &str, at: usize) -> bool {
    code_at(text, at).is_some_and(|it| it >= b' ' && !it.is_ascii_alphanumeric())
}

/// Places and lengths of the codes that are encoded again, be it more than once.
fn twice_encoded(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut end = 0;
    words::places(text, "%25").filter_map(move |at| {
        if at < end {
            return None;
        }
        let mut digits = at + 1;
        while text.get(digits..).is_some_and(|it| it.starts_with("25")) && is_code(text, digits + 1)
        {
            digits += 2;
        }
        end = digits + 2;
        (digits > at + 1).then_some((at, end - at))
    })
}

/// The text with every code encoded once.
fn once_encoded(text: &str) -> String {
    let mut once = String::with_capacity(text.len());
    let mut rest = 0;
    for (at, length) in twice_encoded(text) {
        once.push_str(text.get(rest..at + 1).unwrap_or(""));
        rest = at + length - 2;
    }
    once.push_str(text.get(rest..).unwrap_or(""));
    once
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};
    use crate::syntax::python::{quote, unquote};

    #[test]
    fn a_code_is_encoded_once_however_often_it_was() {
        for (url, fixed, piece) in [
            ("postgres://u:a%2540b@h/db", "postgres://u:a%40b@h/db", " <%2540>"),
            ("postgres://u:%25252523@h/db", "postgres://u:%23@h/db", " <%25252523>"),
            ("postgres://u:%2540%2523@h/db", "postgres://u:%40%23@h/db", " <%2540> <%2523>"),
            ("postgres://u:100%2525@h/db", "postgres://u:100%25@h/db", " <%2525>"),
        ] {
            assert!(said_of(&RULE, url)[0].ends_with(piece), "{:?}", said_of(&RULE, url));
            assert_eq!(fixed_url(&RULE, url), [fixed]);
        }
    }

    #[test]
    fn a_percent_sign_of_its_own_is_fine() {
        for password in ["100%25", "%25zz", "%2541", "%25a", "p%40ss", "%25%34%30"] {
            let url = alloc::format!("postgres://u:{password}@h/db");
            assert!(said_of(&RULE, &url).is_empty(), "{password}");
        }
        for password in ["100%", "a%40b@c", "%41", "%zz", "a%40b c", "50%20off!#"] {
            assert!(said(&RULE, &[("DB_PASSWORD", password)]).is_empty(), "{password}");
        }
    }

    #[test]
    fn a_token_keeps_its_own_codes() {
        let token = "h:5432/?Action=connect&X-Amz-Credential=A%2Fb&X-Amz-Signature=0123abcd";
        let once = quote(token);
        let url = |it: &str| alloc::format!("postgres://app:{it}@h/db");
        assert!(said_of(&RULE, &url(&once)).is_empty());
        for written in
            [quote(&once), quote(&unquote(token)), token.replace('/', "%2F").replace('?', "%3F")]
        {
            assert_eq!(fixed_url(&RULE, &url(&written)), [url(&once)], "{written}");
        }
        assert!(said(&RULE, &[("DB_PASSWORD", token)]).is_empty());
        let fixes = fixed(&RULE, &[("DB_PASSWORD", &once)]);
        assert_eq!(fixes, [alloc::format!("DB_PASSWORD={token}")]);
    }

    #[test]
    fn a_field_is_decoded() {
        let decoded = fixed(&RULE, &[("DB_PASSWORD", "p%40ss%23")]);
        assert_eq!(decoded, ["DB_PASSWORD=p@ss#"]);
        assert_eq!(fixed(&RULE, &[("DB_PASSWORD", "p%2540s")]), ["DB_PASSWORD=p@s"]);
    }
}
