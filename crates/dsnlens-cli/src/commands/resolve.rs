//! `dsnlens resolve`: one answer, and what is wrong.

use std::io;

use dsnlens_core::Answer;
use dsnlens_core::document::Document;

use super::cases;
use crate::annotations::{annotations, github, sarif};
use crate::args::{FailOn, ReportFormat, Resolve};
use crate::inputs::Variables;
use crate::output::{self, Exit};
use crate::report::{self, Report};
use crate::style;

pub(crate) fn run(args: &Resolve) -> io::Result<Exit> {
    if args.jsonl {
        let show_secrets = args.telling.show_secrets;
        return cases::run(|case| case.answer(dsnlens_settings::evaluate, show_secrets));
    }
    let subject = &args.subject;
    let variables = match Variables::gather(subject) {
        Ok(variables) => variables,
        Err(error) => return Ok(error.complain()),
    };
    let question = variables.question(subject);
    #[cfg(feature = "native")]
    let files = variables.files(&question);
    #[cfg(feature = "native")]
    let question = question.on(files.machine());
    let mut answer = dsnlens_core::resolve(question);
    answer.diagnostics.retain(|it| !args.telling.ignore.contains(&it.rule));
    match args.format {
        ReportFormat::Github => {
            output::print(&github::render(&annotations(&answer, &variables)))?;
        }
        ReportFormat::Sarif => {
            let annotations = annotations(&answer, &variables);
            output::print_json(&sarif::log(&annotations, sarif::Columns::Characters))?;
        }
        ReportFormat::Json => {
            output::print_json(&Document::new(&answer, args.telling.show_secrets))?;
        }
        ReportFormat::Text => output::print(&report::render(&Report {
            variables: &variables,
            answer: &answer,
            show_secrets: args.telling.show_secrets,
            width: style::width(),
        }))?,
    }
    // Behind the answer, where it is not scrolled away.
    match variables.complain() {
        Exit::Unusable => Ok(Exit::Unusable),
        _ => Ok(exit(args.telling.fail_on, &answer)),
    }
}

/// That the stack refuses the settings is as bad as any error, even where no rule says why.
pub(super) fn exit(fail_on: FailOn, answer: &Answer<'_>) -> Exit {
    let is_refused = answer.resolution.certain_refusal().is_some() && fail_on != FailOn::Never;
    match is_refused || answer.diagnostics.iter().any(|it| fail_on.includes(it.severity)) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}
