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
mod url;
mod verification;

#[cfg(feature = "pages")]
pub use page::{Example, Page};

pub(crate) use case::{
    Case, MANY, ambient, brief, in_url, is_this_machine, shown, shown_key, sslmode_of, written_in,
};
pub(crate) use findings::{Edit, Finding, Findings};
pub(crate) use url::{Marks, Percent, Userinfo, code_at, stray_percents};
pub(crate) use verification::Verification;

use alloc::vec::Vec;

use crate::diagnostic::{Diagnostic, Severity};
#[cfg(feature = "live")]
use crate::live::Live;
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

/// What a rule looks at.
pub(crate) enum Check {
    /// The case alone.
    Case(for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Findings<'a>)),
    /// What a real server did, too.
    #[cfg(feature = "live")]
    Live(for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'c Live<'c>, &'f mut Findings<'a>)),
}

impl Rule {
    /// Whether it speaks of what a real server did, and not of the inputs alone.
    pub const fn is_live(&self) -> bool {
        match self.check {
            Check::Case(_) => false,
            #[cfg(feature = "live")]
            Check::Live(_) => true,
        }
    }

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

/// Declares the `RULE` of a file; its doc comment is the rule's page. A check behind `live` is
/// asked only where there are observations.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], live $check:path) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::Live($check));
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], $check:path) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::Case($check));
    };
    (@ $($line:literal),+; $name:literal, [$($severity:ident),+], $check:expr) => {
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
        match rule.check {
            Check::Case(check) => check(case, findings.under(rule)),
            #[cfg(feature = "live")]
            Check::Live(_) => {}
        }
    }
    findings.worst_first()
}

/// The same of the rules that need a real server's answers.
#[cfg(feature = "live")]
pub(crate) fn advise_live<'a>(case: &Case<'_, 'a>, live: &Live<'_>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    for rule in RULES {
        if let Check::Live(check) = rule.check {
            check(case, live, findings.under(rule));
        }
    }
    findings.worst_first()
}

#[cfg(all(test, feature = "live", feature = "pages", feature = "whatwg"))]
mod tests;
