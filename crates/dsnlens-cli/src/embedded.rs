//! The answers without a command line, for a process that holds this library: a case as JSON in, an
//! answer as JSON or as a text for people out.
//!
//! An error is a sentence that names the key it is about, and repeats no value: any of it may be a
//! password.

use anstream::adapter::strip_str;
use dsnlens_core::Question;
use dsnlens_core::document::{Case, Document, clients};

use crate::commands::cases::{self, Problem};
use crate::inputs::Variables;
use crate::json;
use crate::report::{self, Report};

/// Whose files an answer may rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    /// Nobody's: the case is about any machine.
    Nobody,
    /// This machine's and this account's, since the case is about this process: libpq's service
    /// files, password file and root certificate.
    #[cfg(feature = "native")]
    Here,
}

/// How a text for people looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// With the terminal's colours.
    pub has_colors: bool,
    /// Columns.
    pub width: usize,
}

/// What an application does with its variables, as JSON.
pub fn resolve(case: &str, files: Files, show_secrets: bool) -> Result<String, String> {
    let case = read(case)?;
    ask(&case, files, |question| {
        json::compact(&Document::new(&dsnlens_core::resolve(question), show_secrets))
    })
}

/// The same as a report for people. Secrets are masked.
pub fn report(case: &str, files: Files, look: Look) -> Result<String, String> {
    let case = read(case)?;
    ask(&case, files, |question| {
        let report = report::render(&Report {
            variables: &Variables::default(),
            answer: &dsnlens_core::resolve(question),
            show_secrets: false,
            width: look.width,
        });
        look.paint(report)
    })
}

/// What each client reads of the variables, as JSON. Secrets are masked.
pub fn compare(case: &str) -> Result<String, String> {
    let case = read(case)?;
    let clients = clients([]).map_err(|it| said(&it.into()))?;
    let comparison = case.compare(&clients, dsnlens_settings::evaluate, false);
    comparison.map(|it| json::compact(&it)).map_err(|it| said(&it.into()))
}

fn read(case: &str) -> Result<Case, String> {
    cases::read(case.as_bytes()).map_err(|it| said(&it))
}

fn said(problem: &Problem) -> String {
    problem.message().to_owned()
}

fn ask<T>(case: &Case, files: Files, answer: impl FnOnce(Question<'_>) -> T) -> Result<T, String> {
    let question = case.question(dsnlens_settings::evaluate).map_err(|it| said(&it.into()))?;
    match files {
        Files::Nobody => Ok(answer(question)),
        #[cfg(feature = "native")]
        Files::Here => {
            let files = crate::inputs::files_from_here(&question);
            Ok(answer(question.on(files.machine())))
        }
    }
}

impl Look {
    fn paint(self, text: String) -> String {
        match self.has_colors {
            true => text,
            false => strip_str(&text).to_string(),
        }
    }
}

#[cfg(feature = "native")]
pub use live::{Checked, check};

#[cfg(feature = "native")]
mod live {
    use dsnlens_core::document::Check;
    use dsnlens_core::live::{Plan, Step, Verdict};
    use dsnlens_native::observe::{self, Event};

    use super::{Files, Look, ask, read};
    use crate::args::Connecting;
    use crate::inputs::Variables;
    use crate::json;
    use crate::report::{Report, check as words};

    /// What a check came to.
    pub struct Checked {
        /// The whole of it, as JSON.
        pub document: String,
        /// The same for people, step by step.
        pub text: String,
    }

    /// Connects as the application would. Secrets are masked.
    pub fn check(case: &str, look: Look) -> Result<Checked, String> {
        let case = read(case)?;
        let settings = Connecting::default().settings(Step::Pooling);
        ask(&case, Files::Here, |question| {
            let answer = dsnlens_core::resolve(question);
            let plan = Plan::new(&answer);
            let plan = plan.as_ref();
            let variables = Variables::default();
            let report = Report {
                variables: &variables,
                answer: &answer,
                show_secrets: false,
                width: look.width,
            };
            let mut text = words::opening(&report);
            let observations = match plan {
                None => Vec::new(),
                Some(plan) => {
                    let mut tell = |event: Event<'_>| {
                        if let Event::Seen(it) = event {
                            text += &words::step(plan, it, look.width);
                        }
                    };
                    let runtime =
                        tokio::runtime::Builder::new_current_thread().enable_all().build();
                    let runtime =
                        runtime.map_err(|error| format!("the check cannot be started: {error}"))?;
                    let seen = runtime.block_on(observe::observe(plan, &settings, &mut tell));
                    // A look-up that takes too long is not waited for.
                    runtime.shutdown_background();
                    seen
                }
            };
            let found = plan.map_or_else(Vec::new, |it| answer.diagnose(it, &observations));
            let verdict = plan.map(|it| Verdict::new(it, &observations));
            text += &words::closing(
                &report,
                &words::Closing {
                    plan,
                    verdict: verdict.as_ref(),
                    observations: &observations,
                    found: &found,
                },
            );
            let document = Check::new(&answer, plan, &observations, &found, false);
            Ok(Checked { document: json::compact(&document), text: look.paint(text) })
        })?
    }
}
