//! `scheme-unknown`.

use alloc::borrow::Cow;

use crate::advice::{Case, Edit, Findings, in_url, rule};
use crate::clients::dj_database_url::SCHEMES;
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::ledger::Stage;
use crate::span::Span;

rule! {
    /// The URL's scheme is not registered with dj-database-url
    ///
    /// # What happens
    ///
    /// Django does not start: `ValueError: No support for 'postgress'. We support: cockroach, …`
    /// with dj-database-url 2.1.0, `UnknownSchemeError: Scheme 'postgress://' is unknown. Did you
    /// forget to register custom backend?` with 3.x. The other way round, `pgsql://`, `postgis://`
    /// and capital letters are fine for Django and refused by psql, which then reads the whole URL
    /// as `key=value` pairs and prints it: `missing "=" after "pgsql://…" in connection info string`.
    ///
    /// # Why it matters
    ///
    /// Tools have schemes of their own: SQLAlchemy's `postgresql+psycopg`, JDBC's `jdbc:postgresql`,
    /// Prisma's `prisma+postgres`. An empty scheme mostly means that something stands before the
    /// URL, or that a reference such as `${{Postgres.DATABASE_URL}}` was not expanded.
    ///
    /// # What to do
    ///
    /// For PostgreSQL write `postgresql://`: Django, psql and every driver take it.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL=postgress://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL=pgsql://app:correct-horse@db.example.com/shop
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgresql://app:correct-horse@db.example.com/shop
    /// ```
    "scheme-unknown", [Error, Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let (Some(url), Some(parts)) = (case.url(), case.resolution.url) else { return };
    let scheme = parts.scheme.of(url);
    let is_known = SCHEMES.iter().any(|it| it.name.eq_ignore_ascii_case(scheme));
    match &case.resolution.refusal {
        // What stands before the scheme is another rule's business.
        Some(_) if super::url_quoted::hides_scheme(url) => {}
        Some(refusal) if refusal.stage == Stage::Recipe && !is_known => {
            report_unknown(url, parts.scheme, findings);
        }
        _ if is_known && is_foreign_to_psql(case, scheme) => {
            findings
                .report(
                    Severity::Warning,
                    alloc::format!("Django takes the scheme `{scheme}`, psql does not"),
                    "write `postgresql://`, which both take",
                )
                .at([in_url(parts.scheme)])
                .fix(
                    "write postgresql://",
                    [Edit::write(DATABASE_URL, parts.scheme, "postgresql")],
                );
        }
        _ => {}
    }
}

/// A scheme of Django's PostgreSQL backend that psql and pg_dump would refuse. A GIS backend has
/// no other scheme, so nothing is said about it.
fn is_foreign_to_psql(case: &Case<'_, '_>, scheme: &str) -> bool {
    let is_plain = case.resolution.engine() == Some(crate::clients::settings::POSTGRESQL);
    is_plain && !matches!(scheme, "postgres" | "postgresql")
}

fn report_unknown<'a>(url: &str, span: Span, findings: &mut Findings<'a>) {
    let scheme = span.of(url);
    let meant = near_miss(url, span);
    let message: Cow<'static, str> = match (scheme, &meant) {
        ("", _) => "the URL has no scheme that Django could read".into(),
        (scheme, Some((meant, _))) => {
            alloc::format!("dj-database-url has no scheme `{scheme}`; `{meant}` is near").into()
        }
        (scheme, None) => alloc::format!("dj-database-url has no scheme `{scheme}`").into(),
    };
    let start = parts_start(url);
    let shown = if scheme.is_empty() { Span::new(start, first_piece(url, start)) } else { span };
    let finding = findings
        .report(Severity::Error, message, "start the URL with `postgresql://`")
        .at([in_url(shown)]);
    if let Some((meant, behind)) = meant {
        let edit = Edit::write(DATABASE_URL, Span::new(0, behind), meant);
        finding.fix(alloc::format!("write {meant}://"), [edit]);
    }
}

/// The scheme that was meant, and where the URL goes on behind it.
fn near_miss(url: &str, scheme: Span) -> Option<(&'static str, usize)> {
    let word = scheme.of(url);
    if word.eq_ignore_ascii_case("jdbc") {
        let inner = url.get(scheme.end + 1..)?;
        let (word, _) = inner.split_once(':')?;
        let known = SCHEMES.iter().find(|it| it.name == word)?;
        return Some((known.name, scheme.end + 1 + word.len()));
    }
    let word = word.to_ascii_lowercase();
    // The library or tool is joined by a plus sign: SQLAlchemy `postgresql+psycopg`, Prisma
    // `prisma+postgres`.
    let mut pieces = word.split('+').chain([word.as_str()]);
    let family = pieces.find_map(|piece| match piece {
        "" => None,
        it if it.starts_with("pos") || it.starts_with("pg") || it.starts_with("psql") => {
            Some("postgresql")
        }
        it if it.starts_with("mysql") || it.starts_with("mariadb") => Some("mysql"),
        it if it.starts_with("sqlite") => Some("sqlite"),
        it if it.starts_with("cockroach") => Some("cockroach"),
        it if it.starts_with("timescale") => Some("timescale"),
        _ => None,
    })?;
    Some((family, scheme.end))
}

fn parts_start(url: &str) -> usize {
    url.len() - url.trim_start_matches(|c| c <= ' ').len()
}

/// Up to what might be a `:` or a slash: enough to point at, too little to hold a password.
fn first_piece(url: &str, start: usize) -> usize {
    let rest = url.get(start..).unwrap_or("");
    start + rest.find([':', '/', '@', '?', '#']).unwrap_or(rest.len())
}
