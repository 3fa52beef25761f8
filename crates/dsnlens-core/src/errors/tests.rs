//! Messages as people paste them.

use alloc::format;
use alloc::vec::Vec;

use super::*;
use crate::{Inputs, resolve};

#[track_caller]
fn check(text: &str, rules: &[&str]) -> Explanation<'static> {
    let text: &'static str = alloc::boxed::Box::leak(text.into());
    let explanation = explain(text);
    let found: Vec<_> = explanation.causes.iter().map(|it| it.rule.name).collect();
    assert!(found.starts_with(rules), "{found:?} for\n{text}");
    for cause in &explanation.causes {
        assert!(!cause.span.of(text).is_empty());
    }
    let shown = format!("{explanation:?} {}", explanation.masked().text);
    assert!(!shown.contains("s3cret"), "{shown}");
    explanation
}

#[test]
fn drivers_say_the_same_in_their_own_words() {
    for (text, rule) in [
        (
            "psql: error: connection to server at \"db\" (10.0.0.7), port 5432 failed: FATAL:  password authentication failed for user \"app\"",
            "authentication-failed",
        ),
        (
            "could not translate host name \"db\" to address: Name or service not known",
            "dns-failed",
        ),
        (
            "psycopg.OperationalError: failed to resolve host 'db': [Errno -2] Name or service not known",
            "dns-failed",
        ),
        ("Error: getaddrinfo ENOTFOUND db", "dns-failed"),
        ("Error: connect ECONNREFUSED 127.0.0.1:5432", "connection-refused"),
        (
            "could not connect to server: Connection refused\n\tIs the server running on host \"h\" (10.0.0.1) and accepting\n\tTCP/IP connections on port 5432?",
            "connection-refused",
        ),
        ("ValueError: Port could not be cast to integer value as 's3cret'", "password-unescaped"),
        (
            "dj_database_url.ParseError: This string is not a valid url, possibly because",
            "password-unescaped",
        ),
        (
            "dj_database_url.UnknownSchemeError: Scheme 'postgress://' is unknown. Did you forget to register custom backend?",
            "scheme-unknown",
        ),
        (
            "django.core.exceptions.ImproperlyConfigured: settings.DATABASES is improperly configured. Please supply the ENGINE value. Check settings documentation for more details.",
            "url-empty",
        ),
        ("invalid sslmode value: \"required\"", "sslmode-unknown"),
        (
            "django.db.utils.ProgrammingError: invalid connection option \"pgbouncer\"",
            "option-unknown",
        ),
        ("TypeError: connect() got an unexpected keyword argument 'sslmode'", "option-unknown"),
        (
            "sqlalchemy.exc.NoSuchModuleError: Can't load plugin: sqlalchemy.dialects:postgres",
            "scheme-unknown",
        ),
        ("SSL error: certificate verify failed", "certificate-issuer-unknown"),
        ("Error: self-signed certificate in certificate chain", "certificate-self-signed"),
        (
            "asyncpg.exceptions.InvalidCatalogNameError: database \"shop\" does not exist",
            "database-not-found",
        ),
        (
            "psycopg.errors.DuplicatePreparedStatement: prepared statement \"_pg3_0\" already exists",
            "transaction-pooler",
        ),
        ("FATAL:  sorry, too many clients already", "too-many-connections"),
        ("fe_sendauth: no password supplied", "password-missing"),
        (
            "SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string",
            "authentication-failed",
        ),
        ("FATAL:  Tenant or user not found", "provider-user-shape"),
        (
            "django.db.utils.NotSupportedError: PostgreSQL 14 or later is required (found 13.18).",
            "server-version-unsupported",
        ),
    ] {
        check(text, &[rule]);
    }
}

#[test]
fn what_no_rule_knows_has_no_cause() {
    for text in
        ["", "hello", "KeyError: 'a'", "connection to server at \"h", "postgres://u:s3cret@h/db"]
    {
        assert_eq!(check(text, &[]).causes, []);
    }
}

