//! The first error that the real stack raises, word for word but for secrets.

use dsnlens_core::{DjDatabaseUrl, Refusal};
use yew::prelude::*;

use super::parts;
use crate::words;

pub(crate) fn view(refusal: &Refusal<'_>, version: DjDatabaseUrl) -> Html {
    let by = match refusal.raised_at {
        Some((path, line)) => format!("Raised in {path}:{line}"),
        None => format!("Raised by {}", words::stage(refusal.stage, version)),
    };
    html! {
        <figure class="refusal">
            <figcaption>
                { parts::text(by) }
            </figcaption>
            <pre translate="no">
                <b>{ parts::text(refusal.kind.clone()) }</b>
                { parts::text(format!(": {}", refusal.message)) }
            </pre>
        </figure>
    }
}
