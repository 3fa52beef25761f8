//! Advice: what a rule looks at, what it says, and how what it proposes is verified.
//!
//! The rules themselves are in [`crate::rules`]. They decide nothing, and no rule parses text:
//! what the readers found is laid out in a [`Case`].

mod agreement;
mod case;
mod findings;
#[cfg(feature = "paste")]
pub(crate) mod lead;
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
    /// The title of its page, where it knows an error text.
    #[cfg(feature = "paste")]
    pub title: &'static str,
    /// The first sentence of *What to do*, where it knows an error text.
    #[cfg(feature = "paste")]
    pub step: &'static str,
    /// Error texts that are about it, in the form that [`crate::errors`] looks for.
    #[cfg(feature = "paste")]
    pub errors: &'static [Text],
    /// Error texts that may be about it, and may be about something else.
    #[cfg(feature = "paste")]
    pub perhaps: &'static [Text],
    #[cfg(feature = "pages")]
    pub(crate) markdown: &'static str,
    pub(crate) check: Check,
}

/// An error text as a rule states it.
#[cfg(feature = "paste")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, what varies in braces.
    pub pattern: &'static str,
    /// What to do first where the page's first step does not fit this text, or nothing.
    pub step: &'static str,
}

/// What a rule looks at.
pub(crate) enum Check {
    /// The case alone; nothing without the feature `checks`, so that the linker leaves the check
    /// out.
    Case(Option<CaseCheck>),
    /// An error message alone.
    Message,
    /// What a real server did, too; nothing without the feature `live`, so that the linker leaves
    /// the check out.
    Live(Option<LiveCheck>),
}

pub(crate) type CaseCheck = for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Findings<'a>);

pub(crate) type LiveCheck =
    for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'c Live<'c>, &'f mut Findings<'a>);

impl Check {
    pub(crate) const fn case(check: CaseCheck) -> Check {
        Check::Case(if cfg!(feature = "checks") { Some(check) } else { None })
    }

    pub(crate) const fn live(check: LiveCheck) -> Check {
        Check::Live(if cfg!(feature = "live") { Some(check) } else { None })
    }
}

impl Rule {
    /// Whether it is about what a real server did, and cannot be found in the inputs.
    pub const fn is_live(&self) -> bool {
        match self.check {
            Check::Case(_) => false,
            Check::Live(_) | Check::Message => true,
        }
    }

    /// Whether it is about an error message alone.
    pub const fn is_message(&self) -> bool {
        matches!(self.check, Check::Message)
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
/// asked only where there are observations; a rule that is about a `message` has none. The `errors`
/// are texts that are about the rule, those of `perhaps` may be about another one, too. Behind `=>`
/// is what to do first where the first sentence of *What to do* does not fit a text.
macro_rules! rule {
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], live $check:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::live($check),
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], message
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::Message,
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    ($(#[doc = $line:literal])+ $name:literal, [$($severity:ident),+], $check:path
        $(, errors [$($errors:tt)+])? $(, perhaps [$($perhaps:tt)+])?) => {
        rule!(@ $($line),+; $name, [$($severity),+], crate::advice::Check::case($check),
            [$($($errors)+)?], [$($($perhaps)+)?]);
    };
    (@ $title:literal $(, $line:literal)*; $name:literal, [$($severity:ident),+], $check:expr,
        [$($error:literal $(=> $error_step:literal)?),* $(,)?],
        [$($perhaps:literal $(=> $perhaps_step:literal)?),* $(,)?]) => {
        #[doc = $title]
        $(#[doc = $line])*
        pub(crate) static RULE: crate::advice::Rule = {
            #[cfg(feature = "paste")]
            const ERRORS: &[crate::advice::Text] = &[$(crate::advice::Text {
                pattern: $error,
                step: concat!($($error_step)?),
            }),*];
            #[cfg(feature = "paste")]
            const PERHAPS: &[crate::advice::Text] = &[$(crate::advice::Text {
                pattern: $perhaps,
                step: concat!($($perhaps_step)?),
            }),*];
            #[cfg(feature = "paste")]
            const IS_KNOWN: bool = !ERRORS.is_empty() || !PERHAPS.is_empty();
            #[cfg(feature = "paste")]
            const PAGE: &str = if IS_KNOWN { concat!($($line, "\n"),*) } else { "" };
            #[cfg(feature = "paste")]
            static STEP: [u8; crate::advice::lead::length(PAGE)] = crate::advice::lead::step(PAGE);
            crate::advice::Rule {
                name: $name,
                severities: &[$(crate::diagnostic::Severity::$severity),+],
                #[cfg(feature = "paste")]
                title: if IS_KNOWN { $title.trim_ascii() } else { "" },
                #[cfg(feature = "paste")]
                step: crate::advice::lead::text(&STEP),
                #[cfg(feature = "paste")]
                errors: ERRORS,
                #[cfg(feature = "paste")]
                perhaps: PERHAPS,
                #[cfg(feature = "pages")]
                markdown: concat!($title, "\n" $(, $line, "\n")*),
                check: $check,
            }
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
            Check::Case(Some(check)) => check(case, findings.under(rule)),
            Check::Case(None) | Check::Live(_) | Check::Message => {}
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
