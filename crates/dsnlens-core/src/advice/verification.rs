//! A proposal becomes a fix once core has read the fixed inputs again: the rule is silent, no new
//! error appears, and every reader of a URL reads the same.

use alloc::string::String;
use alloc::vec::Vec;
use core::cell::OnceCell;

use super::{Case, advise, agreement};
use crate::diagnostic::{Diagnostic, Fix, Proposal, Severity};
use crate::inputs::{DATABASE_URL, Inputs};
use crate::recipe::Recipe;
use crate::resolution::{Resolution, read};
#[cfg(feature = "whatwg")]
use crate::syntax::whatwg;
use crate::syntax::whatwg::ParseUrl;

impl<'a> Resolution<'a> {
    /// The fixes of a finding of this answer to `inputs`, the likelier first: those of its
    /// proposals that cure it.
    ///
    /// Each is verified now, which takes as long as another answer.
    #[cfg(feature = "whatwg")]
    pub fn fixes(
        &self,
        diagnostic: &Diagnostic<'_>,
        inputs: &Inputs<'a>,
        recipe: &Recipe,
    ) -> Vec<Fix> {
        self.fixes_with(whatwg::parse, diagnostic, inputs, recipe)
    }

    /// The same with a WHATWG parser from outside.
    pub fn fixes_with(
        &self,
        parse_url: ParseUrl,
        diagnostic: &Diagnostic<'_>,
        inputs: &Inputs<'a>,
        recipe: &Recipe,
    ) -> Vec<Fix> {
        Verification::new(parse_url, self, inputs, recipe).fixes(diagnostic)
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
    pub(crate) fn new(
        parse_url: ParseUrl,
        resolution: &'r Resolution<'a>,
        inputs: &'r Inputs<'a>,
        recipe: &'r Recipe,
    ) -> Verification<'r, 'a> {
        let case = Case::new(inputs, recipe, resolution);
        Verification { parse_url, case, known: OnceCell::new() }
    }

    /// Those of a finding's proposals that cure it.
    pub(crate) fn fixes(&self, diagnostic: &Diagnostic<'_>) -> Vec<Fix> {
        let fixes = diagnostic.proposals.iter().map(|it| fix(&self.case, it));
        let is_good =
            |fix: &Fix| reads_the_same(fix, self.parse_url) && self.is_cured(fix, diagnostic);
        fixes.filter(is_good).collect()
    }

    /// Whether the fixed inputs silence the rule and raise no new error.
    fn is_cured(&self, fix: &Fix, diagnostic: &Diagnostic<'_>) -> bool {
        let values: Vec<(_, String)> =
            fix.variables.iter().map(|(name, text)| (*name, text.reveal())).collect();
        let mut fixed = self.case.inputs.clone();
        for (name, value) in &values {
            fixed = fixed.with(name, value);
        }
        let resolution = read(&fixed, self.case.recipe);
        let found = advise(&Case::new(&fixed, self.case.recipe, &resolution));
        let is_silent = found.iter().all(|it| it.rule != diagnostic.rule);
        is_silent && errors(&found).all(|it| self.known().contains(&it))
    }

    /// Not those of the answer, from which somebody may have taken what is to be ignored.
    fn known(&self) -> &[&'static str] {
        self.known.get_or_init(|| errors(&advise(&self.case)).collect())
    }
}

/// The variables that a proposal changes, whole.
fn fix(case: &Case<'_, '_>, proposal: &Proposal) -> Fix {
    let mut variables: Vec<(&'static str, _)> = Vec::new();
    for edit in &proposal.edits {
        if variables.iter().all(|(name, _)| *name != edit.variable) {
            variables.push((edit.variable, case.edited(edit.variable, &proposal.edits)));
        }
    }
    Fix { title: proposal.title.clone(), variables }
}

/// Whether a fixed URL reads the same everywhere.
fn reads_the_same(fix: &Fix, parse_url: ParseUrl) -> bool {
    let mut urls = fix.variables.iter().filter(|(name, _)| *name == DATABASE_URL);
    urls.all(|(_, url)| agreement::is_unambiguous(&url.reveal(), parse_url))
}

fn errors(diagnostics: &[Diagnostic<'_>]) -> impl Iterator<Item = &'static str> {
    diagnostics.iter().filter(|it| it.severity == Severity::Error).map(|it| it.rule.name)
}
