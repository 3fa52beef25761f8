//! `url-quoted`.

use crate::advice::{Case, Edit, Findings, in_url, rule};
use crate::diagnostic::Severity;
use crate::inputs::DATABASE_URL;
use crate::span::Span;

rule! {
    /// `DATABASE_URL` holds quotes, blanks or its own name
    ///
    /// # What happens
    ///
    /// Quotes belong to a shell or to a `.env` file; a hosting panel, `docker run --env-file` and a
    /// compose file keep them as a part of the value. With a quote in front Python sees no scheme:
    /// `ValueError: No support for ''. We support: …`, or with dj-database-url 3.x
    /// `UnknownSchemeError: Scheme '://' is unknown.` A quote or blank at the end alone passes in
    /// silence and becomes a part of the database's name or of the last option.
    ///
    /// # Why it matters
    ///
    /// The error speaks of schemes and never of quotes, and `database "shop'" does not exist` is
    /// easily read as `shop`.
    ///
    /// # What to do
    ///
    /// Paste the bare URL.
    ///
    /// # Examples
    ///
    /// ```env,reports
    /// DATABASE_URL="'postgres://app:correct-horse@db.example.com/shop'"
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="DATABASE_URL=postgres://app:correct-horse@db.example.com/shop"
    /// ```
    ///
    /// ```env,reports
    /// DATABASE_URL="postgres://app:correct-horse@db.example.com/shop'"
    /// ```
    ///
    /// ```env,silent
    /// DATABASE_URL=postgres://app:correct-horse@db.example.com/shop
    /// ```
    "url-quoted", [Error, Warning], check
}

fn check<'a>(case: &Case<'_, 'a>, findings: &mut Findings<'a>) {
    let Some(url) = case.url() else { return };
    let bare = bare(url);
    // Python strips blanks in front, and deletes line ends and tabs anywhere: harmless.
    let is_harmless = |c: char| matches!(c, '\t' | '\n' | '\r');
    let head = before(url, bare);
    let tail = url.get(bare.end..).unwrap_or("").trim_matches(is_harmless);
    if bare.is_empty() || (head.is_empty() && tail.is_empty()) {
        return;
    }
    let (severity, message) = match head.is_empty() {
        false => {
            (Severity::Error, "what stands before the URL keeps Django from seeing its scheme")
        }
        true => (Severity::Warning, "what stands behind the URL becomes a part of its last value"),
    };
    let around = [Span::new(0, bare.start), Span::new(bare.end, url.len())];
    let around = around.into_iter().filter(|it| !it.is_empty());
    findings
        .report(
            severity,
            message,
            "paste the URL without quotes, blanks and variable name around it",
        )
        .at(around.clone().map(in_url))
        .fix("keep the bare URL", around.map(|it| Edit::delete(DATABASE_URL, it)));
}

/// Whether something stands before the scheme, so that Python sees none.
pub(super) fn hides_scheme(url: &str) -> bool {
    let bare = bare(url);
    !bare.is_empty() && !before(url, bare).is_empty()
}

/// What stands before the URL and is not stripped by Python.
fn before(url: &str, bare: Span) -> &str {
    Span::new(0, bare.start).of(url).trim_start_matches(|c| c <= ' ')
}

/// The URL without what was pasted along.
fn bare(url: &str) -> Span {
    let is_wrapping = |c: char| c <= ' ' || matches!(c, '"' | '\'' | '`');
    let mut rest = url.trim_start_matches(is_wrapping);
    for prefix in ["export ", "DATABASE_URL"] {
        let behind = rest.strip_prefix(prefix).map(str::trim_start);
        rest = match behind.map(|it| (it, it.strip_prefix(['=', ':']))) {
            Some((_, Some(behind))) => behind.trim_start_matches(is_wrapping),
            Some((behind, None)) if prefix == "export " => behind,
            _ => rest,
        };
    }
    let start = url.len() - rest.len();
    Span::new(start, start + rest.trim_end_matches(is_wrapping).len())
}
