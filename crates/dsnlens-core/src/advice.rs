//! Advice: what a rule looks at, what it says, and how what it proposes is verified.
//!
//! The rules themselves are in [`crate::rules`]. They decide nothing, and no rule parses text:
//! what the readers found is laid out in a [`Case`].

mod agreement;
mod case;
mod findings;
#[cfg(feature = "pages")]
mod page;
#[cfg(test)]
pub(crate) mod testing;
mod verification;

#[cfg(feature = "pages")]
pub use page::{Example, Page};

pub(crate) use case::{Case, in_url};
pub(crate) use findings::{Edit, Findings};

use alloc::vec::Vec;

use crate::diagnostic::{Diagnostic, Severity};
use crate::rules::RULES;

/// One situation that costs people hours.
pub struct Rule {
    /// Its name, which never changes; its file is called the same.
    pub name: &'static str,
    /// The severities it reports, worst first.
    pub severities: &'static [Severity],
    #[cfg(feature = "pages")]
    pub(crate) markdown: &'static str,
    pub(crate) check: Check,
}

pub(crate) type Check = for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Findings<'a>);

impl Rule {
    /// Its page.
    #[cfg(feature = "pages")]
    pub const fn page(&self) -> Page {
        Page::new(self.markdown)
    }
}

impl core::fmt::Debug for Rule {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Rule({})", self.name)
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Rule) -> bool {
        self.name == other.name
    }
}

/// Declares the `RULE` of a file; its doc comment is the rule's page.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], $check:path) => {
        $(#[doc = $line])+
        pub(crate) static RULE: crate::advice::Rule = crate::advice::Rule {
            name: $name,
            severities: &[$(crate::diagnostic::Severity::$severity),+],
            #[cfg(feature = "pages")]
            markdown: concat!($($line, "\n"),+),
            check: $check,
        };
    };
}
pub(crate) use rule;

/// What every rule has to say, worst first; of one severity, by the rules' names.
pub(crate) fn advise<'a>(case: &Case<'_, 'a>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    for rule in RULES {
        findings.ask(rule, case);
    }
    findings.worst_first()
}

#[cfg(all(test, feature = "pages", feature = "whatwg"))]
mod tests;
