//! The answer, composed: what a client does, what is wrong with that, and what cures it.

mod agreement;
mod verification;

use alloc::vec::Vec;

#[cfg(feature = "serde")]
pub(crate) use verification::Verification;

use crate::advice::{Case, Live};
use crate::diagnostic::{Diagnostic, Severity};
use crate::live::{Observation, Plan, Verdict, untried};
use crate::question::{Answer, Question};
use crate::resolution::read;
use crate::rules::{advise, advise_live};

/// Works out what a client does, and what is wrong with its inputs.
pub fn resolve<'a>(question: impl Into<Question<'a>>) -> Answer<'a> {
    let question = question.into();
    let resolution = read(&question);
    let diagnostics = advise(&Case::new(&question, &resolution));
    Answer { question, resolution, diagnostics }
}

impl<'a> Answer<'a> {
    /// What the observations of a check mean, worst first; what the settings alone mean is in the
    /// answer already.
    pub fn diagnose(&self, plan: &Plan, observations: &[Observation]) -> Vec<Diagnostic<'a>> {
        let verdict = Verdict::new(plan, observations);
        let more = verdict.untried;
        let live = Live { plan, observations, verdict };
        let mut found = advise_live(&Case::new(&self.question, &self.resolution), &live);
        if more > 0 {
            for it in found.iter_mut().filter(|it| it.severity == Severity::Error) {
                it.message = alloc::format!("{}; {}", it.message, untried(more)).into();
            }
        }
        found
    }
}
