//! `password-unescaped`.

use crate::advice::{Case, Edit, Findings, in_url, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Stage;
use crate::secret::Text;
use crate::span::Span;
use crate::syntax::python::quote;

rule! {
    /// The password holds a character that a URL must not hold as it is
    ///
    /// # What happens
    ///
    /// `#`, `/` and `?` end the part of a URL in which user, password and host stand; `[` and `]`
    /// are for IPv6 addresses. What follows is taken for a port, a database or an option:
    ///
    /// - `ValueError: Port could not be cast to integer value as 'pa'`, and the start of the
    ///   password is in the traceback (dj-database-url 2.1.0);
    /// - `ParseError: This string is not a valid url, possibly because some of its parts is not
    ///   properly urllib.parse.quote()'ed.` (3.x);
    /// - `ValueError: 'db.example.com' does not appear to be an IPv4 or IPv6 address`, for brackets;
    /// - nothing at all, if the password starts with digits: `app:123#abc@db/shop` is host `app`,
    ///   port 123, and the database's name is empty.
    ///
    /// # Why it matters
    ///
    /// psql takes `#`, `?` and brackets, so a test with psql passes and Django fails.
    ///
    /// # What to do
    ///
    /// Write the password percent-encoded: `#` is `%23`, `/` is `%2F`, `?` is `%3F`, `[` is `%5B`,
    /// `]` is `%5D`, `@` is `%40`, `%` is `%25`. In Python: `urllib.parse.quote(password, safe="")`.
    /// The `DB_PASSWORD` variable takes the password as it is.
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
    "password-unescaped", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let resolution = case.resolution;
    let (Some(url), Some(intent), Some(parts)) = (case.url(), resolution.intent, resolution.url)
    else {
        return;
    };
    // Nothing is misread where Python sees the password that was meant and takes it.
    let is_refused = resolution.refusal.as_ref().is_some_and(|it| it.stage == Stage::Recipe);
    let password = intent.password;
    if password.is_empty() || (password == parts.password && !is_refused) {
        return;
    }
    let Some((at, found)) = first_reserved(password.of(url)) else { return };
    let at = password.start + at;
    let place = Span::new(at, at + found.len_utf8());
    let happens = match (found, is_refused) {
        ('[' | ']', _) => "makes Django take the host for an IPv6 address",
        (_, true) => "ends the host part of the URL, and what follows is no port",
        (_, false) => "ends the host part of the URL, and Django misreads the rest in silence",
    };
    let mut help = alloc::format!("write `{found}` as `{}`", quote(found.encode_utf8(&mut [0; 4])));
    if intent.lacks_at {
        help.push_str(", and put the `@` that is missing before the host");
    }
    let message = alloc::format!("the password holds `{found}`, which {happens}");
    // The `@` stands between the two, or is missing.
    let written = Span::new(password.start, intent.rest.start);
    let encoded = Text::default().and_hidden(quote(password.of(url))).and("@");
    findings
        .report(Severity::Error, message, help)
        .at([in_url(place)])
        .fix("percent-encode the password", [Edit::replace(DATABASE_URL, written, encoded)]);
}

/// The first character that must not stand in a password as it is, and its offset.
fn first_reserved(password: &str) -> Option<(usize, char)> {
    password.char_indices().find(|&(_, c)| {
        matches!(c, '#' | '/' | '?' | '[' | ']') || (!c.is_ascii() && encode_is_needed(c))
    })
}

/// Characters outside ASCII that Python refuses because their NFKC form holds a delimiter.
fn encode_is_needed(c: char) -> bool {
    crate::syntax::python::is_netloc_delimiter_under_nfkc(c)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};
    use crate::{Inputs, Recipe, resolve};

    #[track_caller]
    fn check(url: &str, piece: &str, fixed: &str) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].ends_with(&alloc::format!("<{piece}>")), "{said:?}");
        assert_eq!(fixed_url(&RULE, url)[0], fixed);
    }

    #[test]
    fn the_fix_writes_the_password_that_was_meant() {
        check("postgres://u:p#ss@h/db", "#", "postgres://u:p%23ss@h/db");
        check("postgres://u:1/2@h:5432/db", "/", "postgres://u:1%2F2@h:5432/db");
        check("postgres://u:123#a@h/db", "#", "postgres://u:123%23a@h/db");
        check("postgres://u:[pw]@h/db", "[", "postgres://u:%5Bpw%5D@h/db");
        check("postgres://u:p／s@h/db", "／", "postgres://u:p%EF%BC%8Fs@h/db");
        check(
            "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db",
            "#",
            "postgresql://postgres:Xy9%24mK2%23pL8%40qR4%26@host/db",
        );
    }

    #[test]
    fn the_secret_stays_one_in_message_and_fix() {
        let url = "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db";
        let (inputs, recipe) = (Inputs::url(url), Recipe::default());
        let resolution = resolve(&inputs, &recipe);
        let fixes = resolution.diagnostics.iter().map(|it| resolution.fixes(it, &inputs, &recipe));
        let found = alloc::format!(
            "{:?} {:?}",
            resolution.diagnostics,
            fixes.collect::<alloc::vec::Vec<_>>()
        );
        for piece in ["Xy9", "mK2", "pL8", "qR4"] {
            assert!(!found.contains(piece), "{found}");
        }
    }
}
