//! `authentication-failed`.

use crate::advice::Live;
use crate::advice::{Case, Findings, rule};
use crate::diagnostic::Severity;
use crate::live::{Method, Why};

rule! {
    /// The server does not accept user and password
    ///
    /// # What happens
    ///
    /// `FATAL: password authentication failed for user "app"`, SQLSTATE 28P01. The text is the same
    /// for a wrong password and for a role that does not exist. Without any password libpq says
    /// `fe_sendauth: no password supplied`. Under `prefer` libpq goes on to try without TLS, and
    /// prints that error behind the first one: it is the first that counts.
    ///
    /// Node's `pg` says `client password must be a string` where it has none. A role that must not
    /// log in: `role "app" is not permitted to log in`.
    ///
    /// # Why it matters
    ///
    /// Often the password is right and does not arrive: `%` and `@` in a URL mean something else
    /// unless they are encoded, and in `DB_PASSWORD` they must not be encoded. A database that was
    /// created with another password keeps that one: `POSTGRES_PASSWORD` counts on first start only.
    ///
    /// # What to do
    ///
    /// Compare with the password at its source. Set it anew with `ALTER ROLE app PASSWORD …`. On a
    /// provider's pooler look at the user's shape, such as `postgres.<ref>`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): `auth_failed()`
    /// - [PostgreSQL 18, `miscinit.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/utils/init/miscinit.c): `is not permitted to log in`
    /// - [PostgreSQL 18, `libpq-fe.h`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/libpq-fe.h): `fe_sendauth: no password supplied`
    /// - [node-postgres 8.23.0, `sasl.js`](https://github.com/brianc/node-postgres/blob/pg@8.23.0/packages/pg/lib/crypto/sasl.js): `client password must be a string`
    ///
    /// # Examples
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 28P01 password authentication failed for user "app"
    /// tcp plain: ok
    /// auth: - 28000 no pg_hba.conf entry for host "192.0.2.9", user "app", database "shop", no encryption
    /// ```
    ///
    /// ```observed,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslmode=disable
    /// DEBUG=True
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// auth: scram-sha-256 own-limit the server asks for 4294967295 SCRAM iterations
    /// ```
    ///
    /// ```observed,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    ///
    /// dns: ok 192.0.2.7
    /// tcp: ok
    /// sslrequest: S
    /// tls: no-roots
    /// auth: scram-sha-256 3D000 database "shop" does not exist
    /// ```
    "authentication-failed", [Error], live check,
    errors [
        "password authentication failed for user {}",
        "OAuth bearer authentication failed for user \"{user}\"",
        "Azure AD token not valid for user" =>
            "Create a new token for this user: it is the password",
        "auth_query failed" =>
            "Look at PgBouncer's log: its query for the password failed",
        "password authentication failed for user \"{user}\"",
        "at \"{host:service}\"{}password authentication failed for user \"{user}\"" =>
            "Check the age of the volume: the image uses `POSTGRES_PASSWORD` on its first start \
             only. Then set the password inside the container with `ALTER ROLE`, or remove the \
             volume",
        "password authentication failed for user \"{user}\"{*}User \"{}\" has no password assigned" =>
            "Give the role a password: `ALTER ROLE app PASSWORD '…'`",
        "User \"{user}\" has no password assigned" =>
            "Give the role a password: `ALTER ROLE app PASSWORD '…'`",
        "password authentication failed for user \"{user}\"{*}has an expired password" =>
            "Set a later date: `ALTER ROLE app VALID UNTIL 'infinity'`",
        "User \"{user}\" has an expired password" =>
            "Set a later date: `ALTER ROLE app VALID UNTIL 'infinity'`",
        "password authentication failed for user \"{user}\"{*}does not have a valid SCRAM secret" =>
            "Set the password again, so that the server stores it for SCRAM",
        "does not have a valid SCRAM secret" =>
            "Set the password again, so that the server stores it for SCRAM",
        "password authentication failed for user \"{user}\"{*}password retrieved from file \"" =>
            "Correct the password file: the password came from it",
        "role \"{user}\" is not permitted to log in" =>
            "Allow it with `ALTER ROLE app LOGIN`, or use a role that may log in",
        "client password must be a string" =>
            "Set the password: the variable is undefined or not a string",
        "PAM authentication failed for user \"{user}\"" =>
            "With IAM: create a new token, which lives 15 minutes, percent-encode it in a URL, \
             and grant `rds_iam` to the role",
        "The IAM authentication failed for the role" =>
            "Create a new token, which lives 15 minutes, and percent-encode it in a URL",
        "Cloud SQL IAM service account authentication failed" =>
            "Write the service account without `.gserviceaccount.com`, and grant it \
             `roles/cloudsql.instanceUser`",
        "Cloud SQL IAM user authentication failed" =>
            "Grant the user `roles/cloudsql.instanceUser`, and send an access token as the \
             password",
        "This RDS proxy has no credentials for the role" =>
            "Add a secret for this role to the proxy",
        "LDAP authentication failed for user \"{user}\"" =>
            "Check user and password in the directory: this server asks LDAP",
        "RADIUS authentication failed for user \"{user}\"" =>
            "Check user and password at the RADIUS server",
        "Peer authentication failed for user \"{user}\"" =>
            "Connect over TCP with `host=localhost` and a password: on a socket the role must \
             have the account's name",
        "Ident authentication failed for user \"{user}\"" =>
            "Let `pg_hba.conf` use `scram-sha-256` for this address instead of `ident`",
        "\"trust\" authentication failed for user",
        "The access token has expired" =>
            "Request a new token: Microsoft Entra's expire after about an hour",
        "The access token has invalid format" =>
            "Pass the Microsoft Entra token as it is, without quotes, braces or line ends",
        "The access token does not have a valid audience claim" =>
            "Request the token for `https://ossrdbms-aad.database.windows.net`",
        "An error occurred while validating the access token" =>
            "Send a Microsoft Entra token as the password: \
             `az account get-access-token --resource-type oss-rdbms`",
        "access token not valid for role" =>
            "Write the name of the Entra user, group or identity that the token is for as the user",
        "user blocked: " => "Unblock the user in Odyssey's configuration",
        "frontend auth: invalid user password or SCRAM secret" =>
            "Correct the user's password in Odyssey's configuration",
        "SASL authentication failed" =>
            "Compare the password with the one that the pooler has: PgBouncer's `auth_file` or \
             `auth_query`",
        "Authentication failed against database server",
        "the provided database credentials for",
        "EWRONGPASSWORD",
        "ECIRCUITBREAKER" =>
            "Correct the password and wait: the pooler blocks after several failures",
        "circuit breaker open" =>
            "Correct the password and wait: the pooler blocks after several failures",
        "EAUTHQUERY" =>
            "Reset the database password at the provider: the pooler could not look it up",
        "Invalid Username specified. Please check the Username" =>
            "Write the user as `user@server`, percent-encoded in a URL: `user%40server`",
        "empty password returned by client" => "Set the password: an empty one was sent",
        "connecting to your database with your username/password",
        "login failed: FATAL",
        "no such user" => "Add the user to PgBouncer's `auth_file`, or set `auth_query`",
        "SCRAM-SERVER-FINAL-MESSAGE"
    ],
    perhaps [
        "password authentication failed",
        "fe_sendauth: no password supplied",
        "user not found in the database",
        "login rejected"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, live: &Live<'_>, findings: &mut Findings<'a>) {
    let user = case.shown_user();
    let (message, help) = match live.why() {
        Some(Why::Server(error)) if error.is_about_credentials() => (
            alloc::format!("the server refuses {user}: {}", Live::words(error)),
            "compare the password with the one at its source: in a URL it is percent-encoded, in \
             DB_PASSWORD it is not",
        ),
        Some(Why::NoPassword) => (
            alloc::format!("the server wants a password of {user}, and there is none"),
            "set the password",
        ),
        Some(Why::Unsupported(Method::Gss)) => (
            alloc::format!("the server wants a Kerberos ticket of {user}"),
            "let `pg_hba.conf` take a password from here, or get a ticket with `kinit`",
        ),
        Some(Why::Unsupported(_)) => (
            alloc::format!("the server wants {user} to log in in a way that is not known here"),
            "let `pg_hba.conf` take scram-sha-256 from here",
        ),
        Some(Why::OwnLimit(words)) => (
            alloc::format!("DSN Lens stops at a limit of its own: {words}"),
            "try the same with psql, which has no such limit",
        ),
        Some(Why::Mistrusted(words)) => (
            alloc::format!("the log-in of {user} is broken off: {words}"),
            "look whether something stands between here and the server, and whether \
             `channel_binding` asks for more than it can give",
        ),
        _ => return,
    };
    findings.report(Severity::Error, message, help).at(case.span_of("user"));
}
