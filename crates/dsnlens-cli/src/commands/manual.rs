//! `dsnlens manual`: the manual's page in roff, one for the program or one for a command.

use std::io;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::args::Cli;
use crate::output::{self, Exit};

pub(crate) fn run(command: Option<&str>) -> io::Result<Exit> {
    let mut program = Cli::command();
    // Gives each command the name of its page, `dsnlens-check`.
    program.build();
    let asked = match command {
        None => Some(program),
        Some(name) => program.find_subcommand(name).cloned(),
    };
    let Some(asked) = asked else {
        output::complain("there is no such command; `dsnlens --help` lists them");
        return Ok(Exit::Unusable);
    };
    let mut page = Vec::new();
    Man::new(asked).render(&mut page)?;
    output::print_exactly(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Clean)
}
