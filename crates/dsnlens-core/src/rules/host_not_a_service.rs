//! `host-not-a-service`.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;

use crate::advice::{Case, Findings, is_this_machine, rule};
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::file_facts::{Network, Service};
use crate::ledger::Value;
use crate::span::InputSpan;

rule! {
    /// The host is not where the file puts the database
    ///
    /// # What happens
    ///
    /// In a compose file, in a GitLab job and in a GitHub job with a `container`, a service is reached by
    /// its name and at its own port; `localhost` is the container of the application itself. A GitHub
    /// job without `container` runs on the runner, where the service has no name and is reached at
    /// `localhost` and the port that `ports` maps. With the wrong one of the two the connection fails:
    /// `could not translate host name "db" to address: Temporary failure in name resolution`, or
    /// `connection to server at "localhost" (127.0.0.1), port 5432 failed: Connection refused`.
    ///
    /// # Why it matters
    ///
    /// The same URL is right in one of the places and wrong in the other.
    ///
    /// # What to do
    ///
    /// In a container use the service's name, on the host `localhost` and the mapped port.
    ///
    /// # References
    ///
    /// - [Docker's documentation, networking in Compose](https://docs.docker.com/compose/how-tos/networking/): names of services
    /// - [GitHub's documentation, PostgreSQL service containers](https://docs.github.com/en/actions/tutorials/use-containerized-services/create-postgresql-service-containers): jobs in a container and on the runner
    /// - [GitLab's documentation, using PostgreSQL](https://docs.gitlab.com/ci/services/postgres/)
    ///
    /// # Examples
    ///
    /// ```file,reports
    /// jobs:
    ///   test:
    ///     runs-on: ubuntu-latest
    ///     env:
    ///       DATABASE_URL: postgres://postgres:correct-horse@postgres/shop
    ///     services:
    ///       postgres:
    ///         image: postgres:16
    ///         ports: ["5432:5432"]
    ///     steps:
    ///       - run: python manage.py test
    /// ```
    ///
    /// ```file,reports
    /// services:
    ///   web:
    ///     environment:
    ///       DATABASE_URL: postgres://app:correct-horse@cache/shop
    ///   redis:
    ///     image: redis:7
    /// ```
    ///
    /// ```file,silent
    /// services:
    ///   web:
    ///     environment:
    ///       DATABASE_URL: postgres://app:correct-horse@db/shop
    ///   db:
    ///     image: postgres:16
    /// ```
    "host-not-a-service", [Error, Warning], check,
    perhaps [
        "could not translate host name \"{host}\" to address",
        "connection to server at \"localhost\" ({}), port {port} failed: Connection refused"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(file) = case.inputs.file().filter(|it| !it.services.is_empty()) else { return };
    let Some(network) = file.network else { return };
    let host = case.host();
    // A name with dots, an address and a path are elsewhere.
    let is_here = is_this_machine(host);
    let is_name = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'_' | b'-');
    let is_word = !host.is_empty() && host.len() < 64 && host.bytes().all(is_name);
    if case.is_socket() || !(is_here || is_word) {
        return;
    }
    let services = &file.services;
    let named = services.iter().find(|it| it.names.iter().any(|it| it.eq_ignore_ascii_case(host)));
    let database = services.iter().find(|it| it.postgres.is_some());
    let name = |it: &Service| it.names.first().cloned().unwrap_or_default();
    match network {
        Network::Containers => {
            if let Some(service) = named {
                check_inner_port(case, service, findings);
                return;
            }
            let (message, help) = match (is_here, database) {
                (true, None) => return,
                (true, Some(it)) => (
                    format!(
                        "`{host}` is the application's own container, and the database is the service `{}`",
                        name(it)
                    ),
                    format!("Use the host `{}` and its own port", name(it)),
                ),
                (false, Some(it)) => (
                    format!(
                        "No service is called `{host}`: the database is the service `{}`",
                        name(it)
                    ),
                    format!("Use the host `{}`", name(it)),
                ),
                (false, None) => (
                    format!("No service of the file is called `{host}`"),
                    String::from("Check the name, unless another file adds the service"),
                ),
            };
            let severity = if database.is_some() { Severity::Error } else { Severity::Warning };
            let to = database.map(name);
            report(case, severity, message, help, to.map(|it| (it, None)), findings);
        }
        Network::Host => {
            let Some(database) = database else { return };
            let service = name(database);
            let mapped = database.ports.iter().find_map(|it| it.0);
            let port = given_port(case);
            let place = match mapped {
                Some(port) => format!("`localhost:{port}`"),
                None => "`localhost`".into(),
            };
            if !is_here {
                let message = match named {
                    Some(_) => format!(
                        "The job runs on the runner, which does not know the service `{host}` by its name: it is reached at {place}"
                    ),
                    None => format!(
                        "No service is called `{host}`, and the job runs on the runner: the service `{service}` is reached at {place}"
                    ),
                };
                let help = match mapped {
                    Some(_) => format!(
                        "Use the host `localhost` and the mapped port, or run the job in a `container` and use `{service}`"
                    ),
                    None => format!(
                        "Map a port with `ports: [\"5432:5432\"]` and use `localhost`, or run the job in a `container` and use `{service}`"
                    ),
                };
                let to = Some((String::from("localhost"), mapped.filter(|it| *it != port)));
                report(case, Severity::Error, message, help, to, findings);
            } else if database.ports.is_empty() {
                let message =
                    format!("The service `{service}` maps no port, so nothing listens at `{host}`");
                let help = "Add `ports: [\"5432:5432\"]` to the service".into();
                report(case, Severity::Error, message, help, None, findings);
            } else if mapped.is_some() && !database.ports.iter().any(|it| it.0 == Some(port)) {
                let message =
                    format!("The service `{service}` is mapped to {place}, and the port is {port}");
                let to = Some((String::from(host), mapped));
                report(case, Severity::Error, message, "Use the mapped port".into(), to, findings);
            }
        }
    }
}

