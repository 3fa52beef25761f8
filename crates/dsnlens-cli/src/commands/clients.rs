//! `dsnlens clients`: who can read the variables.

use std::io;

use dsnlens_core::CLIENTS;
use dsnlens_core::document::ClientSummary;

use crate::args::Format;
use crate::output::{self, Exit};
use crate::style::{self, paint, wrap};

pub(crate) fn run(format: Format) -> io::Result<Exit> {
    match format {
        Format::Json => {
            let clients = CLIENTS.iter().map(|it| ClientSummary::new(it));
            output::print_json(&clients.collect::<Vec<_>>())?;
        }
        Format::Text => output::print(&table(style::width()))?,
    }
    Ok(Exit::Clean)
}

fn table(width: usize) -> String {
    let name_width = CLIENTS.iter().map(|it| it.name.len()).max().unwrap_or(0) + 2;
    let indent = " ".repeat(name_width);
    let row = |it: &&dsnlens_core::Client| {
        let pad = " ".repeat(name_width - it.name.len());
        wrap(it.title, &format!("{}{pad}", paint(style::HEADING, it.name)), &indent, width)
    };
    CLIENTS.iter().map(row).collect()
}
