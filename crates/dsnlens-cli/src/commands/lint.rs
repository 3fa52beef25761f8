//! `dsnlens lint`: every file of a repository that configures a database.

use std::env;
use std::fmt::Write;
use std::io;

use dsnlens_lint::{Change, Config, Options, Report, Repository};

use crate::annotations::{github, of_report, sarif};
use crate::args::{Lint, ReportFormat};
use crate::output::{self, Exit};
use crate::report::lint;
use crate::style;
use crate::visible::escape;

pub(crate) fn run(args: &Lint) -> io::Result<Exit> {
    let start = env::current_dir()?;
    let config = match Config::find(&start) {
        Ok(config) => config,
        Err(error) => {
            output::complain(escape(&error.to_string()));
            return Ok(Exit::Unusable);
        }
    };
    let (paths, ignored) = (args.paths.clone(), args.ignore.clone());
    let mut repository = Repository::read(Options { start, paths, ignored, config });
    let report = match args.fix {
        true => None,
        false => Some(repository.judge()),
    };
    let changes = if args.fix || args.diff { repository.fix() } else { Vec::new() };
    let mut is_written = true;
    if args.diff {
        match args.format {
            ReportFormat::Text => output::print(&diff(&changes))?,
            _ => eprint!("{}", diff(&changes)),
        }
    }
    if args.fix {
        is_written = write(&changes);
    }
    let report = report.unwrap_or_else(|| repository.judge());
    match args.format {
        ReportFormat::Json => output::print_json(&report)?,
        ReportFormat::Github => output::print(&github::render(&of_report(&report)))?,
        ReportFormat::Sarif => {
            output::print_json(&sarif::log(&of_report(&report), sarif::Columns::Utf16))?;
        }
        ReportFormat::Text if args.diff && !args.fix => {}
        ReportFormat::Text => output::print(&lint::render(&report, style::width()))?,
    }
    complain(&report);
    Ok(match () {
        () if !is_written || !report.unread.is_empty() => Exit::Unusable,
        () if report.findings.iter().any(|it| args.fail_on.includes(it.severity)) => Exit::Findings,
        () => Exit::Clean,
    })
}

/// What changes, as patches show it, but that passwords are masked.
fn diff(changes: &[Change]) -> String {
    let mut text = String::new();
    for change in changes {
        let path = escape(&change.shown);
        // Writing to a String cannot fail.
        let _ = writeln!(text, "--- {path}\n+++ {path}");
        for (number, line) in &change.lines {
            let (before, after) = (escape(&line.before), escape(&line.after));
            let _ = writeln!(text, "@@ -{number} +{number} @@\n-{before}\n+{after}");
        }
    }
    text
}

/// Writes the files, and says which.
fn write(changes: &[Change]) -> bool {
    let mut is_written = true;
    for change in changes {
        let path = escape(&change.shown);
        match change.write() {
            Ok(()) => {
                let lines = change.lines.len();
                let lines = format!("{lines} {}", if lines == 1 { "line" } else { "lines" });
                output::complain(format_args!("{path}: fixed {lines}"));
            }
            Err(error) => {
                is_written = false;
                output::complain(format_args!("{path}: not fixed: {error}"));
            }
        }
    }
    is_written
}

/// Says what could not be read, and what was assumed.
fn complain(report: &Report) {
    for it in &report.unread {
        let line = it.line.map_or_else(String::new, |it| format!("{it}:"));
        output::complain(escape(&format!("{}:{line} {}", it.path, it.why)));
    }
    for note in &report.notes {
        output::complain(escape(note));
    }
}
