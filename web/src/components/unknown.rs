//! What of a settings module is not known: its line, the expression and the reason.

use dsnlens_core::{Resolution, Unknown};
use yew::prelude::*;

use super::{parts, prose};

pub(crate) fn view(resolution: &Resolution<'_>) -> Html {
    if resolution.module.is_none() || resolution.unknown.is_empty() {
        return html! {};
    }
    let texts: Vec<String> = resolution.unknown.iter().map(text).collect();
    parts::section("unknown", "Unknown", html! {}, prose::list(&texts))
}

fn text(Unknown { path, line, expression, why, .. }: &Unknown<'_>) -> String {
    let line = line.unwrap_or_default();
    format!("{path}:{line} `{expression}`: {why}")
}
