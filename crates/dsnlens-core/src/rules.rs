//! The rules: what goes wrong, found at the exact bytes, explained, and where possible fixed.
//!
//! A rule is one file: its page (the doc comment), its check, its tests. [`RULES`] is the one
//! list. Rules give advice and decide nothing; they look at the answer and never parse text.

mod agreement;
mod connect_timeout_unset;
mod database_missing;
mod fields_ignored;
mod health_checks_off;
mod nothing_set;
mod page;
mod password_unescaped;
mod scheme_unknown;
mod sslmode_downgraded;
mod sslmode_required_locally;
mod url_empty;
mod url_quoted;

pub use page::{Example, Page};

use alloc::string::String;
use alloc::vec::Vec;

use crate::diagnostic::{Diagnostic, Fix, Severity};
use crate::inputs::{DATABASE_URL, Inputs};
use crate::ledger::{Key, Line, LineId, Setting};
use crate::recipe::Recipe;
use crate::resolution::{Resolution, read};
use crate::secret::{Secret, Text};
use crate::span::{InputSpan, Span};
use crate::syntax::whatwg::ParseUrl;

/// Every rule, by name.
pub static RULES: [&Rule; 11] = [
    &connect_timeout_unset::RULE,
    &database_missing::RULE,
    &fields_ignored::RULE,
    &health_checks_off::RULE,
    &nothing_set::RULE,
    &password_unescaped::RULE,
    &scheme_unknown::RULE,
    &sslmode_downgraded::RULE,
    &sslmode_required_locally::RULE,
    &url_empty::RULE,
    &url_quoted::RULE,
];

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.into_iter().find(|rule| rule.name == name)
}

/// One situation that costs people hours.
pub struct Rule {
    /// Its name, which never changes; its file is called the same.
    pub name: &'static str,
    /// The severities it reports, worst first.
    pub severities: &'static [Severity],
    markdown: &'static str,
    check: Check,
}

type Check = for<'c, 'r, 'a, 'f> fn(&'c Case<'r, 'a>, &'f mut Vec<Finding<'a>>);

impl Rule {
    /// Its page.
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
        pub(crate) static RULE: crate::rules::Rule = crate::rules::Rule {
            name: $name,
            severities: &[$(crate::diagnostic::Severity::$severity),+],
            markdown: concat!($($line, "\n"),+),
            check: $check,
        };
    };
}
use rule;

/// What a rule looks at: the inputs, the recipe, and the answer so far.
struct Case<'r, 'a> {
    inputs: &'r Inputs<'a>,
    recipe: &'r Recipe,
    resolution: &'r Resolution<'a>,
}

/// What a rule says; a fix in it is a proposal, not yet verified.
struct Finding<'a> {
    severity: Severity,
    message: String,
    spans: Vec<InputSpan<'a>>,
    help: String,
    fix: Option<Fix>,
}

impl<'a> Case<'_, 'a> {
    /// `DATABASE_URL` as it was set.
    fn url(&self) -> Option<&'a str> {
        self.inputs.get(DATABASE_URL)
    }

    fn is_production(&self) -> bool {
        !self.inputs.debug().is_on()
    }

    /// Whether Python takes another part of the URL for the password than the one that is meant.
    fn is_misread(&self) -> bool {
        let (meant, read) = (self.resolution.intent, self.resolution.url);
        meant.zip(read).is_some_and(|(meant, read)| {
            !meant.password.is_empty() && meant.password != read.password
        })
    }

    /// The line of an entry of `DATABASES['default']`.
    fn setting(&self, setting: Setting) -> Option<(LineId, &Line<'a>)> {
        let ledger = &self.resolution.ledger;
        let id = self.resolution.settings.as_ref()?.setting(ledger, setting)?;
        ledger.line(id).map(|line| (id, line))
    }

    /// The line of an entry of `DATABASES['default']['OPTIONS']`.
    fn option(&self, name: &str) -> Option<(LineId, &Line<'a>)> {
        let ledger = &self.resolution.ledger;
        let options = self.resolution.settings.as_ref()?.options();
        let lines = options.iter().filter_map(|&id| ledger.line(id).map(|line| (id, line)));
        lines
            .into_iter()
            .find(|(_, line)| !matches!(line.key, Key::Setting(_)) && line.key.reveal() == name)
    }

    /// A stretch of `DATABASE_URL`, its secrets apart.
    fn quote(&self, span: Span) -> Text<'static> {
        let url = self.url().unwrap_or("");
        let mut text = Text::default();
        let mut at = span.start;
        let secrets = self.resolution.secrets.iter().filter(|it| it.input == DATABASE_URL);
        for secret in secrets.map(|it| it.span).filter(|it| it.overlaps(span)) {
            let (from, to) = (secret.start.max(at), secret.end.min(span.end));
            text = text.and(String::from(Span::new(at, from).of(url)));
            let hidden = Span::new(from, to).of(url);
            if !hidden.is_empty() {
                text = text.and_secret(Secret::new(String::from(hidden).into()));
            }
            at = at.max(to);
        }
        text.and(String::from(Span::new(at, span.end).of(url)))
    }

    /// The whole of a variable, if it is set.
    fn whole(&self, name: &'a str) -> Option<InputSpan<'a>> {
        let value = self.inputs.get(name)?;
        Some(InputSpan { input: name, span: Span::new(0, value.len()) })
    }
}

