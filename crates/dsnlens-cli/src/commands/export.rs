//! `dsnlens export FORMAT`: the effective configuration in another form.

use std::io;

use dsnlens_core::render::{NoExport, verdict};

use crate::args::ExportArgs;
use crate::inputs::Variables;
use crate::output::{self, Exit};
use crate::visible::escape;

pub(crate) fn run(args: &ExportArgs) -> io::Result<Exit> {
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
    let answer = dsnlens_core::resolve(question);
    let text = match args.export.write(&answer) {
        Ok(text) => text,
        Err(error) => {
            output::complain(&error);
            if error == NoExport::Refused {
                let sentence: String = verdict(&answer).iter().map(|it| it.text()).collect();
                output::complain(escape(&sentence));
                output::complain("`dsnlens resolve` tells why, and what to write instead");
            }
            variables.complain();
            return Ok(Exit::Findings);
        }
    };
    match args.show_secrets {
        true => output::print_exactly(&text.reveal())?,
        false => {
            output::print_exactly(&text.to_string())?;
            if text.is_secret() {
                output::complain("passwords are masked; --show-secrets writes them");
            }
        }
    }
    Ok(variables.complain())
}
