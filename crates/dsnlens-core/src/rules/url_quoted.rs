//! `url-quoted`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Setting;
use crate::span::Span;
use crate::syntax::words;

rule! {
    /// `DATABASE_URL` holds quotes, blanks or its own name
    ///
    /// # What happens
    ///
    /// Quotes belong to a shell or to a `.env` file; a hosting panel, `docker run --env-file`, a
    /// Kubernetes secret and a compose file keep them as a part of the value. With a quote,
    /// `DATABASE_URL=` or `psql` in front Python sees no scheme:
    /// `ValueError: No support for ''. We support: …`, or with dj-database-url 3.x
    /// `UnknownSchemeError: Scheme '://' is unknown.` A quote, blank or comment at the end alone
    /// passes in silence and becomes a part of the last value: `database "shop'" does not exist`.
    /// Blanks in front and line ends are dropped by Python, but not by psql:
    /// `invalid sslmode value: "require\n"`.
    ///
    /// # Why it matters
    ///
    /// The error speaks of schemes and never of quotes, and `"shop "` is easily read as `shop`.
    ///
    /// # What to do
    ///
    /// Paste the bare URL. For a secret, `printf '%s'` writes no line end where `echo` does.
    ///
    /// # References
    ///
    /// - [Python 3.11, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.11.2/Lib/urllib/parse.py): `urlsplit()`, the scheme, and what is dropped
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `UnknownSchemeError`
    /// - [Docker's CLI 28, `kvfile.go`](https://github.com/docker/cli/blob/3d41bbacb04b2fcfd4b4504323a46cc8da5b7681/pkg/kvfile/kvfile.go): quotes in an env file
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `invalid sslmode value`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL="'postgres://app:correct-horse@db.example.com/shop'"
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="psql 'postgres://app:correct-horse@db.example.com/shop'"
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="postgres://app:correct-horse@db.example.com/shop\n"
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "url-quoted", [Error, Warning], check,
    errors [
        "getaddrinfo ENOTFOUND base" =>
            "Write the bare URL, without quotes around it: node-postgres could not read it"
    ],
    perhaps [
        "No support for ''",
        "Scheme '://' is unknown",
        "invalid sslmode value: \"{}\"",
        "database \"{database}\" does not exist"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    edges(url, [("host", parts.hostname), ("user", parts.username)], findings);
    // The first and the last byte tell that nothing is around most URLs.
    let is_plain_end = url.ends_with(|c: char| c.is_ascii_alphanumeric());
    let is_plain = parts.scheme.start == 0 && parts.fragment.is_empty() && is_plain_end;
    if is_plain && !case.is_url_refused() {
        return;
    }
    let bare = case.bare();
    if bare.is_empty() || bare.len() == url.len() || super::url_another_form::form(case).is_some() {
        return;
    }
    // Python drops blanks in front, and line ends and tabs anywhere.
    let tail = Span::new(bare.end, url.len()).of(url);
    let is_kept = |c: char| !matches!(c, '\t' | '\n' | '\r');
    let reaches_name = || {
        let name = case.setting(Setting::Name).map_or(Span::default(), |(_, line)| {
            line.origin.input_span().map_or(Span::default(), |it| it.span)
        });
        name.end > bare.end && name.start < bare.end
    };
    let (severity, message) = if !case.before_url().is_empty() {
        let message = match case.before_url().starts_with(['"', '\'', '`', '“', '‘']) {
            true => "The URL is in quotes, so Django cannot read its scheme",
            false => "There is text before the URL, so Django cannot read its scheme",
        };
        (Severity::Error, message)
    } else if !tail.contains(is_kept) {
        let message =
            "There are spaces or line ends around the URL: Django drops them, psql does not";
        (Severity::Warning, message)
    } else if case.resolution.refusal.is_some() || reaches_name() {
        (Severity::Error, "The text behind the URL becomes a part of its last value")
    } else {
        (Severity::Warning, "The text behind the URL becomes a part of its last option")
    };
    let around = [Span::new(0, bare.start), Span::new(bare.end, url.len())];
    let around = around.into_iter().filter(|it| !it.is_empty());
    let cut = around.clone().map(|it| Edit::delete(DATABASE_URL, it));
    // Behind the scheme.
    let head = bare.start + words::find(bare.of(url), "//").map_or(bare.len(), |at| at + 2);
    let help = "paste the URL without quotes, blanks and variable name around it";
    findings
        .report(severity, message, help)
        .at(around.map(in_url))
        .fix("keep the bare URL", cut.chain(case.encode_behind(head)));
}

/// A blank at the edge of the host or the user belongs to it, and no such one exists.
fn edges<'a>(url: &str, parts: [(&str, Span); 2], findings: &mut Findings<'a>) {
    for (what, part) in parts {
        let text = part.of(url);
        let inside = text.trim_matches(' ');
        if inside.is_empty() || inside.len() == text.len() {
            continue;
        }
        let start = part.start + (text.len() - text.trim_start_matches(' ').len());
        let around = [Span::new(part.start, start), Span::new(start + inside.len(), part.end)];
        let around: alloc::vec::Vec<_> = around.into_iter().filter(|it| !it.is_empty()).collect();
        let cut: alloc::vec::Vec<_> =
            around.iter().map(|it| Edit::delete(DATABASE_URL, *it)).collect();
        let message = alloc::format!("There is a space at the edge of the {what}, and it is kept");
        findings
            .report(Severity::Error, message, "remove the space")
            .at(around.into_iter().map(in_url))
            .fix("remove the space", cut);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    const URL: &str = "postgres://u:p@h/db";

    #[track_caller]
    fn check(url: &str, severity: &str, fixed: &str) {
        let said = said_of(&RULE, url);
        assert!(said.len() == 1 && said[0].starts_with(severity), "{url}: {said:?}");
        assert_eq!(fixed_url(&RULE, url), [fixed], "{url}");
    }

    #[test]
    fn what_hides_the_scheme_or_ends_in_the_name_is_an_error() {
        for url in [
            "\"postgres://u:p@h/db\"",
            "'postgres://u:p@h/db",
            "DATABASE_URL=postgres://u:p@h/db",
            "export DATABASE_URL='postgres://u:p@h/db'",
            "psql \"postgres://u:p@h/db\"",
            "\u{feff}postgres://u:p@h/db",
            "URI: postgres://u:p@h/db",
            "postgres://u:p@h/db'",
            "postgres://u:p@h/db ",
            "postgres://u:p@h/db;",
            "postgres://u:p@h/db # production",
        ] {
            check(url, "error", URL);
        }
    }

    #[test]
    fn a_space_in_front_of_a_name_is_kept() {
        check("postgres:// u:p@h/db", "error", URL);
        check("postgres://u:p@ h/db", "error", URL);
        check("postgres://u:p@h :5432/db", "error", "postgres://u:p@h:5432/db");
        assert!(said_of(&RULE, "postgres://u: p@h/db").is_empty());
    }

    #[test]
    fn what_django_drops_is_a_warning() {
        for url in [" postgres://u:p@h/db", "postgres://u:p@h/db\r\n", "\npostgres://u:p@h/db\n"] {
            check(url, "warning", URL);
        }
        let url = "postgres://u:p@h/db?application_name=a ";
        check(url, "warning", "postgres://u:p@h/db?application_name=a");
    }

    #[test]
    fn the_fix_cures_the_password_as_well() {
        check("'postgres://u:p#s@h/db'", "error", "postgres://u:p%23s@h/db");
        assert!(
            said_of(&RULE, URL).is_empty() && said_of(&RULE, "postgres://u:p@h/db/").is_empty()
        );
    }
}
