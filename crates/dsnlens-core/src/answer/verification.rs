//! A proposal becomes a fix once core has read the fixed inputs again: the rule is silent, no new
//! error appears, and every reader of a URL reads the same; where
//! the client has a reader of its own, that reader decides.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::agreement;
use crate::advice::Case;
use crate::diagnostic::{Diagnostic, FileFix, Fix, Proposal, Severity};
use crate::inputs::DATABASE_URL;
use crate::module::Files;
use crate::question::Answer;
use crate::resolution::read;
use crate::rules::advise;
use crate::secret::Text;
use crate::shown::hidden_in;
#[cfg(feature = "whatwg")]
use crate::syntax::whatwg;
use crate::syntax::whatwg::ParseUrl;

impl<'a> Answer<'a> {
    /// The fixes of a finding, the likelier first: those of its proposals that cure it.
    ///
    /// Each is verified now, which takes as long as another answer.
    #[cfg(feature = "whatwg")]
    pub fn fixes(&self, diagnostic: &Diagnostic<'_>) -> Vec<Fix> {
        self.fixes_with(whatwg::parse, diagnostic)
    }

    /// The same with a WHATWG parser from outside.
    pub fn fixes_with(&self, parse_url: ParseUrl, diagnostic: &Diagnostic<'_>) -> Vec<Fix> {
        Verification::new(parse_url, self).fixes(diagnostic)
    }
}

/// What the fixes of one answer have in common.
pub(crate) struct Verification<'r, 'a> {
    parse_url: ParseUrl,
    case: Case<'r, 'a>,
    /// The errors that there are without any fix; looked for once one is left with it.
    known: OnceCell<Vec<&'static str>>,
}

impl<'r, 'a> Verification<'r, 'a> {
    pub(crate) fn new(parse_url: ParseUrl, answer: &'r Answer<'a>) -> Verification<'r, 'a> {
        let Answer { question, resolution, .. } = answer;
        let case = Case::new(question, resolution);
        Verification { parse_url, case, known: OnceCell::new() }
    }

    /// Those of a finding's proposals that cure it.
    pub(crate) fn fixes(&self, diagnostic: &Diagnostic<'_>) -> Vec<Fix> {
        let fixes = diagnostic.proposals.iter().filter_map(|it| fix(&self.case, it));
        // A client with a reader of its own has words that no other reads.
        let client = self.case.question.client;
        let is_own = !client.has_settings && !client.ends_in_libpq;
        let is_good = |fix: &Fix| {
            (is_own || reads_the_same(fix, self.parse_url)) && self.is_cured(fix, diagnostic)
        };
        fixes.filter(is_good).collect()
    }

    /// Whether the fixed inputs silence the rule and raise no new error.
    fn is_cured(&self, fix: &Fix, diagnostic: &Diagnostic<'_>) -> bool {
        let values: Vec<(_, String)> =
            fix.variables.iter().map(|(name, text)| (*name, text.reveal())).collect();
        let mut fixed = self.case.question.clone();
        for (name, value) in &values {
            fixed.inputs = fixed.inputs.with(name, value);
        }
        let files: Vec<(&str, String)> =
            fix.files.iter().map(|it| (&*it.path, it.after.reveal())).collect();
        let mut others = Files::default();
        if let Some(module) = &mut fixed.module {
            for (path, text) in &files {
                if *path == module.path {
                    module.text = text;
                    continue;
                }
                if others.0.is_empty() {
                    others = module.files.clone();
                }
                others.0.insert(String::from(*path), Some(text.clone()));
            }
            if !others.0.is_empty() {
                module.files = &others;
            }
        }
        let found = advise(&Case::new(&fixed, &read(&fixed)));
        let is_silent = found.iter().all(|it| it.rule != diagnostic.rule);
        is_silent && errors(&found).all(|it| self.known().contains(&it))
    }

    /// Not those of the answer, from which somebody may have taken what is to be ignored.
    fn known(&self) -> &[&'static str] {
        self.known.get_or_init(|| errors(&advise(&self.case)).collect())
    }
}

/// The variables and files that a proposal changes, whole. A settings module that belongs to a client
/// is in no file.
fn fix(case: &Case<'_, '_>, proposal: &Proposal) -> Option<Fix> {
    let mut files: Vec<FileFix> = Vec::new();
    for edit in &proposal.module {
        if case.question.client.preset.is_some() {
            return None;
        }
        if files.iter().all(|it| it.path != edit.path) {
            files.push(case.file_fix(&edit.path, &proposal.module)?);
        }
    }
    let mut variables: Vec<(&'static str, _)> = Vec::new();
    for edit in &proposal.edits {
        if variables.iter().all(|(name, _)| *name != edit.variable) {
            let text = case.edited(edit.variable, &proposal.edits);
            // A field without what kept it from being understood may be a secret as a whole.
            let is_secret = edit.variable != DATABASE_URL
                && !hidden_in(edit.variable, &text.reveal()).is_empty();
            let text = if is_secret { Text::default().and_hidden(text.reveal()) } else { text };
            variables.push((edit.variable, text));
        }
    }
    Some(Fix { title: proposal.title.clone(), variables, files })
}

/// Whether a fixed URL reads the same everywhere.
fn reads_the_same(fix: &Fix, parse_url: ParseUrl) -> bool {
    let mut urls = fix.variables.iter().filter(|(name, _)| *name == DATABASE_URL);
    urls.all(|(_, url)| agreement::is_unambiguous(&url.reveal(), parse_url))
}

fn errors(diagnostics: &[Diagnostic<'_>]) -> impl Iterator<Item = &'static str> {
    diagnostics.iter().filter(|it| it.severity == Severity::Error).map(|it| it.rule.name)
}
