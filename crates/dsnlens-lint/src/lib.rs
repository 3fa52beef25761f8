//! Finds the files of a repository that configure a database, reads them together, and says what is
//! wrong at which line.
//!
//! It knows files and where things are written. What a text is, core's forms say; what is wrong,
//! core's rules. It prints nothing.

#![forbid(unsafe_code)]

mod environment;
mod finding;
mod judge;
mod kind;
mod lines;
pub mod project;
mod read;
mod walk;

use std::path::PathBuf;

use dsnlens_core::rules::Rule;

pub use finding::{Finding, FixText, Place, Report, Unread};
pub use lines::{Lines, holds_only_a_name};
pub use read::{FileError, is_env_file, read_beside};

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The folder that paths are relative to.
    pub start: PathBuf,
    /// What is looked at: files, and folders with everything below them.
    pub paths: Vec<PathBuf>,
    /// Rules that are left out.
    pub ignored: Vec<&'static Rule>,
}

/// Looks at every file of a repository that configures a database.
pub fn lint(options: &Options) -> Report {
    let mut walked = walk::walk(&options.start, &options.paths);
    let mut report = judge::judge(&options.start, &walked.sources);
    report.unread.append(&mut walked.unread);
    report.findings.retain(|it| !it.rule.is_some_and(|it| options.ignored.contains(&it)));
    report.settle();
    report
}
