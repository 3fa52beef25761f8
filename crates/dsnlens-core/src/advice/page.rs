//! A rule's page: the one text behind its help, `dsnlens explain`, `docs/rules` and rustdoc.

use crate::client::{self, Client};
use crate::clients::libpq;
use crate::recipe::{DjDatabaseUrl, Django, Driver, SslRequire};
use crate::rule::Rule;

/// A page in Markdown: a title line, then the sections *What happens*, *Why it matters*,
/// *What to do*, *References* and *Examples*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    markdown: &'static str,
}

impl Rule {
    /// Its page.
    pub const fn page(&self) -> Page {
        Page::new(self.markdown)
    }
}

/// An input of a page and what the rule says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Example {
    /// A dictionary that is given, instead of variables.
    pub settings: Option<&'static str>,
    /// A settings module that reads the variables.
    pub module: Option<&'static str>,
    /// The variables, as a `.env` file, or the file that they are in.
    pub dotenv: &'static str,
    /// It is another file than a `.env` file.
    pub is_file: bool,
    /// What a server did, step by step, where the rule is about that.
    pub observed: Option<&'static str>,
    /// The error message, where the rule is about one alone.
    pub message: Option<&'static str>,
    /// Whether the rule reports it.
    pub reports: bool,
    /// The release of dj-database-url that reads it.
    pub dj_database_url: DjDatabaseUrl,
    /// What the settings module passes as `ssl_require`.
    pub ssl_require: SslRequire,
    /// Django.
    pub django: Django,
    /// The driver that Django takes.
    pub driver: Driver,
    /// The libpq below it.
    pub libpq: libpq::Version,
    /// The machine is known to have no service file.
    pub is_without_files: bool,
    /// The client that reads it.
    pub client: &'static Client,
    /// The number of users that is stated beside it.
    pub users: Option<u32>,
}

impl Example {
    /// The example in a fence such as `env,reports`, `env,silent,3.1.2`, `env,reports,libpq 15`,
    /// `env,reports,psycopg2`, `env,reports,Django 4.2`, `env,reports,without-ssl_require`,
    /// `env,reports,without files`, `env,reports,client pgx` or
    /// `env,reports,500 users`; in one of `observed`, what was
    /// observed is behind an empty line; in one of `module` a settings module is; one of `file` is a
    /// compose file or its like, one of `settings` a dictionary, one of `message` an error message.
    pub(crate) fn new(kind: &str, dotenv: &'static str) -> Example {
        let mut words = kind.trim().split(',').skip(1);
        let reports = words.next() == Some("reports");
        let word = words.next().unwrap_or("");
        let dj_database_url = word.parse().unwrap_or_default();
        let number = word.strip_prefix("libpq ").and_then(|it| it.parse().ok());
        let mut versions = libpq::Version::ALL.into_iter();
        let libpq = versions.find(|it| Some(it.number()) == number).unwrap_or_default();
        let django = word.strip_prefix("Django ").and_then(|it| it.parse().ok());
        let ssl_require = match word {
            "without-ssl_require" => SslRequire::Never,
            _ => SslRequire::default(),
        };
        let users = word.strip_suffix(" users").and_then(|it| it.parse().ok());
        let mut module = None;
        let (dotenv, observed, message) = match dotenv.split_once("\n\n") {
            _ if kind.starts_with("message") => ("", None, Some(dotenv)),
            Some((dotenv, text)) if kind.starts_with("module") => {
                module = Some(text);
                (dotenv, None, None)
            }
            Some((dotenv, observed)) if kind.starts_with("observed") => {
                (dotenv, Some(observed), None)
            }
            _ => (dotenv, None, None),
        };
        let is_file = kind.starts_with("file");
        let (dotenv, settings) = match kind.starts_with("settings") {
            true => ("", Some(dotenv)),
            false => (dotenv, None),
        };
        Example {
            settings,
            module,
            dotenv,
            is_file,
            observed,
            message,
            reports,
            dj_database_url,
            django: django.unwrap_or_default(),
            driver: word.parse().unwrap_or_default(),
            libpq,
            ssl_require,
            is_without_files: word == "without files",
            client: word.strip_prefix("client ").and_then(client::find).unwrap_or(client::DEFAULT),
            users,
        }
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
            let kinds = ["env,", "file,", "message,", "module,", "observed,", "settings,"];
            let is_example = kinds.iter().any(|it| kind.starts_with(it));
            is_example.then(|| Example::new(kind, text))
        })
    }
}
