//! Where the password lies in the eyes of whoever typed the URL.
//!
//! A `#`, `/` or `?` in a password ends the authority for every URL reader, and what follows
//! turns into a port, a database or an option. A person sees it differently: everything up to
//! the last `@` before the host is user and password. That reading decides what a fix writes; what
//! is hidden is more ([`crate::shown`]).

use crate::inputs::DATABASE_URL;
use crate::shown;
use crate::span::Span;
use crate::syntax::{Slice, words};

/// The userinfo as a person means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Intent {
    /// The user name.
    pub user: Span,
    /// The password, without the `:` before and the `@` behind it. Empty where there is none.
    pub password: Span,
    /// What follows the `@`: host, port, database and options.
    pub rest: Span,
    /// No `@` stands before `rest`: the one that is there belongs to the password.
    pub lacks_at: bool,
}

/// Finds user and password in `url`, by its last plausible `@`; `None` where there is no `@`.
pub(crate) fn intent(url: &str) -> Option<Intent> {
    let rest = after_scheme(Slice::whole(url));
    let at = last_at(rest)?;
    let (userinfo, host) = rest.split_at(at);
    let host = host.strip_prefix("@").unwrap_or(host);
    let (user, password) = userinfo.partition(':');
    let lost = match password.text.contains(['#', '/', '?', '[', ']']) {
        true => password_in_host(host.split_before(&['/', '?', '#']).0.text),
        false => 0,
    };
    let (tail, host) = host.split_at(lost);
    let span = |slice: Slice<'_>| Span::new(slice.at, slice.end());
    let password = match lost {
        0 => span(password),
        _ => Span::new(password.at, tail.end()),
    };
    Some(Intent { user: span(user), password, rest: span(host), lacks_at: lost > 0 })
}

/// How much of `host` belongs to a password that nobody escaped: up to the last character that
/// no host name has. Braces and angle brackets are left alone, being marks of a placeholder.
fn password_in_host(host: &str) -> usize {
    let is_foreign = |c: char| "!\"$&'()*+;=\\^`|~".contains(c);
    match host.contains(['{', '}', '<', '>']) {
        true => 0,
        false => host.rfind(is_foreign).map_or(0, |at| at + 1),
    }
}

/// What follows the scheme; all of it where there is none.
pub(crate) fn after_scheme(url: Slice<'_>) -> Slice<'_> {
    // JDBC puts a scheme before the scheme.
    let url = url.strip_prefix("jdbc:").unwrap_or(url);
    match url.split_once(':') {
        // `//` is the rule; one slash, three, or a blank before them is how it gets mistyped.
        Some((scheme, rest)) if !scheme.text.contains(['/', '@', '?', '#']) => {
            let behind = rest.text.trim_start_matches(['/', ' ']);
            let (slashes, rest) = rest.split_at(rest.text.len() - behind.len());
            // A blank alone may be in a password.
            match slashes.text.contains('/') {
                true => rest,
                false if is_variable(scheme.text) && words::contains(rest.text, "://") => {
                    after_scheme(rest)
                }
                false => url,
            }
        }
        _ => url,
    }
}

/// Whether what stands in front of a URL is the name of a variable, quoted or not.
fn is_variable(name: &str) -> bool {
    name.trim_matches(['"', '\'', ' ', '\n']).ends_with(DATABASE_URL)
}

fn last_at(rest: Slice<'_>) -> Option<usize> {
    let (netloc, tail) = rest.split_before(&['/', '?', '#']);
    let (path, tail) = tail.split_before(&['?', '#']);
    let (query, fragment) = tail.split_before(&['#']);
    let in_netloc = netloc.text.rfind('@');
    let port = netloc.text.split_once(':').map_or("", |(_, port)| port);
    let is_readable = in_netloc.is_some() || port.bytes().all(|it| it.is_ascii_digit());
    // An `@` is at home in an option's value, unless the URL makes no sense without it.
    let in_query = query.text.rfind('@').filter(|&at| {
        let before = query.text.get(..at).unwrap_or("");
        !is_readable || path.text.len() < 2 || !is_option(before)
    });
    let offset = |slice: Slice<'_>, at: usize| slice.at - rest.at + at;
    fragment
        .text
        .rfind('@')
        .map(|at| offset(fragment, at))
        .or(in_query.map(|at| offset(query, at)))
        .or(path.text.rfind('@').map(|at| offset(path, at)))
        .or(in_netloc)
}

/// Whether the last piece of a query is the name of a known option and a value.
fn is_option(query: &str) -> bool {
    let piece = query.trim_start_matches('?').rsplit('&').next().unwrap_or("");
    piece.split_once('=').is_some_and(|(name, _)| shown::is_known(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, user: &str, password: &str, rest: &str) {
        let intent = intent(url).unwrap();
        let found = (intent.user.of(url), intent.password.of(url), intent.rest.of(url));
        assert_eq!(found, (user, password, rest));
    }

    #[test]
    fn the_last_at_before_the_host_ends_the_password() {
        check("postgres://u:p@h/db", "u", "p", "h/db");
        check("postgres://u:p@h(x)/db", "u", "p", "h(x)/db");
        check("postgres://u:a@b@h/db", "u", "a@b", "h/db");
        check("postgres://u:a#b@h/db", "u", "a#b", "h/db");
        check("postgres://u:5432/prod@h:5432/db", "u", "5432/prod", "h:5432/db");
        check("postgres://u:a?b@h/db", "u", "a?b", "h/db");
        check("postgres://u:a@b#c@h/db", "u", "a@b#c", "h/db");
        check("postgres:/u:p@h/db", "u", "p", "h/db");
        check("u:p@h/db", "u", "p", "h/db");
        check("u: p@h/db", "u", " p", "h/db");
        check("postgres: //u:p@h/db", "u", "p", "h/db");
        check("jdbc:postgresql://u:p@h/db", "u", "p", "h/db");
        check("postgres://u@h/db", "u", "", "h/db");
        check("DATABASE_URL: postgres://u:p@h/db", "u", "p", "h/db");
        check("\"DATABASE_URL\": \"postgres://u:p@h/db", "u", "p", "h/db");
    }

    #[test]
    fn a_host_that_cannot_be_one_is_the_rest_of_a_password() {
        let url = "postgresql://postgres:Xy9$mK2#pL8@qR4&host/db";
        check(url, "postgres", "Xy9$mK2#pL8@qR4&", "host/db");
        assert!(intent(url).unwrap().lacks_at);
        check("postgres://u:a#b@${HOST}/db", "u", "a#b", "${HOST}/db");
    }

    #[test]
    fn an_at_in_an_option_is_no_end_of_a_password() {
        check(
            "postgres://u:p@h/db?application_name=me@home",
            "u",
            "p",
            "h/db?application_name=me@home",
        );
        assert_eq!(intent("postgres://h:5432/db?user=me@home"), None);
        assert_eq!(intent("postgres://h/db"), None);
        check("postgres://u:a?b=c@h/db", "u", "a?b=c", "h/db");
    }
}
