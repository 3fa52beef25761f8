//! The first error that the real stack raises, word for word but for secrets.

use dsnlens_core::{DjDatabaseUrl, Refusal};
use yew::prelude::*;

use super::parts;
use crate::words;

pub(crate) fn view(refusal: &Refusal<'_>, version: DjDatabaseUrl) -> Html {
    let place =
        refusal.raised_at.map_or_else(String::new, |(path, line)| format!(", {path}:{line}"));
    html! {
        <figure class="refusal">
            <figcaption>
                { parts::text(format!("Raised by {}{place}", words::stage(refusal.stage, version))) }
            </figcaption>
            <pre translate="no">
                <b>{ parts::text(refusal.kind.clone()) }</b>
                { parts::text(format!(": {}", refusal.message)) }
            </pre>
        </figure>
    }
}
