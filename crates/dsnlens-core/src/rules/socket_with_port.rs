//! `socket-with-port`.

use alloc::string::String;

use crate::advice::{Case, Findings, Socket, brief, in_url, rule, shown};
use crate::clients::libpq::DEFAULT_PORT;
use crate::diagnostic::Edit;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::recipe::DjDatabaseUrl;
use crate::span::Span;

rule! {
    /// The host of a Unix socket is more or less than its directory
    ///
    /// # What happens
    ///
    /// libpq takes a host that starts with `/` for the directory in which a server keeps its socket,
    /// and adds the file's name, `.s.PGSQL.` and the port, by itself. A port or the file behind the
    /// directory makes it another one: `connection to server on socket
    /// "/run/postgresql:6432/.s.PGSQL.5432" failed: No such file or directory`. Without the slash at
    /// its start it is a name to be looked up: `failed to resolve host 'cloudsql/…'`.
    ///
    /// With a `%` in the host, dj-database-url before 3.0 takes all of `host:port` for the host and
    /// decodes it: `%2Fcloudsql%2Fproject:5432` is `HOST` `/cloudsql/project:5432` beside `PORT` 5432.
    /// libpq then looks for a socket that is not there: `connection to server on socket
    /// "/cloudsql/project:5432/.s.PGSQL.5432" failed: No such file or directory`. An IPv6 address
    /// with a zone keeps its brackets: `failed to resolve host '[fe80::1%eth0]:5432'`.
    ///
    /// # Why it matters
    ///
    /// psql reads the same URL as it is meant, and so does dj-database-url 3.
    ///
    /// # What to do
    ///
    /// Write the directory alone, with its leading slash. Leave the port out, or write it as an option:
    /// `?port=5433`. In a URL encode the directory, or write a socket's directory as
    /// an option: `postgres://app:secret@/shop?host=/cloudsql/project`.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `pqcomm.h`](https://github.com/postgres/postgres/blob/REL_18_0/src/include/libpq/pqcomm.h): `UNIXSOCK_PATH`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNECT-HOST): `host`
    /// - [dj-database-url 2.1.0, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v2.1.0/dj_database_url/__init__.py): a host that holds a `%`
    /// - [dj-database-url 3.1.2, `__init__.py`](https://github.com/jazzband/dj-database-url/blob/v3.1.2/dj_database_url/__init__.py): `HOST` from 3.0 on
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@%2Fcloudsql%2Fshop:5432/shop
    /// ```
    ///
    /// ```env,reports
    /// DB_HOST=/run/postgresql:6432
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@%2Fcloudsql%2Fshop/shop
    /// ```
    ///
    /// ```env,silent,3.1.2
    /// DATABASE_URL=postgres://app:correct-horse@%2Fcloudsql%2Fshop:5432/shop
    /// ```
    "socket-with-port", [Error], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else {
        return check_directory(case, findings);
    };
    if parts.port.is_empty() || !parts.hostname.of(url).contains('%') {
        return check_directory(case, findings);
    }
    let is_hidden = case.hides(DATABASE_URL, parts.hostinfo);
    let is_old = case.recipe.dj_database_url < DjDatabaseUrl::V3_0_0;
    if !is_old
        || is_hidden
        || case.resolution.settings.is_none()
        || !case.has_head()
        || case.is_misread()
    {
        return;
    }
    let port = parts.port.of(url);
    let behind_host = Span::new(parts.port.start.saturating_sub(1), parts.port.end);
    let cut = core::iter::once(Edit::delete(DATABASE_URL, behind_host));
    let finding = findings
        .report(
            Severity::Error,
            alloc::format!(
                "dj-database-url {} makes `:{port}` a part of the host, since it holds a `%`",
                case.recipe.dj_database_url
            ),
            "leave the port out, or write it as an option: `?port=…`",
        )
        .at([in_url(behind_host)]);
    match port {
        DEFAULT_PORT => finding.fix("leave out the port, which is libpq's default", cut),
        port => {
            let option = case.add_option(&alloc::format!("port={port}"));
            finding.fix("write the port as an option", cut.chain(option))
        }
    };
}

