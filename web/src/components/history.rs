//! The whole ledger, by stage: how the answer came about.

use dsnlens_core::Question;
use dsnlens_core::ledger::{Fate, Ledger, Line, Stage};
use yew::prelude::*;

use super::parts;
use crate::words;

pub(crate) fn view(question: &Question<'_>, ledger: &Ledger<'_>, text: &str) -> Html {
    let chapters = question.stages().map(|it| chapter(ledger, it, text));
    html! {
        <details class="history">
            <summary>{ parts::text("Every value offered, stage by stage") }</summary>
            <div translate="no">{ parts::row(chapters) }</div>
        </details>
    }
}

fn chapter(ledger: &Ledger<'_>, stage: &Stage, text: &str) -> Html {
    let mut lines = ledger.lines().map(|(_, it)| it).filter(|it| it.stage == stage).peekable();
    if lines.peek().is_none() {
        return html! {};
    }
    html! {
        <>
            <h3>{ parts::text(stage.title) }</h3>
            <ol role="list">{ parts::row(lines.map(|line| entry(ledger, line, text))) }</ol>
        </>
    }
}

fn entry(ledger: &Ledger<'_>, line: &Line<'_>, text: &str) -> Html {
    let value = words::value(line);
    let value = if value.is_empty() { "(empty)".into() } else { value };
    let fate = match line.fate {
        Fate::Won => "wins".into(),
        Fate::Overridden { by } => match ledger.line(by) {
            Some(winner) => format!("loses to {}", words::origin(&winner.origin, text)),
            None => "loses".into(),
        },
        Fate::Joined { into } => match ledger.line(into) {
            Some(whole) => format!("becomes part of {}", whole.key.keyword()),
            None => "becomes part of another".into(),
        },
        Fate::Ignored { reason } => format!("is dropped: {reason}"),
        Fate::Sent => "is sent to the server".into(),
    };
    let key = line.key.keyword();
    html! {
        <li data-fate={line.fate.name()}>
            { parts::code(format!("{key} = {value}")) }
            <span>{ parts::text(format!("{} · {fate}", words::origin(&line.origin, text))) }</span>
        </li>
    }
}
