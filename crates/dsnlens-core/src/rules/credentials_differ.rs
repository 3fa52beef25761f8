//! `credentials-differ`.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::advice::{Case, Findings, rule};
use crate::clients::cpython::value_str;
use crate::diagnostic::Severity;
use crate::file_facts::{Network, Service};
use crate::secret::Secret;

rule! {
    /// The file has two passwords, users or databases for one server
    ///
    /// # What happens
    ///
    /// `POSTGRES_USER`, `POSTGRES_PASSWORD` and `POSTGRES_DB` set up the server of the PostgreSQL image,
    /// and the application uses `DATABASE_URL` or `DB_*`. Where they differ the server answers
    /// `password authentication failed for user "app"` or `database "shop" does not exist`.
    ///
    /// # Why it matters
    ///
    /// The image reads its variables once, when the volume is empty. After that a changed
    /// `POSTGRES_PASSWORD` changes nothing, so the two drift apart in silence.
    ///
    /// # What to do
    ///
    /// Write the same value in both. Where the volume exists, change the server's with
    /// `ALTER ROLE app PASSWORD '…'`, or remove the volume if nothing in it is needed.
    ///
    /// # References
    ///
    /// - [The PostgreSQL image, `docker-entrypoint.sh`](https://github.com/docker-library/postgres/blob/6edb0a8c4def40c371514b34aef9037ec82d9110/17/bookworm/docker-entrypoint.sh): the variables are used while the volume is empty
    /// - [PostgreSQL 18, `auth.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/backend/libpq/auth.c): `auth_failed()`
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// POSTGRES_USER=app
    /// POSTGRES_PASSWORD=new-correct-horse
    /// POSTGRES_DB=shop
    /// DATABASE_URL=postgres://app:old-correct-horse@db:5432/shop
    /// ```
    ///
    /// ```file,reports
    /// services:
    ///   web:
    ///     environment:
    ///       DATABASE_URL: postgres://app:old-correct-horse@db/shop
    ///   db:
    ///     image: postgres:16
    ///     environment:
    ///       POSTGRES_USER: app
    ///       POSTGRES_PASSWORD: new-correct-horse
    ///       POSTGRES_DB: shop
    /// ```
    ///
    /// ```env,silent
    /// POSTGRES_USER=app
    /// POSTGRES_PASSWORD=correct-horse
    /// POSTGRES_DB=shop
    /// DATABASE_URL=postgres://app:correct-horse@db:5432/shop
    /// ```
    "credentials-differ", [Warning], check,
    perhaps [
        "password authentication failed for user \"{user}\"",
        "database \"{database}\" does not exist"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // Of several hosts none is the one.
    if case.is_socket() || case.host().contains(',') {
        return;
    }
    let own = of_variables(case);
    let services = case.inputs.file().map_or(&[][..], |it| &it.services);
    let others = services.iter().filter(|it| is_reached(case, it));
    for (server, is_own) in own.iter().map(|it| (it, true)).chain(others.map(|it| (it, false))) {
        compare(case, server, is_own, findings);
    }
}

/// The server that variables beside `DATABASE_URL` set up.
fn of_variables(case: &Case<'_, '_>) -> Option<Service> {
    let get = |name: &str| case.inputs.get(name).map(String::from);
    let (user, password, database) =
        (get("POSTGRES_USER"), get("POSTGRES_PASSWORD"), get("POSTGRES_DB"));
    if user.is_none() && password.is_none() && database.is_none() {
        return None;
    }
    // A server of the internet is another one, unless they say that it is theirs.
    let is_same = match get("POSTGRES_HOST") {
        Some(host) => host == case.host(),
        None => !case.is_public(),
    };
    let password = password.map(Secret::new);
    is_same.then(|| Service { user, password, database, ..Service::default() })
}

/// Whether the connection leads to a service.
fn is_reached(case: &Case<'_, '_>, service: &Service) -> bool {
    let network = case.inputs.file().and_then(|it| it.network);
    let is_named = service.names.iter().any(|it| it.eq_ignore_ascii_case(case.host()));
    match network {
        Some(Network::Host) => service.postgres.is_some() && case.is_loopback(),
        _ => is_named,
    }
}

fn compare<'a>(case: &Case<'_, 'a>, server: &Service, is_own: bool, findings: &mut Findings<'a>) {
    let given = |keyword| case.winner(keyword).map(|it| value_str(&it.1.value));
    let (Some(user), Some(database)) = (given("user"), given("dbname")) else { return };
    let password = case.password().map_or(Cow::Borrowed(""), |it| it.0);
    let servers_user = server.user.as_deref().unwrap_or("postgres");
    let is_password = server.password.as_ref().is_none_or(|it| *it.reveal() == *password);
    let is_user = servers_user == user;
    let servers_database = server.database.as_deref().unwrap_or(servers_user);
    // A role of one's own with a password of its own is no slip.
    let (what, name) = match () {
        () if is_user && !is_password => ("password", "POSTGRES_PASSWORD"),
        () if !is_user && is_password && server.password.is_some() => ("user", "POSTGRES_USER"),
        () if is_user
            && is_password
            && server.database.is_some()
            && servers_database != database =>
        {
            ("database", "POSTGRES_DB")
        }
        () => return,
    };
    let whose = match (is_own, server.names.first()) {
        (false, Some(service)) => alloc::format!(" of the service `{service}`"),
        _ => String::new(),
    };
    let where_from = if case.is_url() { "DATABASE_URL" } else { "DB_*" };
    let message = alloc::format!("{name}{whose} and {where_from} have different {what}s");
    let help = "Write the same in both. The server reads POSTGRES_* only while its volume is empty: \
                change an existing one with `ALTER ROLE … PASSWORD`";
    let keyword = if what == "database" { "dbname" } else { what };
    let written = match what {
        "password" => case.password().and_then(|it| it.1),
        _ => case.winner(keyword).and_then(|it| it.1.origin.input_span()),
    };
    let beside = case.inputs.variables().iter().find(|it| is_own && it.name == name);
    let beside = beside.and_then(|it| case.whole(it.name));
    findings.report(Severity::Warning, message, help).at(written.into_iter().chain(beside));
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::{said, said_of_file};

    #[test]
    fn what_differs_is_named() {
        let url = ("DATABASE_URL", "postgres://app:correct-horse@db:5432/shop");
        let check = |more: &[(&str, &str)], expected: &[&str]| {
            let found = said(&RULE, &[&[url], more].concat());
            let found: alloc::vec::Vec<_> =
                found.iter().map(|it| it.split(" <").next().unwrap()).collect();
            assert_eq!(found, expected, "{more:?}");
        };
        check(
            &[("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "x")],
            &["warning: POSTGRES_PASSWORD and DATABASE_URL have different passwords"],
        );
        check(
            &[("POSTGRES_USER", "other"), ("POSTGRES_PASSWORD", "correct-horse")],
            &["warning: POSTGRES_USER and DATABASE_URL have different users"],
        );
        check(
            &[("POSTGRES_USER", "app"), ("POSTGRES_DB", "x")],
            &["warning: POSTGRES_DB and DATABASE_URL have different databases"],
        );
        check(&[("POSTGRES_PASSWORD", "x")], &[]);
        check(
            &[("POSTGRES_HOST", "other"), ("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "x")],
            &[],
        );
    }

    #[test]
    fn a_server_elsewhere_is_another_one() {
        let url = ("DATABASE_URL", "postgres://app:correct-horse@db.example.com/shop");
        assert!(
            said(&RULE, &[url, ("POSTGRES_USER", "app"), ("POSTGRES_PASSWORD", "x")]).is_empty()
        );
        let file = |host: &str| {
            alloc::format!(
                "services:\n  web:\n    environment: {{DATABASE_URL: 'postgres://postgres:a@{host}/x'}}\n  \
                 db:\n    image: postgres\n    environment: {{POSTGRES_PASSWORD: b}}\n"
            )
        };
        assert_eq!(said_of_file(&RULE, &file("db")).len(), 1);
        assert!(said_of_file(&RULE, &file("db.example.com")).is_empty());
    }
}
