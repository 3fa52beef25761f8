//! What is wrong, worst first, each with its fix and its page.

use dsnlens_core::{Answer, Diagnostic, Fix, Severity};
use yew::prelude::*;

use super::rule_page::RulePage;
use super::{fix, parts, prose};
use crate::pointed::Pointed;
use crate::state::{Action, Done};
use crate::words;

pub(crate) fn view(
    answer: &Answer<'_>,
    fixes: &[Vec<Fix>],
    done: Option<&Done>,
    undo: &NodeRef,
    act: &Callback<Action>,
    point: &Callback<Option<Pointed>>,
) -> Html {
    let diagnostics = &answer.diagnostics;
    let items = diagnostics.iter().enumerate().map(|(nth, diagnostic)| {
        let fixes = fixes.get(nth).into_iter().flatten();
        let fixes = fixes.map(|it| fix::view(it, answer, act));
        item(nth, diagnostic, parts::row(fixes), point)
    });
    let severities: Vec<_> = diagnostics.iter().map(|it| it.severity).collect();
    list(&severities, parts::row(items), done, undo, act)
}

/// The section around the findings.
pub(crate) fn list(
    severities: &[Severity],
    items: Html,
    done: Option<&Done>,
    undo: &NodeRef,
    act: &Callback<Action>,
) -> Html {
    let count = match severities.is_empty() {
        true => "nothing found".into(),
        false => words::count(severities.iter().copied()),
    };
    let count = html! { <span class="count">{ parts::text(count) }</span> };
    let content = html! {
        <>
            { parts::row(done.map(|it| fix::applied(it, undo, act))) }
            <ol role="list" aria-label="Findings">{ items }</ol>
        </>
    };
    parts::section("findings", "Findings", count, content)
}

fn item(
    nth: usize,
    diagnostic: &Diagnostic<'_>,
    fixes: Html,
    point: &Callback<Option<Pointed>>,
) -> Html {
    let rule = diagnostic.rule.name;
    html! {
        <li
            class="finding"
            key={format!("{rule} {nth}")}
            data-rule={rule}
            data-severity={diagnostic.severity.name()}
            onmouseenter={point.reform(move |_| Some(Pointed::Finding(nth)))}
            onmouseleave={point.reform(|_| None)}
        >
            { content(rule, diagnostic.severity, &diagnostic.message, &diagnostic.help, fixes) }
        </li>
    }
}

/// A finding that points at nothing.
pub(crate) fn told(
    nth: usize,
    rule: &'static str,
    severity: Severity,
    message: &str,
    help: &str,
    fixes: Html,
) -> Html {
    html! {
        <li
            class="finding"
            key={format!("{rule} {nth}")}
            data-rule={rule}
            data-severity={severity.name()}
        >
            { content(rule, severity, message, help, fixes) }
        </li>
    }
}

fn content(rule: &'static str, severity: Severity, message: &str, help: &str, fixes: Html) -> Html {
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    html! {
        <>
            <h3>
                <span class="severity">{ parts::text(severity) }</span>
                { prose::inline(message) }
            </h3>
            <p class="help">{ prose::inline(help) }</p>
            { fixes }
            <RulePage {rule} />
        </>
    }
}
