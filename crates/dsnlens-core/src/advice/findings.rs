//! What rules say: findings, and in them what might be written instead.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Case;
use crate::diagnostic::{Diagnostic, Edit, FileFix, ModuleEdit, Proposal, Severity};
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

    /// Takes over what `rule` has found where the settings module was evaluated. A finding without a
    /// message is what it proposes for those that are made here.
    pub(crate) fn take_over(&mut self, rule: &Rule, of_module: &[Diagnostic<'a>]) {
        for it in of_module.iter().filter(|it| it.rule == rule) {
            if !it.message.is_empty() {
                self.found.push(it.clone());
                continue;
            }
            let is_its = |own: &&mut Diagnostic<'a>| {
                own.rule == rule && own.spans.iter().any(|at| it.spans.contains(at))
            };
            for own in self.found.iter_mut().filter(is_its) {
                own.proposals.extend(it.proposals.iter().cloned());
            }
        }
    }

    /// Proposes something for the finding of this rule that points at these bytes.
    pub(crate) fn propose_for(
        &mut self,
        at: InputSpan<'a>,
        title: impl Into<Cow<'static, str>>,
        edits: Vec<ModuleEdit>,
    ) {
        if let Some(it) = self.push(Severity::Info, Cow::Borrowed(""), Cow::Borrowed("")) {
            it.spans.push(at);
            it.proposals.push(Proposal::of_module(title, edits));
        }
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

    /// What might be written in the settings module instead.
    pub(crate) fn fix_module(
        mut self,
        title: impl Into<Cow<'static, str>>,
        edits: Vec<ModuleEdit>,
    ) -> Self {
        if let Some(it) = self.diagnostic.as_mut().filter(|_| !edits.is_empty()) {
            it.proposals.push(Proposal::of_module(title, edits));
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
            it.proposals.push(Proposal { title, edits: Vec::new(), module: Vec::new() });
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
        // A reference as it is written, and not its stand-in, which is as long.
        let value = self.inputs.written(variable).unwrap_or("");
        let edits = edits.iter().filter(|it| it.variable == variable);
        spliced(value, &self.hidden(variable), edits.map(|it| (it.span, &it.text)).collect())
    }

    /// A stretch of a variable, its secrets apart.
    pub(crate) fn quote(&self, variable: &str, span: Span) -> Text<'static> {
        let value = self.inputs.written(variable).unwrap_or("");
        quoted(value, &self.hidden(variable), span)
    }

    /// A file of the settings module as it is, and with the edits made; `None` where it is not known.
    pub(crate) fn file_fix(&self, path: &str, edits: &[ModuleEdit]) -> Option<FileFix> {
        let value = self.question.module.as_ref()?.text_of(path)?;
        let hidden = self.resolution.module.iter().flat_map(|it| &it.hidden);
        let hidden: Vec<Span> = hidden.filter(|it| it.input == path).map(|it| it.span).collect();
        let edits = edits.iter().filter(|it| it.path == path);
        let edits = edits.map(|it| (it.span, &it.text)).collect();
        Some(FileFix {
            path: path.into(),
            before: quoted(value, &hidden, Span::new(0, value.len())),
            after: spliced(value, &hidden, edits),
        })
    }

    /// The secrets in a variable or a file, in order.
    fn hidden(&self, input: &str) -> Vec<Span> {
        let secrets = self.resolution.secrets.iter();
        secrets.filter(|it| it.input == input).map(|it| it.span).collect()
    }
}

/// A text with edits made, its secrets apart.
fn spliced(value: &str, hidden: &[Span], edits: Vec<(Span, &Text<'static>)>) -> Text<'static> {
    // They are few, and a sort of the library's weighs a kilobyte.
    let mut in_order: Vec<(Span, &Text<'static>)> = Vec::with_capacity(edits.len());
    for edit in edits {
        in_order.insert(in_order.partition_point(|it| it.0 <= edit.0), edit);
    }
    let mut text = Text::default();
    let mut at = 0;
    for (span, new) in in_order {
        let kept = Span::new(at, span.start.max(at));
        text = text.and_text(quoted(value, hidden, kept)).and_text(new.clone());
        at = span.end.max(kept.end);
    }
    text.and_text(quoted(value, hidden, Span::new(at, value.len())))
}

/// A stretch of a text, its secrets apart.
pub(crate) fn quoted(value: &str, hidden: &[Span], span: Span) -> Text<'static> {
    let mut text = Text::default();
    let mut at = span.start;
    for secret in hidden.iter().filter(|it| it.overlaps(span)) {
        let (from, to) = (secret.start.max(at), secret.end.min(span.end).max(at));
        text = text.and(String::from(Span::new(at, from).of(value)));
        text = text.and_hidden(Span::new(from, to).of(value));
        at = at.max(to);
    }
    text.and(String::from(Span::new(at, span.end).of(value)))
}
