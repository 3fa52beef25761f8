//! `dsnlens resolve`: one answer, and what is wrong.

use std::io;

use dsnlens_core::Resolution;
use dsnlens_core::document::Document;

use crate::annotations::{annotations, github, sarif};
use crate::args::{FailOn, ReportFormat, Resolve};
use crate::inputs::Variables;
use crate::output::{self, Exit};
use crate::report::{self, Report};
use crate::style;

pub(crate) fn run(args: &Resolve) -> io::Result<Exit> {
    let subject = &args.subject;
    let variables = match Variables::gather(subject) {
        Ok(variables) => variables,
        Err(error) => return Ok(error.complain()),
    };
    let (inputs, recipe) = (variables.inputs(subject), variables.recipe(subject));
    #[cfg(feature = "native")]
    let files = variables.files(subject, &inputs);
    #[cfg(feature = "native")]
    let inputs = inputs.on(files.machine());
    let mut resolution = dsnlens_core::resolve_as(subject.client.client(), &inputs, &recipe);
    resolution.diagnostics.retain(|it| !args.telling.ignore.contains(&it.rule));
    match args.format {
        ReportFormat::Github => {
            output::print(&github::render(&annotations(&resolution, &inputs, &variables)))?;
        }
        ReportFormat::Sarif => {
            output::print_json(&sarif::log(&annotations(&resolution, &inputs, &variables)))?;
        }
        ReportFormat::Json => {
            let document = Document::new(&resolution, &inputs, &recipe, args.telling.show_secrets);
            output::print_json(&document)?;
        }
        ReportFormat::Text => output::print(&report::render(&Report {
            variables: &variables,
            inputs: &inputs,
            client: subject.client.client(),
            recipe: &recipe,
            resolution: &resolution,
            show_secrets: args.telling.show_secrets,
            width: style::width(),
        }))?,
    }
    // Behind the answer, where it is not scrolled away.
    match variables.complain() {
        Exit::Unusable => Ok(Exit::Unusable),
        _ => Ok(exit(args.telling.fail_on, &resolution)),
    }
}

/// That the stack refuses the settings is as bad as any error, even where no rule says why.
pub(super) fn exit(fail_on: FailOn, resolution: &Resolution<'_>) -> Exit {
    let is_refused = resolution.refusal.is_some() && fail_on != FailOn::Never;
    match is_refused || resolution.diagnostics.iter().any(|it| fail_on.includes(it.severity)) {
        true => Exit::Findings,
        false => Exit::Clean,
    }
}
