//! `password-weak`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::syntax::token;

rule! {
    /// The password can be guessed
    ///
    /// # What happens
    ///
    /// It is short, of one kind of characters, a run such as `abcdef`, or a common word, or the name
    /// of the user or the database, with digits around it. PostgreSQL takes any password, unless
    /// its module `passwordcheck` is loaded.
    ///
    /// # Why it matters
    ///
    /// A server that is reachable from the internet is tried all day, and PostgreSQL does not slow
    /// such attempts down. Whoever gets hold of a dump of the roles can try billions
    /// a second against an MD5 hash.
    ///
    /// # What to do
    ///
    /// Let a program make it: `openssl rand -hex 24`. It needs no encoding in a URL. Twelve
    /// characters, or eight of three kinds (small, capital, digit, other), are taken for enough here;
    /// what hosting platforms hand out is far longer. With `DEBUG=True` nothing is said of a server
    /// on this machine.
    ///
    /// # References
    ///
    /// - [PostgreSQL's documentation, the module `passwordcheck`](https://www.postgresql.org/docs/18/passwordcheck.html)
    /// - [PostgreSQL's documentation, password authentication](https://www.postgresql.org/docs/18/auth-password.html): MD5 and its weakness
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:horse7@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:P%40ssw0rd2024!@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "password-weak", [Warning] any given, check
}

/// Words at the heart of the passwords that leak most often, and those at home in a database.
const COMMON: [&str; 36] = [
    "abc",
    "admin",
    "administrator",
    "asdfgh",
    "changeme",
    "database",
    "default",
    "django",
    "docker",
    "dragon",
    "example",
    "football",
    "hello",
    "iloveyou",
    "letmein",
    "login",
    "master",
    "monkey",
    "mypassword",
    "pass",
    "password",
    "postgres",
    "postgresql",
    "princess",
    "qazwsx",
    "qwerty",
    "qwertyuiop",
    "root",
    "secret",
    "summer",
    "supersecret",
    "test",
    "user",
    "welcome",
    "winter",
    "yourpassword",
];

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((password, span)) = case.password() else { return };
    let is_at_home = !case.is_production() && !case.is_remote();
    // Two other rules speak of what stands for a password, and of the worst ones.
    let is_made = token::kind(&password).is_some();
    if password.is_empty() || is_at_home || stands_for_one(&password) || is_made {
        return;
    }
    if span.is_some_and(|it| it.input == DATABASE_URL && case.has_placeholder(it.span)) {
        return;
    }
    if !is_weak(case, &password) || super::password_default::is_default(case, &password) {
        return;
    }
    // One text for every weak password: which of the three it is would tell of its length.
    let message = "the password can be guessed: it is short, a common word, or all of a kind";
    let help = "make one with `openssl rand -hex 24`, and set it with `\\password` in psql";
    findings.report(Severity::Warning, message, help).at(span);
}

/// A reference that was not expanded, or a mark of what is to be filled in.
fn stands_for_one(password: &str) -> bool {
    password.starts_with(['$', '<', '[', '{']) || !password.contains(is_letter_or_digit)
}

/// Beyond ASCII by Unicode's blocks: its tables would weigh two kilobytes in the page.
fn is_letter_or_digit(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        // Latin-1's signs; punctuation, arrows, shapes; CJK's punctuation; pictures.
        '\u{80}'..='\u{bf}' | '×' | '÷' => matches!(c, 'ª' | 'µ' | 'º'),
        '\u{2000}'..='\u{2bff}' | '\u{3000}'..='\u{3020}' | '\u{e000}'..='\u{f8ff}' => false,
        '\u{fe00}'..='\u{fe6f}' | '\u{fff0}'..='\u{ffff}' | '\u{1f000}'..='\u{1faff}' => false,
        _ => true,
    }
}

