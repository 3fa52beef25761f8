//! `url-placeholder`.

use alloc::string::ToString;

use crate::advice::{Case, Findings, brief, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::syntax::PlaceholderKind;

rule! {
    /// A placeholder stands where a value should
    ///
    /// # What happens
    ///
    /// Nobody between the file and Django expands a reference; the name reaches the parser.
    /// Railway's `${{Postgres.DATABASE_URL}}`, DigitalOcean's `${db.DATABASE_URL}` or `$DATABASE_URL`
    /// alone end in `ValueError: No support for ''` (dj-database-url 2.1.0) or
    /// `UnknownSchemeError: Scheme '://' is unknown` (3.x). Supabase's `[YOUR-PASSWORD]` ends in
    /// `ValueError: 'db.….supabase.co' does not appear to be an IPv4 or IPv6 address`. A mask or a
    /// `<password>` passes, and the server answers `password authentication failed for user`.
    ///
    /// # Why it matters
    ///
    /// No error names the placeholder, and some name a host that is right.
    ///
    /// # What to do
    ///
    /// Railway expands references in a service's own variables, and the service's name must match.
    /// DigitalOcean's bulk editor stores `${db.DATABASE_URL}` as it is: add the variable in the form
    /// or the app spec. `docker run --env-file`, systemd and most panels expand nothing. Anywhere
    /// else, paste the value itself, a password percent-encoded.
    ///
    /// # References
    ///
    /// - [Railway's documentation, `variables.md`](https://github.com/railwayapp/docs/blob/c2a634f1b3891ac2947c2e875006d986748860a5/content/docs/variables.md): references of Railway
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `UnknownSchemeError`
    /// - [Python 3.12.10, `urllib/parse.py`](https://github.com/python/cpython/blob/v3.12.10/Lib/urllib/parse.py): `_check_bracketed_netloc()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=$DATABASE_URL
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgresql://postgres:[YOUR-PASSWORD]@db.abcdefghijkl.supabase.co:5432/postgres
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=db.example.com
    /// DB_PASSWORD='<password>'
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL='postgres://app:c0rrect$HORSE@db.example.com/shop'
    /// ```
    "url-placeholder", [Error], check,
    errors [
        "bad URI (is not URI?): \"${" =>
            "Set the variable: it was not set where the URL was put together",
        "bad URI (is not URI?): \"$" =>
            "Set the variable: it was not set where the URL was put together",
        "Port could not be cast to integer value as '{port:placeholder}'" =>
            "Set the variable: it was not set where the URL was put together",
        "invalid integer value \"{port:placeholder}\" for connection option \"port\"" =>
            "Set the variable: it was not set where the URL was put together",
        "invalid port number: \"{port:placeholder}\"" =>
            "Set the variable: it was not set where the URL was put together",
        "invalid port \":{port:placeholder}\" after host" =>
            "Set the variable: it was not set where the URL was put together",
        "invalid literal for int() with base 10: '{port:placeholder}'" =>
            "Set the variable: it was not set where the URL was put together",
        "could not translate host name \"{host:placeholder}\" to address" =>
            "Set the variable: it was not set where the URL was put together",
        "failed to resolve host '{host:placeholder}'" =>
            "Set the variable: it was not set where the URL was put together",
        "getaddrinfo ENOTFOUND {host:placeholder}" =>
            "Set the variable: it was not set where the URL was put together",
        "lookup {host:placeholder} on {}: no such host" =>
            "Set the variable: it was not set where the URL was put together",
        "authentication failed for user \"{user:placeholder}\"" =>
            "Set the variable: it was not set where the URL was put together",
        "role \"{user:placeholder}\" does not exist" =>
            "Set the variable: it was not set where the URL was put together",
        "database \"{database:placeholder}\" does not exist" =>
            "Set the variable: it was not set where the URL was put together"
    ],
    perhaps [
        "No support for ''",
        "Scheme '://' is unknown",
        "ValueError: '{secret}' does not appear to be an IPv4 or IPv6 address"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let mut found = case.placeholders();
    // What Kubernetes leaves is another rule's business.
    let left: alloc::vec::Vec<_> = super::reference_not_expanded::unexpanded(case).collect();
    found.retain(|(it, _)| {
        !left.iter().any(|(name, left)| *name == it.input && left.span == it.span)
    });
    // So is what is in front of the URL: the variable's own name, a command.
    let start = case.bare().start;
    found.retain(|(it, _)| it.input != DATABASE_URL || it.span.start >= start);
    let Some(&(first, kind)) = found.first() else { return };
    let text = case.quote(first.input, first.span);
    let is_url = first.input == DATABASE_URL;
    let what = match kind {
        PlaceholderKind::DigitalOcean => "a reference that DigitalOcean should have replaced",
        PlaceholderKind::GithubActions => "an expression that GitHub Actions should have replaced",
        PlaceholderKind::Mask => "a mask instead of the secret that it hides",
        PlaceholderKind::Nothing => "a program's word for nothing",
        PlaceholderKind::Railway => "a reference that Railway should have replaced",
        PlaceholderKind::Reference => {
            "a reference that was not resolved: the application gets the reference itself"
        }
        PlaceholderKind::Sample => "a sample from a documentation",
        PlaceholderKind::Template => "a placeholder instead of the value",
        PlaceholderKind::Variable => "a variable's name that nobody replaced by its value",
    };
    let help = match kind {
        PlaceholderKind::DigitalOcean => {
            "add the variable in App Platform's form or app spec: the bulk editor stores it as it is"
        }
        PlaceholderKind::GithubActions => {
            "expressions are replaced in a workflow file only: set the variable there under `env`"
        }
        PlaceholderKind::Mask => "copy the secret itself: reveal it first, or reset it",
        PlaceholderKind::Nothing => {
            "set the variable where the program that wrote this reads it, or leave this one unset"
        }
        PlaceholderKind::Railway => {
            "set it among the service's own variables, with the exact name of the database service"
        }
        PlaceholderKind::Reference => {
            "let the platform resolve it where it sets the variable, or write the value itself"
        }
        PlaceholderKind::Sample | PlaceholderKind::Template if is_url => {
            "write the real value in its place, marks included; percent-encode a password"
        }
        PlaceholderKind::Sample | PlaceholderKind::Template => {
            "write the real value in its place, marks included"
        }
        PlaceholderKind::Variable => "write the value itself, or let a shell or compose expand it",
    };
    let message = match text.is_secret() || kind == PlaceholderKind::Reference {
        true => alloc::format!("{} holds {what}", first.input),
        false => alloc::format!("{} holds {what}: `{}`", first.input, brief(&text.to_string())),
    };
    findings.report(Severity::Error, message, help).at(found.into_iter().map(|(span, _)| span));
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_encoded_placeholder_is_one() {
        for password in ["%5BYOUR-PASSWORD%5D", "%3Cpassword%3E", "%24%7BDB_PASSWORD%7D"] {
            let url = alloc::format!("postgres://u:{password}@h/db");
            assert_eq!(said_of(&RULE, &url).len(), 1, "{url}");
        }
        for password in ["%5Bx", "%3Ca%3E1", "p%5BYOUR%5D", "%24x"] {
            let url = alloc::format!("postgres://u:{password}@h/db");
            assert!(said_of(&RULE, &url).is_empty(), "{url}");
        }
    }

    use super::RULE;
    use crate::advice::testing::{said, said_of};

    #[track_caller]
    fn check(url: &str, message: &str) {
        assert_eq!(said_of(&RULE, url), [alloc::format!("error: DATABASE_URL holds {message}")]);
    }

    #[test]
    fn who_should_have_replaced_it_is_named() {
        check(
            "${db.DATABASE_URL}",
            "a reference that DigitalOcean should have replaced: `${db.DATABASE_URL}` \
             <${db.DATABASE_URL}>",
        );
        check("None", "a program's word for nothing: `None` <None>");
        check(
            "$DATABASE_URL",
            "a variable's name that nobody replaced by its value: `$DATABASE_URL` <$DATABASE_URL>",
        );
    }

    #[test]
    fn one_finding_points_at_every_placeholder_and_shows_no_password() {
        check(
            "postgres://u:********@h/db",
            "a mask instead of the secret that it hides <********>",
        );
        check(
            "postgres://${DB_USER}:${DB_PASSWORD}@$DB_HOST/shop",
            "a variable's name that nobody replaced by its value: `${DB_USER}` <${DB_USER}> \
             <${DB_PASSWORD}> <$DB_HOST>",
        );
        check("postgres://user:pass@host:5432/db", "a sample from a documentation <user:pass>");
        check("postgres://app:p@h:PORT/db", "a placeholder instead of the value: `PORT` <PORT>");
    }

    #[test]
    fn other_templates_and_references_are_named_and_not_shown() {
        for password in [
            "%(DB_PASSWORD)s",
            "<%= pw %>",
            "@DB_PASSWORD@",
            "%DB_PASSWORD%",
            "#{octo}#",
            "#{DB_PASSWORD}",
            "__DB_PASSWORD__",
            "((db-password))",
            "CHANGE_ME",
        ] {
            let said = said_of(&RULE, &alloc::format!("postgres://app:{password}@h/db"));
            let message = "error: DATABASE_URL holds a placeholder instead of the value <";
            assert!(said.len() == 1 && said[0].starts_with(message), "{password}: {said:?}");
        }
        check(
            "vault:secret/data/db#url",
            "a reference that was not resolved: the application gets the reference itself \
             <vault:secret/data/db#url>",
        );
        let field = said(&RULE, &[("DB_PASSWORD", "/run/secrets/db")]);
        assert!(field[0].starts_with("error: DB_PASSWORD holds a reference"), "{field:?}");
    }

    #[test]
    fn fields_count_where_they_decide() {
        let fields = [("DB_HOST", "$DB_HOST"), ("DB_PASSWORD", "your-password")];
        let said_of_fields = said(&RULE, &fields);
        assert!(said_of_fields[0].ends_with(": `$DB_HOST` <$DB_HOST> <your-password>"));
        let url = [("DATABASE_URL", "postgres://u:p@h/db")];
        assert!(said(&RULE, &[&fields[..], &url[..]].concat()).is_empty());
        assert!(said(&RULE, &[("DB_PASSWORD", "Pa$$w0rd")]).is_empty());
    }
}
