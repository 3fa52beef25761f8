//! A rule's page: the one text behind its help, `dsnlens explain`, `docs/rules` and rustdoc.

use crate::recipe::DjDatabaseUrl;

/// A page in Markdown: a title line, then the sections *What happens*, *Why it matters*,
/// *What to do* and *Examples*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    markdown: &'static str,
}

/// An input of a page and what the rule says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// The variables, as a `.env` file.
    pub dotenv: &'static str,
    /// What a server did, step by step, where the rule is about that.
    pub observed: Option<&'static str>,
    /// Whether the rule reports it.
    pub reports: bool,
    /// The release of dj-database-url that reads it.
    pub dj_database_url: DjDatabaseUrl,
}

impl Example {
    /// The example in a fence such as `env,reports` or `env,silent,3.1.2`; in one of `observed`, what
    /// was observed stands behind an empty line.
    pub(super) fn new(kind: &str, dotenv: &'static str) -> Example {
        let mut words = kind.trim().split(',').skip(1);
        let reports = words.next() == Some("reports");
        let version = words.next().and_then(|it| it.parse().ok());
        let is_observed = kind.starts_with("observed");
        let (dotenv, observed) = match dotenv.split_once("\n\n") {
            Some((dotenv, observed)) if is_observed => (dotenv, Some(observed)),
            _ => (dotenv, None),
        };
        Example { dotenv, observed, reports, dj_database_url: version.unwrap_or_default() }
    }
}

impl Page {
    pub(super) const fn new(markdown: &'static str) -> Page {
        Page { markdown }
    }

    /// The situation in a sentence.
    pub fn title(self) -> &'static str {
        self.markdown.lines().next().unwrap_or("").trim()
    }

    /// The lines behind the title.
    pub fn lines(self) -> impl Iterator<Item = &'static str> {
        self.markdown.lines().skip(1).map(|line| line.strip_prefix(' ').unwrap_or(line))
    }

    /// The examples, which the tests run.
    pub fn examples(self) -> impl Iterator<Item = Example> {
        // Every second piece lies within a fence.
        let fences = self.markdown.split(" ```").skip(1).step_by(2);
        fences.filter_map(|fence| {
            let (kind, text) = fence.split_once('\n')?;
            let is_example = kind.starts_with("env,") || kind.starts_with("observed,");
            is_example.then(|| Example::new(kind, text))
        })
    }
}