fn in_url<'a>(span: Span) -> InputSpan<'a> {
    InputSpan { input: DATABASE_URL, span }
}

/// Runs every rule, and every proposed fix through the rules again.
pub(crate) fn check<'a>(
    inputs: &Inputs<'a>,
    recipe: &Recipe,
    resolution: &Resolution<'a>,
    parse_url: ParseUrl,
) -> Vec<Diagnostic<'a>> {
    let mut diagnostics = report(&Case { inputs, recipe, resolution });
    if diagnostics.iter().any(|it| it.fix.is_some()) {
        let errors: Vec<_> = errors(&diagnostics).collect();
        for diagnostic in &mut diagnostics {
            let Diagnostic { rule, fix, .. } = diagnostic;
            *fix = fix.take().filter(|fix| {
                reads_the_same(fix, parse_url) && is_cured(inputs, recipe, fix, rule, &errors)
            });
        }
    }
    diagnostics
}

/// Every rule's findings, worst first, their fixes unverified.
fn report<'a>(case: &Case<'_, 'a>) -> Vec<Diagnostic<'a>> {
    let mut diagnostics = Vec::new();
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(case, &mut findings);
        for it in findings.drain(..) {
            let place =
                diagnostics.partition_point(|kept: &Diagnostic<'_>| kept.severity <= it.severity);
            let Finding { severity, message, spans, help, fix } = it;
            diagnostics.insert(place, Diagnostic { rule, severity, message, spans, help, fix });
        }
    }
    diagnostics
}

/// Whether a fixed URL reads the same everywhere.
fn reads_the_same(fix: &Fix, parse_url: ParseUrl) -> bool {
    let mut urls = fix.variables.iter().filter(|(name, _)| *name == DATABASE_URL);
    urls.all(|(_, url)| agreement::is_unambiguous(&url.reveal(), parse_url))
}

/// Whether the fixed inputs silence the rule and raise no new error.
fn is_cured(
    inputs: &Inputs<'_>,
    recipe: &Recipe,
    fix: &Fix,
    rule: &Rule,
    errors_before: &[&'static str],
) -> bool {
    let values: Vec<_> = fix.variables.iter().map(|(name, text)| (*name, text.reveal())).collect();
    let mut fixed = inputs.clone();
    for (name, value) in &values {
        fixed = fixed.with(name, value);
    }
    let resolution = read(&fixed, recipe);
    let diagnostics = report(&Case { inputs: &fixed, recipe, resolution: &resolution });
    let is_silent = diagnostics.iter().all(|it| it.rule != rule);
    let has_new_error = errors(&diagnostics).any(|it| !errors_before.contains(&it));
    is_silent && !has_new_error
}

fn errors(diagnostics: &[Diagnostic<'_>]) -> impl Iterator<Item = &'static str> {
    diagnostics.iter().filter(|it| it.severity == Severity::Error).map(|it| it.rule.name)
}

#[cfg(all(test, feature = "whatwg"))]
mod tests;
