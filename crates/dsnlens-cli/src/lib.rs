//! The program `dsnlens`: reads what was asked for, has the core answer, prints the answer.
//!
//! It decides nothing about connections. Results go to stdout, messages for people to stderr, and
//! a password to neither, unless `--show-secrets` asks for it.

#![forbid(unsafe_code)]

mod annotations;
mod args;
mod commands;
mod files;
#[cfg(test)]
mod growth;
mod inputs;
mod json;
#[cfg(feature = "native")]
mod log;
mod markdown;
mod output;
mod report;
#[cfg(feature = "native")]
mod server;
mod style;
mod usage;

use std::ffi::OsString;

use clap::Parser;
use dsnlens_core::visible;

use args::{Cli, Command};
use output::Exit;

pub mod embedded;

/// Does what the arguments say, the first of which is the program's own name. The number that the
/// program ends with: 0 where there is nothing to complain about, 1 with findings, 2 after wrong
/// usage or an unreadable input, 3 where a check could not be carried out.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    // In a project's folder there is one thing to ask.
    let is_in_project = arguments.len() == 1 && dsnlens_lint::project::is_here();
    let parsed = match is_in_project {
        true => Cli::try_parse_from(["dsnlens", "resolve"]),
        false => Cli::try_parse_from(arguments),
    };
    let cli = match parsed {
        Ok(cli) => cli,
        Err(mut error) => {
            usage::redact(&mut error);
            // There is nobody left to tell that the stream is closed.
            error.print().ok();
            return u8::try_from(error.exit_code()).unwrap_or(Exit::Unusable.code());
        }
    };
    let exit = match &cli.command {
        Command::Resolve(args) => commands::resolve::run(args),
        Command::Compare(args) => commands::compare::run(args),
        Command::Lint(args) => commands::lint::run(args),
        #[cfg(feature = "native")]
        Command::Check(args) => commands::check::run(args),
        #[cfg(feature = "native")]
        Command::Serve(args) => commands::serve::run(args),
        Command::Export(args) => commands::export::run(args),
        Command::Explain { what } => commands::explain::run(what),
        Command::Clients { format } => commands::clients::run(*format),
        Command::Rules { format } => commands::rules::run(*format),
        Command::Report(args) => commands::report::run(args),
        Command::Completions { shell } => commands::completions::run(*shell),
        Command::Manual { command } => commands::manual::run(command.as_deref()),
    };
    let exit = exit.unwrap_or_else(|error| {
        output::complain(format_args!("standard output: {error}"));
        Exit::Unusable
    });
    exit.code()
}
