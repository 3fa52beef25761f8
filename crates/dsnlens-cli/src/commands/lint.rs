//! `dsnlens lint`: every file of a repository that configures a database.

use std::env;
use std::io;

use dsnlens_lint::{Options, Report};

use crate::args::{Lint, ReportFormat};
use crate::output::{self, Exit};
use crate::report::lint;
use crate::style;
use crate::visible::escape;

pub(crate) fn run(args: &Lint) -> io::Result<Exit> {
    let options = Options {
        start: env::current_dir()?,
        paths: args.paths.clone(),
        ignored: args.ignore.clone(),
    };
    let report = dsnlens_lint::lint(&options);
    match args.format {
        ReportFormat::Json => output::print_json(&report)?,
        _ => output::print(&lint::render(&report, style::width()))?,
    }
    complain(&report);
    Ok(match () {
        () if !report.unread.is_empty() => Exit::Unusable,
        () if report.findings.iter().any(|it| args.fail_on.includes(it.severity)) => Exit::Findings,
        () => Exit::Clean,
    })
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
