//! `password-expires`.

use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::syntax::token;

rule! {
    /// The password is a token that expires
    ///
    /// # What happens
    ///
    /// An AWS IAM token is made for one log-in and is good for 15 minutes, a Google access token for
    /// an hour. A connection that is open stays open; a new one after that time is refused with
    /// `FATAL: password authentication failed for user` or `FATAL: PAM authentication failed for user`.
    ///
    /// # Why it matters
    ///
    /// A variable keeps the token that it was given, so the application works until Django closes its
    /// first connections, by `CONN_MAX_AGE` or at a restart of the server.
    ///
    /// # What to do
    ///
    /// Make a token for each connection: in a database backend of your own that overrides
    /// `get_connection_params()`, or by a proxy that logs in by itself, such as the Cloud SQL Auth Proxy
    /// with `--auto-iam-authn`. Otherwise use a password that does not expire.
    ///
    /// # References
    ///
    /// - [Amazon RDS's documentation, connecting with IAM authentication](https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.Connecting.html): the 15 minutes
    /// - [Cloud SQL Auth Proxy 2.25.2, `README.md`](https://github.com/GoogleCloudPlatform/cloud-sql-proxy/blob/v2.25.2/README.md): `--auto-iam-authn`
    /// - [Django 5.2, `db/backends/postgresql/base.py`](https://github.com/django/django/blob/5.2/django/db/backends/postgresql/base.py): `get_connection_params()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app%40shop.iam:ya29.a0AfH6SMBxEXAMPLE1234@10.0.0.5/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "password-expires", [Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((password, span)) = case.password() else { return };
    let Some((kind, life)) = token::kind(&password).and_then(|it| it.life.map(|life| (it, life)))
    else {
        return;
    };
    let message = alloc::format!(
        "The password is {}, which is good for {life}: a connection that is opened later is refused",
        kind.name
    );
    let help = "make a token for each connection, in a database backend of your own, or use a password \
                that does not expire";
    findings.report(Severity::Warning, message, help).at(span);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of};

    #[test]
    fn a_token_is_known_in_a_url_and_in_a_field() {
        let token = "h:5432/?Action=connect&X-Amz-Credential=A%2Fb&X-Amz-Signature=0123abcd";
        assert!(said(&RULE, &[("DB_PASSWORD", token)])[0].contains("15 minutes"));
        let url = alloc::format!("postgres://app:{token}@h/db");
        assert!(said_of(&RULE, &url)[0].contains("an AWS IAM token"));
        for password in ["correct-horse", "npg_hT4sWq9LxZ2v", "eyJhbGciOi.eyJhdWQiOi.c2lnbmF0"] {
            let url = alloc::format!("postgres://app:{password}@h/db");
            assert!(said_of(&RULE, &url).is_empty(), "{password}");
        }
    }
}
