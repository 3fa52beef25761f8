//! `socket-with-port`.

use crate::advice::{Case, Edit, Findings, in_url, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::recipe::DjDatabaseUrl;
use crate::span::Span;

rule! {
    /// dj-database-url 2.1.0 makes the port a part of an encoded host
    ///
    /// # What happens
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
    /// Leave the port out, or write it as an option: `?port=5433`. Or write a socket's directory as
    /// an option: `postgres://app:secret@/shop?host=/cloudsql/project`.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@%2Fcloudsql%2Fshop:5432/shop
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
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    if parts.port.is_empty() || !parts.hostname.of(url).contains('%') {
        return;
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
        "5432" => finding.fix("leave out the port, which is libpq's default", cut),
        port => {
            let option = case.add_option(&alloc::format!("port={port}"));
            finding.fix("write the port as an option", cut.chain(option))
        }
    };
}

#[cfg(all(test, feature = "whatwg"))]
mod tests {
    use super::RULE;
    use crate::advice::testing::{fixed_url, said_of};

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
