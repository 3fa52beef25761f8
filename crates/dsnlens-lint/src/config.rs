//! What a repository says of itself: `dsnlens.toml`, or `[tool.dsnlens]` of `pyproject.toml`.

use std::fmt;
use std::path::{Path, PathBuf};

use dsnlens_core::clients::libpq;
use dsnlens_core::rules::{self, RULES, Rule};
use dsnlens_core::{Django, Driver, PackageVersion, Severity};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::lines::Lines;
use crate::near;
use crate::project::{MANAGE, module_file};
use crate::read::{LARGEST, read};
use crate::stack::Stack;
use crate::walk::shown;

/// What a repository says of itself.
#[derive(Debug, Default)]
pub struct Config {
    /// The file of the settings module, and the folder that its imports start in.
    pub(crate) settings: Option<(PathBuf, PathBuf)>,
    pub(crate) stack: Stack,
    ignored: Vec<&'static Rule>,
    ignored_by_path: Vec<(Gitignore, Vec<&'static Rule>)>,
    severities: Vec<(&'static Rule, Severity)>,
}

/// Something that is wrong in the configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file.
    pub path: String,
    /// The line, where one is to blame.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl std::error::Error for ConfigError {}

/// The file of its own, and the one that others share.
const FILES: [&str; 2] = ["dsnlens.toml", "pyproject.toml"];

const KEYS: [&str; 5] = ["ignore", "per-path-ignores", "settings", "severity", "stack"];
const STACK: [&str; 5] = ["dj-database-url", "django", "django-environ", "driver", "libpq"];

impl Config {
    /// The configuration of the repository that a folder is in: that of the folder, or of the
    /// nearest one above it within the repository.
    pub fn find(start: &Path) -> Result<Config, ConfigError> {
        for folder in start.ancestors() {
            for name in FILES {
                let path = folder.join(name);
                if !path.is_file() {
                    continue;
                }
                let shown = shown(start, &path);
                let failed =
                    |message: String| ConfigError { path: shown.clone(), line: None, message };
                let text = read(&path, LARGEST).map_err(|error| failed(error.to_string()))?;
                let reader = Reader { path: &shown, folder, lines: Lines::new(&text) };
                if let Some(config) = reader.read(&text, name == FILES[0])? {
                    return Ok(config);
                }
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        Ok(Config::default())
    }

    /// Whether a rule is left out at a path.
    pub(crate) fn ignores(&self, rule: &Rule, path: &Path) -> bool {
        let by_path = self.ignored_by_path.iter().any(|(paths, rules)| {
            rules.contains(&rule)
                && path.starts_with(paths.path())
                && paths.matched_path_or_any_parents(path, false).is_ignore()
        });
        by_path || self.ignored.contains(&rule)
    }

    /// The severity that a rule's findings have here.
    pub(crate) fn severity(&self, rule: &Rule) -> Option<Severity> {
        self.severities.iter().find(|it| it.0 == rule).map(|it| it.1)
    }
}

type Key<'t> = Spanned<std::borrow::Cow<'t, str>>;
type Value<'t> = Spanned<DeValue<'t>>;

struct Reader<'r> {
    path: &'r str,
    folder: &'r Path,
    lines: Lines<'r>,
}

impl<'r> Reader<'r> {
    fn error(&self, at: usize, message: impl Into<String>) -> ConfigError {
        let line = Some(self.lines.number(at));
        ConfigError { path: self.path.to_owned(), line, message: message.into() }
    }

    fn read(&self, text: &str, is_own: bool) -> Result<Option<Config>, ConfigError> {
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            // Its other readers complain.
            Err(_) if !is_own && !text.contains("tool.dsnlens") => return Ok(None),
            Err(error) => {
                let at = error.span().map_or(0, |it| it.start);
                return Err(self.error(at, error.message()));
            }
        };
        let table = table.get_ref();
        if is_own {
            return self.config(table).map(Some);
        }
        let inside = table.get("tool").and_then(|it| it.get_ref().get("dsnlens"));
        match inside.map(|it| (it.span(), it.get_ref())) {
            None => Ok(None),
            Some((_, DeValue::Table(table))) => self.config(table).map(Some),
            Some((span, _)) => Err(self.error(span.start, "`tool.dsnlens` is not a table")),
        }
    }

    fn config(&self, table: &DeTable<'_>) -> Result<Config, ConfigError> {
        let mut config = Config::default();
        for (key, value) in table {
            match &**key.get_ref() {
                "settings" => config.settings = Some(self.settings(self.text(key, value)?, value)?),
                "stack" => config.stack = self.stack(self.table(key, value)?)?,
                "ignore" => config.ignored = self.rules(key, value)?,
                "per-path-ignores" => {
                    for (glob, rules) in self.table(key, value)? {
                        let mut paths = GitignoreBuilder::new(self.folder);
                        let built = paths.add_line(None, glob.get_ref()).and_then(|it| it.build());
                        let paths = built.map_err(|error| {
                            self.error(glob.span().start, format!("not a glob: {error}"))
                        })?;
                        config.ignored_by_path.push((paths, self.rules(glob, rules)?));
                    }
                }
                "severity" => {
                    for (rule, severity) in self.table(key, value)? {
                        let word = self.text(rule, severity)?;
                        let known = Severity::ALL.iter().find(|it| it.name() == word).copied();
                        let names = Severity::ALL.map(Severity::name);
                        let severity = known.ok_or_else(|| {
                            let message = near::unknown(word, "a severity", names);
                            self.error(severity.span().start, message)
                        })?;
                        let rule = self.rule(rule.get_ref(), rule.span().start)?;
                        config.severities.push((rule, severity));
                    }
                }
                other => {
                    return Err(self.error(key.span().start, near::unknown(other, "a key", KEYS)));
                }
            }
        }
        Ok(config)
    }

    fn stack(&self, table: &DeTable<'_>) -> Result<Stack, ConfigError> {
        let mut stack = Stack::default();
        for (key, value) in table {
            let number = match value.get_ref() {
                DeValue::Integer(it) => it.as_str(),
                _ => self.text(key, value)?,
            };
            let failed = |what: &str| self.error(value.span().start, format!("{what} is expected"));
            match &**key.get_ref() {
                "dj-database-url" => {
                    let version =
                        number.parse().map_err(|_| failed("a release from 0.5.0 to 3.1.2"));
                    stack.dj_database_url = Some(version?);
                }
                "django-environ" => {
                    let [first, last] = PackageVersion::DJANGO_ENVIRON;
                    let version = number.parse().ok().filter(|it| (first..=last).contains(it));
                    let failed = || failed(&format!("a release from {first} to {last}"));
                    stack.django_environ = Some(version.ok_or_else(failed)?);
                }
                "django" => {
                    let version = number.parse::<Django>();
                    stack.django =
                        Some(version.map_err(|_| failed("4.2, 5.0, 5.1, 5.2, 6.0 or 6.1"))?);
                }
                "driver" => {
                    let driver = number.parse::<Driver>();
                    stack.driver = Some(driver.map_err(|_| failed("psycopg or psycopg2"))?);
                }
                "libpq" => {
                    let mut all = libpq::Version::ALL.into_iter();
                    let version = all.find(|it| it.number().to_string() == number);
                    stack.libpq = Some(version.ok_or_else(|| failed("15, 16, 17 or 18"))?);
                }
                other => {
                    let message = near::unknown(other, "a key of `stack`", STACK);
                    return Err(self.error(key.span().start, message));
                }
            }
        }
        Ok(stack)
    }

    /// The settings module, named as Python names it or by its file.
    fn settings(&self, name: &str, value: &Value<'_>) -> Result<(PathBuf, PathBuf), ConfigError> {
        let missing = || {
            let message = format!("`{name}` is not a settings module: there is no such file");
            self.error(value.span().start, message)
        };
        if name.ends_with(".py") {
            let path = Some(self.folder.join(name)).filter(|it| it.is_file());
            let path = path.ok_or_else(missing)?;
            let folders = path.ancestors().skip(1).take_while(|it| it.starts_with(self.folder));
            let root = folders.into_iter().find(|it| it.join(MANAGE).is_file());
            let root = root.unwrap_or(self.folder).to_owned();
            return Ok((path, root));
        }
        let path = module_file(self.folder, name).ok_or_else(missing)?;
        Ok((path, self.folder.to_owned()))
    }

    fn rules(&self, key: &Key<'_>, value: &Value<'_>) -> Result<Vec<&'static Rule>, ConfigError> {
        let DeValue::Array(items) = value.get_ref() else {
            let message = format!("`{}` takes a list of rules", key.get_ref());
            return Err(self.error(value.span().start, message));
        };
        let rules = items.iter().map(|it| self.rule(self.text(key, it)?, it.span().start));
        rules.collect()
    }

    fn rule(&self, name: &str, at: usize) -> Result<&'static Rule, ConfigError> {
        let names = RULES.iter().map(|it| it.name);
        rules::find(name).ok_or_else(|| self.error(at, near::unknown(name, "a rule", names)))
    }

    fn text<'v>(&self, key: &Key<'_>, value: &'v Value<'_>) -> Result<&'v str, ConfigError> {
        match value.get_ref() {
            DeValue::String(text) => Ok(text),
            _ => {
                let message = format!("`{}` takes a text", key.get_ref());
                Err(self.error(value.span().start, message))
            }
        }
    }

    fn table<'v, 't>(
        &self,
        key: &Key<'_>,
        value: &'v Value<'t>,
    ) -> Result<&'v DeTable<'t>, ConfigError> {
        match value.get_ref() {
            DeValue::Table(table) => Ok(table),
            _ => {
                let message = format!("`{}` takes a table", key.get_ref());
                Err(self.error(value.span().start, message))
            }
        }
    }
}
