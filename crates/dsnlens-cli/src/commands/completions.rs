//! `dsnlens completions`: what a shell reads to complete the program's words.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::output::{self, Exit};

pub(crate) fn run(shell: Shell) -> io::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "dsnlens", &mut script);
    output::print_exactly(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
