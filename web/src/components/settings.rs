//! Every effective setting, where it was written, and what it beat.

use dsnlens_core::Answer;
use dsnlens_core::ledger::{Fate, Line};
use web_sys::Element;
use yew::prelude::*;

use super::{history, parts};
use crate::effective::Row;
use crate::pointed::Pointed;
use crate::reading;
use crate::words;

pub(crate) fn view(
    Answer { question, resolution, .. }: &Answer<'_>,
    rows: &[Row<'_, '_>],
    is_lit: impl Fn(&Row<'_, '_>) -> bool,
    point: &Callback<Option<Pointed>>,
) -> Html {
    let first = rows.iter().position(&is_lit).unwrap_or(0);
    let text = resolution.module.as_ref().map_or("", |it| it.databases.text);
    let shown = rows.iter().enumerate();
    let shown = shown.map(|(nth, it)| row(it, text, is_lit(it), nth == first, point));
    let history = history::view(question, &resolution.ledger, text);
    section(rows.is_empty(), parts::row(shown), history)
}

/// The section around the settings.
pub(crate) fn section(is_empty: bool, rows: Html, history: Html) -> Html {
    let content = match is_empty {
        true => parts::hint("There are none: nothing could be read."),
        false => html! {
            <>
                <table role="table" aria-label={NAME} translate="no">
                    <thead role="rowgroup">
                        <tr role="row">{ parts::row(COLUMNS.map(heading)) }</tr>
                    </thead>
                    <tbody role="rowgroup" onkeydown={Callback::from(walk)}>{ rows }</tbody>
                </table>
                { history }
            </>
        },
    };
    parts::section("settings", NAME, html! {}, content)
}

/// A row that points at nothing.
pub(crate) fn told(row: &reading::Row, is_stop: bool) -> Html {
    let value = match row.value.is_empty() {
        true => blank("empty"),
        false => parts::text(row.value.clone()),
    };
    let losers = row.losers.iter().map(|(how, text)| lost(how.clone(), text.clone()));
    html! {
        <tr role="row" tabindex={if is_stop { "0" } else { "-1" }}>
            <th role="rowheader" scope="row">{ parts::text(row.key.clone()) }</th>
            <td role="cell">{ value }{ parts::row(losers) }</td>
            <td role="cell">{ parts::text(row.origin.clone()) }</td>
        </tr>
    }
}

const NAME: &str = "Effective settings";
const COLUMNS: [&str; 3] = ["setting", "value", "origin"];

fn heading(name: &'static str) -> Html {
    html! { <th role="columnheader" scope="col">{ parts::text(name) }</th> }
}

fn row(
    row: &Row<'_, '_>,
    text: &str,
    is_lit: bool,
    is_stop: bool,
    point: &Callback<Option<Pointed>>,
) -> Html {
    let key = AttrValue::from(row.key.to_owned());
    let there = {
        let key = key.clone();
        move || Some(Pointed::Setting(key.clone()))
    };
    let enter = there.clone();
    html! {
        <tr
            role="row"
            data-lit={is_lit.then_some("")}
            tabindex={if is_stop { "0" } else { "-1" }}
            onmouseenter={point.reform(move |_: MouseEvent| enter())}
            onmouseleave={point.reform(|_: MouseEvent| None)}
            onfocus={point.reform(move |_: FocusEvent| there())}
            onblur={point.reform(|_: FocusEvent| None)}
        >
            <th role="rowheader" scope="row">{ parts::text(row.key.to_owned()) }</th>
            <td role="cell">
                { parts::row(row.winner.map(winner)) }
                { parts::row(row.rivals().map(loser)) }
            </td>
            <td role="cell">{ parts::text(words::provenance(row, text) + &reason(row)) }</td>
        </tr>
    }
}

fn winner(line: &Line<'_>) -> Html {
    let text = words::value(line);
    match text.is_empty() {
        true => blank("empty"),
        false => parts::text(text),
    }
}

fn loser(line: &Line<'_>) -> Html {
    let text = words::value(line);
    let how = match line.fate {
        Fate::Joined { .. } => return html! {},
        Fate::Ignored { .. } => "dropped: ",
        Fate::Overridden { .. } | Fate::Sent | Fate::Won => "overridden: ",
    };
    lost(how.to_owned(), text)
}

fn lost(how: String, text: String) -> Html {
    match text.is_empty() {
        true => blank("not set"),
        false => html! {
            <del><span class="unseen">{ parts::text(how) }</span>{ parts::text(text) }</del>
        },
    }
}

fn blank(text: &'static str) -> Html {
    html! { <span class="blank">{ parts::text(text) }</span> }
}

/// Why everything was dropped, where it was.
fn reason(row: &Row<'_, '_>) -> String {
    let reason = row.losers.iter().find_map(|line| match line.fate {
        Fate::Ignored { reason } if row.winner.is_none() => Some(reason),
        _ => None,
    });
    reason.map_or_else(String::new, |it| format!(": {it}"))
}

/// Arrow keys go from row to row; the table is one stop for the Tab key.
fn walk(event: KeyboardEvent) {
    let row = event.target_dyn_into::<Element>().and_then(|it| it.closest("tr").ok()?);
    let Some(row) = row else { return };
    let next = match &*event.key() {
        "ArrowDown" => row.next_element_sibling(),
        "ArrowUp" => row.previous_element_sibling(),
        "Home" => row.parent_element().and_then(|it| it.first_element_child()),
        "End" => row.parent_element().and_then(|it| it.last_element_child()),
        _ => return,
    };
    event.prevent_default();
    parts::focus(next);
}
