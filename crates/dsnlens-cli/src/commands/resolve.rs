//! `dsnlens resolve`: one answer, and what is wrong.

use std::io;

use dsnlens_core::document::Document;
#[cfg(feature = "native")]
use dsnlens_core::{Client, Inputs};
use dsnlens_core::{Recipe, Resolution};
#[cfg(feature = "native")]
use dsnlens_native::gather::Files;

use crate::annotations::{annotations, github, sarif};
use crate::args::{FailOn, ReportFormat, Resolve};
use crate::inputs::{EnvFile, Variables};
use crate::output::{self, Exit};
use crate::report::{self, Report};
use crate::style;
use crate::visible::escape;

pub(crate) fn run(args: &Resolve) -> io::Result<Exit> {
    let source = &args.source;
    let variables = match Variables::gather(source.url.as_deref(), source.env_file.as_deref()) {
        Ok(variables) => variables,
        Err(error) => {
            output::complain(escape(&error.to_string()));
            return Ok(Exit::Unusable);
        }
    };
    let recipe = Recipe { dj_database_url: source.dj_database_url, ..Recipe::default() };
    let inputs = variables.inputs().with_debug(source.debug);
    #[cfg(feature = "native")]
    let files = look_around(args, &variables, &inputs, &recipe);
    #[cfg(feature = "native")]
    let inputs = inputs.on(files.machine());
    let mut resolution = dsnlens_core::resolve_as(source.client.client(), &inputs, &recipe);
    resolution.diagnostics.retain(|it| !source.ignore.contains(&it.rule));
    match args.format {
        ReportFormat::Github => {
            output::print(&github::render(&annotations(&resolution, &variables)))?;
        }
        ReportFormat::Sarif => {
            output::print_json(&sarif::log(&annotations(&resolution, &variables)))?;
        }
        ReportFormat::Json => {
            let document = Document::new(&resolution, &inputs, &recipe, source.show_secrets);
            output::print_json(&document)?;
        }
        ReportFormat::Text => output::print(&report::render(&Report {
            variables: &variables,
            inputs: &inputs,
            client: source.client.client(),
            recipe: &recipe,
            resolution: &resolution,
            show_secrets: source.show_secrets,
            width: style::width(),
        }))?,
    }
    // Behind the answer, where it is not scrolled away.
    match variables.file.as_ref().map(complain) {
        Some(Exit::Unusable) => Ok(Exit::Unusable),
        _ => Ok(exit(source.fail_on, &resolution)),
    }
}

/// The files of this machine, if the variables are its own: a URL or a `.env` file is about any
/// machine.
#[cfg(feature = "native")]
fn look_around(
    args: &Resolve,
    variables: &Variables,
    inputs: &Inputs<'_>,
    recipe: &Recipe,
) -> Files {
    match variables.are_of_this_process {
        true => files(args.source.client.client(), inputs, recipe),
        false => Files::default(),
    }
}

/// The files of this machine that a connection from here would use.
#[cfg(feature = "native")]
pub(super) fn files(client: Client, inputs: &Inputs<'_>, recipe: &Recipe) -> Files {
    Files::gather(
        |name| std::env::var_os(name),
        |machine| {
            let inputs = inputs.clone().on(machine);
            let resolution = dsnlens_core::resolve_as(client, &inputs, recipe);
            resolution.unknown_files(&inputs, recipe)
        },
    )
}

/// Says what was odd about reading the file, by line and without what the line holds.
pub(super) fn complain(file: &EnvFile) -> Exit {
    let say = |line: usize, what: &str| {
        let place = format!("{}:{line}", file.path.display());
        output::complain(format_args!("{}: {what}", escape(&place)));
    };
    if file.has_mark {
        say(1, "python-dotenv takes the byte order mark for a part of the first name");
    }
    for &line in &file.unreadable {
        say(line, "python-dotenv cannot read this line and skips it");
    }
    match file.unreadable.is_empty() {
        true => Exit::Clean,
        false => Exit::Unusable,
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
