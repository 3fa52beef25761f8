//! `dsnlens check`: the same inputs, met with a real server.

use std::io::{self, IsTerminal, Write};

use dsnlens_core::document::Check as Document;
use dsnlens_core::live::{Observation, Plan, Verdict};
use dsnlens_core::{Answer, Diagnostic};
use dsnlens_native::observe::{self, Event};

use super::resolve::exit;
use crate::args::{Check, FailOn, Format};
use crate::inputs::{self, Variables};
use crate::log;
use crate::output::{self, Exit};
use crate::report::{Report, check};
use crate::style;

pub(crate) fn run(args: &Check) -> io::Result<Exit> {
    if let Err(error) = log::start(args.connecting.log.as_deref()) {
        output::complain(error);
        return Ok(Exit::Unusable);
    }
    let subject = &args.subject;
    if !subject.client.ends_in_libpq {
        output::complain(format_args!(
            "a check connects as libpq does, and {} does not use libpq; `dsnlens compare` shows how \
             it would connect",
            subject.client.subject
        ));
        return Ok(Exit::Unfinished);
    }
    let variables = match Variables::gather(subject) {
        Ok(variables) => variables,
        Err(error) => return Ok(error.complain()),
    };
    let question = variables.question(subject);
    let files = inputs::files_from_here(&question);
    let mut answer = dsnlens_core::resolve(question.on(files.machine()));
    answer.diagnostics.retain(|it| !args.telling.ignore.contains(&it.rule));
    let plan = Plan::new(&answer);
    let report = Report {
        variables: &variables,
        answer: &answer,
        show_secrets: args.telling.show_secrets,
        width: style::width(),
    };

    let is_text = args.format == Format::Text;
    if is_text {
        output::print(&check::opening(&report))?;
    }
    let observations = match &plan {
        None => Vec::new(),
        Some(plan) => match observe(plan, args, is_text.then_some(report.width)) {
            Ok(observations) => observations,
            Err(error) => {
                output::complain(format_args!("the check cannot be started: {error}"));
                return Ok(Exit::Unfinished);
            }
        },
    };
    let mut found =
        plan.as_ref().map_or_else(Vec::new, |plan| answer.diagnose(plan, &observations));
    found.retain(|it| !args.telling.ignore.contains(&it.rule));
    for it in &found {
        tracing::warn!(rule = it.rule.name, severity = it.severity.name(), "{}", it.message);
    }
    let plan = plan.as_ref();
    let verdict = plan.map(|it| Verdict::new(it, &observations));
    let is_failed = verdict.as_ref().is_some_and(|it| it.cause.is_some());
    match args.format {
        Format::Json => output::print_json(&Document::new(
            &answer,
            plan,
            &observations,
            &found,
            args.telling.show_secrets,
        ))?,
        Format::Text => {
            let closing = check::Closing {
                plan,
                verdict: verdict.as_ref(),
                observations: &observations,
                found: &found,
            };
            output::print(&check::closing(&report, &closing))?;
        }
    }
    match variables.complain() {
        Exit::Unusable => Ok(Exit::Unusable),
        _ => Ok(outcome(args.telling.fail_on, &answer, plan, &found, is_failed)),
    }
}

/// Carries the plan out; in text, each step is shown as it happens.
fn observe(plan: &Plan, args: &Check, width: Option<usize>) -> io::Result<Vec<Observation>> {
    let settings = args.connecting.settings(args.until.step());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let is_terminal = io::stdout().is_terminal();
    let mut tell = |event: Event<'_>| {
        let Some(width) = width else { return };
        let mut stdout = anstream::stdout().lock();
        // Whoever closed the pipe has read enough, and the end tells the rest.
        let told = match event {
            Event::Begun { step, place } if is_terminal => {
                write!(stdout, "{}", check::begun(step, place))
            }
            Event::Begun { .. } => Ok(()),
            Event::Seen(observation) => {
                let clear = if is_terminal { check::CLEAR_LINE } else { "" };
                write!(stdout, "{clear}{}", check::step(plan, observation, width))
            }
        };
        told.and_then(|()| stdout.flush()).ok();
    };
    let observations = runtime.block_on(observe::observe(plan, &settings, &mut tell));
    // A look-up that takes too long is not waited for.
    runtime.shutdown_background();
    Ok(observations)
}

/// Findings of the settings count as they do in `resolve`.
fn outcome(
    fail_on: FailOn,
    answer: &Answer<'_>,
    plan: Option<&Plan>,
    found: &[Diagnostic<'_>],
    is_failed: bool,
) -> Exit {
    if plan.is_none() && answer.resolution.refusal.is_none() {
        // Another database's settings: there is nothing to connect to in this way.
        return Exit::Unfinished;
    }
    let is_found = found.iter().any(|it| fail_on.includes(it.severity));
    // That there is no connection is as bad as any error, even where no rule says why.
    let is_missing = is_failed && fail_on != FailOn::Never;
    match is_found || is_missing {
        true => Exit::Findings,
        false => exit(fail_on, answer),
    }
}
