//! A spelling of the variables that more clients read the same: of the fixes that rules propose, the
//! one that does most, read by every client again.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Comparison;
use crate::answer::resolve;
use crate::client::Client;
use crate::module::Evaluate;
use crate::question::Question;
use crate::secret::Text;
use crate::syntax::whatwg::ParseUrl;

/// Variables to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cure {
    /// What it does, as an order.
    pub title: Cow<'static, str>,
    /// The variables that change, whole.
    pub variables: Vec<(&'static str, Text<'static>)>,
    /// How many of the clients read them the same.
    pub agree: usize,
}

impl Comparison {
    /// The fix after which the most clients read the same: more of them than now, with no client more
    /// that refuses the URL.
    pub fn cure(
        &self,
        question: &Question<'_>,
        clients: &[&'static Client],
        evaluate: Evaluate,
        parse_url: ParseUrl,
    ) -> Option<Cure> {
        let (agree, refuse) = self.score();
        if agree == clients.len() {
            return None;
        }
        let mut best: Option<Cure> = None;
        let mut seen: Vec<Vec<(&'static str, String)>> = Vec::new();
        for client in clients {
            let answer = resolve(question.put_to(client, evaluate));
            for fix in answer.diagnostics.iter().flat_map(|it| answer.fixes_with(parse_url, it)) {
                let reveal = |it: &(&'static str, Text<'_>)| (it.0, it.1.reveal());
                let values: Vec<_> = fix.variables.iter().map(reveal).collect();
                // One that edits a settings module changes what a single client reads.
                if values.is_empty() {
                    continue;
                }
                if seen.contains(&values) {
                    continue;
                }
                let mut fixed = question.clone();
                for (name, value) in &values {
                    fixed.inputs = fixed.inputs.with(name, value);
                }
                let score = Comparison::new(&fixed, clients, evaluate, false).score();
                seen.push(values);
                let is_better = score.0 > best.as_ref().map_or(agree, |it| it.agree);
                if is_better && score.1 <= refuse {
                    let (title, variables) = (fix.title, fix.variables);
                    best = Some(Cure { title, variables, agree: score.0 });
                }
            }
        }
        best
    }

    /// How many clients agree, and how many refuse the variables.
    fn score(&self) -> (usize, usize) {
        let reads = |name: &&'static str| {
            self.clients.iter().any(|it| it.client == *name && it.reads.is_some())
        };
        let agree = self.groups.iter().filter(|it| it.first().is_some_and(&reads));
        let refuse = self.clients.iter().filter(|it| it.refusal.is_some()).count();
        (agree.map(Vec::len).max().unwrap_or(0), refuse)
    }
}
