//! `dsnlens compare`: the same variables in several clients.

use std::io;

use dsnlens_core::document::Comparison;

use super::cases;
use crate::args::{Compare, Format};
use crate::inputs::Variables;
use crate::output::{self, Exit};
use crate::report;
use crate::style;

pub(crate) fn run(args: &Compare) -> io::Result<Exit> {
    let Compare { subject, show_secrets, .. } = args;
    let (clients, evaluate) = (args.clients(), dsnlens_settings::evaluate);
    if args.jsonl {
        return cases::run(|case| case.compare(&clients, evaluate, *show_secrets));
    }
    let variables = match Variables::gather(subject) {
        Ok(variables) => variables,
        Err(error) => return Ok(error.complain()),
    };
    let question = variables.question(subject);
    #[cfg(feature = "native")]
    let files = variables.files(&question);
    #[cfg(feature = "native")]
    let question = question.on(files.machine());
    let comparison = Comparison::new(&question, &clients, evaluate, *show_secrets);
    match args.format {
        Format::Json => output::print_json(&comparison)?,
        Format::Text => {
            let parse_url = dsnlens_core::syntax::whatwg::parse;
            let cure = comparison.cure(&question, &clients, evaluate, parse_url);
            let report = report::compare::Report {
                comparison: &comparison,
                cure: cure.as_ref(),
                show_secrets: *show_secrets,
                width: style::width(),
            };
            output::print(&report::compare::render(&report))?;
        }
    }
    match variables.complain() {
        Exit::Unusable => Ok(Exit::Unusable),
        _ if comparison.clients.iter().any(|it| it.refusal.is_some()) => Ok(Exit::Findings),
        _ if comparison.groups.len() > 1 => Ok(Exit::Findings),
        _ => Ok(Exit::Clean),
    }
}
