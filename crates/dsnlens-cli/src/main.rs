//! The program `dsnlens`: reads what was asked for, has the core answer, prints the answer.
//!
//! It decides nothing about connections. Results go to stdout, messages for people to stderr, and
//! a password to neither, unless `--show-secrets` asks for it.

#![forbid(unsafe_code)]

mod annotations;
mod args;
mod commands;
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

use std::env;
use std::process::ExitCode;

use clap::Parser;
use dsnlens_core::visible;

use args::{Cli, Command};
use output::Exit;

fn main() -> ExitCode {
    // In a project's folder there is one thing to ask.
    let is_in_project = env::args_os().len() == 1 && dsnlens_lint::project::is_here();
    let parsed = match is_in_project {
        true => Cli::try_parse_from(["dsnlens", "resolve"]),
        false => Cli::try_parse(),
    };
    let cli = match parsed {
        Ok(cli) => cli,
        Err(mut error) => {
            usage::redact(&mut error);
            error.exit();
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
    };
    exit.unwrap_or_else(|error| {
        output::complain(format_args!("standard output: {error}"));
        Exit::Unusable
    })
    .into()
}
