//! `url-another-form`.

use crate::advice::{Case, Findings, in_url, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::Span;
use crate::syntax::words;

rule! {
    /// `DATABASE_URL` holds something else than a URL
    ///
    /// # What happens
    ///
    /// AWS Secrets Manager gives a secret as JSON, and an ECS task or a deployment script passes all of
    /// it on as `DATABASE_URL`; or a whole command line was pasted. Python finds no scheme in it:
    /// `ValueError: No support for ''`, or `UnknownSchemeError: Scheme '://' is unknown`.
    ///
    /// # Why it matters
    ///
    /// The error names no variable, and does not show what it was given.
    ///
    /// # What to do
    ///
    /// Write a URL. In ECS, `valueFrom` takes single fields of a secret: `ARN:password::` into
    /// `DB_PASSWORD`, and likewise for the others.
    ///
    /// # References
    ///
    /// - [Amazon ECS's documentation, secrets as environment variables](https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html): one field of a secret
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `UnknownSchemeError`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): `No support for`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL='{"username":"app","password":"correct-horse","host":"db.example.com","dbname":"shop"}'
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "url-another-form", [Error], check,
    perhaps ["No support for ''", "Scheme '://' is unknown"]
}

/// What it is, in words that go on from "holds", and the URL that it means.
#[cfg(feature = "paste")]
pub(super) fn form(case: &Case<'_, '_>) -> Option<(&'static str, Option<alloc::string::String>)> {
    use crate::paste::{self, Form};
    let url = case.url().filter(|_| case.is_url_refused())?;
    if is_net(url) {
        return Some((NET, None));
    }
    // The first characters turn down most.
    let is_json = is_json(url);
    let is_command = || ["docker", "podman"].iter().any(|it| words::contains(url, it));
    if !is_json && !is_command() {
        return None;
    }
    let pasted = paste::read(url);
    let meant = pasted.as_ref().and_then(|it| it.get(DATABASE_URL)?.value.as_ref());
    let meant = meant.map(|it| it.reveal().clone().into_owned());
    match pasted.as_ref().map(|it| it.form) {
        Some(form @ (Form::AwsSecret | Form::Docker)) => Some((form.title(), meant)),
        _ if is_json => Some(("JSON", meant)),
        _ => None,
    }
}

#[cfg(not(feature = "paste"))]
pub(super) fn form(case: &Case<'_, '_>) -> Option<(&'static str, Option<alloc::string::String>)> {
    let url = case.url().filter(|_| case.is_url_refused())?;
    match () {
        () if is_net(url) => Some((NET, None)),
        () if is_json(url) => Some(("JSON", None)),
        () => None,
    }
}

const NET: &str = "a connection string of .NET's";

/// `Host=db;Username=app;Password=…`, as Npgsql and ODBC write it.
fn is_net(text: &str) -> bool {
    let mut pairs = text.split(';').filter_map(|it| it.split_once('='));
    let (mut has_host, mut has_user) = (false, false);
    pairs.by_ref().take(32).for_each(|(name, _)| {
        let name = name.trim();
        let is = |names: &[&str]| names.iter().any(|it| name.eq_ignore_ascii_case(it));
        has_host |= is(&["host", "server", "data source"]);
        has_user |= is(&["username", "user id", "userid", "uid", "user name"]);
    });
    has_host && has_user && !words::contains(text, "://")
}

/// Whether a text begins as an object of JSON does, and no template.
fn is_json(text: &str) -> bool {
    text.trim_start().strip_prefix('{').is_some_and(|it| it.trim_start().starts_with('"'))
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((what, url)) = form(case) else { return };
    let whole = Span::new(0, case.url().map_or(0, str::len));
    let message = match what {
        "an AWS secret as JSON" => "This is an AWS secret as JSON, not a URL".into(),
        _ => alloc::format!("DATABASE_URL holds {what}, not a URL"),
    };
    let help =
        "Write its fields as a URL, or into DB_HOST, DB_PORT, DB_NAME, DB_USER and DB_PASSWORD";
    let finding = findings.report(Severity::Error, message, help).at([in_url(whole)]);
    if let Some(url) = url {
        let text = super::variables_unread::hidden(&url);
        finding.fix("write it as a URL", [Edit::replace(DATABASE_URL, whole, text)]);
    }
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

    #[test]
    fn a_secret_becomes_a_url() {
        let secret = r#"{"username":"app","password":"c0rrect/h0rse","engine":"postgres","host":"h.example.com","port":5432,"dbname":"shop"}"#;
        assert!(
            said_of(&RULE, secret)[0]
                .starts_with("error: This is an AWS secret as JSON, not a URL <")
        );
        assert_eq!(
            fixed_url(&RULE, secret),
            ["postgresql://app:c0rrect%2Fh0rse@h.example.com:5432/shop"]
        );
        let other = r#"{"a": 1}"#;
        assert!(said_of(&RULE, other)[0].starts_with("error: DATABASE_URL holds JSON, not a URL"));
        let docker = "docker run -e DATABASE_URL=postgres://app:correct@h.example.com/shop img";
        assert_eq!(fixed_url(&RULE, docker), ["postgres://app:correct@h.example.com/shop"]);
    }

    #[test]
    fn a_connection_string_of_net_is_named() {
        for text in [
            "Host=db;Username=app;Password=c0rrect-h0rse;Database=shop",
            "User ID=app;Password=c0rrect-h0rse;Server=db;Port=5432",
        ] {
            let said = said_of(&RULE, text);
            let expected = "error: DATABASE_URL holds a connection string of .NET's, not a URL <";
            assert!(said[0].starts_with(expected), "{said:?}");
        }
    }

    #[test]
    fn a_url_is_none() {
        for url in ["postgres://u:p@h/d", "", "psql postgres://u:p@h/d", "{{ .Values.url }}"] {
            assert!(said_of(&RULE, url).is_empty(), "{url}");
        }
    }
}