/// What libpq is given as the host, wherever it was written.
fn check_directory<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let host = case.host();
    let is_path = host.contains('/') && !host.contains(',') && !host.contains("://");
    // A path behind a name is another rule's business.
    let is_name = || super::host_is_url::parts(host).is_some();
    if !is_path || case.is_misread() || case.has_lost_authority() || is_name() {
        return;
    }
    let (Some((_, line)), Some(socket)) = (case.winner("host"), Socket::read(host)) else { return };
    let directory = socket.directory();
    let what = match host.strip_prefix(&*directory) {
        Some("" | "/") => return,
        None if !host.starts_with('/') => "has no slash at its start, so it is looked up as a name",
        None => return,
        Some(behind) if behind.contains(".s.PGSQL.") => {
            "ends with the socket's file; libpq adds that to the directory by itself"
        }
        Some(_) => "ends with a port, which libpq takes for a part of the directory",
    };
    let is_secret = line.value.is_secret();
    let message = match is_secret {
        true => alloc::format!("The host {what}"),
        false => alloc::format!("The host `{}` {what}", shown(&line.value)),
    };
    let mut help = match is_secret {
        true => String::from("write the socket's directory alone, with its leading slash"),
        false => alloc::format!("write the directory alone: `{}`", brief(&directory)),
    };
    if socket.port.is_some() {
        help.push_str(", and the port on its own");
    }
    let finding = findings.report(Severity::Error, message, help).at(line.origin.input_span());
    let Some((variable, span)) = case.written(line).filter(|_| !is_secret) else { return };
    let is_host = |it: Span| it.overlaps(span);
    let text = match case.resolution.url {
        Some(parts) if is_host(parts.hostname) => socket.host(),
        Some(_) => socket.value(),
        None => directory,
    };
    let port = match (socket.port, case.resolution.url) {
        (Some(port), Some(_)) if case.option("port").is_none() => {
            case.add_option(&alloc::format!("port={port}"))
        }
        (Some(port), None) => {
            let length = case.inputs.get("DB_PORT").map_or(0, str::len);
            Some(Edit::write("DB_PORT", Span::new(0, length), String::from(port)))
        }
        _ => None,
    };
    let title = match port {
        Some(_) => "write the directory alone, and the port on its own",
        None => "write the directory alone",
    };
    finding.fix(title, [Edit::write(variable, span, text)].into_iter().chain(port));
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed, fixed_url, said, said_of};

    #[test]
    fn a_directory_stands_alone() {
        let url = "postgres://u:correct-horse@";
        for (wrong, right) in [
            ("/db?host=/run/postgresql:6432", "/db?host=/run/postgresql&port=6432"),
            ("/db?host=/cloudsql/p:r-1:i/.s.PGSQL.5432", "/db?host=/cloudsql/p:r-1:i"),
            ("/db?host=cloudsql/p:r-1:i", "/db?host=/cloudsql/p:r-1:i"),
            ("cloudsql%2Fp%3Ar-1%3Ai/db", "%2Fcloudsql%2Fp%3Ar-1%3Ai/db"),
            ("%2Frun%2F.s.PGSQL.5433/db", "%2Frun/db?port=5433"),
        ] {
            let fixed = fixed_url(&RULE, &alloc::format!("{url}{wrong}"));
            assert_eq!(fixed, [alloc::format!("{url}{right}")], "{wrong}");
        }
        let fixes = fixed(&RULE, &[("DB_HOST", "/run/postgresql/.s.PGSQL.6432")]);
        assert_eq!(fixes, ["DB_HOST=/run/postgresql", "DB_PORT=6432"]);
        for host in ["/run/postgresql", "/run/", "//run", "h", "/cloudsql/p:r-1:i", "h1,/run:1"] {
            assert!(said(&RULE, &[("DB_HOST", host)]).is_empty(), "{host}");
        }
    }

    #[test]
    fn the_port_goes_or_becomes_an_option() {
        for (url, fixed) in [
            ("postgres://u:p@%2Frun:5432/db", "postgres://u:p@%2Frun/db"),
            ("postgres://u:p@%2Frun:5433/db", "postgres://u:p@%2Frun/db?port=5433"),
        ] {
            assert!(said_of(&RULE, url)[0].starts_with("error"), "{url}");
            assert_eq!(fixed_url(&RULE, url), [fixed]);
        }
        assert!(said_of(&RULE, "postgres://u:p%40@h:5432/db").is_empty());
    }
}