const PREFER: &str = "\
connection to server at \"db.example.com\" (10.0.0.7), port 5433 failed: FATAL:  password authentication failed for user \"app\"
connection to server at \"db.example.com\" (10.0.0.7), port 5433 failed: FATAL:  no pg_hba.conf entry for host \"10.0.0.9\", user \"app\", database \"shop\", no encryption
";

#[test]
fn of_the_two_attempts_of_prefer_the_first_counts() {
    let explanation = check(PREFER, &["authentication-failed"]);
    let retries: Vec<_> = explanation.attempts.iter().map(|it| it.is_retry).collect();
    assert_eq!(retries, [false, true]);
    let last = explanation.causes.iter().rposition(|it| it.attempt == Some(0));
    let first = explanation.causes.iter().position(|it| it.attempt == Some(1));
    assert!(last < first, "{:?}", explanation.causes);
    let told = explanation.told;
    let shown = [told.host, told.address, told.port, told.user, told.database];
    let shown = shown.map(|it| explanation.shown(it.unwrap()));
    assert_eq!(shown, ["db.example.com", "10.0.0.7", "5433", "app", "shop"]);

    // Also where the first is no server's word.
    let text = PREFER.replacen(
        "FATAL:  password authentication failed for user \"app\"",
        "SSL error: certificate verify failed",
        1,
    );
    check(&text, &["certificate-issuer-unknown"]);
}

#[test]
fn of_several_addresses_the_one_that_got_furthest_counts() {
    let text = "\
psycopg.OperationalError: connection failed: Multiple connection attempts failed. All failures were:
- host: 'db', port: '5432', hostaddr: '::1': connection failed: connection to server at \"::1\", port 5432 failed: Connection refused
\tIs the server running on that host and accepting TCP/IP connections?
- host: 'db', port: '5432', hostaddr: '10.0.0.7': connection failed: connection to server at \"10.0.0.7\", port 5432 failed: FATAL:  database \"shop\" does not exist
";
    let explanation = check(text, &["database-not-found"]);
    assert_eq!(explanation.attempts.len(), 2);
}

#[test]
fn an_attempt_that_no_rule_knows_is_the_answer_all_the_same() {
    // The later one is known, and says less.
    for text in [
        PREFER.replacen("password authentication failed for user \"app\"", "it is Sunday", 1),
        "FATAL:  it is Sunday\nFATAL:  no pg_hba.conf entry for host \"10.0.0.9\", user \"app\", \
         database \"shop\", SSL off\n"
            .into(),
        "connection to server at \"a\" (10.0.0.7), port 5432 failed: Connection refused\nconnection \
         to server at \"b\" (10.0.0.8), port 5432 failed: FATAL:  it is Sunday\n"
            .into(),
    ] {
        let explanation = explain(&text);
        let attempt = explanation.unknown.map(|it| &explanation.attempts[it]);
        let message = attempt.map(|it| it.message.of(&text));
        assert_eq!(message, Some("FATAL:  it is Sunday"), "{text}");
        assert!(!explanation.causes.is_empty(), "{text}");
    }
    assert_eq!(explain(PREFER).unknown, None);
}

#[test]
fn old_libpq_does_not_say_where_and_the_first_attempt_counts() {
    let text = "psycopg2.OperationalError: FATAL:  password authentication failed for user \"app\"\n\
                FATAL:  no pg_hba.conf entry for host \"10.0.0.9\", user \"app\", database \"shop\", \
                SSL off\n";
    let explanation = check(text, &["authentication-failed"]);
    let retries: Vec<_> = explanation.attempts.iter().map(|it| it.is_retry).collect();
    assert_eq!(retries, [false, true]);
    // One that was reached counts before one that was not.
    let text = "could not connect to server: Network is unreachable\n\tIs the server running on host \
                \"h\" (2001:db8::7) and accepting\n\tTCP/IP connections on port 5432?\nERROR:  Your \
                project has exceeded the compute time quota.\n";
    check(text, &["provider-quota"]);
}

