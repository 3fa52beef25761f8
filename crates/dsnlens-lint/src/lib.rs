//! Finds the files of a repository that configure a database, reads them together, and says what is
//! wrong at which line.
//!
//! It knows files and where things are written. What a text is, core's forms say; what is wrong,
//! core's rules. It prints nothing.

#![forbid(unsafe_code)]

mod comments;
mod config;
mod environment;
mod evidence;
mod finding;
mod fix;
mod judge;
mod kind;
mod lines;
mod near;
pub mod project;
mod read;
mod stack;
mod walk;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use dsnlens_core::rules::Rule;

pub use config::{Config, ConfigError};
pub use finding::{Finding, FixText, Place, Report, Unread};
pub use fix::{Change, ChangedLine};
pub use lines::{Lines, holds_only_a_name};
pub use near::distance;
pub use read::{FileError, is_env_file, read_beside};
pub use stack::Stack;

/// What is asked for.
#[derive(Debug, Default)]
pub struct Options {
    /// The folder that paths are relative to.
    pub start: PathBuf,
    /// What is looked at: files, and folders with everything below them.
    pub paths: Vec<PathBuf>,
    /// Rules that are left out.
    pub ignored: Vec<&'static Rule>,
    /// What the repository says of itself.
    pub config: Config,
    /// Counts the files that are met, for whoever waits.
    pub met: Arc<AtomicUsize>,
}

/// The files of a repository that configure a database, as they were read.
pub struct Repository {
    options: Options,
    walked: walk::Walked,
}

/// As many fixes are written one after the other: each may be about what the one before left.
const MOST_ROUNDS: usize = 20;

impl Repository {
    /// Reads them.
    pub fn read(options: Options) -> Repository {
        let walked = walk::walk(&options.start, &options.paths, &options.met);
        Repository { options, walked }
    }

    /// What is wrong in them.
    pub fn judge(&self) -> Report {
        let Options { start, ignored, config, .. } = &self.options;
        let mut report = judge::judge(start, &self.walked, config);
        report.unread.extend(self.walked.unread.iter().cloned());
        let mut texts: BTreeMap<String, String> = BTreeMap::new();
        for source in &self.walked.sources {
            for (line, message) in comments::unknown(&source.text) {
                report.notes.push(format!("{}:{line}: {message}", source.shown));
            }
            texts.insert(source.shown.clone(), source.text.clone());
        }
        report.findings.retain_mut(|it| {
            let Some(rule) = it.rule else { return true };
            let path = start.join(&it.place.path);
            if ignored.contains(&rule) || config.ignores(rule, &path) {
                return false;
            }
            it.severity = config.severity(rule).unwrap_or(it.severity);
            let text = texts.entry(it.place.path.clone());
            let text = text.or_insert_with(|| read::read(&path, read::LARGEST).unwrap_or_default());
            !text.contains("dsnlens:") || !comments::ignores(&Lines::new(text), it.place.line, rule)
        });
        report.settle();
        report
    }

    /// Applies every fix that there is no second one beside, here and not on the disk, and says
    /// which files that changes.
    pub fn fix(&mut self) -> Vec<Change> {
        let mut changes: BTreeMap<PathBuf, Change> = BTreeMap::new();
        for _ in 0..MOST_ROUNDS {
            let report = self.judge();
            let mut touched = Vec::new();
            for finding in &report.findings {
                let Some(edit) = &finding.edit else { continue };
                let path = &finding.place.path;
                let sources = &self.walked.sources;
                // What was found is about the text as it was.
                let nth =
                    sources.iter().position(|it| it.shown == *path && !touched.contains(&path));
                let Some(source) = nth.and_then(|it| sources.get(it)) else { continue };
                let beside = |name: &str| judge::beside(sources, &source.path, name);
                let Some(text) = fix::rewritten(source, edit, &beside) else { continue };
                let shown = fix::shown(source, edit, &beside);
                let change = changes.entry(source.path.clone());
                let change = change.or_insert_with(|| Change::new(source));
                for ((shown, (_, value)), before) in
                    shown.iter().zip(&edit.variables).zip(&edit.before)
                {
                    let line = change.lines.entry(shown.line);
                    let line = line.or_insert_with(|| ChangedLine {
                        before: shown.with(before),
                        after: String::new(),
                    });
                    line.after = shown.with(&value.to_string());
                }
                change.after.clone_from(&text);
                if let Some(source) = nth.and_then(|it| self.walked.sources.get_mut(it)) {
                    source.text = text;
                }
                touched.push(path);
            }
            if touched.is_empty() {
                break;
            }
        }
        changes.into_values().filter(Change::is_any).collect()
    }
}
