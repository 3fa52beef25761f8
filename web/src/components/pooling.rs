//! How long Django keeps a connection, and whether it looks before it reuses one.

use std::borrow::Cow;

use dsnlens_core::Resolution;
use dsnlens_core::ledger::{Line, Value};
use yew::prelude::*;

use super::{fixed, parts};
use crate::words;

pub(crate) fn view(resolution: &Resolution<'_>) -> Html {
    let content = match resolution.ssl {
        Some(_) => {
            let line = |key| resolution.ledger.winner(key).map(|(_, line)| line);
            lifetime(line("CONN_MAX_AGE"), line("CONN_HEALTH_CHECKS"))
        }
        None => parts::hint("No connection is made."),
    };
    parts::section("pooling", "Pooling", html! {}, content)
}

fn lifetime(age: Option<&Line<'_>>, checks: Option<&Line<'_>>) -> Html {
    let seconds = match age.map(|it| &it.value) {
        Some(Value::Int(seconds)) => *seconds,
        _ => 0,
    };
    let is_kept = seconds > 0;
    let is_checked = checks.is_some_and(|it| it.value.is_truthy());
    let kept = match is_kept {
        true => format!(
            "A connection stays open for {}; the first request that ends later closes it.",
            words::duration(seconds)
        ),
        false => "A connection is closed when its request ends.".into(),
    };
    let checked = match (is_kept, is_checked) {
        (true, true) => "Before it is used again, Django asks the server whether it still lives.",
        (true, false) => "It is used again without asking the server whether it still lives.",
        (false, _) => "There is nothing to check.",
    };
    // The picture of it: opened, used by three requests, closed.
    let life = match (is_kept, is_checked) {
        (true, true) => "checked",
        (true, false) => "kept",
        (false, _) => "dropped",
    };
    html! {
        <>
            <div data-life={life}>{ fixed::timeline() }</div>
            <dl class="lifetime">
                { fact("CONN_MAX_AGE", age, kept) }
                { fact("CONN_HEALTH_CHECKS", checks, checked) }
            </dl>
        </>
    }
}

fn fact(name: &'static str, line: Option<&Line<'_>>, what: impl Into<Cow<'static, str>>) -> Html {
    let value = line.map_or_else(|| "not set".into(), words::value);
    let origin = line.map_or_else(|| "Django’s default".into(), |it| words::origin(&it.origin));
    let source =
        html! { <span class="source">{ parts::text(format!("{value} · {origin}")) }</span> };
    parts::fact(parts::code(name), parts::row([parts::text(what), source]))
}
