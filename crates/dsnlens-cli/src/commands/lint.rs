//! `dsnlens lint`: every file of a repository that configures a database.

use std::env;
use std::fmt::Write;
use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

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
    let met = Arc::new(AtomicUsize::new(0));
    let waiting = Waiting::begin(Arc::clone(&met));
    let mut repository = Repository::read(Options { start, paths, ignored, config, met });
    let report = match args.fix {
        true => None,
        false => Some(repository.judge()),
    };
    let changes = if args.fix || args.diff { repository.fix() } else { Vec::new() };
    drop(waiting);
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

/// Shows on a terminal how far it is, once that takes longer than a second.
struct Waiting {
    /// Closed at the end.
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Waiting {
    fn begin(met: Arc<AtomicUsize>) -> Waiting {
        if !io::stderr().is_terminal() {
            return Waiting { end: None, thread: None };
        }
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            let (mut pause, mut is_shown) = (Duration::from_secs(1), false);
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                eprint!("\r{} files\u{2026}", met.load(Ordering::Relaxed));
                (pause, is_shown) = (Duration::from_millis(100), true);
            }
            if is_shown {
                eprint!("\r\x1b[K");
            }
        });
        Waiting { end: Some(end), thread: Some(thread) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.end.take();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Instant;

    use super::*;

    /// A repository of 20,000 files, every fiftieth of which configures a database.
    #[test]
    #[ignore = "what the clock judges; `cargo xtask bench` runs it"]
    fn twenty_thousand_files_take_less_than_a_second() {
        let root = env::temp_dir().join(format!("dsnlens-lint-{}", std::process::id()));
        let settings =
            "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n";
        let compose =
            "services:\n  web:\n    environment:\n      DATABASE_URL: postgres://a:b@db/c\n";
        for nth in 0..20_000 {
            let folder = root.join(format!("{}/{}", nth % 200, nth % 7));
            fs::create_dir_all(&folder).unwrap();
            let (name, text) = match nth % 100 {
                0 => (format!(".env.{nth}"), "DATABASE_URL=postgres://app:secret@h/shop\n".into()),
                50 => (format!("compose.{nth}.yml"), compose.to_owned()),
                it if it < 20 => (format!("{nth}.yaml"), "a: 1\nb:\n  - c\n".repeat(20)),
                _ => (format!("{nth}.py"), "import os\n".repeat(40)),
            };
            fs::write(folder.join(name), text).unwrap();
        }
        let manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'settings')\n";
        fs::write(root.join("manage.py"), manage).unwrap();
        fs::write(root.join("settings.py"), settings).unwrap();
        let run = || {
            let options =
                Options { start: root.clone(), paths: vec![".".into()], ..Options::default() };
            Repository::read(options).judge()
        };
        assert_eq!(run().files, 401);
        let start = Instant::now();
        run();
        let took = start.elapsed();
        fs::remove_dir_all(&root).unwrap();
        println!("lint: 20,000 files in {took:?}");
        assert!(took < Duration::from_secs(1), "{took:?}");
    }
}
