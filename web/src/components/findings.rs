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
    let count = match diagnostics.is_empty() {
        true => "nothing found".into(),
        false => words::count(diagnostics.iter().map(|it| it.severity)),
    };
    let items = diagnostics.iter().enumerate().map(|(nth, diagnostic)| {
        let fixes = fixes.get(nth).into_iter().flatten();
        let fixes = fixes.map(|it| fix::view(it, answer, act));
        item(nth, diagnostic, parts::row(fixes), point)
    });
    let count = html! { <span class="count">{ parts::text(count) }</span> };
    let content = html! {
        <>
            { parts::row(done.map(|it| fix::applied(it, undo, act))) }
            <ol role="list" aria-label="Findings">{ parts::row(items) }</ol>
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
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    };
    html! {
        <li
            class="finding"
            key={format!("{} {nth}", diagnostic.rule.name)}
            data-rule={diagnostic.rule.name}
            data-severity={diagnostic.severity.name()}
            onmouseenter={point.reform(move |_| Some(Pointed::Finding(nth)))}
            onmouseleave={point.reform(|_| None)}
        >
            <h3>
                <span class="severity">{ parts::text(severity) }</span>
                { prose::inline(&diagnostic.message) }
            </h3>
            <p class="help">{ prose::inline(&diagnostic.help) }</p>
            { fixes }
            <RulePage rule={diagnostic.rule.name} />
        </li>
    }
}
