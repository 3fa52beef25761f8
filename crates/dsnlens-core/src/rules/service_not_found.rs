//! `service-not-found`.

use crate::advice::{Case, Findings, rule, shown};
use crate::diagnostic::Severity;
use crate::machine::MachineFile;
use crate::resolution::Unknown;
use crate::syntax::words;

rule! {
    /// The target is in libpq's service file
    ///
    /// # What happens
    ///
    /// `service=prod`, `OPTIONS['service']` and `PGSERVICE` name a section of a file on the machine
    /// that connects: `PGSERVICEFILE`, else `~/.pg_service.conf`, then `pg_service.conf` in
    /// `PGSYSCONFDIR`. Its lines fill in what is not set: host, port, database, user. Where no such
    /// file has the section, libpq refuses: `definition of service "prod" not found`
    /// (`src/interfaces/libpq/fe-connect.c`). pgx, lib/pq and pgjdbc look for the same file and refuse
    /// the URL without it; asyncpg goes on with what the URL says.
    ///
    /// # Why it matters
    ///
    /// A container or a service manager runs the application with another home directory, where the
    /// file is missing. And the settings alone do not show which server they lead to.
    ///
    /// # What to do
    ///
    /// Copy the section to the service file of the account that runs the application, or write host,
    /// port, database and user into the settings and leave out the service.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): `parseServiceInfo()`
    /// - [PostgreSQL's documentation, the connection service file](https://www.postgresql.org/docs/18/libpq-pgservice.html)
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?service=prod
    /// ```
    ///
    /// ```env,reports,without files
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?service=prod
    /// ```
    ///
    /// ```settings,reports
    /// DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql',
    ///     'OPTIONS': {'service': 'prod'}}}
    /// ```
    ///
    /// ```env,reports,client pgx
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?service=prod
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "service-not-found", [Error, Info] any given, check,
    errors [
        "definition of service \"{}\" not found",
        "service file \"{}\" not found" => "Correct `PGSERVICEFILE`",
        "in service file \"" => "Correct that line of the service file"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some((_, line)) = case.winner("service") else { return };
    let refusal = case.resolution.refusal.as_ref();
    let service = shown(&line.value);
    let is_unseen = |it: &Unknown<'_>| it.file == Some(MachineFile::Service);
    let is_conditional = case.resolution.unknown.iter().any(is_unseen);
    let text = refusal.map(|it| it.message.reveal()).unwrap_or_default();
    let is_refused = refusal.is_some() && words::contains(&text, "service");
    if !is_conditional && !is_refused {
        return;
    }
    let (severity, message) = match is_conditional {
        true => (
            Severity::Info,
            alloc::format!(
                "The service `{service}` fills in what the settings leave open, from a file of the \
                 machine that connects"
            ),
        ),
        false if words::contains(&text, "definition of service") => (
            Severity::Error,
            alloc::format!("The service `{service}` is not defined in libpq's service files"),
        ),
        false => {
            let subject = refusal.map_or("libpq", |it| it.stage.title);
            (Severity::Error, alloc::format!("{subject} cannot use its service file"))
        }
    };
    let help = match is_conditional {
        true => {
            "Run `dsnlens check` on that machine, or look at `PGSERVICEFILE` or \
                 `~/.pg_service.conf` there"
        }
        false => {
            "Add its section to `~/.pg_service.conf` or the file that `PGSERVICEFILE` names, \
                  or leave out the service"
        }
    };
    findings.report(severity, message, help).at(line.origin.input_span());
}

#[cfg(all(test, feature = "files"))]
mod tests {
    use super::RULE;
    use crate::machine::{Content, File, Machine};
    use crate::{Inputs, Severity, resolve};
    use std::prelude::rust_2024::*;

    #[test]
    fn where_the_files_are_known_a_missing_service_is_an_error() {
        let found = |content: Option<Content<'static>>| {
            let files = content.map(|content| File { path: "/s", content });
            let machine = Machine {
                service_file: Some("/s"),
                files: files.into_iter().collect(),
                ..Machine::default()
            };
            let inputs = Inputs::url("postgres://u:correct-horse@h/db?service=prod").on(machine);
            let answer = resolve(inputs);
            let its = answer.diagnostics.iter().filter(|it| it.rule == &RULE);
            (its.map(|it| it.severity).collect::<Vec<_>>(), answer.resolution.refusal.is_some())
        };
        assert_eq!(found(None), (vec![Severity::Info], true));
        assert_eq!(found(Some(Content::Absent)), (vec![Severity::Error], true));
        assert_eq!(found(Some(Content::Text("[other]\n"))), (vec![Severity::Error], true));
        assert_eq!(found(Some(Content::Text("[prod]\nport=1\n"))), (vec![], false));
    }
}
