//! How long Django keeps a connection, whether it looks before it reuses one, and how many there
//! may be.

use std::borrow::Cow;

use dsnlens_core::ledger::{Line, Value};
use dsnlens_core::{Pooler, Resolution, Workload};
use yew::prelude::*;

use super::text_field::{self, TextField};
use super::{fixed, parts};
use crate::share::numbers;
use crate::state::Action;
use crate::typed::Typed;
use crate::words;

pub(crate) fn view(
    resolution: &Resolution<'_>,
    workload: Workload,
    act: &Callback<Action>,
) -> Html {
    let content = match resolution.tls {
        Some(_) => {
            let line = |key| resolution.ledger.winner(key).map(|(_, line)| line);
            html! {
                <>
                    { lifetime(line("CONN_MAX_AGE"), line("CONN_HEALTH_CHECKS"), workload) }
                    { load(workload, act) }
                </>
            }
        }
        None => parts::hint("No connection is made."),
    };
    parts::section("pooling", "Pooling", html! {}, content)
}

/// What the numbers are called, in their order.
const NUMBERS: [&str; 5] = ["users", "processes", "threads", "instances", "max_connections"];

/// How the application is run, and what that comes to.
fn load(mut workload: Workload, act: &Callback<Action>) -> Html {
    let told = told(workload);
    let number = |(nth, number): (usize, &mut Option<u32>)| {
        let field = TextField {
            name: NUMBERS[nth],
            value: number.map_or_else(String::new, |it| it.to_string()),
            placeholder: if nth == 0 || nth == 4 { "unknown".into() } else { "1".into() },
            is_number: true,
            ..TextField::default()
        };
        let on_type = act.reform(move |it: Typed| {
            Action::adjust(move |form| {
                *numbers(&mut form.workload)[nth] = text_field::number(&it.text);
            })
        });
        text_field::view(field, on_type)
    };
    html! {
        <>
            <div class="load" role="group" aria-label="How the application is run">
                { parts::row(numbers(&mut workload).into_iter().enumerate().map(number)) }
            </div>
            { parts::row(told.into_iter().map(parts::hint)) }
        </>
    }
}

fn told(workload: Workload) -> Vec<String> {
    let mut told = Vec::new();
    if let Some(budget) = workload.budget() {
        let room = match (budget.available, budget.fits()) {
            (Some(available), Some(true)) => format!("; the server has {available}"),
            (Some(available), _) => format!("; the server has only {available}"),
            _ => String::new(),
        };
        told.push(format!(
            "Up to {} connections, {} while a new release replaces the old one{room}.",
            budget.steady, budget.deploy
        ));
    }
    if let Some(advice) = workload.advice() {
        let pooler = match advice.pooler {
            Pooler::Unneeded => "persistent connections are enough",
            Pooler::Any => "with a pooler between",
            Pooler::PgBouncer => "with PgBouncer between, in transaction mode",
        };
        told.push(format!(
            "Advised for so many users: CONN_MAX_AGE={}, {pooler}.",
            advice.conn_max_age
        ));
    }
    told
}

fn lifetime(age: Option<&Line<'_>>, checks: Option<&Line<'_>>, workload: Workload) -> Html {
    let seconds = match age.map(|it| &it.value) {
        Some(Value::Int(seconds)) => *seconds,
        _ => 0,
    };
    let is_kept = seconds > 0;
    let is_checked = checks.is_some_and(|it| it.value.is_truthy());
    let kept = match is_kept {
        true => format!(
            "A connection is used for {} from when it was opened; a request that begins or ends \
             after that closes it.",
            words::duration(seconds)
        ),
        false => "A connection is closed when its request ends.".into(),
    };
    let checked = match (is_kept, is_checked) {
        (true, true) => "Before it is used again, Django checks that the server still answers.",
        (true, false) => "It is used again without a check that the server still answers.",
        (false, _) => "There is nothing to check.",
    };
    // The picture of it: opened, used by three requests, closed.
    let life = match (is_kept, is_checked) {
        (true, true) => "checked",
        (true, false) => "kept",
        (false, _) => "dropped",
    };
    // One line for each process and thread, as far as there is room.
    let lanes = workload.budget().map_or(1, |it| it.steady).clamp(1, 4).to_string();
    html! {
        <>
            <div data-life={life} data-lanes={lanes}>
                { fixed::timeline() }
            </div>
            <dl class="lifetime">
                { fact("CONN_MAX_AGE", age, kept) }
                { fact("CONN_HEALTH_CHECKS", checks, checked) }
            </dl>
        </>
    }
}

fn fact(name: &'static str, line: Option<&Line<'_>>, what: impl Into<Cow<'static, str>>) -> Html {
    let value = line.map_or_else(|| "not set".into(), words::value);
    let origin = line.map_or_else(|| "Django’s default".into(), |it| words::origin(&it.origin, ""));
    let source =
        html! { <span class="source">{ parts::text(format!("{value} · {origin}")) }</span> };
    parts::fact(parts::code(name), parts::row([parts::text(what), source]))
}
