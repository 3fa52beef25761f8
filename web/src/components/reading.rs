//! The answer of a client that only the second module knows.

use dsnlens_core::clients::settings::FIELDS;
use dsnlens_core::{DATABASE_URL, Fix, Severity, Text, rules};
use yew::prelude::*;

use super::{findings, fix, parts, refusal, settings, ssl_mode};
use crate::reading::{Finding, Fixed, Reading};
use crate::second::{self, READING, Said};
use crate::state::{Action, Done};

pub(crate) fn view(
    reading: &Said<Reading>,
    done: Option<&Done>,
    undo: &NodeRef,
    act: &Callback<Action>,
) -> Html {
    let reading = match reading {
        Said::Waiting | Said::Failed => return html! {},
        Said::Known(it) => it,
    };
    let refused = reading.refusal.as_ref().map(|(by, (kind, message))| {
        refusal::figure(format!("Raised by {by}"), kind.clone(), message)
    });
    let items = reading.findings.iter().enumerate().filter_map(|(nth, it)| {
        let rule = rules::find(&it.rule)?.name;
        let fixes = it.fixes.iter().map(|it| fixed(it, act));
        let severity = severity(it);
        Some(findings::told(nth, rule, severity, &it.message, &it.help, parts::row(fixes)))
    });
    let severities: Vec<_> = reading.findings.iter().map(severity).collect();
    let rows = reading.rows.iter().enumerate();
    let rows = rows.map(|(nth, it)| settings::told(it, nth == 0));
    html! {
        <>
            { parts::row(refused) }
            { ssl_mode::of_other(&reading.mode, &reading.guarantees) }
            { findings::list(&severities, parts::row(items), done, undo, act) }
            { settings::section(reading.rows.is_empty(), parts::row(rows), html! {}) }
        </>
    }
}

/// The sentence above everything.
pub(crate) fn sentence(reading: &Said<Reading>) -> Html {
    let piece = |(kind, text): &(usize, String)| match kind {
        1 => parts::code(text.clone()),
        2 => html! { <em>{ parts::text(text.clone()) }</em> },
        _ => parts::text(text.clone()),
    };
    match reading {
        Said::Waiting => parts::text(READING),
        Said::Failed => parts::text(second::FAILED),
        Said::Known(it) => parts::row(it.verdict.iter().map(piece)),
    }
}

fn severity(it: &Finding) -> Severity {
    let known = Severity::ALL.into_iter().find(|severity| severity.name() == it.severity);
    known.unwrap_or(Severity::Info)
}

fn fixed(fixed: &Fixed, act: &Callback<Action>) -> Html {
    let names = || [DATABASE_URL].into_iter().chain(FIELDS);
    let variables = fixed.variables.iter().filter_map(|(name, value)| {
        Some((names().find(|it| it == name)?, Text::default().and_hidden(value.clone())))
    });
    let fix = Fix {
        title: fixed.title.clone().into(),
        variables: variables.collect(),
        files: Vec::new(),
    };
    let shown = fix.variables.iter().zip(&fixed.shown);
    let shown: Vec<_> =
        shown.map(|((name, _), (before, after))| (*name, before.clone(), after.clone())).collect();
    fix::of(&fix, &shown, act)
}
