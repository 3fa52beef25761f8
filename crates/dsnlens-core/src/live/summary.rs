//! Questions about a project's database, each with a yes or a no and the reason.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::time::Duration;

use super::cause::Verdict;
use super::observation::{Addresses, Fact, Observation};
use crate::clients::stages;
use crate::inputs::{DATABASE_URL, Inputs};
use crate::ledger::Setting;
use crate::question::{Answer, Question};
use crate::resolution::{Mode, Resolution};

/// A question, and how it went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is asked.
    pub name: &'static str,
    /// Whether the answer is yes.
    pub passes: bool,
    /// Why.
    pub reason: String,
}

/// The questions, in order; without observations nothing was connected to. Two are about
/// `DATABASE_URL`, and so only where it is known who reads it; one is about Django.
pub fn summary(
    answer: &Answer<'_>,
    verdict: Option<&Verdict<'_>>,
    observations: &[Observation],
) -> Vec<Check> {
    let Answer { question: Question { client, inputs, module, .. }, resolution, .. } = answer;
    let is_of_url = module.is_none() && resolution.mode != Mode::Databases;
    let has_settings = client.has_settings;
    let question = |name, (passes, reason)| Check { name, passes, reason };
    [
        Some(question("Database Configuration", configuration(resolution))),
        Some(question("Database Connection", connection(verdict))),
        is_of_url.then(|| question("DATABASE_URL Support", support(inputs, resolution))),
        has_settings.then(|| question("Connection Pooling", pooling(resolution, observations))),
        is_of_url.then(|| question("DATABASE_URL Parsing", parsing(inputs, resolution))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn configuration(resolution: &Resolution<'_>) -> (bool, String) {
    match (&resolution.refusal, resolution.engine()) {
        (Some(refusal), _) => (false, format!("{}: {}", refusal.kind, refusal.message)),
        (None, Some(engine)) => (true, format!("ENGINE is {engine}")),
        (None, None) if resolution.effective.is_some() => (true, "libpq takes it".into()),
        (None, None) => (false, "there is no ENGINE".into()),
    }
}

fn connection(verdict: Option<&Verdict<'_>>) -> (bool, String) {
    match verdict {
        None => (false, "nothing to connect to".into()),
        Some(verdict) if verdict.is_connected => {
            let how = if verdict.is_tls { "with TLS" } else { "without TLS" };
            (true, format!("logged in {how}"))
        }
        Some(verdict) => {
            let step = verdict.cause.as_ref().map(|it| it.observation.step().name());
            let reason = match (step, verdict.sqlstate()) {
                (Some(step), Some(code)) => format!("failed at {step}, SQLSTATE {code}"),
                (Some(step), None) => format!("failed at {step}"),
                (None, _) => "not tried to the end".into(),
            };
            match verdict.untried {
                0 => (false, reason),
                more => (false, format!("{reason}; {}", untried(more))),
            }
        }
    }
}

/// That a name has more addresses than a check tries.
pub(crate) fn untried(more: usize) -> String {
    format!("this program tried the first {} addresses and not the other {more}", Addresses::MOST)
}

fn support(inputs: &Inputs<'_>, resolution: &Resolution<'_>) -> (bool, String) {
    match inputs.get(DATABASE_URL) {
        None => (true, "not set: the DB_* variables decide, and it would come before them".into()),
        Some("") => (false, "set but empty: Django starts without a database".into()),
        Some(_) if resolution.mode == Mode::Url => (true, "set, and it decides".into()),
        Some(_) => (false, "set, and something else decides".into()),
    }
}

fn parsing(inputs: &Inputs<'_>, resolution: &Resolution<'_>) -> (bool, String) {
    // Whatever is raised before there are settings is raised by the parser.
    let refusal = resolution.refusal.as_ref();
    let refusal = refusal.filter(|it| it.stage == &stages::RECIPE || resolution.settings.is_none());
    match (inputs.get(DATABASE_URL), refusal) {
        (None, _) => (true, "not set: nothing to parse".into()),
        (Some(""), _) => (false, "there is nothing in it".into()),
        (Some(_), Some(refusal)) => (false, format!("{}: {}", refusal.kind, refusal.message)),
        (Some(_), None) => {
            let part = |keyword| {
                let (_, line) = resolution.ledger.winner(keyword)?;
                Some(line.value.to_string()).filter(|it| !it.is_empty())
            };
            let host = part("host").unwrap_or_else(|| "the socket".into());
            let dbname = part("dbname").unwrap_or_else(|| "no name".into());
            (true, format!("database {dbname} at {host}"))
        }
    }
}

fn pooling(resolution: &Resolution<'_>, observations: &[Observation]) -> (bool, String) {
    let setting = |setting| {
        let id = resolution.settings.as_ref()?.setting(&resolution.ledger, setting)?;
        resolution.ledger.line(id).map(|it| &it.value)
    };
    let mut reasons = vec![];
    let age = setting(Setting::ConnMaxAge);
    let passes = match age {
        Some(age) if age.is_truthy() => {
            reasons.push(format!("CONN_MAX_AGE is {age}"));
            true
        }
        Some(age) => {
            reasons.push(format!("CONN_MAX_AGE is {age}: each request connects anew"));
            false
        }
        None => {
            reasons.push("no setting of Django's was read".to_string());
            false
        }
    };
    if passes && !setting(Setting::ConnHealthChecks).is_some_and(|it| it.is_truthy()) {
        reasons.push("CONN_HEALTH_CHECKS is off".to_string());
    }
    let measured = observations.iter().find_map(|it| match &it.fact {
        Fact::Pooling(pooling) => Some(pooling),
        _ => None,
    });
    if let Some(measured) = measured {
        let (connect, reuse) = (millis(measured.connect), millis(measured.reuse));
        reasons.push(format!(
            "a query takes {reuse} ms over a kept connection, a new one {connect} ms"
        ));
    }
    (passes, reasons.join("; "))
}

/// Tenths of a millisecond, without the machinery of floats.
fn millis(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}
