//! What rules say: findings, and in them what might be written instead.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Case;
use crate::diagnostic::{Diagnostic, Edit, Proposal, Severity};
use crate::rule::Rule;
use crate::secret::Text;
use crate::span::{InputSpan, Span};

/// What the rules have said so far.
#[derive(Default)]
pub(crate) struct Findings<'a> {
    found: Vec<Diagnostic<'a>>,
    rule: Option<&'static Rule>,
}

impl<'a> Findings<'a> {
    #[cfg(test)]
    pub(crate) fn of(rule: &'static Rule) -> Findings<'a> {
        Findings { found: Vec::new(), rule: Some(rule) }
    }

    /// For what `rule` has to say.
    pub(crate) fn under(&mut self, rule: &'static Rule) -> &mut Self {
        self.rule = Some(rule);
        self
    }

    /// Adds a finding of the rule that is being asked. `message` is one sentence in lower case
    /// without a full stop; neither it nor `help` holds a secret.
    pub(crate) fn report(
        &mut self,
        severity: Severity,
        message: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
    ) -> Finding<'_, 'a> {
        Finding { diagnostic: self.push(severity, message.into(), help.into()) }
    }

    // Here and below: what a rule calls is generic for the rule's sake. What it does is written
    // once, or a tenth of the page would be copies of it.
    #[inline(never)]
    fn push(
        &mut self,
        severity: Severity,
        message: Cow<'static, str>,
        help: Cow<'static, str>,
    ) -> Option<&mut Diagnostic<'a>> {
        let rule = self.rule?;
        let (spans, proposals) = (Vec::new(), Vec::new());
        self.found.push(Diagnostic { rule, severity, message, spans, help, proposals });
        self.found.last_mut()
    }

    /// The findings by severity; of one severity first those that point at something, then those
    /// about the recipe as a whole, each in the order in which they were made.
    pub(crate) fn worst_first(mut self) -> Vec<Diagnostic<'a>> {
        // They are few and mostly in order.
        for nth in 1..self.found.len() {
            let (before, rest) = self.found.split_at_mut(nth);
            let rank = |it: &Diagnostic<'_>| (it.severity, it.spans.is_empty());
            if let Some(it) = rest.first().map(rank) {
                let place = before.partition_point(|kept| rank(kept) <= it);
                if let Some(range) = self.found.get_mut(place..=nth) {
                    range.rotate_right(1);
                }
            }
        }
        self.found
    }
}

/// A finding that is being written.
pub(crate) struct Finding<'f, 'a> {
    diagnostic: Option<&'f mut Diagnostic<'a>>,
}

impl<'a> Finding<'_, 'a> {
    /// The bytes it is about.
    pub(crate) fn at(mut self, spans: impl IntoIterator<Item = InputSpan<'a>>) -> Self {
        for span in spans {
            self.mark(span);
        }
        self
    }

    /// What might be written instead; the likelier of two comes first.
    pub(crate) fn fix(
        mut self,
        title: impl Into<Cow<'static, str>>,
        edits: impl IntoIterator<Item = Edit>,
    ) -> Self {
        self.propose(title.into());
        for edit in edits {
            self.edit(edit);
        }
        self
    }

    #[inline(never)]
    fn mark(&mut self, span: InputSpan<'a>) {
        if let Some(it) = &mut self.diagnostic {
            it.spans.push(span);
        }
    }

    #[inline(never)]
    fn propose(&mut self, title: Cow<'static, str>) {
        if let Some(it) = &mut self.diagnostic {
            it.proposals.push(Proposal { title, edits: Vec::new() });
        }
    }

    /// Adds an edit to what was proposed last.
    #[inline(never)]
    fn edit(&mut self, edit: Edit) {
        if let Some(it) = self.diagnostic.as_mut().and_then(|it| it.proposals.last_mut()) {
            it.edits.push(edit);
        }
    }
}

impl Case<'_, '_> {
    /// A variable's value with `edits` made, its secrets apart.
    pub(crate) fn edited(&self, variable: &str, edits: &[Edit]) -> Text<'static> {
        let length = self.inputs.get(variable).map_or(0, str::len);
        // They are few, and a sort of the library's weighs a kilobyte.
        let mut in_order: Vec<&Edit> = Vec::with_capacity(edits.len());
        for edit in edits.iter().filter(|it| it.variable == variable) {
            in_order.insert(in_order.partition_point(|it| it.span <= edit.span), edit);
        }
        let mut text = Text::default();
        let mut at = 0;
        for edit in in_order {
            let kept = Span::new(at, edit.span.start.max(at));
            text = text.and_text(self.quote(variable, kept)).and_text(edit.text.clone());
            at = edit.span.end.max(kept.end);
        }
        text.and_text(self.quote(variable, Span::new(at, length)))
    }

    /// A stretch of a variable, its secrets apart.
    pub(crate) fn quote(&self, variable: &str, span: Span) -> Text<'static> {
        // A reference as it is written, and not its stand-in, which is as long.
        let value = self.inputs.written(variable).unwrap_or("");
        let mut text = Text::default();
        let mut at = span.start;
        let secrets = self.resolution.secrets.iter().filter(|it| it.input == variable);
        for secret in secrets.map(|it| it.span).filter(|it| it.overlaps(span)) {
            let (from, to) = (secret.start.max(at), secret.end.min(span.end));
            text = text.and(String::from(Span::new(at, from).of(value)));
            text = text.and_hidden(Span::new(from, to).of(value));
            at = at.max(to);
        }
        text.and(String::from(Span::new(at, span.end).of(value)))
    }
}
