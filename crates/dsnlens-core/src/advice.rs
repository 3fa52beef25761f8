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
pub(crate) use url::{Marks, Percent, Socket, Userinfo, code_at, stray_percents, to_write};
#[cfg(feature = "serde")]
pub(crate) use verification::Verification;

use alloc::vec::Vec;

use crate::diagnostic::{Diagnostic, Severity};
use crate::live::Live;
use crate::rules::RULES;
use crate::span::InputSpan;

/// One situation that costs people hours.
pub struct Rule {
    /// Its name, which never changes; its file is called the same.
    pub name: &'static str,
    /// The severities it reports, worst first.
    pub severities: &'static [Severity],
    /// Error texts that are about it, in the form that [`crate::errors`] looks for.
    #[cfg(feature = "paste")]
    pub errors: &'static [&'static str],
    /// Error texts that may be about it, and may be about something else.
    #[cfg(feature = "paste")]
    pub perhaps: &'static [&'static str],
    #[cfg(feature = "pages")]
    pub(crate) markdown: &'static str,
    pub(crate) check: Check,
}

/// What a rule looks at.
pub(crate) enum Check {
    /// The case alone.
    Case(for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Findings<'a>)),
    /// What a real server did, too; nothing without the feature `live`, so that the linker leaves
    /// the check out.
    Live(Option<LiveCheck>),
}

pub(crate) type LiveCheck =
    for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'c Live<'c>, &'f mut Findings<'a>);

impl Check {
    pub(crate) const fn live(check: LiveCheck) -> Check {
        Check::Live(if cfg!(feature = "live") { Some(check) } else { None })
    }
}

impl Rule {
    /// Whether it speaks of what a real server did, and not of the inputs alone.
    pub const fn is_live(&self) -> bool {
        match self.check {
            Check::Case(_) => false,
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
/// asked only where there are observations. The `errors` are texts that are about the rule, those
/// of `perhaps` may be about another one, too; both stand on the page.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], live $check:path
        $(, errors [$($error:literal),+])? $(, perhaps [$($perhaps:literal),+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::live($check),
            [$($($error),+)?], [$($($perhaps),+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], $check:path
        $(, errors [$($error:literal),+])? $(, perhaps [$($perhaps:literal),+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::Case($check),
            [$($($error),+)?], [$($($perhaps),+)?]);
    };
    (@ $($line:literal),+; $name:literal, [$($severity:ident),+], $check:expr,
        [$($error:literal),*], [$($perhaps:literal),*]) => {
        $(#[doc = $line])+
        pub(crate) static RULE: crate::advice::Rule = crate::advice::Rule {
            name: $name,
            severities: &[$(crate::diagnostic::Severity::$severity),+],
            #[cfg(feature = "paste")]
            errors: &[$($error),*],
            #[cfg(feature = "paste")]
            perhaps: &[$($perhaps),*],
            #[cfg(feature = "pages")]
            markdown: concat!($($line, "\n"),+),
            check: $check,
        };
    };
}
pub(crate) use rule;

/// The rules that hold for any settings: their texts name no variable, and nothing of the guide's
/// settings module.
const OF_GIVEN_SETTINGS: [&str; 17] = [
    "connect-timeout-unreadable",
    "host-list",
    "option-too-new",
    "option-unknown",
    "password-weak",
    "pool-conflict",
    "provider-cannot-verify",
    "provider-private-host",
    "provider-requires-ssl",
    "provider-retired",
    "provider-without-ssl",
    "setting-unknown",
    "sslmode-disabled",
    "sslmode-from-environment",
    "sslmode-ignored-on-socket",
    "sslmode-unknown",
    "sslmode-unverified",
];

/// What every rule has to say, worst first; of one severity, by the rules' names.
pub(crate) fn advise<'a>(case: &Case<'_, 'a>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    let is_given = case.is_given();
    for rule in RULES {
        match rule.check {
            Check::Case(_) if is_given && !OF_GIVEN_SETTINGS.contains(&rule.name) => {}
            Check::Case(check) => check(case, findings.under(rule)),
            Check::Live(_) => {}
        }
    }
    let mut found = findings.worst_first();
    if is_given {
        // Nothing rests on a value that is not known.
        let ledger = &case.resolution.ledger;
        let unknown = ledger.lines().filter(|(_, it)| it.value.unknown().is_some());
        let unknown: Vec<_> = unknown.filter_map(|(_, it)| it.origin.input_span()).collect();
        found.retain(|it| !it.spans.iter().any(|it| unknown.contains(it)));
    }
    if case.is_open() {
        found.retain(|it| it.rule.name == "setting-unknown");
    }
    // What points at something unknown rests on its stand-in.
    if !case.inputs.holes().is_empty() {
        found.retain(|it| it.spans.iter().all(|it| case.resolution.ledger.hole(*it).is_none()));
    }
    // Of several errors the one that the stack raises comes first.
    let about = case.resolution.refusal.iter().flat_map(|it| &it.spans).next();
    if let Some(about) = about
        && let Some(place) = found.iter().position(|it| is_about(it, about))
        && let Some(before) = found.get_mut(..=place)
    {
        before.rotate_right(1);
    }
    found
}

/// Whether an error lies where the stack's own does: at a value, or at the option's name before it.
fn is_about(it: &Diagnostic<'_>, about: &InputSpan<'_>) -> bool {
    let is_near = |at: &InputSpan<'_>| {
        at.input == about.input
            && (at.span.overlaps(about.span) || at.span.end + 1 == about.span.start)
    };
    it.severity == Severity::Error && it.spans.iter().any(is_near)
}

/// The same of the rules that need a real server's answers.
pub(crate) fn advise_live<'a>(case: &Case<'_, 'a>, live: &Live<'_>) -> Vec<Diagnostic<'a>> {
    let mut findings = Findings::default();
    for rule in RULES {
        if let Check::Live(Some(check)) = rule.check {
            check(case, live, findings.under(rule));
        }
    }
    findings.worst_first()
}

#[cfg(all(test, feature = "live", feature = "pages", feature = "whatwg"))]
mod tests;
