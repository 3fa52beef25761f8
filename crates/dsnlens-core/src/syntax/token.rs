//! Passwords that are made by a machine, known by their form.

use alloc::borrow::Cow;
use alloc::string::String;

use super::python::{quote, quote_but, unquote};
use super::words;

/// A kind of password that is made by a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    /// What it is called, with its article.
    pub(crate) name: &'static str,
    /// How long the server takes it for new connections, where that is certain.
    pub(crate) life: Option<&'static str>,
}

const IAM: Kind = Kind { name: "an AWS IAM token", life: Some("15 minutes") };

/// What passwords of one kind begin with. Sources: Google's and Microsoft's documents on
/// authentication with a token, RFC 7519, and the consoles of the providers.
const KINDS: [(&str, Kind); 18] = [
    ("ya29.", Kind { name: "a Google access token", life: Some("an hour") }),
    ("eyJ", Kind { name: "a JSON Web Token, such as Microsoft Entra issues", life: None }),
    ("npg_", Kind { name: "a password that Neon made", life: None }),
    ("AVNS_", Kind { name: "a password that Aiven or DigitalOcean made", life: None }),
    ("pscale_pw_", Kind { name: "a password that PlanetScale made", life: None }),
    ("sb_secret_", Kind { name: "a Supabase API key", life: None }),
    ("dop_v1_", Kind { name: "a DigitalOcean API token", life: None }),
    ("github_pat_", Kind { name: "a GitHub token", life: None }),
    ("gho_", Kind { name: "a GitHub token", life: None }),
    ("ghp_", Kind { name: "a GitHub token", life: None }),
    ("ghs_", Kind { name: "a GitHub token", life: None }),
    ("glpat-", Kind { name: "a GitLab token", life: None }),
    ("HRKU-", Kind { name: "a Heroku API key", life: None }),
    ("hvs.", Kind { name: "a Vault token", life: None }),
    ("sbp_", Kind { name: "a Supabase access token", life: None }),
    ("sk_live_", Kind { name: "a Stripe key", life: None }),
    ("xoxb-", Kind { name: "a Slack token", life: None }),
    ("xau_", Kind { name: "a Xata API key", life: None }),
];

/// The kind of a password, however often it is percent-encoded.
pub(crate) fn kind(password: &str) -> Option<Kind> {
    if iam_token(password).is_some() {
        return Some(IAM);
    }
    let is_whole = |it: &str| match it {
        // Header, claims, signature.
        "eyJ" => password.bytes().filter(|it| *it == b'.').count() == 2,
        _ => true,
    };
    let is_long = |start: &str| password.len() > start.len() + 8;
    let mut kinds = KINDS.iter();
    kinds.find(|(it, _)| password.starts_with(it) && is_long(it) && is_whole(it)).map(|it| it.1)
}

/// The AWS IAM token that a text is, whether it is written as it is, percent-encoded as a whole, or
/// in part: it is a URL of its own, whose query AWS encodes.
pub(crate) fn iam_token(password: &str) -> Option<String> {
    if !words::contains(password, "X-Amz-Signature") {
        return None;
    }
    let mut token = Cow::Borrowed(password);
    for _ in 0..4 {
        if words::contains(&token, "Action=connect") && words::contains(&token, "X-Amz-Signature=")
        {
            return Some(restored(&token));
        }
        token = Cow::Owned(unquote(&token).into_owned());
    }
    None
}

/// Whether a text of a URL is decoded to the very token that it holds.
pub(crate) fn is_encoded_once(password: &str) -> bool {
    iam_token(password).is_some_and(|it| *unquote(password) == *it)
}

/// The token with the codes in the values of its query, should they have been decoded.
fn restored(token: &str) -> String {
    let at = words::places(token, "Action=connect").next().unwrap_or(0);
    let (head, query) = token.split_at_checked(at).unwrap_or(("", token));
    // Host and port, which hold no codes; they may be encoded where the query is not.
    let mut text = unquote(head).into_owned();
    for (nth, pair) in query.split('&').enumerate() {
        text.push_str(if nth == 0 { "" } else { "&" });
        match pair.split_once('=') {
            Some((name, value)) if !value.contains('%') => {
                text.push_str(name);
                text.push('=');
                text.push_str(&quote_but(value, b"-._~"));
            }
            _ => text.push_str(pair),
        }
    }
    text
}

/// The token as a part of a URL.
pub(crate) fn encoded_iam_token(password: &str) -> Option<String> {
    iam_token(password).map(|it| quote(&it))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "shop.abc123.us-west-2.rds.amazonaws.com:5432/?Action=connect&DBUser=app\
                         &X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAEXAMPLE%2F20240101\
                         %2Fus-west-2%2Frds-db%2Faws4_request&X-Amz-Date=20240101T000000Z\
                         &X-Amz-Security-Token=FwoG%2B%2F%3D&X-Amz-Signature=0123abcd";

    #[test]
    fn a_token_is_the_same_however_it_is_written() {
        let encoded = quote(TOKEN);
        let partly = TOKEN.replace('/', "%2F").replace('?', "%3F");
        let decoded = unquote(TOKEN);
        for written in [TOKEN, &encoded, &quote(&encoded), &*decoded, &quote(&decoded)] {
            assert_eq!(iam_token(written).as_deref(), Some(TOKEN), "{written}");
        }
        assert_eq!(iam_token(&partly).as_deref(), Some(TOKEN), "{partly}");
        assert!(is_encoded_once(&encoded));
        for written in [TOKEN, &quote(&encoded), &quote(&decoded), &partly] {
            assert!(!is_encoded_once(written), "{written}");
        }
    }

    #[test]
    fn a_form_is_known_by_its_beginning() {
        for (password, name) in [
            ("ya29.a0AfH6SMBx_1234567890", "Google"),
            ("eyJhbGciOi.eyJhdWQiOi.c2lnbmF0dXJl", "Entra"),
            ("npg_hT4sWq9LxZ2v", "Neon"),
            (TOKEN, "AWS IAM"),
        ] {
            assert!(kind(password).is_some_and(|it| it.name.contains(name)), "{password}");
        }
        for password in ["npg_", "eyJhbGciOi", "correct-horse", "ya29", "X-Amz-Signature=1"] {
            assert_eq!(kind(password), None, "{password}");
        }
    }
}