/// The port on the host, where containers have the other one.
fn check_inner_port<'a>(case: &Case<'_, 'a>, service: &Service, findings: &mut Findings<'a>) {
    let port = given_port(case);
    let is_inner = service.ports.iter().any(|it| it.1 == port);
    let outer = service.ports.iter().find(|it| it.0 == Some(port) && it.1 != port);
    if let Some((_, inner)) = outer.filter(|_| !is_inner) {
        let name = service.names.first().cloned().unwrap_or_default();
        let message = format!(
            "The port {port} of `{name}` is the one on the host: containers reach it at {inner}"
        );
        let to = Some((name, Some(*inner)));
        report(case, Severity::Error, message, "Use the container's port".into(), to, findings);
    }
}

fn given_port(case: &Case<'_, '_>) -> u16 {
    match case.winner("port").map(|it| &it.1.value) {
        Some(Value::Int(port)) => u16::try_from(*port).unwrap_or(5432),
        Some(other) => other.as_str().and_then(|it| it.trim().parse().ok()).unwrap_or(5432),
        None => 5432,
    }
}

/// Reports, and writes another host, and a port if there is one to write.
fn report<'a>(
    case: &Case<'_, 'a>,
    severity: Severity,
    message: String,
    help: String,
    to: Option<(String, Option<u16>)>,
    findings: &mut Findings<'a>,
) {
    let line = case.winner("host").map(|it| it.1);
    let span: Option<InputSpan<'a>> = line.and_then(|it| it.origin.input_span());
    let finding = findings.report(severity, Cow::Owned(message), help).at(span);
    let Some((host, port)) = to else { return };
    let Some((variable, place)) = line.and_then(|it| case.written(it)) else { return };
    let written = case.winner("port").and_then(|it| case.written(it.1));
    let text = match (port, written) {
        (Some(port), None) if variable == crate::inputs::DATABASE_URL => format!("{host}:{port}"),
        _ => host.clone(),
    };
    let mut edits = alloc::vec![Edit::write(variable, place, text)];
    if let (Some(port), Some((variable, place))) = (port, written) {
        edits.push(Edit::write(variable, place, format!("{port}")));
    }
    let title = match port {
        Some(port) => format!("use {host}:{port}"),
        None => format!("use {host}"),
    };
    finding.fix(title, edits);
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::advice::testing::said_of_file;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found = said_of_file(&RULE, text);
        let is_it = |(found, expected): (&alloc::string::String, &&str)| found.contains(*expected);
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(is_it),
            "{found:?} for\n{text}"
        );
    }

    fn workflow(host: &str, container: &str, ports: &str) -> alloc::string::String {
        alloc::format!(
            "jobs:\n  test:\n    runs-on: x\n{container}    env:\n      DATABASE_URL: postgres://u:p@{host}/d\n    \
             services:\n      pg:\n        image: postgres:16\n{ports}    steps:\n      - run: x\n"
        )
    }

    #[test]
    fn a_job_on_the_runner_has_no_names() {
        let ports = "        ports: ['5433:5432']\n";
        check(&workflow("pg", "", ports), &["does not know the service `pg` by its name"]);
        check(&workflow("db", "", ports), &["`pg` is reached at `localhost:5433`"]);
        check(
            &workflow("localhost", "", ports),
            &["mapped to `localhost:5433`, and the port is 5432"],
        );
        check(&workflow("localhost:5433", "", ports), &[]);
        check(&workflow("localhost", "", ""), &["maps no port"]);
        check(&workflow("db.example.com", "", ports), &[]);
    }

    #[test]
    fn a_job_in_a_container_has_names_alone() {
        let (container, ports) = ("    container: x\n", "        ports: ['5433:5432']\n");
        check(&workflow("pg", container, ports), &[]);
        check(&workflow("pg:5433", container, ports), &["containers reach it at 5432"]);
        check(&workflow("localhost", container, ports), &["own container"]);
        check(&workflow("db", container, ports), &["No service is called `db`"]);
    }

    #[test]
    fn a_compose_service_is_reached_by_its_names() {
        let file = |host: &str, more: &str| {
            alloc::format!(
                "services:\n  web:\n{more}    environment: {{DATABASE_URL: 'postgres://u:p@{host}/d'}}\n  \
                 pg:\n    image: postgis/postgis:16-3.4\n    container_name: shop-pg\n"
            )
        };
        check(&file("pg", ""), &[]);
        check(&file("shop-pg", ""), &[]);
        check(&file("db", ""), &["No service is called `db`"]);
        check(&file("db", "    links: ['pg:db']\n"), &[]);
        check(&file("127.0.0.1", ""), &["own container"]);
        check(&file("host.docker.internal", ""), &[]);
        check(&file("db", "    extra_hosts: ['db:10.0.0.1']\n"), &[]);
        check(&file("localhost", "    network_mode: bridge\n"), &[]);
    }
}