/// Whether it can be guessed.
fn is_weak(case: &Case<'_, '_>, password: &str) -> bool {
    let (mut length, mut steps, mut kinds, mut seen) = (0, 0, 0u8, 0u128);
    let mut before = None;
    for c in password.chars() {
        length += 1;
        kinds |= match c {
            'a'..='z' => 1,
            'A'..='Z' => 2,
            '0'..='9' => 4,
            _ => 8,
        };
        let code = u32::from(c);
        seen |= 1 << (code % 128);
        steps += usize::from(before.is_some_and(|it| code.abs_diff(it) < 2));
        before = Some(code);
    }
    let enough = match kinds {
        4 => 20,
        _ if kinds.count_ones() < 3 => 12,
        _ => 8,
    };
    // A run or a repetition is no better for being long.
    let is_plain = 2 * steps > length || seen.count_ones() < 5;
    // No word with its trimmings is longer than this.
    is_plain || length < enough || (length < 25 && is_common(case, password))
}

/// A common word, once what stands around it and in the place of its letters is looked through.
fn is_common(case: &Case<'_, '_>, password: &str) -> bool {
    let word = password.trim_matches(|c: char| !is_letter_or_digit(c) || c.is_ascii_digit());
    let same = |common: &str| {
        word.len() == common.len()
            && word.bytes().map(letter).eq(common.bytes().map(|it| it.to_ascii_lowercase()))
    };
    let is_named = |keyword| case.given(keyword).is_some_and(same);
    !word.is_empty() && (COMMON.into_iter().any(same) || is_named("user") || is_named("dbname"))
}

/// The letter that a character stands for, as in `P@ssw0rd`.
const fn letter(byte: u8) -> u8 {
    match byte {
        b'@' | b'4' => b'a',
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'$' | b'5' => b's',
        _ => byte.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of};
    use alloc::format;
    use alloc::string::ToString;

    fn is_said(password: &str) -> bool {
        !said_of(&RULE, &format!("postgres://shop-app:{password}@h/election")).is_empty()
    }

    #[test]
    fn what_is_tried_early_is_weak() {
        for password in [
            "p",
            "hunter2",
            "hunter22",
            "123456789012",
            "1234567890abcdef",
            "aaaaaaaaaaaaaaaa",
            "abcdefghijklmn",
            "P%40ssw0rd2024!",
            "Password12345",
            "qwerty123456",
            "letmein2024!!",
            "postgres-2024",
            "shop-app-2024",
            "Election-1234",
            "$ecret",
            "48151623420",
            "xyxyxyxyxyxyxy",
        ] {
            let starts_like_a_reference = password.starts_with('$');
            assert_eq!(is_said(password), !starts_like_a_reference, "{password}");
        }
    }

    #[test]
    fn the_text_is_the_same_for_all() {
        let said = |it: &str| said_of(&RULE, &format!("postgres://u:{it}@h/db"))[0].clone();
        let text = |it: &str| said(it).split(" <").next().unwrap().to_string();
        assert_eq!(text("p"), text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
        assert_eq!(text("p"), text("P%40ssw0rd2024!"));
    }

    #[test]
    fn what_platforms_hand_out_is_strong() {
        for password in [
            "correct-horse",
            "p5f0c2a7d1e94b3c8a6f20d97b1e4c5d8f3a2b6c7d9e0f1a2b3c4d5e6f7a8b9c0",
            "AVNS_kQ3vLx8ZtWm2Rb7",
            "npg_hT4sWq9LxZ2v",
            "pscale_pw_8sKfQ2mZxT7bLr9vWc4nHy1p",
            "BGabcDEfgHiJklMnOPqRsTuVwXyZabcd",
            "x7Kq9mTz",
            "Xq7%2Fk%2B9w",
        ] {
            assert!(!is_said(password), "{password}");
        }
    }

    #[test]
    fn what_stands_for_a_password_or_is_at_home_is_left_alone() {
        for password in ["****", "%5BYOUR-PW%5D", "%3Cpw%3E", "${PW}", "$PW"] {
            assert!(!is_said(password), "{password}");
        }
        let url = ("DATABASE_URL", "postgres://u:dev1@localhost/db");
        assert!(said(&RULE, &[url, ("DEBUG", "True")]).is_empty());
        assert_eq!(said(&RULE, &[url]).len(), 1);
        assert!(said_of(&RULE, "postgres://u:postgres@h/db").is_empty());
    }
}