#[test]
fn the_place_that_counts_is_told() {
    let text = "Multiple connection attempts failed. All failures were:\n- host: 'db.example.com', port: None, \
                hostaddr: '2001:db8::7': connection is bad: connection to server at \"2001:db8::7\", port \
                5432 failed: Network is unreachable\n- host: 'db.example.com', port: None, hostaddr: \
                '192.0.2.7': connection failed: connection to server at \"192.0.2.7\", port 5432 failed: \
                FATAL:  database \"shop\" does not exist\n";
    let told = check(text, &["database-not-found"]).told;
    let shown = [told.host, told.address, told.port].map(|it| it.map(|it| it.of(text)));
    assert_eq!(shown, [Some("db.example.com"), Some("192.0.2.7"), Some("5432")]);
}

#[test]
fn words_in_the_text_choose_the_first_step() {
    let step = |text: &str| explain(text).causes[0].step;
    let at = |host: &str| {
        step(&format!(
            "connection to server at \"{host}\" (192.0.2.7), port 5432 failed: FATAL:  password \
             authentication failed for user \"app\""
        ))
    };
    for host in ["db", "postgres", "my-db_1", "172.20.0.3", "172.16.0.2"] {
        assert!(at(host).starts_with("Check the age of the volume"), "{host}");
    }
    for host in ["localhost", "db.example.com", "172.15.0.1", "10.0.0.3", "::1", "$DB_HOST"] {
        assert!(at(host).starts_with("Compare with the password"), "{host}");
    }
    // What is not a secret is shown, what may be one is not.
    let shown = |text: &'static str| explain(text).masked().text;
    let text = "Port could not be cast to integer value as 'None'";
    assert_eq!(shown(text), text);
    let text = "Port could not be cast to integer value as '${s3cret}'";
    assert!(!shown(text).contains("s3cret"));
}

#[test]
fn a_chain_of_exceptions_says_it_once() {
    let text = format!(
        "psycopg2.OperationalError: {PREFER}\n\nThe above exception was the direct cause of the following \
         exception:\n\ndjango.db.utils.OperationalError: {PREFER}"
    );
    assert_eq!(check(&text, &["authentication-failed"]).attempts.len(), 2);
}

#[test]
fn a_code_is_told() {
    for text in ["(SQLSTATE 28P01)", "SQLSTATE[28P01] x", "  code: '28P01',", "sqlstate='28P01'"] {
        let explanation = explain(text);
        assert_eq!(explanation.told.sqlstate.map(|it| it.of(text)), Some("28P01"), "{text}");
    }
    assert_eq!(explain("SQLSTATE of it").told.sqlstate, None);
}

#[test]
fn passwords_are_masked_wherever_they_are() {
    for text in [
        "psycopg.ProgrammingError: missing \"=\" after \"postgresql+psycopg://u:s3cret@h/db\" in connection info string",
        "missing \"=\" after \"s3cret\" in connection info string",
        "    conn = psycopg.connect('postgres://u:a s3cret@h/db')",
        "    connect(host='h', password='s3cret', user='u')",
        "{'ENGINE': 'x', 'PASSWORD': 'a\\'s3cret', 'HOST': 'h'}",
        "host=h password=s3cret dbname=x",
        "DB_PASSWORD=s3cret",
        "password: s3cret",
        "could not translate host name \"s3cret@h\" to address: Name or service not known",
        "failed to resolve host 's3cret@h': [Errno -2]",
        "invalid percent-encoded token: \"s3cret%\"",
        "invalid connection option \"S3 s3cret\"",
        "netloc 'u:s3cret@h' contains invalid characters under NFKC normalization",
        "ValueError: 's3cret' does not appear to be an IPv4 or IPv6 address",
        "invalid integer value \"s3cret\" for connection option \"port\"",
    ] {
        check(text, &[]);
    }
}

#[test]
fn the_variables_say_which_of_several_causes_it_is() {
    let text = "FATAL:  password authentication failed for user \"app\" at postgres://app:s3cret%2540@h/shop";
    let mut explanation = check(text, &["authentication-failed"]);
    let url = explanation.url.unwrap().of(text);
    let inputs = Inputs::url(url);
    explanation.confirm(&resolve(inputs).diagnostics);
    let found: Vec<_> = explanation.causes.iter().map(|it| it.rule.name).collect();
    assert_eq!(found, ["password-encoded-twice", "authentication-failed"]);
    assert!(explanation.causes[0].is_confirmed);
}
