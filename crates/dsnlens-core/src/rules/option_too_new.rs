//! `option-too-new`.

use alloc::string::String;
use alloc::vec::Vec;

use crate::advice::{Case, Findings, in_url, rule};
use crate::clients::libpq::{self, Version};
use crate::diagnostic::Severity;
use crate::ledger::Line;
use crate::recipe::Driver;
use crate::tls::SslMode;

rule! {
    /// An option of the URL needs a newer libpq than some installations have
    ///
    /// # What happens
    ///
    /// libpq knows the options of its own release and refuses any other:
    /// `invalid connection option "require_auth"`. `require_auth`, `sslcertmode` and
    /// `load_balance_hosts` came with 16, `sslnegotiation` with 17, `min_protocol_version`,
    /// `sslkeylogfile` and `oauth_…` with 18. `sslrootcert=system` means something since 16; 15
    /// looks for a file called `system` and says
    /// `root certificate file "system" does not exist`, or, with `sslmode=require`, nothing at all.
    ///
    /// # Why it matters
    ///
    /// Which libpq is used depends on what was installed: psycopg-binary 3.3 brings 18, 3.2.3 and
    /// psycopg2-binary 2.9.11 bring 17; `psycopg[c]`, `psycopg2`, psql and `pg_dump` use the
    /// system's, which is 15 on Debian 12. The same URL works in one container and not in the next.
    ///
    /// # What to do
    ///
    /// Install what brings the libpq that is needed wherever the URL is used, or take the option
    /// out.
    ///
    /// # References
    ///
    /// - [PostgreSQL 18, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_18_0/src/interfaces/libpq/fe-connect.c): the options of 18
    /// - [PostgreSQL 15, `fe-connect.c`](https://github.com/postgres/postgres/blob/REL_15_0/src/interfaces/libpq/fe-connect.c): the options of 15, and `invalid connection option`
    /// - [PostgreSQL's documentation, connection parameters](https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS)
    ///
    /// # Examples
    ///
    /// ```env,reports,libpq 15
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?sslnegotiation=direct
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?min_protocol_version=3.2
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?require_auth=scram-sha-256
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop?channel_binding=require
    /// ```
    "option-too-new", [Error, Warning, Info] given, check,
    perhaps [
        "invalid connection option \"{option}\"",
        "root certificate file \"system\" does not exist"
    ]
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    // A value of an old option is new as well.
    if !case.has_odd_options() && case.winner("sslrootcert").is_none() {
        return;
    }
    let mut newer =
        case.options().filter_map(|(id, line)| Some((id, line, since(line)?))).peekable();
    if newer.peek().is_none() || !case.ends_in_libpq() {
        return;
    }
    let named = case.recipe.libpq;
    let mut refused = Vec::new();
    for (id, line, since) in newer {
        let spans = case.written_spans(id);
        let is_system = line.key.reveal() == "sslrootcert";
        let name = match is_system {
            true => "sslrootcert=system",
            false => line.key.keyword(),
        };
        let number = since.number();
        let (severity, message) = match (since > named, is_system) {
            (true, false) => {
                (Severity::Error, alloc::format!("libpq {} has no `{name}`", named.number()))
            }
            (true, true) => on_its_own_file(case, named),
            // Where it is too weak a mode to go with it, another rule speaks.
            (false, true) if !case.connects() => continue,
            (false, _) => {
                let older = number - 1;
                let text = alloc::format!(
                    "`{name}` works with this libpq, {}, but not with {older} or older",
                    named.number()
                );
                // What only the newest has, most installations refuse.
                let is_rare = since == Version::V18;
                (if is_rare { Severity::Warning } else { Severity::Info }, text)
            }
        };
        if severity == Severity::Error && can_go(name) {
            refused.extend(&spans);
        }
        let help = alloc::format!("it needs libpq {number}, which {}", bringers(case, since));
        let places = spans.into_iter().map(|it| match is_system {
            true => in_url(it),
            false => in_url(case.option_name(it)),
        });
        let finding = findings.report(severity, message, help).at(places);
        if !refused.is_empty() {
            finding.fix(alloc::format!("take {name} out"), case.remove_options(&refused));
        }
    }
}

/// The first release that has the option, or its value, if that is none of the oldest.
fn since(line: &Line<'_>) -> Option<Version> {
    let name = line.key.reveal();
    let is_system = name == "sslrootcert" && line.value.as_str() == Some("system");
    let since = libpq::find(name)?.since;
    let since = if is_system { Version::V16 } else { since };
    (since > Version::V15).then_some(since)
}

/// `system` to a libpq that takes it for the name of a file.
fn on_its_own_file(case: &Case<'_, '_>, named: Version) -> (Severity, alloc::string::String) {
    let number = named.number();
    let mode = case.resolution.tls.and_then(|it| it.sslmode());
    match mode >= Some(SslMode::VerifyCa) {
        true => (
            Severity::Error,
            alloc::format!("libpq {number} looks for a file called `system`, and there is none"),
        ),
        false => (
            Severity::Warning,
            alloc::format!(
                "libpq {number} looks for a file called `system`, and verifies nothing without it"
            ),
        ),
    }
}

/// Whether the connection is as safe without it.
fn can_go(name: &str) -> bool {
    matches!(
        name,
        "gssdelegation"
            | "load_balance_hosts"
            | "max_protocol_version"
            | "sslkeylogfile"
            | "sslnegotiation"
    )
}

/// What brings this libpq, in a clause: the first wheel of the driver that Django takes, or of each.
fn bringers(case: &Case<'_, '_>, libpq: Version) -> String {
    let drivers = match case.question.driver() {
        Some(driver) => alloc::vec![driver],
        None => Driver::ALL.to_vec(),
    };
    let wheel = |it: Driver| Some(alloc::format!("{} {}", it.wheel(), it.first_wheel(libpq)?));
    let wheels: Vec<_> = drivers.iter().filter_map(|it| wheel(*it)).collect();
    match (wheels.is_empty(), case.question.driver()) {
        (true, Some(driver)) => alloc::format!("no release of {} brings yet", driver.wheel()),
        _ => alloc::format!("{} brings", wheels.join(" or ")),
    }
}
